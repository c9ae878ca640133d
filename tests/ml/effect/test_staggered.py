"""A rollout in waves: cells, averages, bands, pre-trends, refusals."""

import numpy as np
import pytest

from ml.effect import staggered_effects
from ml.effect.change import adjusted_change, change
from ml.errors import StatisticsError

WAVES = 5


def rollout(schools: int = 40, pupils: int = 20, seed: int = 0):
    """Cohorts 1, 2, 3 and never; the effect is 0.3 + 0.1 per wave since the start."""
    generator = np.random.default_rng(seed)
    start = np.array([1, 2, 3, np.nan])[np.arange(schools) % 4]
    school = np.repeat(np.arange(schools), pupils)
    first, wave = start[school], np.arange(WAVES)
    since = wave - np.where(np.isnan(first), WAVES, first)[:, None]
    y = generator.normal(size=school.size)[:, None] + 0.2 * wave
    y = y + np.cumsum(generator.normal(0, 0.1, (schools, WAVES)), axis=1)[school]
    y = y + generator.normal(0, 0.5, y.shape) + np.where(since >= 0, 0.3 + 0.1 * since, 0)
    return y, first, school


@pytest.fixture(scope="module")
def found():
    y, first, school = rollout()
    return staggered_effects(y, first, clusters=school)


def test_a_cell_is_a_difference_of_mean_changes(found):
    y, first, _ = rollout()
    cells = {(cell.cohort, cell.wave): cell for cell in found.cells}
    assert len(cells) == 12
    for (cohort, wave), cell in cells.items():
        base = int(cohort) - 1 if wave >= cohort else int(wave) - 1
        delta = y[:, int(wave)] - y[:, base]
        own, never = delta[first == cohort], delta[np.isnan(first)]
        assert cell.estimate.value == pytest.approx(own.mean() - never.mean(), abs=1e-12)
        assert cell.after == (wave >= cohort)
        assert cell.estimate.n == 400


def test_its_error_is_that_of_school_means_in_two_groups(found):
    """Schools of one size: the unbiased two-sample variance of school means, and Welch's df."""
    y, first, school = rollout()
    delta = np.bincount(school, weights=y[:, 3] - y[:, 1]) / 20
    cohort = first[::20]
    groups = [delta[cohort == 2], delta[np.isnan(cohort)]]
    parts = [group.var(ddof=1) / group.size for group in groups]
    cell = next(cell for cell in found.cells if (cell.cohort, cell.wave) == (2, 3))
    assert cell.estimate.se == pytest.approx(np.sqrt(sum(parts)), rel=1e-10)
    df = sum(parts) ** 2 / sum(part**2 / 9 for part in parts)
    assert cell.estimate.df == pytest.approx(df, rel=1e-10)


def test_averages_are_of_the_cells(found):
    cells = {(cell.cohort, cell.wave): cell.estimate.value for cell in found.cells}
    by_time = {point.time: point.estimate.value for point in found.event_study}
    assert sorted(by_time) == [-2, -1, 0, 1, 2, 3]
    expected = np.mean([cells[1, 2], cells[2, 3], cells[3, 4]])
    assert by_time[1] == pytest.approx(expected)
    cohorts = [np.mean([v for (g, t), v in cells.items() if g == c and t >= c]) for c in (1, 2, 3)]
    assert [each.value for each in found.cohorts] == pytest.approx(cohorts)
    assert found.effect.value == pytest.approx(np.mean(cohorts))
    assert [each.group for each in found.cohorts] == ["1", "2", "3"]


def test_the_truth_is_found_and_no_cohort_is_compared_with_one_treated(found):
    truth = np.mean([0.3 + 0.1 * np.arange(WAVES - start).mean() for start in (1, 2, 3)])
    assert found.effect.interval[0] < truth < found.effect.interval[1]
    points = {point.time: point for point in found.event_study}
    assert points[3].estimate.value > points[0].estimate.value + 0.1
    for time, point in points.items():
        expected = 0.3 + 0.1 * time if time >= 0 else 0
        assert point.band[0] < expected < point.band[1]
        assert point.band[0] < point.estimate.interval[0]


def test_those_not_yet_treated_are_compared_until_they_start():
    y, first, school = rollout()
    some = ~np.isnan(first)
    found = staggered_effects(y[some], first[some], clusters=school[some], control="not_yet")
    assert max(cell.wave for cell in found.cells if cell.after) == 2
    delta = y[:, 1] - y[:, 0]
    cell = next(cell for cell in found.cells if (cell.cohort, cell.wave) == (1, 1))
    others = (first == 2) | (first == 3)
    assert cell.estimate.value == pytest.approx(delta[first == 1].mean() - delta[others].mean())


def test_more_to_compare_with_is_more_precise():
    y, first, school = rollout()
    never = staggered_effects(y, first, clusters=school)
    not_yet = staggered_effects(y, first, clusters=school, control="not_yet")
    early = [
        next(c for c in each.cells if (c.cohort, c.wave) == (1, 1)) for each in (never, not_yet)
    ]
    assert early[1].estimate.se < early[0].estimate.se


def test_parallel_trends_pass_and_others_fail(found):
    assert found.pre_trend is not None
    assert found.pre_trend.p_value > 0.05
    checks = {check.name: check for check in found.effect.checks}
    assert checks["pre_trend"].passed
    assert found.effect.is_causal
    y, first, school = rollout()
    drifting = y + 0.3 * np.arange(WAVES) * ~np.isnan(first)[:, None]
    worse = staggered_effects(drifting, first, clusters=school)
    assert worse.pre_trend is not None
    assert worse.pre_trend.p_value < 0.001
    assert not worse.effect.is_causal
    assert worse.effect.failed[0].explanation == "pre_trend_differs"


