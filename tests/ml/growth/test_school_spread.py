"""How far schools differ, without saying which."""

import numpy as np
import numpy.typing as npt
import pytest

from ml.errors import StatisticsError
from ml.growth import school_effects, school_spread

FloatArray = npt.NDArray[np.float64]


def pupils(
    spread: float, schools: int = 40, seed: int = 0, draws: int = 1
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """(post, pre, school) with 25 points of spread within schools."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), rng.integers(10, 40, schools))
    n = school.size
    start = 500 + 100 * rng.normal(size=(n, 1))
    end = 0.8 * start + spread * rng.normal(size=schools)[school][:, None]
    end = end + 25 * rng.normal(size=(n, 1))
    noise = 5 * rng.normal(size=(2, n, draws)) * (draws > 1)
    return end + noise[0], start + noise[1], school


def test_it_is_the_spread_of_the_school_effects() -> None:
    end, start, school = pupils(8.0)
    found = school_spread(end, prior=start, clusters=school)
    known = school_effects(end[:, 0], covariates=start, clusters=school).spread
    assert found.spread.value == pytest.approx(known.value)
    assert found.spread.se == pytest.approx(known.se)
    assert found.spread.interval == pytest.approx(known.interval)
    assert (found.spread.n, found.spread.n_clusters) == (school.size, 40)


@pytest.mark.parametrize("spread", [0.5, 3.0, 10.0])
def test_the_truth_lies_inside_the_interval_at_the_stated_rate(spread: float) -> None:
    covered = []
    for seed in range(60):
        end, start, school = pupils(spread, seed=seed)
        found = school_spread(end, prior=start, clusters=school)
        low, high = found.spread.interval
        covered.append(low <= spread <= high)
    # Fewer than 52 of 60 happens by chance less than once in two hundred times.
    assert sum(covered) >= 52


def test_the_share_is_what_lies_between_schools() -> None:
    end, start, school = pupils(25.0, schools=200)
    share = school_spread(end, prior=start, clusters=school).share
    assert share.unit == "share"
    assert share.interval[0] < 0.5 < share.interval[1]


def test_plausible_values_are_all_counted() -> None:
    end, start, school = pupils(8.0, draws=5)
    together = school_spread(end, prior=start, clusters=school).spread
    alone = [school_spread(end[:, d], prior=start[:, d], clusters=school).spread for d in range(5)]
    assert together.value == pytest.approx(np.mean([each.value for each in alone]))
    assert together.se > np.mean([each.se for each in alone])


def test_rows_that_lack_something_are_left_out_and_counted() -> None:
    end, start, school = pupils(8.0)
    holes = end.copy()
    holes[:7] = np.nan
    found = school_spread(holes, prior=start, clusters=school)
    assert found.n_missing == 7
    assert found.spread.n == school.size - 7


@pytest.mark.parametrize(
    ("schools", "constant", "code"),
    [(1, False, "one_cluster"), (2, False, "too_few_groups"), (9, True, "constant_outcome")],
)
def test_what_cannot_be_told_is_refused(schools: int, constant: bool, code: str) -> None:
    end, start, school = pupils(8.0, schools=schools)
    with pytest.raises(StatisticsError) as caught:
        school_spread(end * (not constant), prior=start, clusters=school)
    assert caught.value.code == code
