"""Groups that lie within groups of another grouping tell of no rest that is too small."""

from dataclasses import dataclass

import numpy as np

from edu.outcomes import service
from edu.outcomes.frames import GainFrame
from edu.outcomes.linked import without_links


@dataclass
class People:
    """As much of the material of a study as is looked at."""

    labels: dict[str, np.ndarray]
    schools: np.ndarray


def people(*blocks: tuple[str, str, int, int]) -> People:
    """Blocks of (region, locality, persons, schools)."""
    regions, places, schools = [], [], []
    for number, (region, place, persons, at) in enumerate(blocks):
        regions += [region] * persons
        places += [place] * persons
        schools += [100 * number + row % at for row in range(persons)]
    labels = {"region": regions, "locality": places}
    return People(
        {name: np.array(column, dtype=object) for name, column in labels.items()},
        np.array(schools),
    )


def table(grouping: str, *labels: str) -> dict:
    return {
        "grouping": grouping,
        "rows": [{"estimate": {"group": label}} for label in labels],
        "suppressed": [],
    }


def labels_of(kept: dict) -> list[str]:
    return [row["estimate"]["group"] for row in kept["rows"]]


def test_a_region_within_the_towns_does_not_tell_of_the_rest() -> None:
    """Towns less region 71 would be the 12 people of region 10 in town."""
    some = people(
        ("71", "urban", 200, 10), ("10", "urban", 12, 2), ("10", "rural", 90, 8),
        ("11", "rural", 80, 8), ("75", "rural", 120, 9),
    )  # fmt: skip
    regions, places = table("region", "71", "10", "11", "75"), table("locality", "urban", "rural")
    without_links([regions, places], some)
    assert "71" not in labels_of(regions)
    # Everybody less the other regions would be region 71, so another one goes with it.
    assert len(regions["rows"]) == 2
    assert labels_of(places) == ["urban", "rural"]
    assert {row["reason"] for row in regions["suppressed"]} == {"protects_another"}


def test_a_rest_of_many_is_no_reason_to_withhold() -> None:
    some = people(("71", "urban", 200, 10), ("10", "urban", 120, 9), ("11", "rural", 80, 8))
    regions, places = table("region", "71", "11"), table("locality", "urban", "rural")
    without_links([regions, places], some)
    assert labels_of(regions) == ["71", "11"]


def test_groups_that_cross_tell_nothing() -> None:
    some = people(
        ("71", "urban", 20, 3),
        ("71", "rural", 100, 9),
        ("10", "urban", 90, 9),
        ("10", "rural", 9, 2),
    )
    regions, places = table("region", "71", "10"), table("locality", "urban", "rural")
    without_links([regions, places], some)
    assert labels_of(regions) == ["71", "10"]
    assert labels_of(places) == ["urban", "rural"]


def test_regions_that_lie_in_town_do_not_tell_of_the_few_others_there() -> None:
    """Towns less region 71 would be the 12 people of region 10 in town."""
    blocks = [("71", "urban", 200, 10), ("10", "urban", 12, 2), ("10", "rural", 90, 8),
              ("11", "rural", 80, 8), ("75", "rural", 120, 9)]  # fmt: skip
    regions = np.repeat([region for region, *_ in blocks], [n for *_, n, _ in blocks])
    places = np.repeat([place for _, place, *_ in blocks], [n for *_, n, _ in blocks])
    schools = np.concatenate(
        [100 * at + np.arange(n) % number for at, (*_, n, number) in enumerate(blocks)]
    )
    post = np.random.default_rng(1).normal(20, 40, regions.size)
    labels = {"region": regions.astype(object), "locality": places.astype(object)}
    frame = GainFrame(np.zeros(regions.size), post, schools, labels, "")
    found = service.gains_of(frame)
    assert [one.group for one in found["locality"].estimates] == ["rural", "urban"]
    told = [one.group for one in found["region"].estimates]
    assert "71" not in told
    assert len(told) == 2
    assert {one.reason for one in found["region"].suppressed} == {"protects_another"}
