"""Reliability of the abilities, with its uncertainty."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.irt import error_estimate, reliability_estimate
from ml.irt.abilities import empirical_reliability


def persons(n: int = 600, schools: int = 30, seed: int = 3):
    draw = np.random.default_rng(seed)
    return draw.normal(2, 1, n), draw.uniform(0.4, 0.6, n), np.arange(n) % schools


def test_the_value_is_the_empirical_reliability() -> None:
    values, errors, schools = persons()
    found = reliability_estimate(values, errors, schools)
    assert found.value == pytest.approx(empirical_reliability(values, errors), rel=1e-12)
    assert (found.n, found.n_clusters, found.df) == (600, 30, 29)


def test_the_error_is_the_jackknife_done_the_long_way() -> None:
    values, errors, schools = persons()
    without = np.array(
        [empirical_reliability(values[schools != s], errors[schools != s]) for s in range(30)]
    )
    se = np.sqrt(29 / 30 * ((without - without.mean()) ** 2).sum())
    assert reliability_estimate(values, errors, schools).se == pytest.approx(se, rel=1e-9)


def test_persons_without_responses_do_not_count() -> None:
    values, errors, schools = persons()
    values[:100] = errors[:100] = np.nan
    assert reliability_estimate(values, errors, schools).n == 500


def test_the_error_of_measurement_is_the_root_mean_square() -> None:
    _, errors, schools = persons()
    found = error_estimate(errors, schools)
    assert found.value == pytest.approx(np.sqrt((errors**2).mean()))
    assert found.interval[0] < found.value < found.interval[1]


def test_one_school_is_refused() -> None:
    values, errors, _ = persons()
    with pytest.raises(StatisticsError, match="too_few_clusters"):
        reliability_estimate(values, errors, np.zeros(600))


def test_its_interval_covers() -> None:
    """The reliability of persons drawn by school, 400 times: 95 % ± 3.3 % of the intervals."""
    draw = np.random.default_rng(8)
    hits = 0
    for _ in range(400):
        values = draw.normal(size=400) * np.sqrt(0.8)
        found = reliability_estimate(values, np.full(400, np.sqrt(0.2)), np.arange(400) % 40)
        hits += found.interval[0] <= 0.8 <= found.interval[1]
    assert 0.92 <= hits / 400 <= 0.98
