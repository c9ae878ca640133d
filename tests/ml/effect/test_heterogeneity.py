"""For whom, and whether it differs at all; and the dose."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression, LogisticRegression

from ml.effect import (
    CrossFitATT,
    benjamini_hochberg,
    calibration_test,
    dose_response,
    group_effects,
    holm,
)
from ml.effect.shrinkage import shrunken
from ml.errors import StatisticsError
from ml.intervals import t_estimate

from .conftest import made_study


def fitted(y=None, *, estimand="ATT", study=None) -> CrossFitATT:
    study = study or made_study(schools=80, by_school=False)
    model = CrossFitATT(LinearRegression(), LogisticRegression(), estimand=estimand)
    outcome = study.y if y is None else y
    return model.fit(study.X, outcome, study.treatment, clusters=study.school)


def test_holm_and_benjamini_hochberg_are_rs_p_adjust():
    p = [0.01, 0.04, 0.03, 0.005, 0.5]
    assert holm(p).tolist() == pytest.approx([0.04, 0.09, 0.09, 0.025, 0.5])
    assert benjamini_hochberg(p).tolist() == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.5])
    with pytest.raises(StatisticsError, match="invalid_p_value"):
        holm([1.2])


def test_groups_have_their_own_effects():
    study = made_study(schools=80, by_school=False)
    group = np.where(study.X[:, 2] > 0, "high", "low")
    y = study.y + 0.6 * study.treatment * (group == "high")
    found = group_effects(fitted(y, study=study), group)
    high, low = found.groups
    assert (high.estimate.group, low.estimate.group) == ("high", "low")
    assert abs(high.estimate.value - 1.1) < 3 * high.estimate.se
    assert abs(low.estimate.value - 0.5) < 3 * low.estimate.se
    assert (high.shrunken, low.shrunken) == (high.estimate, low.estimate)
    assert found.told_apart == "groups_differ"
    assert high.p_value <= high.fdr <= high.holm


def test_a_group_is_the_moments_of_its_rows():
    study = made_study(schools=80, by_school=False)
    model = fitted(study=study)
    group = np.arange(study.y.size) % 3
    found = group_effects(model, group)
    rows = group == 1
    d, m, other = study.treatment, model.propensity_, study.y - model.untreated_
    top = d * other - (1 - d) * m / (1 - m) * other
    assert found.groups[1].estimate.value == pytest.approx(top[rows].sum() / d[rows].sum())


def test_a_small_group_is_withheld_with_a_second_one():
    study = made_study(schools=80, by_school=False)
    group = np.full(study.y.size, "a", dtype=object)
    group[study.school < 30], group[study.school < 2] = "b", "c"
    group[-1] = None
    found = group_effects(fitted(study=study), group)
    assert [each.estimate.group for each in found.groups] == ["a"]
    assert {(each.group, each.reason) for each in found.suppressed} == {
        ("b", "protects_another"),
        ("c", "too_few_clusters"),
    }
    assert found.n_ungrouped == 1


def test_where_all_are_too_small_nothing_is_shown():
    study = made_study(schools=80, by_school=False)
    with pytest.raises(StatisticsError, match="no_data"):
        group_effects(fitted(study=study), study.school)
    with pytest.raises(StatisticsError, match="not_fitted"):
        group_effects(CrossFitATT(LinearRegression(), LogisticRegression()), study.school)


def test_shrinking_draws_uncertain_groups_closer():
    given = [
        t_estimate("ATT", value, se, df=30, n=100, group=str(value))
        for value, se in ((0.0, 0.1), (0.4, 0.1), (0.8, 0.1), (1.2, 0.4))
    ]
    found = shrunken(given)
    kept = [
        (near.value - found.mean) / (own.value - found.mean)
        for own, near in zip(given, found.estimates, strict=True)
    ]
    assert 0 < kept[3] < kept[0] < 1
    assert found.estimates[3].se < given[3].se
    assert found.spread_interval[0] < found.spread < found.spread_interval[1]
    assert found.told_apart == "groups_differ"


def test_groups_that_do_not_differ_rest_on_all_of_them():
    """One group's own degrees of freedom do not bind what it borrows from the others."""
    given = [
        t_estimate("ATT", value, 0.3, df=df, n=100)
        for value, df in ((0.5, 2), (0.52, 30), (0.48, 30), (0.51, 30), (0.49, 30))
    ]
    found = shrunken(given)
    assert found.told_apart == "groups_alike"
    assert found.p_alike > 0.9
    few = found.estimates[0]
    assert few.value == pytest.approx(0.5, abs=0.01)
    assert few.se < 0.2
    assert 0 < found.spread < 0.05
    assert few.df > 30


