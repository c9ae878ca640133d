"""The restricted wild cluster bootstrap, held against a version that refits every draw."""

import numpy as np
import numpy.typing as npt
import pytest

from ml.errors import StatisticsError
from ml.growth import WildBootstrap, gain
from ml.growth.wild import _multipliers

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def study(schools: int) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(schools), rng.integers(10, 20, schools))
    group = (school % 2).astype(float)
    pre = rng.normal(size=school.size) + 0.3 * rng.normal(size=schools)[school]
    post = 0.6 * pre + 0.3 * rng.normal(size=schools)[school] + rng.normal(size=school.size)
    return pre, post, group, school


def bootstrapped(schools: int, seed: int = 0, level: float = 0.95) -> WildBootstrap:
    pre, post, group, school = study(schools)
    found = gain(
        pre,
        post,
        design="ancova",
        group=group,
        clusters=school,
        errors="wild",
        random_state=seed,
        level=level,
    ).bootstrap
    assert found is not None
    return found


@pytest.mark.parametrize("schools", [10, 14])
def test_the_p_value_is_that_of_refitting_every_draw(schools: int) -> None:
    pre, post, group, school = study(schools)
    X = np.column_stack([np.ones(pre.size), group, pre])
    found = bootstrapped(schools)

    def t_of(y: FloatArray) -> float:
        beta = np.linalg.lstsq(X, y, rcond=None)[0]
        weights = (X @ np.linalg.inv(X.T @ X))[:, 1] * (y - X @ beta)
        return float(beta[1] / np.sqrt((np.bincount(school, weights) ** 2).sum()))

    restricted = X[:, [0, 2]]
    fitted = restricted @ np.linalg.lstsq(restricted, post, rcond=None)[0]
    multipliers = _multipliers(found.law, schools, 0)
    drawn = [abs(t_of(fitted + row[school] * (post - fitted))) for row in multipliers]
    beyond = np.sum(np.array(drawn) >= abs(t_of(post)) * (1 - 1e-9))
    assert found.p_value == (1 + beyond) / (1 + len(drawn))


def test_the_interval_ends_where_the_test_begins_to_refuse() -> None:
    pre, post, group, school = study(14)
    low, high = bootstrapped(14).interval
    for value, refused in ((low - 1e-4, True), (low + 1e-4, False), (high - 1e-4, False)):
        moved = gain(
            pre, post - value * group, design="ancova", group=group, clusters=school, errors="wild"
        ).bootstrap
        assert moved is not None
        assert (moved.p_value <= 0.05) == refused


def test_a_pvalue_below_five_percent_and_an_interval_without_zero_are_one() -> None:
    for schools in (10, 12, 14, 18):
        found = bootstrapped(schools)
        assert (found.p_value <= 0.05) == (not found.interval[0] <= 0 <= found.interval[1])


def test_few_schools_get_webbs_six_points() -> None:
    assert bootstrapped(12).law == "webb"
    assert bootstrapped(13).law == "rademacher"
    points = np.unique(_multipliers("webb", 10, 0) ** 2)
    assert points == pytest.approx([0.5, 1.0, 1.5])


def test_the_same_seed_gives_the_same_interval() -> None:
    assert bootstrapped(10, seed=3) == bootstrapped(10, seed=3)
    assert bootstrapped(10, seed=3) != bootstrapped(10, seed=4)


def test_a_higher_level_gives_a_wider_interval() -> None:
    (low, high), (lower, higher) = (bootstrapped(14, level=level).interval for level in (0.9, 0.99))
    assert lower < low < high < higher


def test_the_gain_carries_the_interval_and_keeps_its_error() -> None:
    pre, post, group, school = study(14)
    plain, wild = (
        gain(pre, post, group=group, clusters=school, errors=errors) for errors in ("cr2", "wild")
    )
    assert wild.bootstrap is not None
    assert wild.interval == wild.bootstrap.interval
    assert (wild.value, wild.se, wild.df) == (plain.value, plain.se, plain.df)


def test_errors_in_variables_can_be_bootstrapped() -> None:
    pre, post, group, school = study(18)
    found = gain(
        pre, post, design="eiv", reliability=0.8, group=group, clusters=school, errors="wild"
    )
    half = (found.interval[1] - found.interval[0]) / 2
    assert half == pytest.approx(2.1 * found.se, rel=0.25)


def test_too_few_schools_for_any_interval_are_refused() -> None:
    rng = np.random.default_rng(0)
    school = np.repeat(np.arange(4), 30)
    pre, group = rng.normal(size=120), (school < 2).astype(float)
    with pytest.raises(StatisticsError) as refusal:
        gain(
            pre,
            pre + rng.normal(size=120),
            group=group,
            clusters=school,
            errors="wild",
            min_clusters=2,
            level=0.999,
        )
    assert refusal.value.code == "bootstrap_unbounded"
