"""Quasi-identifiers and their levels."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from ml.disclosure import Hierarchy, birth_hierarchy, flat_hierarchy, place_hierarchy
from ml.errors import StatisticsError


def released(hierarchy: Hierarchy, level: int) -> list[str]:
    return list(hierarchy.labels(level)[hierarchy.leaves])


def test_months_of_birth_become_years_and_pairs_of_years() -> None:
    born = birth_hierarchy("birth", ["2011-04-30", "2010-12-01", "2012-01-15"])
    assert released(born, 0) == ["2011-04", "2010-12", "2012-01"]
    assert released(born, 1) == ["2011", "2010", "2012"]
    assert released(born, 2) == ["2010-2011", "2010-2011", "2012-2013"]
    assert released(born, 3) == ["*", "*", "*"]


def test_dates_and_their_text_give_the_same_hierarchy() -> None:
    dates = [dt.date(2011, 4, 30), dt.date(2010, 12, 1)]
    assert birth_hierarchy("b", dates).table == birth_hierarchy("b", ["2011-04", "2010-12"]).table


def test_a_place_is_a_school_a_district_a_region_and_nothing() -> None:
    place = place_hierarchy("place", [12, 11, 12], ["d1", "d1", "d1"], ["r", "r", "r"])
    assert [released(place, level) for level in range(4)] == [
        ["12", "11", "12"], ["d1"] * 3, ["r"] * 3, ["*"] * 3,
    ]  # fmt: skip


def test_a_loss_is_the_share_of_the_other_values_a_label_may_stand_for() -> None:
    place = place_hierarchy("place", ["a", "b", "c", "d", "e"], list("xxxyy"), list("zzzzz"))
    assert place.losses(0)[place.leaves].tolist() == [0, 0, 0, 0, 0]
    assert place.losses(1)[place.leaves].tolist() == [0.5, 0.5, 0.5, 0.25, 0.25]
    assert place.losses(3)[place.leaves].tolist() == [1, 1, 1, 1, 1]


def test_the_domain_of_a_table_holds_values_that_do_not_occur() -> None:
    table = {"1": ["odd"], "2": ["even"], "3": ["odd"], "4": ["even"], "5": ["odd"]}
    number = Hierarchy.from_table("number", ["3", "1", "3"], table)
    assert released(number, 1) == ["odd", "odd", "odd"]
    assert released(number, 2) == ["*", "*", "*"]
    assert number.losses(1)[number.leaves].tolist() == [0.5, 0.5, 0.5]


def test_a_star_that_is_given_is_not_doubled() -> None:
    assert flat_hierarchy("sex", ["f", "m"]).n_levels == 2
    assert Hierarchy.from_levels("sex", [["f", "m"], ["*", "*"]]).n_levels == 2


def test_a_column_of_one_value_loses_nothing() -> None:
    assert flat_hierarchy("country", ["kz", "kz"]).losses(1).tolist() == [0.0]


@pytest.mark.parametrize(
    ("code", "parameters", "call"),
    [
        ("no_data", {"name": "x"}, lambda: Hierarchy.from_levels("x", [])),
        ("no_data", {"name": "x"}, lambda: Hierarchy.from_levels("x", [[]])),
        (
            "hierarchy_not_nested",
            {"name": "x", "level": 1, "label": "a"},
            lambda: Hierarchy.from_levels("x", [["a", "a"], ["b", "c"]]),
        ),
        (
            "hierarchy_not_nested",
            {"name": "p", "level": 2, "label": "Abay"},
            lambda: place_hierarchy("p", ["1", "2"], ["Abay", "Abay"], ["north", "south"]),
        ),
        ("missing_label", {"name": "x", "row": 1}, lambda: flat_hierarchy("x", ["a", None])),
        ("missing_label", {"name": "x", "row": 2}, lambda: flat_hierarchy("x", ["a", "b", ""])),
        (
            "missing_label",
            {"name": "b", "row": 1},
            lambda: birth_hierarchy("b", np.array(["2011-01", "NaT"], dtype="datetime64[M]")),
        ),
        ("not_a_date", {"name": "b"}, lambda: birth_hierarchy("b", ["spring"])),
        (
            "length_mismatch",
            {"name": "p", "expected": 2, "found": 1},
            lambda: place_hierarchy("p", ["1", "2"], ["d"], ["r", "r"]),
        ),
        (
            "unknown_label",
            {"name": "x", "found": "z"},
            lambda: Hierarchy.from_table("x", ["z"], {"a": ["*"]}),
        ),
        (
            "hierarchy_not_rectangular",
            {"name": "x"},
            lambda: Hierarchy.from_table("x", ["a"], {"a": ["*"], "b": ["c", "*"]}),
        ),
        (
            "hierarchy_without_top",
            {"name": "x"},
            lambda: Hierarchy("x", np.zeros(2, dtype=np.int64), (("a", "b"),), 1),
        ),
        (
            "invalid_coarsest",
            {"name": "x", "found": 2},
            lambda: Hierarchy.from_levels("x", [["a"]], coarsest=2),
        ),
    ],
)
def test_what_is_no_hierarchy_is_refused_with_a_code(
    code: str, parameters: dict[str, object], call: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        call()
    assert (refused.value.code, refused.value.parameters) == (code, parameters)