def test_two_groups_stay_as_they_are():
    given = [t_estimate("ATT", value, 0.3, df=20, n=100) for value in (0.2, 1.8)]
    found = shrunken(given)
    assert found.estimates == tuple(given)
    assert math.isnan(found.spread)
    assert found.told_apart == "groups_differ"


def test_whether_two_groups_differ_is_welch_s_t_test():
    first, second = np.array([1.0, 2.5, 3.0, 4.5]), np.array([2.0, 4.0, 6.5, 8.0, 9.0, 3.0])
    given = [
        t_estimate("mean", float(x.mean()), float(stats.sem(x)), df=x.size - 1, n=x.size)
        for x in (first, second)
    ]
    expected = stats.ttest_ind(first, second, equal_var=False).pvalue
    assert shrunken(given).p_alike == pytest.approx(expected)


def test_intervals_of_shrunken_groups_hold_where_schools_are_few():
    """Eight groups of 3 to 20 degrees of freedom; the error of a share is about 0.003."""
    rng = np.random.default_rng(8)
    errors, dfs = np.linspace(2, 0.7, 8), np.linspace(3, 20, 8)
    held = []
    for _ in range(600):
        truth = 3.0 * rng.normal(size=8)
        seen = truth + errors * rng.normal(size=8)
        ses = errors * np.sqrt(rng.chisquare(dfs) / dfs)
        given = [
            t_estimate("ATT", float(value), float(se), df=float(df), n=100)
            for value, se, df in zip(seen, ses, dfs, strict=True)
        ]
        intervals = [each.interval for each in shrunken(given).estimates]
        held += [low <= true <= high for (low, high), true in zip(intervals, truth, strict=True)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


def test_heterogeneity_is_found_where_it_is():
    study = made_study(schools=80, by_school=False)
    varied = fitted(study.y + 0.5 * study.treatment * study.X[:, 2], estimand="ATE", study=study)
    found = calibration_test(varied)
    assert found.exists
    assert found.slope.value == pytest.approx(1, abs=0.25)
    assert found.mean.value == pytest.approx(varied.effect_.value, rel=1e-10)
    assert found.mean.se == pytest.approx(varied.effect_.se, rel=0.05)
    same = calibration_test(fitted(estimand="ATE", study=study))
    assert not same.exists
    assert same.p_value > 0.05


def test_the_test_needs_both_models():
    with pytest.raises(StatisticsError, match="needs_both_models"):
        calibration_test(fitted())


def lessons(seed: int = 0, chosen: float = 0.0):
    study = made_study(schools=60, seed=seed)
    generator = np.random.default_rng(seed)
    dose = np.clip(np.round(10 + chosen * study.X[:, 0] + 3 * generator.normal(size=1800)), 0, 20)
    return study, dose, study.X[:, 0] + 0.05 * dose + generator.normal(size=1800)


def asked(study, y, dose):
    linear = LinearRegression()
    return dose_response(study.X, y, dose, linear, linear, clusters=study.school)


def test_more_lessons_more_gain_with_its_caveats():
    study, dose, y = lessons()
    found = asked(study, y, dose)
    assert abs(found.slope.value - 0.05) < 3 * found.slope.se
    assert found.slope.n == int((dose > 0).sum())
    assert found.caveats[:2] == ("dose_chosen", "dose_survivors")
    assert len(found.steps) == 3
    assert found.steps[-1].value > found.steps[0].value > 0


def test_a_dose_that_follows_from_the_background_is_said():
    study, dose, y = lessons(chosen=3.0)
    found = asked(study, y, dose)
    assert found.explained > 0.4
    assert "dose_predicted" in found.caveats
    assert abs(found.slope.value - 0.05) < 3 * found.slope.se


def test_a_ceiling_and_a_fall_are_said():
    study, dose, y = lessons()
    capped = np.minimum(dose, 10)
    assert "dose_ceiling" in asked(study, y, capped).caveats
    falling = y - 0.2 * np.maximum(dose - 11, 0)
    assert "dose_not_monotone" in asked(study, falling, dose).caveats


def test_doses_that_cannot_be_compared_are_refused():
    study, dose, y = lessons()
    for changed, code in ((np.full(1800, 3.0), "constant_dose"), (dose - 30, "invalid_dose")):
        with pytest.raises(StatisticsError, match=code):
            asked(study, y, changed)
    with pytest.raises(StatisticsError, match="no_data"):
        asked(study, y, np.zeros(1800))


def test_both_models_beside_an_att_change_nothing_and_test_as_those_of_an_ate():
    study = made_study(schools=80, by_school=False)
    models = {"outcome_model": LinearRegression(), "treatment_model": LogisticRegression()}
    both = CrossFitATT(**models, both_models=True)
    both.fit(study.X, study.y, study.treatment, clusters=study.school)
    assert both.effect_ == fitted(study=study).effect_
    assert calibration_test(both) == calibration_test(fitted(estimand="ATE", study=study))
