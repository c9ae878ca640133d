"""The jump at a cutoff."""

import numpy as np
import pytest

from ml.effect import Bandwidths, regression_discontinuity
from ml.effect.discontinuity import density_check
from ml.errors import StatisticsError


def selected(n: int = 1500, schools: int = 60):
    generator = np.random.default_rng(0)
    score = generator.uniform(-1, 1, n)
    school = generator.integers(0, schools, n)
    y = 0.5 * score + 0.8 * score**2 * (score > 0) + 0.4 * (score >= 0)
    y = y + generator.normal(0, 0.3, n) + generator.normal(0, 0.15, schools)[school]
    return y, score, school * 2 + (score >= 0)


# Python's rdrobust 1.x on these data: rdrobust(y, score, vce="hc1", masspoints="off"), in the last
# two rows also cluster=school. Columns: h, b, conventional, bias-corrected, robust error.
PUBLISHED = [
    (None, False, (0.2749115, 0.45140767, 0.45239337, 0.47176198, 0.07857493)),
    (Bandwidths(0.3, 0.5), False, (0.3, 0.5, 0.44765206, 0.46885794, 0.07526944)),
    (None, True, (0.26840348, 0.46554709, 0.45351707, 0.47190301, 0.0696296)),
    (Bandwidths(0.3, 0.5), True, (0.3, 0.5, 0.44765206, 0.46885794, 0.06651141)),
]


@pytest.mark.parametrize(("bandwidths", "clustered", "expected"), PUBLISHED)
def test_rdrobust_finds_the_same(bandwidths, clustered, expected):
    y, score, school = selected()
    found = regression_discontinuity(
        y, score, cutoff=0, clusters=school if clustered else None, bandwidths=bandwidths
    )
    ours = (
        found.bandwidths.line,
        found.bandwidths.bias,
        found.conventional.value,
        found.effect.value,
        found.effect.se,
    )
    assert ours == pytest.approx(expected, abs=2e-7)


def test_with_one_bandwidth_it_is_the_jump_of_two_parabolas():
    """Calonico, Cattaneo & Titiunik (2014), remark 7."""
    y, score, _ = selected()
    found = regression_discontinuity(y, score, cutoff=0, bandwidths=Bandwidths(0.4, 0.4))
    limits = []
    for side in (score < 0, score >= 0):
        weights = np.sqrt(np.maximum(1 - np.abs(score[side]) / 0.4, 0))
        limits.append(np.polyfit(score[side], y[side], 2, w=weights)[2])
    assert found.effect.value == pytest.approx(limits[1] - limits[0], abs=1e-9)


def test_the_score_may_have_any_unit_and_cutoff():
    y, score, school = selected()
    plain = regression_discontinuity(y, score, cutoff=0, clusters=school)
    moved = regression_discontinuity(y, 500 + 100 * score, cutoff=500, clusters=school)
    assert moved.effect.value == pytest.approx(plain.effect.value, rel=1e-8)
    assert moved.bandwidths.line == pytest.approx(100 * plain.bandwidths.line, rel=1e-8)


def test_plausible_values_and_missing_scores():
    y, score, school = selected()
    values = y[:, None] + np.random.default_rng(1).normal(0, 0.2, (y.size, 3))
    score[:10] = np.nan
    found = regression_discontinuity(values, score, cutoff=0, bandwidths=Bandwidths(0.3, 0.5))
    each = [
        regression_discontinuity(v, score, cutoff=0, bandwidths=Bandwidths(0.3, 0.5)).effect
        for v in values.T
    ]
    assert found.effect.value == pytest.approx(np.mean([e.value for e in each]))
    assert found.effect.imputation_variance > 0
    assert found.effect.n_missing == 10
    assert school.size == y.size


def test_arranged_scores_are_seen():
    score = np.random.default_rng(2).uniform(-1, 1, 2000)
    assert density_check(score).passed
    arranged = np.where((score < 0) & (score > -0.04), score + 0.05, score)
    check = density_check(arranged)
    assert (check.passed, check.explanation) == (False, "density_uneven")
    assert check.parameters["above"] > check.parameters["below"]


def test_the_effect_at_the_cutoff_carries_its_checks():
    y, score, school = selected()
    effect = regression_discontinuity(y, score, cutoff=0, clusters=school).effect
    assert effect.estimand == "cutoff"
    assert [check.explanation for check in effect.failed] == ["placebo_not_done"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cutoff": -2}, "no_comparison_group"),
        ({"cutoff": 2}, "nobody_enrolled"),
        ({"bandwidths": Bandwidths(1e-4, 1e-4)}, "too_few_at_cutoff"),
        ({"clusters": [0] * 1500}, "one_cluster"),
        ({"y": [1.0] * 1500}, "constant_outcome"),
        ({"y": [np.nan] * 1500}, "no_data"),
    ],
)
def test_what_shows_no_jump_is_refused(changes, code):
    y, score, _ = selected()
    arguments = {"y": y, "score": score, "cutoff": 0} | changes
    with pytest.raises(StatisticsError, match=code):
        regression_discontinuity(**arguments)


def test_a_bandwidth_is_above_0():
    with pytest.raises(StatisticsError, match="invalid_bandwidth"):
        Bandwidths(0.0, 0.1)


@pytest.mark.parametrize("unit", [2.0**200, 2.0**-200])
def test_the_unit_of_score_and_outcome_does_not_matter(unit):
    y, score, school = selected()
    plain = regression_discontinuity(y, score, cutoff=0, clusters=school)
    found = regression_discontinuity(y * unit, score * unit, cutoff=0, clusters=school)
    assert found.effect.value == pytest.approx(plain.effect.value * unit, rel=1e-9)
    assert found.effect.se == pytest.approx(plain.effect.se * unit, rel=1e-9)
    assert found.bandwidths.line == pytest.approx(plain.bandwidths.line * unit, rel=1e-9)
