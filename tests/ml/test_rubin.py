"""Rubin's rules."""

import math

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.intervals import t_quantile
from ml.rubin import combine


def test_the_two_parts_are_added() -> None:
    found = combine([10.0, 12.0, 14.0], [1.0, 2.0, 3.0], math.inf)
    assert found.value == 12
    assert (found.within, found.between) == pytest.approx((14 / 3, 4.0))
    assert found.se == pytest.approx(math.sqrt(14 / 3 + 16 / 3))
    missing = (16 / 3) / 10
    assert found.df == pytest.approx(2 / missing**2)


def test_without_complete_data_degrees_of_freedom_they_are_rubin_s_own() -> None:
    """Rubin (1987, eq. 3.1.6): (m − 1) (1 + 1/r)², r the draws' part over the people's."""
    found = combine([10.0, 10.1, 9.9, 10.2], [0.2, 0.1, 0.15, 0.2], math.inf)
    ratio = 1.25 * found.between / found.within
    assert found.df == pytest.approx(3 * (1 + 1 / ratio) ** 2)


def test_both_parts_count_with_their_own_degrees_of_freedom() -> None:
    """Not those of Barnard & Rubin (1999), which would be 1.9 here; see docs/decisions/0021."""
    found = combine([7.0, 10.0, 13.0, 10.0, 10.0], [1.0] * 5, 12)
    added = 1.2 * 4.5
    assert found.se**2 == pytest.approx(1 + added)
    assert found.df == pytest.approx((1 + added) ** 2 / (1 / 12 + added**2 / 4))


@pytest.mark.parametrize("distance", [0.01, 0.5, 1.0, 3.0, 100.0])
def test_they_lie_between_the_smaller_of_the_two_and_their_sum(distance: float) -> None:
    values = [10.0 + distance * step for step in (-2, -1, 0, 1, 2)]
    found = combine(values, [1.0] * 5, 12)
    assert 4 <= found.df <= 12 + 4


def test_intervals_hold_where_schools_are_few_and_draws_matter() -> None:
    """Ten schools, 8 degrees of freedom; 60 percent of the variance is the draws', m = 10.

    4,000 simulations of the table in docs/coverage.md; the error of a share is 0.0034.
    """
    generator = np.random.default_rng(3)
    held, draws = [], 10
    for _ in range(4000):
        center = generator.normal()
        values = center + math.sqrt(0.6) * generator.normal(size=draws)
        people = math.sqrt(0.4 * generator.chisquare(8) / 8)
        found = combine(values.tolist(), [people] * draws, 8)
        held.append(abs(found.value) <= t_quantile(0.975, found.df) * found.se)
    assert np.mean(held) == pytest.approx(0.95, abs=0.011)


def test_values_that_agree_keep_the_complete_degrees_of_freedom() -> None:
    found = combine([5.0, 5.0], [2.0, 2.0], 17.5)
    assert (found.value, found.se, found.df) == (5.0, 2.0, 17.5)


def test_one_value_stays_as_it_is() -> None:
    found = combine([5.0], [2.0], 9.0)
    assert (found.value, found.se, found.df, found.between) == (5.0, 2.0, 9.0, 0.0)


@pytest.mark.parametrize("values", [[], [math.nan, 1.0]])
def test_nothing_to_combine_is_refused(values: list[float]) -> None:
    with pytest.raises(StatisticsError) as refusal:
        combine(values, list(np.ones(len(values))), 10)
    assert refusal.value.code == "not_estimable"


def test_as_many_errors_as_values_are_needed() -> None:
    with pytest.raises(StatisticsError) as refusal:
        combine([1.0, 2.0], [1.0], 10)
    assert refusal.value.code == "length_mismatch"
