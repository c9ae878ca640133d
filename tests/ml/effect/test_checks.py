"""What stands between a difference and an effect."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from ml.effect import Check, CrossFitATT, e_value, placebo_check, robustness_value
from ml.effect.balance import balance, effective_n
from ml.effect.sensitivity import e_value_check, robustness_check
from ml.estimate import Estimate
from ml.intervals import t_estimate

from .conftest import made_study


def fitted(study, y=None, X=None, **arguments) -> CrossFitATT:
    model = CrossFitATT(LinearRegression(), LogisticRegression())
    return model.fit(
        study.X if X is None else X,
        study.y if y is None else y,
        study.treatment,
        clusters=arguments.get("clusters", study.school),
        folds=arguments.get("folds"),
    )


def checks_of(model: CrossFitATT) -> dict[str, Check]:
    return {check.name: check for check in model.effect_.checks}


@pytest.fixture(scope="module")
def large():
    return made_study(schools=200, by_school=False)


def test_an_effect_is_causal_only_once_the_placebo_is_done(large):
    effect = fitted(large).effect_
    assert not effect.is_causal
    assert [check.explanation for check in effect.failed] == ["placebo_not_done"]
    earlier = np.random.default_rng(0).normal(size=large.y.size)
    placebo = placebo_check(fitted(large, y=earlier).effect_)
    complete = effect.with_checks(placebo)
    assert complete.is_causal
    assert len(complete.checks) == len(effect.checks)
    assert complete.is_causal == all(check.passed for check in complete.checks)


def test_a_placebo_that_differs_makes_it_a_difference(large):
    placebo = placebo_check(fitted(large, y=large.y).effect_)
    assert (placebo.passed, placebo.explanation) == (False, "placebo_failed")
    assert placebo.value > placebo.threshold == pytest.approx(1.972, abs=1e-3)
    assert not fitted(large).effect_.with_checks(placebo).is_causal


def test_balance_is_reached_by_weighting(large):
    model = fitted(large)
    check = checks_of(model)["balance"]
    assert abs(model.balance_.before[0]) > 0.3
    assert np.abs(model.balance_.after).max() < 0.1
    assert check.passed
    assert check.value == np.abs(model.balance_.after).max()


def test_balance_by_hand():
    X = np.array([[0.0, 1], [2, 1], [4, 1], [6, np.nan]])
    d = np.array([0.0, 0, 1, 1])
    found = balance("ATT", X, d, np.ones(4), np.array([0.2, 0.6, 0.5, 0.5]))
    assert found.before.tolist() == pytest.approx([4.0, 0.0])
    low = (0.25 * 0 + 1.5 * 2) / 1.75
    assert found.after.tolist() == pytest.approx([5 - low, 0.0])


def test_what_still_differs_is_named():
    study = made_study(schools=12)
    of_school = np.random.default_rng(1).normal(size=12)[study.school] + 0.3 * study.treatment
    check = checks_of(fitted(study, X=np.column_stack([study.X, of_school])))["balance"]
    assert (check.passed, check.explanation) == (False, "balance_missed")
    assert check.parameters["column"] == 3


def test_little_overlap_is_seen(large):
    generator = np.random.default_rng(1)
    X = large.X.copy()
    far = (large.treatment > 0) & (generator.random(large.y.size) < 0.25)
    X[far, 2] += 12
    check = checks_of(fitted(large, X=X))["overlap"]
    assert not check.passed
    assert 0.6 < check.value < 0.85


def test_effective_size_is_kishs():
    assert effective_n(np.ones(7)) == pytest.approx(7)
    assert effective_n(np.array([1.0, 1, 0, 0])) == pytest.approx(2)


def test_small_groups_fail_their_check():
    few = checks_of(fitted(made_study(schools=8)))["small_samples"]
    assert (few.passed, few.value, few.threshold, few.explanation) == (False, 4, 5, "few_schools")
    tiny = checks_of(fitted(made_study(schools=20, pupils=2)))["small_samples"]
    assert (tiny.passed, tiny.explanation) == (False, "few_persons")


def test_attrition_comes_with_bounds(large):
    generator = np.random.default_rng(2)
    lost = generator.random(large.y.size) < np.where(large.treatment > 0, 0.25, 0.1)
    model = fitted(large, y=np.where(lost, np.nan, large.y))
    check = checks_of(model)["attrition"]
    assert (check.passed, check.explanation) == (False, "attrition_differs")
    assert check.value == pytest.approx(0.15, abs=0.03)
    assert check.parameters["lower"] < model.effect_.value < check.parameters["upper"]


def test_equal_attrition_passes_unless_there_is_too_much(large):
    generator = np.random.default_rng(3)
    chance = generator.random(large.y.size)
    some = checks_of(fitted(large, y=np.where(chance < 0.1, np.nan, large.y)))["attrition"]
    many = checks_of(fitted(large, y=np.where(chance < 0.4, np.nan, large.y)))["attrition"]
    assert (some.passed, some.explanation) == (True, "attrition_low")
    assert (many.passed, many.explanation) == (False, "attrition_high")


def test_a_school_in_two_folds_is_said(large):
    checks = checks_of(fitted(large, folds=np.arange(large.y.size) % 5))
    assert not checks["folds"].passed
    assert "folds" not in checks_of(fitted(large))


def test_robustness_value_and_e_value_are_the_published():
    # Cinelli & Hazlett (2020), section 5: t = 4.18 with 783 df gives a robustness value of 13.9 %.
    assert robustness_value(4.184 / math.sqrt(783)) == pytest.approx(0.139, abs=5e-4)
    # VanderWeele & Ding (2017): a risk ratio of 3.9 has an E-value of 7.26.
    assert e_value(math.log(3.9) / 0.91) == pytest.approx(7.26, abs=5e-3)
    assert robustness_value(0.0) == 0.0
    assert e_value(0.0) == 1.0


def figure(low: float, high: float) -> Estimate:
    """A figure in the middle of its interval."""
    value = (low + high) / 2
    return replace(t_estimate("ATT", value, 1.0, df=30, n=60), interval=(low, high))


def test_a_fragile_effect_fails_and_a_null_one_has_nothing_to_explain(large):
    weak = made_study(schools=2000, by_school=False, effect=0.1, pupils=10)
    fragile = checks_of(fitted(weak))
    assert fragile["robustness_value"].explanation == "robustness_value_fragile"
    null = checks_of(fitted(large, y=np.random.default_rng(4).normal(size=large.y.size)))
    assert null["e_value"].passed
    assert null["e_value"].explanation == "e_value_null"
    assert math.isnan(null["e_value"].value)
    assert checks_of(fitted(large))["robustness_value"].explanation == "robustness_value_robust"


def test_a_figure_whose_interval_all_but_reaches_zero_is_fragile():
    for check in (
        robustness_check(figure(0.01, 20.0), 100.0),
        e_value_check(figure(0.01, 20.0), 20.0),
        robustness_check(figure(-20.0, -0.01), 100.0),
    ):
        assert not check.passed
        assert check.explanation == f"{check.name}_limit_fragile"
        assert check.value == check.parameters["limit"] < check.threshold
        assert check.parameters["figure"] > check.threshold


def test_of_a_robust_figure_the_limit_is_shown():
    check = robustness_check(figure(5.0, 20.0), 100.0)
    assert (check.passed, check.explanation) == (True, "robustness_value_robust")
    assert check.value == robustness_value(0.05) > check.threshold


def test_a_difference_in_an_outcome_without_spread_is_as_robust_as_can_be():
    assert e_value_check(figure(1.0, 2.0), 0.0).value == math.inf
    assert e_value(1e5) == math.inf


def test_a_null_with_all_checks_passed_is_causal_but_shows_no_effect(large):
    y = np.random.default_rng(4).normal(size=large.y.size)
    placebo = placebo_check(t_estimate("placebo", 0.0, 0.1, df=20, n=100))
    null = fitted(large, y=y).effect_.with_checks(placebo)
    real = fitted(large).effect_.with_checks(placebo)
    assert (null.is_causal, null.shows_effect) == (True, False)
    assert (real.is_causal, real.shows_effect) == (True, True)
    assert null.largest == max(np.abs(null.interval))
    assert not fitted(large).effect_.shows_effect  # no placebo yet


def test_an_effect_can_be_stored(large):
    effect = fitted(large).effect_
    stored = json.loads(json.dumps(effect.as_dict(), allow_nan=False))
    assert Estimate.from_dict(stored["estimate"]) == effect.estimate
    assert stored["is_causal"] is False
    checks = {check["name"]: check for check in stored["checks"]}
    assert checks["placebo"]["value"] is None
    assert checks["balance"]["threshold"] == 0.1


def test_the_placebo_check_takes_an_estimate_too():
    estimate = t_estimate("gain", 0.1, 0.2, df=20, n=100)
    assert placebo_check(estimate).passed
