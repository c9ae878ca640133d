"""Group means and gains with school-clustered errors."""

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats
from threadpoolctl import threadpool_limits

from ml.errors import StatisticsError
from ml.growth import gap, group_means, paired_gain

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
PlainCR2 = Callable[..., tuple[float, float, float]]


@pytest.fixture
def school_data() -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """150 pupils of three groups, mixed within twelve uneven schools, with weights."""
    rng = np.random.default_rng(11)
    clusters = rng.choice(12, 150, p=rng.dirichlet(np.full(12, 3.0)))
    groups = rng.choice(3, 150, p=[0.45, 0.3, 0.25])
    values = 500 + 20 * rng.normal(size=12)[clusters] + 5 * groups + 80 * rng.normal(size=150)
    return values, groups, clusters, rng.uniform(0.3, 3.0, 150)


@pytest.mark.parametrize("weighted", [False, True])
def test_each_group_agrees_with_the_whole_matrices_of_the_papers(
    school_data: tuple[FloatArray, IntArray, IntArray, FloatArray],
    weighted: bool,
    plain_cr2: PlainCR2,
) -> None:
    values, groups, clusters, weights = school_data
    found = group_means(
        values, groups=groups, clusters=clusters, weights=weights if weighted else None
    )
    design = np.eye(3)[groups]
    used = weights if weighted else np.ones(150)
    assert [estimate.group for estimate in found.estimates] == ["0", "1", "2"]
    for index, estimate in enumerate(found.estimates):
        expected = plain_cr2(values, design, used, clusters, np.eye(3)[index])
        assert (estimate.value, estimate.se, estimate.df) == pytest.approx(expected, rel=1e-10)
        assert estimate.n == (groups == index).sum()
        assert estimate.n_clusters == np.unique(clusters[groups == index]).size


@pytest.mark.parametrize("weighted", [False, True])
def test_everybody_together_agrees_with_the_whole_matrices(
    school_data: tuple[FloatArray, IntArray, IntArray, FloatArray],
    weighted: bool,
    plain_cr2: PlainCR2,
) -> None:
    values, _, clusters, weights = school_data
    used = weights if weighted else np.ones(150)
    found = group_means(values, clusters=clusters, weights=used if weighted else None)
    expected = plain_cr2(values, np.ones((150, 1)), used, clusters, np.ones(1))
    (estimate,) = found.estimates
    assert (estimate.value, estimate.se, estimate.df) == pytest.approx(expected, rel=1e-10)
    assert found.total == estimate


def test_weights_that_are_alike_within_schools_agree_with_the_whole_matrices(
    plain_cr2: PlainCR2,
) -> None:
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(6), [4, 9, 12, 7, 6, 5])
    values, weights = rng.normal(size=43), np.array([1.0, 2, 3, 0.1, 0.7, 5])[clusters]
    (found,) = group_means(values, clusters=clusters, weights=weights).estimates
    expected = plain_cr2(values, np.ones((43, 1)), weights, clusters, np.ones(1))
    assert (found.value, found.se, found.df) == pytest.approx(expected, rel=1e-10)


def test_an_uneven_mean_has_the_closed_form_of_its_school_sizes() -> None:
    rng = np.random.default_rng(3)
    sizes = np.array([3, 5, 8, 13, 21, 2, 9])
    n = float(sizes.sum())
    clusters = np.repeat(np.arange(7), sizes)
    values = rng.normal(size=61) + rng.normal(size=7)[clusters]
    (found,) = group_means(values, clusters=clusters).estimates
    means = np.array([values[clusters == school].mean() for school in range(7)])
    variance = (sizes**2 * (means - values.mean()) ** 2 / (1 - sizes / n)).sum() / n**2
    apart = sizes / (n - sizes)
    df = n**2 / (
        n**2 * (apart**2).sum() - 2 * n * (sizes * apart**2).sum() + (sizes * apart).sum() ** 2
    )
    assert found.se == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert found.df == pytest.approx(df, rel=1e-12)


def test_schools_of_one_size_give_the_t_interval_of_their_means() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(50, 10, (9, 6))
    (found,) = group_means(values.ravel(), clusters=np.repeat(np.arange(9), 6)).estimates
    means = values.mean(axis=1)
    assert found.se == pytest.approx(means.std(ddof=1) / 3, rel=1e-12)
    assert found.df == pytest.approx(8, rel=1e-12)


def test_pupils_each_in_a_school_of_their_own_give_the_ordinary_t_test() -> None:
    values = np.random.default_rng(6).normal(1, 2, 40)
    (found,) = group_means(values, clusters=np.arange(40)).estimates
    expected = stats.ttest_1samp(values, 0.0).confidence_interval()
    assert found.interval == pytest.approx((expected.low, expected.high), rel=1e-10)


def test_a_gain_is_the_mean_of_the_differences_of_those_with_both_waves() -> None:
    rng = np.random.default_rng(7)
    clusters = np.repeat(np.arange(8), 10)
    pre, post = rng.normal(400, 50, 80), rng.normal(430, 50, 80)
    pre[:3], post[70:] = np.nan, np.nan
    found = paired_gain(pre, post, clusters=clusters)
    both = slice(3, 70)
    expected = group_means(post[both] - pre[both], clusters=clusters[both])
    assert found.n_missing == 13
    assert found.estimates[0].name == "gain"
    assert (found.estimates[0].n, found.estimates[0].n_clusters) == (67, 7)
    assert found.estimates[0].value == pytest.approx(expected.estimates[0].value)
    assert found.estimates[0].se == pytest.approx(expected.estimates[0].se)


