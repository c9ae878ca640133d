"""School and region effects, shrunken."""

import numpy as np
import numpy.typing as npt
import pytest

from ml.errors import StatisticsError
from ml.growth import ShrunkenEffects, group_means, paired_gain, region_effects, school_effects

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def pupils(sizes: list[int], seed: int = 0) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
    """(post-test, pre-test, school, the schools' true effects)."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(len(sizes)), sizes)
    effect = 15 * rng.normal(size=len(sizes))
    start = 500 + 100 * rng.normal(size=school.size)
    return (
        150 + 0.7 * start + effect[school] + 60 * rng.normal(size=school.size),
        start,
        school,
        effect,
    )


def values_of(found: ShrunkenEffects) -> FloatArray:
    return np.array([each.estimate.value for each in found.effects])


def test_small_schools_are_drawn_further_towards_the_average() -> None:
    sizes = [30] * 10 + [400] * 10
    post, start, school, _ = pupils(sizes)
    found = school_effects(post, clusters=school, covariates=start)
    reliability = np.array([each.reliability for each in found.effects])
    assert reliability[:10].max() < reliability[10:].min()
    raw = np.array([each.raw for each in found.effects])
    assert (np.abs(values_of(found)) <= np.abs(raw) + 1.5).all()
    assert [each.estimate.n for each in found.effects] == sizes


def test_shrunken_effects_lie_nearer_to_the_truth_than_raw_ones() -> None:
    post, start, school, effect = pupils([35] * 60)
    found = school_effects(post, clusters=school, covariates=start)
    effect = effect - effect.mean()
    raw = np.array([each.raw for each in found.effects])
    assert np.square(values_of(found) - effect).mean() < 0.95 * np.square(raw - effect).mean()


def test_effects_come_in_the_order_of_the_labels_with_ranks_as_intervals() -> None:
    post, start, school, _ = pupils([40] * 30)
    found = school_effects(post, clusters=school, covariates=start)
    labels = [each.estimate.group for each in found.effects]
    assert labels == [str(index) for index in range(30)]
    for each in found.effects:
        low, high = each.rank_interval
        assert 1 <= low <= high <= 30
    widths = [each.rank_interval[1] - each.rank_interval[0] for each in found.effects]
    assert np.median(widths) > 5


def test_schools_that_barely_differ_have_ranks_that_say_nothing() -> None:
    rng = np.random.default_rng(2)
    school = np.repeat(np.arange(20), 30)
    found = school_effects(rng.normal(size=600), clusters=school)
    widths = [each.rank_interval[1] - each.rank_interval[0] for each in found.effects]
    assert min(widths) >= 10
    assert found.spread.interval[0] < 0.05


def test_spread_and_mean_are_told_with_their_intervals() -> None:
    post, start, school, _ = pupils([50] * 80)
    found = school_effects(post, clusters=school, covariates=start)
    assert found.spread.interval[0] < 15 < found.spread.interval[1]
    assert found.mean.interval[0] < 0 < found.mean.interval[1]


def test_small_schools_are_withheld_and_never_one_alone() -> None:
    post, start, school, _ = pupils([10, 31, 40, 50, 60, 70])
    found = school_effects(post, clusters=school, covariates=start)
    assert [(each.group, each.reason) for each in found.suppressed] == [
        ("0", "too_few_persons"),
        ("1", "protects_another"),
    ]
    assert [each.estimate.group for each in found.effects] == ["2", "3", "4", "5"]
    assert max(each.rank_interval[1] for each in found.effects) <= 4


def test_the_same_seed_gives_the_same_ranks() -> None:
    post, start, school, _ = pupils([40] * 15)
    one, other = (
        school_effects(post, clusters=school, covariates=start, random_state=7) for _ in range(2)
    )
    assert one == other


def test_region_effects_are_the_shrunken_estimates_of_the_regions() -> None:
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(120), 25)
    region = school % 12
    gains = 20 + 6 * rng.normal(size=12)[region] + 15 * rng.normal(size=120)[school]
    pre = rng.normal(size=school.size) * 100
    post = pre + gains + 60 * rng.normal(size=school.size)
    raw = paired_gain(pre, post, groups=region, clusters=school)
    found = region_effects(raw)
    assert [each.estimate.group for each in found.effects] == [each.group for each in raw.estimates]
    center = found.mean.value
    for each, before in zip(found.effects, raw.estimates, strict=True):
        assert each.raw == before.value
        expected = center + each.reliability * (before.value - center)
        assert each.estimate.value == pytest.approx(expected, abs=1.0)
        assert each.estimate.n_clusters == 10


def test_withheld_regions_stay_withheld() -> None:
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(60), 25)
    region = np.where(school < 3, 9, school % 5)
    raw = group_means(rng.normal(size=school.size), groups=region, clusters=school)
    found = region_effects(raw)
    assert found.suppressed == raw.suppressed != ()


def test_two_groups_are_too_few_to_shrink() -> None:
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(20), 25)
    raw = group_means(rng.normal(size=500), groups=school % 2, clusters=school)
    with pytest.raises(StatisticsError) as refusal:
        region_effects(raw)
    assert refusal.value.code == "too_few_groups"


@pytest.mark.parametrize(
    ("values", "clusters", "code"),
    [
        (np.ones(60), np.repeat(range(3), 20), "constant_outcome"),
        (np.arange(60.0), np.zeros(60), "one_cluster"),
        (np.arange(60.0), np.arange(60), "one_row_per_cluster"),
        (np.full(60, np.nan), np.repeat(range(3), 20), "no_data"),
    ],
)
def test_effects_that_are_not_determined_are_refused(
    values: FloatArray, clusters: IntArray, code: str
) -> None:
    with pytest.raises(StatisticsError) as refusal:
        school_effects(values, clusters=clusters)
    assert refusal.value.code == code
