"""Differences between groups that share schools."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.growth import Suppressed, gap, group_means

PlainCR2 = Callable[..., tuple[float, float, float]]


@pytest.mark.parametrize("weighted", [False, True])
def test_a_gap_agrees_with_the_whole_matrices_of_the_papers(
    weighted: bool, plain_cr2: PlainCR2
) -> None:
    rng = np.random.default_rng(12)
    clusters = rng.choice(11, 160, p=rng.dirichlet(np.full(11, 3.0)))
    groups = rng.choice(3, 160, p=[0.4, 0.35, 0.25])
    values = rng.normal(size=160) + rng.normal(size=11)[clusters] + 0.2 * groups
    weights = rng.uniform(0.5, 2.0, 160) if weighted else np.ones(160)
    found = gap(
        values,
        groups=groups,
        reference=1,
        clusters=clusters,
        weights=weights if weighted else None,
    )
    assert [estimate.group for estimate in found.estimates] == ["0", "2"]
    for group, estimate in zip((0, 2), found.estimates, strict=True):
        contrast = np.eye(3)[group] - np.eye(3)[1]
        expected = plain_cr2(values, np.eye(3)[groups], weights, clusters, contrast)
        assert (estimate.value, estimate.se, estimate.df) == pytest.approx(expected, rel=1e-10)
        assert estimate.n == np.isin(groups, (group, 1)).sum()
        assert estimate.n_clusters == np.unique(clusters[np.isin(groups, (group, 1))]).size


def test_pupils_in_schools_of_their_own_have_welchs_error_and_the_published_df() -> None:
    """Imbens & Kolesár (2016, Rev. Econ. Stat. 98): Behrens–Fisher with 27 and 3 units."""
    values = np.random.default_rng(13).normal(size=30)
    groups = ["control"] * 27 + ["treated"] * 3
    (found,) = gap(
        values, groups=groups, reference="control", clusters=np.arange(30),
        min_persons=3, min_clusters=3,
    ).estimates  # fmt: skip
    control, treated = values[:27], values[27:]
    welch = math.sqrt(control.var(ddof=1) / 27 + treated.var(ddof=1) / 3)
    assert found.se == pytest.approx(welch, rel=1e-12)
    assert found.df == pytest.approx(30**2 * 26 * 2 / (3**2 * 2 + 27**2 * 26), rel=1e-12)
    assert found.df == pytest.approx(2.5, abs=0.05)


def test_schools_that_lift_both_groups_alike_do_not_widen_the_gap() -> None:
    rng = np.random.default_rng(14)
    clusters = np.repeat(np.arange(20), 20)
    groups = np.tile([0, 1], 200)
    values = 3.0 * rng.normal(size=20)[clusters] + rng.normal(size=400)
    (difference,) = gap(values, groups=groups, reference=0, clusters=clusters).estimates
    means = group_means(values, groups=groups, clusters=clusters).estimates
    apart = math.hypot(means[0].se, means[1].se)
    assert difference.se < 0.2 * apart


def test_gaps_cover_the_truth_with_ten_schools() -> None:
    rng = np.random.default_rng(15)
    clusters = np.repeat(np.arange(10), rng.integers(12, 40, 10))
    groups = (rng.random(clusters.size) < 0.4).astype(int)
    covered = 0
    for _ in range(2500):
        school, program = rng.normal(size=10)[clusters], rng.normal(0, 0.4, 10)[clusters]
        values = school + groups * (1 + program) + 2 * rng.normal(size=clusters.size)
        (found,) = gap(values, groups=groups, reference=0, clusters=clusters).estimates
        covered += found.interval[0] <= 1 <= found.interval[1]
    assert 0.935 <= covered / 2500 <= 0.965


def test_the_groups_withheld_are_those_that_the_means_withhold() -> None:
    rng = np.random.default_rng(16)
    groups = ["a"] * 100 + ["b"] * 20 + ["c"] * 50 + ["d"] * 60
    values, clusters = rng.normal(size=230), np.arange(230) % 10
    found = gap(values, groups=groups, reference="a", clusters=clusters)
    assert [estimate.group for estimate in found.estimates] == ["d"]
    assert found.suppressed == (
        Suppressed("b", "too_few_persons"),
        Suppressed("c", "protects_another"),
    )
    assert found.suppressed == group_means(values, groups=groups, clusters=clusters).suppressed


@pytest.mark.parametrize(
    ("reference", "code"), [("z", "unknown_reference"), ("b", "reference_suppressed")]
)
def test_a_reference_that_may_not_be_shown_is_refused(reference: str, code: str) -> None:
    groups = ["a"] * 100 + ["b"] * 20 + ["c"] * 50
    with pytest.raises(StatisticsError) as refused:
        gap(
            np.random.default_rng(1).normal(size=170),
            groups=groups,
            reference=reference,
            clusters=np.arange(170) % 10,
        )
    assert refused.value.code == code
    assert refused.value.parameters == {"reference": reference}
