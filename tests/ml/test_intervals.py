"""The interval around an estimate."""

import math

import pytest

from ml.errors import StatisticsError
from ml.intervals import t_estimate, t_quantile


@pytest.mark.parametrize(
    ("df", "quantile"),
    [(1, 12.7062047), (2, 4.3026527), (10, 2.2281389), (30, 2.0422725), (math.inf, 1.9599640)],
)
def test_quantiles_are_those_of_the_printed_t_table(df: float, quantile: float) -> None:
    assert t_quantile(0.975, df) == pytest.approx(quantile, abs=1e-6)


def test_the_interval_is_the_value_and_t_times_its_error_on_both_sides() -> None:
    estimate = t_estimate("mean", 10.0, 2.0, df=10, n=40, n_clusters=11, group="a")
    assert estimate.interval == pytest.approx((10 - 2 * 2.2281389, 10 + 2 * 2.2281389), abs=1e-6)
    assert (estimate.n, estimate.n_clusters, estimate.group, estimate.df) == (40, 11, "a", 10)


def test_a_wider_level_gives_a_wider_interval() -> None:
    narrow, wide = (t_estimate("mean", 0.0, 1.0, df=8, n=9, level=x) for x in (0.8, 0.99))
    assert wide.interval[1] > narrow.interval[1] > 0


@pytest.mark.parametrize(
    ("value", "se", "df"), [(math.nan, 1, 5), (1, math.nan, 5), (1, -1, 5), (1, 1, 0), (1, 1, -2)]
)
def test_what_is_no_number_is_refused(value: float, se: float, df: float) -> None:
    with pytest.raises(StatisticsError) as refused:
        t_estimate("mean", value, se, df=df, n=30)
    assert refused.value.code == "not_estimable"


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -0.5])
def test_a_level_outside_zero_and_one_is_refused(level: float) -> None:
    with pytest.raises(StatisticsError) as refused:
        t_estimate("mean", 0.0, 1.0, df=5, n=30, level=level)
    assert refused.value.code == "invalid_level"
