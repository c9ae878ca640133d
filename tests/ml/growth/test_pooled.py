"""Means of groups with few schools each, their errors pooled over all groups."""

import numpy as np
import numpy.typing as npt
import pytest

from ml.growth import GroupEstimates, group_means, pooled_means

FloatArray = npt.NDArray[np.float64]
GROUPS, SCHOOLS, PUPILS = 12, 6, 15


def pupils(seed: int = 0) -> tuple[FloatArray, npt.NDArray[np.str_], npt.NDArray[np.int64]]:
    """(gain, group, school): schools differ by 5 points, pupils by 20, every mean is 40."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(GROUPS * SCHOOLS), PUPILS)
    gain = 40 + 5 * rng.normal(size=GROUPS * SCHOOLS)[school] + 20 * rng.normal(size=school.size)
    return gain, (school // SCHOOLS).astype(str), school


def found(seed: int = 0) -> GroupEstimates:
    gain, group, school = pupils(seed)
    return pooled_means(gain, groups=group, clusters=school)


def test_the_means_are_the_plain_ones() -> None:
    gain, group, school = pupils()
    plain = group_means(gain, groups=group, clusters=school)
    pooled = found()
    assert [one.value for one in pooled.estimates] == [one.value for one in plain.estimates]
    assert [one.n for one in pooled.estimates] == [one.n for one in plain.estimates]
    assert {one.df for one in pooled.estimates} == {GROUPS * SCHOOLS - GROUPS}


def test_the_error_of_equal_schools_is_that_of_an_analysis_of_variance() -> None:
    gain, _, school = pupils()
    means = gain.reshape(GROUPS, SCHOOLS, PUPILS).mean(axis=2)
    between = np.square(means - means.mean(axis=1, keepdims=True)).sum() / (GROUPS * (SCHOOLS - 1))
    expected = np.sqrt(between / SCHOOLS)
    assert school.size == GROUPS * SCHOOLS * PUPILS
    assert [one.se for one in found().estimates] == pytest.approx([expected] * GROUPS, rel=1e-6)


def test_true_means_lie_inside_the_intervals_at_the_stated_rate() -> None:
    covered = [
        one.interval[0] <= 40 <= one.interval[1]
        for seed in range(50)
        for one in found(seed).estimates
    ]
    # 600 intervals: beyond these bounds by chance less than once in five hundred times.
    assert 0.92 <= np.mean(covered) <= 0.98


def test_small_groups_stay_withheld_and_missing_values_out() -> None:
    gain, group, school = pupils()
    gain[group == "3"] = np.nan
    gain[np.flatnonzero(group == "5")[10:]] = np.nan
    pooled = pooled_means(gain, groups=group, clusters=school)
    plain = group_means(gain, groups=group, clusters=school)
    assert pooled.suppressed == plain.suppressed
    assert "5" in {one.group for one in pooled.suppressed}
    assert pooled.n_missing == plain.n_missing


def test_rows_may_come_in_any_order() -> None:
    gain, group, school = pupils()
    order = np.random.default_rng(1).permutation(gain.size)
    turned = pooled_means(gain[order], groups=group[order], clusters=school[order])
    for one, other in zip(found().estimates, turned.estimates, strict=True):
        assert one.se == pytest.approx(other.se, rel=1e-9)
