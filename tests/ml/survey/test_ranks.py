"""Confidence sets of ranks against csranks' figures and against their own definition."""

import csv

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.survey import projected_rank, ranks
from tests.ml.survey.conftest import SHARED


@pytest.fixture(scope="module")
def oecd():
    """Ranks of the OECD's members in mathematics 2022 by country."""
    path = SHARED.parent / "domain" / "pisa_2022_country_means.csv"
    if not path.exists():
        pytest.skip("the shared data are not on this machine (../shared/domain)")
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == "OECD"]
    names = [row["economy"] for row in rows]
    means, errors = ([float(row[f"math_{part}"]) for row in rows] for part in ("mean", "se"))
    return {rank.label: rank for rank in ranks(means, errors, names)}


def assert_near(found, expected):
    assert abs(found[0] - expected[0]) <= 1
    assert abs(found[1] - expected[1]) <= 1


def test_australia_has_the_ranks_of_csranks(oecd):
    assert_near(oecd["Australia"].marginal, (6, 18))
    assert_near(oecd["Australia"].simultaneous, (6, 20))


def test_simultaneous_sets_hold_marginal_ones_and_points(oecd):
    for rank in oecd.values():
        assert rank.simultaneous[0] <= rank.marginal[0] <= rank.point
        assert rank.point <= rank.marginal[1] <= rank.simultaneous[1]
        assert rank.n == 37


def test_the_simulated_range_is_the_narrowest(oecd):
    def width(kind):
        return sum(getattr(rank, kind)[1] - getattr(rank, kind)[0] for rank in oecd.values())

    assert width("naive") < width("marginal") < width("simultaneous")


def test_two_countries_are_told_apart_as_by_a_plain_test():
    """Of two, the set is one rank exactly where |difference| exceeds 1.96 standard errors."""
    for gap, alone in ((1.95, False), (1.97, True)):
        one, other = ranks([500 + gap * np.sqrt(2), 500], [1.0, 1.0], ["a", "b"])
        assert one.marginal == ((1, 1) if alone else (1, 2))
        assert other.marginal == ((2, 2) if alone else (1, 2))


def test_the_marginal_critical_value_agrees_with_simulation():
    from ml.survey.ranks import _critical_value

    sd, own = np.array([1.0, 2.0, 0.5, 3.0]), 1.5
    draws = np.random.default_rng(0).standard_normal((200_000, 5))
    t = (draws[:, 1:] * sd - draws[:, :1] * own) / np.sqrt(sd**2 + own**2)
    up, down = np.array([True, True, False, True]), np.array([True, False, True, True])
    largest = np.maximum(
        np.where(up, t, -np.inf).max(axis=1), np.where(down, -t, -np.inf).max(axis=1)
    )
    assert _critical_value(sd, own, up, down, 0.95) == pytest.approx(
        np.quantile(largest, 0.95), abs=0.02
    )


def test_the_same_sets_with_one_and_two_threads():
    generator = np.random.default_rng(3)
    means, errors = generator.normal(450, 40, 20), generator.uniform(1, 4, 20)
    labels = list(range(20))
    assert ranks(means, errors, labels, n_jobs=1) == ranks(means, errors, labels, n_jobs=2)


def test_a_projected_value_is_ranked_among_the_others():
    others, errors = [520.0, 500.0, 480.0, 460.0], [2.0] * 4
    assert projected_rank(490.0, 2.0, others, errors) == (3, 3)
    assert projected_rank(490.0, 40.0, others, errors) == (1, 5)


def test_what_is_refused():
    refused = {
        "length_mismatch": lambda: ranks([1, 2], [1, 1], ["a"]),
        "too_few_to_rank": lambda: ranks([1], [1], ["a"]),
        "missing_value": lambda: ranks([1, None], [1, 1], ["a", "b"]),
        "invalid_se": lambda: ranks([1, 2], [1, 0], ["a", "b"]),
        "invalid_level": lambda: ranks([1, 2], [1, 1], ["a", "b"], level=1.0),
    }
    for code, call in refused.items():
        with pytest.raises(StatisticsError) as refusal:
            call()
        assert refusal.value.code == code