def test_a_trend_that_cannot_be_tested_is_said():
    y, first, school = rollout()
    once = np.isnan(first) | (first == 1)
    found = staggered_effects(y[once], first[once], clusters=school[once])
    assert found.pre_trend is None
    assert found.effect.failed[0].explanation == "pre_trend_not_testable"


def test_covariates_make_trends_parallel_among_those_alike():
    y, first, school = rollout(schools=80)
    generator = np.random.default_rng(1)
    x = generator.normal(size=first.size) + 0.8 * np.isnan(first)
    y = y + 0.4 * x[:, None] * np.arange(WAVES)
    plain = staggered_effects(y, first, clusters=school)
    adjusted = staggered_effects(y, first, clusters=school, covariates=x[:, None])
    truth = np.mean([0.3 + 0.1 * np.arange(WAVES - start).mean() for start in (1, 2, 3)])
    assert abs(plain.effect.value - truth) > 3 * plain.effect.se
    assert abs(adjusted.effect.value - truth) < 2.5 * adjusted.effect.se


def test_without_covariates_the_doubly_robust_change_is_the_plain_one():
    generator = np.random.default_rng(2)
    delta, weights = generator.normal(size=300), generator.uniform(0.5, 2, 300)
    treated = (np.arange(300) % 3 == 0).astype(float)
    plain = change(delta, treated, weights)
    adjusted = adjusted_change(delta, treated, weights, np.empty((300, 0)))
    assert adjusted.value == pytest.approx(plain.value, abs=1e-10)
    assert adjusted.influence == pytest.approx(plain.influence, abs=1e-10)


def test_the_doubly_robust_error_is_the_simulated_one():
    values, errors = [], []
    for seed in range(300):
        generator = np.random.default_rng(seed)
        x = generator.normal(size=(400, 2))
        treated = (generator.random(400) < 1 / (1 + np.exp(-0.7 * x[:, 0]))).astype(float)
        delta = x[:, 0] + 0.5 * treated + generator.normal(size=400)
        found = adjusted_change(delta, treated, np.ones(400), x)
        values.append(found.value)
        errors.append(np.sqrt((found.influence**2).sum()))
    assert np.mean(values) == pytest.approx(0.5, abs=0.03)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.1)


def test_plausible_values_are_combined_by_rubins_rules():
    y, first, school = rollout()
    noise = np.random.default_rng(3).normal(0, 0.4, (*y.shape, 3))
    values = y[:, :, None] + noise
    found = staggered_effects(values, first, clusters=school)
    each = [staggered_effects(values[:, :, m], first, clusters=school).effect for m in range(3)]
    estimates = np.array([effect.value for effect in each])
    variance = np.mean([e.se**2 for e in each]) + 4 / 3 * estimates.var(ddof=1)
    assert found.effect.value == pytest.approx(estimates.mean())
    assert found.effect.se == pytest.approx(np.sqrt(variance))


def test_who_misses_a_wave_counts_in_the_others():
    y, first, school = rollout()
    y[::7, 4] = np.nan
    found = staggered_effects(y, first, clusters=school)
    last = next(cell for cell in found.cells if (cell.cohort, cell.wave) == (1, 4))
    assert last.estimate.n == int((~np.isnan(y[:, 4]) & (np.isnan(first) | (first == 1))).sum())


def test_waves_have_their_own_labels_and_single_schools_are_left_out():
    y, first, school = rollout()
    labels = np.where(np.isnan(first), np.nan, first + 2021)
    labels[school == 0] = 2025
    labels[school == 1] = 2021
    found = staggered_effects(y, labels, waves=[2021, 2022, 2023, 2024, 2025], clusters=school)
    assert {cell.cohort for cell in found.cells} == {2022, 2023, 2024}
    assert [(each.group, each.reason) for each in found.left_out] == [("2025", "one_cluster")]
    assert found.n_always == 20


def test_the_same_seed_gives_the_same_bands(found):
    y, first, school = rollout()
    assert staggered_effects(y, first, clusters=school) == found
    other = staggered_effects(y, first, clusters=school, random_state=1)
    assert other.event_study[0].band != found.event_study[0].band
    assert other.effect == found.effect


def refused(**changes) -> str:
    y, first, school = rollout(8, 5)
    arguments = {"y": y, "first_wave": first, "clusters": school} | changes
    with pytest.raises(StatisticsError) as error:
        staggered_effects(**arguments)
    return error.value.code


def test_what_shows_no_effect_is_refused():
    n = 40
    assert refused(first_wave=np.zeros(n)) == "all_enrolled"
    assert refused(first_wave=np.full(n, 2.0)) == "no_comparison_group"
    assert refused(first_wave=np.full(n, np.nan)) == "nobody_enrolled"
    assert refused(clusters=np.zeros(n, dtype=int)) == "one_cluster"
    assert refused(y=np.zeros((n, 1))) == "too_few_waves"
    assert refused(waves=[3, 2, 1, 0, 5]) == "invalid_waves"
    assert refused(control="always") == "invalid_control"
    assert refused(y=np.zeros(n)) == "wrong_shape"
    assert refused(n_draws=0) == "too_few_draws"
    assert refused(first_wave=["a"] * n) == "not_numeric"
    assert refused(y=np.full((n, 3), np.nan)) == "no_data"
    early = np.where(np.arange(n) < 20, 1.0, 2.0)
    assert refused(first_wave=early) == "no_comparison_group"


def test_outcomes_that_never_differ_are_refused():
    waves = rollout(8, 5)[0].shape[1]
    assert refused(y=np.zeros((40, waves))) == "constant_outcome"
    assert refused(y=np.tile(np.arange(float(waves)), (40, 1))) == "not_estimable"