def test_the_order_of_the_rows_and_the_kind_of_labels_do_not_matter(
    school_data: tuple[FloatArray, IntArray, IntArray, FloatArray],
) -> None:
    values, groups, clusters, weights = school_data
    rows = np.random.default_rng(1).permutation(150)
    names = [f"school {school:02d}" for school in clusters[rows]]
    plain = group_means(values, groups=groups, clusters=clusters, weights=weights)
    other = group_means(values[rows], groups=groups[rows], clusters=names, weights=weights[rows])
    for one, two in zip(plain.estimates, other.estimates, strict=True):
        assert (two.value, two.se, two.df) == pytest.approx((one.value, one.se, one.df), rel=1e-11)


def test_a_far_origin_costs_no_digits(
    school_data: tuple[FloatArray, IntArray, IntArray, FloatArray],
) -> None:
    values, groups, clusters, _ = school_data
    near = group_means(values, groups=groups, clusters=clusters).estimates
    far = group_means(values + 1e9, groups=groups, clusters=clusters).estimates
    assert [e.se for e in far] == pytest.approx([e.se for e in near], rel=1e-6)


def test_missing_values_and_missing_groups_are_left_out_and_counted() -> None:
    rng = np.random.default_rng(8)
    values = rng.normal(size=120)
    clusters = np.tile(np.arange(10), 12)
    groups: list[str | None] = ["f", "m"] * 60
    values[[0, 1, 2]] = np.nan
    groups[10], groups[0] = None, None
    found = group_means(values, groups=groups, clusters=clusters)
    assert (found.n_missing, found.n_ungrouped) == (3, 1)
    assert [(e.group, e.n) for e in found.estimates] == [("f", 57), ("m", 59)]
    assert found.total is not None
    assert found.total.n == 116


def values_of(n: int) -> FloatArray:
    return np.random.default_rng(n).normal(size=n)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("no_data", lambda: group_means([], clusters=[])),
        ("no_data", lambda: group_means([np.nan] * 50, clusters=np.arange(50) % 9)),
        ("no_data", lambda: group_means(values_of(9), groups=[None] * 9, clusters=np.arange(9))),
        ("too_few_persons", lambda: group_means(values_of(29), clusters=np.arange(29))),
        ("too_few_clusters", lambda: group_means(values_of(90), clusters=np.arange(90) % 4)),
        ("constant_outcome", lambda: group_means([1.5] * 60, clusters=np.arange(60) % 6)),
        ("constant_outcome", lambda: group_means([0.0, 1.0] * 60, clusters=np.arange(120) // 20)),
        ("length_mismatch", lambda: group_means(values_of(60), clusters=np.arange(59))),
        ("length_mismatch", lambda: paired_gain(values_of(60), values_of(59), clusters=[1] * 60)),
        (
            "length_mismatch",
            lambda: group_means(values_of(60), groups=["a"], clusters=np.arange(60)),
        ),
        ("missing_cluster", lambda: group_means(values_of(2), clusters=["a", None])),
        ("not_finite", lambda: group_means([1.0, np.inf], clusters=[1, 2])),
        ("not_numeric", lambda: group_means(["one", "two"], clusters=[1, 2])),
        ("wrong_shape", lambda: group_means(np.ones((2, 2)), clusters=[1, 2])),
        ("invalid_weight", lambda: group_means([1.0, 2.0], clusters=[1, 2], weights=[1.0, 0.0])),
        ("invalid_weight", lambda: group_means([1.0, 2.0], clusters=[1, 2], weights=[None, 1.0])),
        ("invalid_threshold", lambda: group_means([1.0], clusters=[1], min_clusters=1)),
        ("invalid_level", lambda: group_means([1.0], clusters=[1], level=95)),
    ],
)
def test_what_allows_no_honest_number_is_refused_with_a_code(
    code: str, call: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code


def test_a_school_that_holds_all_the_weight_allows_no_error() -> None:
    weights = np.r_[np.full(10, 1e12), np.ones(50)]
    with pytest.raises(StatisticsError) as refused:
        group_means(values_of(60), clusters=np.arange(60) // 10, weights=weights)
    assert refused.value.code == "not_estimable"


def test_a_refusal_does_not_tell_how_many_there_were() -> None:
    with pytest.raises(StatisticsError) as refused:
        group_means(values_of(7), clusters=np.arange(7))
    assert refused.value.parameters == {"min_persons": 30, "min_clusters": 5}


def test_intervals_cover_the_truth_with_eight_uneven_schools() -> None:
    rng = np.random.default_rng(20)
    clusters = np.repeat(np.arange(8), rng.integers(15, 40, 8))
    covered = covered_by_normal = 0
    for _ in range(3000):
        values = 50 + 0.45 * rng.normal(size=8)[clusters] + 0.9 * rng.normal(size=clusters.size)
        total = group_means(values, clusters=clusters).estimates[0]
        covered += total.interval[0] <= 50 <= total.interval[1]
        covered_by_normal += abs(total.value - 50) <= 1.96 * total.se
    assert 0.935 <= covered / 3000 <= 0.965
    assert covered_by_normal / 3000 < 0.93  # what the degrees of freedom are for


def test_one_and_two_threads_give_the_same_bits(
    school_data: tuple[FloatArray, IntArray, IntArray, FloatArray],
) -> None:
    values, groups, clusters, weights = (np.tile(array, 400) for array in school_data)
    results = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            means = group_means(values, groups=groups, clusters=clusters, weights=weights)
            gaps = gap(values, groups=groups, reference=0, clusters=clusters, weights=weights)
        results.append((means, gaps))
    assert results[0] == results[1]


def test_importing_growth_does_not_import_scipy() -> None:
    command = "import sys, ml.growth; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0
