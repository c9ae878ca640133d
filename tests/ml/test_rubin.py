"""Rubin's rules."""

import math

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.rubin import combine


def test_the_two_parts_are_added() -> None:
    found = combine([10.0, 12.0, 14.0], [1.0, 2.0, 3.0], math.inf)
    assert found.value == 12
    assert (found.within, found.between) == pytest.approx((14 / 3, 4.0))
    assert found.se == pytest.approx(math.sqrt(14 / 3 + 16 / 3))
    missing = (16 / 3) / 10
    assert found.df == pytest.approx(2 / missing**2)


def test_degrees_of_freedom_stay_below_those_of_complete_data() -> None:
    found = combine([10.0, 10.1, 9.9], [1.0, 1.0, 1.0], 20)
    missing = found.between * 4 / 3 / found.se**2
    observed = 21 / 23 * 20 * (1 - missing)
    assert found.df == pytest.approx(1 / (missing**2 / 2 + 1 / observed))
    assert found.df < 20


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
