"""Learning from a known past: recovery, coverage, and what is refused."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ml.errors import StatisticsError
from ml.risk import RiskFormula, learn
from tests.ml.risk.past import NAMES, SLOPES, past


def learned(seed: int = 1, **size: float):
    known = past(seed, **size)
    return known, learn(
        known.X, known.left, names=NAMES, clusters=known.schools, left_at=known.left_at
    )


def code_of(X, left, **given) -> str:
    given = {"names": NAMES, "clusters": np.arange(len(left)) % 20} | given
    with pytest.raises(StatisticsError) as refusal:
        learn(X, left, **given)
    return refusal.value.code


def test_the_formula_is_that_of_an_ordinary_logistic_regression_but_for_its_calibration() -> None:
    known, found = learned(n=20_000, schools=200)
    plain = LogisticRegression(C=np.inf, tol=1e-10).fit(known.X, known.left)
    slopes = found.formula.coefficients / found.formula.columns.scale
    assert slopes == pytest.approx(plain.coef_[0], abs=0.02)


def test_true_slopes_lie_in_their_intervals_as_often_as_they_should() -> None:
    held = []
    for seed in range(120):
        known = past(seed, n=1500, schools=60)
        formula = learn(known.X, known.left, names=NAMES, clusters=known.schools).formula
        slopes = formula.coefficients / formula.columns.scale
        errors = formula.errors / formula.columns.scale
        held.append(np.abs(slopes - SLOPES) < 2.0 * errors)
    share = np.mean(held)
    assert 0.92 < share < 0.98


def test_probabilities_are_near_the_true_ones() -> None:
    known, found = learned(n=20_000, schools=200)
    told = found.formula.probabilities(known.X)
    assert np.abs(told.value - known.chance).mean() < 0.006
    assert np.mean((told.low <= known.chance) & (known.chance <= told.high)) > 0.8


def test_those_still_there_have_less_risk_the_more_of_their_time_has_passed() -> None:
    known, found = learned(n=20_000, schools=200)
    for elapsed in (0.0, 0.3, 0.7):
        there = ~(known.left_at <= elapsed)
        told = found.formula.probabilities(known.X[there], elapsed).value
        assert told.mean() == pytest.approx(known.left[there].mean(), abs=0.006)
    assert found.formula.probabilities(known.X, 1.0).value.max() == pytest.approx(0.0, abs=1e-12)


def test_nobody_was_foretold_by_a_formula_that_knew_their_school() -> None:
    known, found = learned(n=3000, schools=30)
    changed = known.left.copy()
    changed[known.schools == 3] = 1 - changed[known.schools == 3]
    other = learn(known.X, changed, names=NAMES, clusters=known.schools, left_at=np.full(3000, 0.5))
    assert other.formula.intercept != found.formula.intercept
    assert found.log_odds.shape == (3000,)


def test_a_missing_value_becomes_a_column_of_its_own() -> None:
    known = past(3)
    X = known.X.copy()
    X[known.left > 0, 1] = np.where(np.arange(int(known.left.sum())) % 2, np.nan, 0.0)
    formula = learn(X, known.left, names=NAMES, clusters=known.schools).formula
    assert formula.columns.names == (*NAMES, "age:missing")
    told = formula.probabilities(np.array([[0.0, np.nan, 0.0], [0.0, 0.0, 0.0]])).value
    assert told[0] > told[1]


def test_a_column_that_never_varies_is_named_as_unused() -> None:
    known = past(4)
    X = np.column_stack([known.X, np.full(len(known.X), 7.0)])
    found = learn(X, known.left, names=(*NAMES, "always"), clusters=known.schools)
    assert found.unused == ("always",)


def test_a_formula_that_knows_nothing_gives_everybody_about_the_base_rate() -> None:
    rng = np.random.default_rng(5)
    left = (rng.random(3000) < 0.2).astype(float)
    noise = rng.normal(size=(3000, 3))
    found = learn(noise, left, names=NAMES, clusters=np.arange(3000) % 60)
    assert np.ptp(found.formula.probabilities(noise).value) < 0.2
    assert found.formula.probabilities(noise).value.mean() == pytest.approx(left.mean(), abs=0.01)


def test_the_formula_comes_back_from_json_as_it_was() -> None:
    known, found = learned()
    again = RiskFormula.from_dict(found.formula.as_dict())
    assert np.array_equal(
        again.probabilities(known.X).high, found.formula.probabilities(known.X).high
    )
    assert again.reasons(known.X[:50]) == found.formula.reasons(known.X[:50])


def test_the_same_seed_gives_the_same_bits() -> None:
    known, found = learned()
    again = learn(known.X, known.left, names=NAMES, clusters=known.schools, left_at=known.left_at)
    assert np.array_equal(again.log_odds, found.log_odds)
    assert again.formula.as_dict() == found.formula.as_dict()


def test_reasons_are_only_what_surely_raises_the_odds() -> None:
    _, found = learned(n=20_000, schools=200)
    late_and_old, young, noisy = found.formula.reasons(
        np.array([[1.0, 2.0, 0.0], [0.0, -2.0, 0.0], [0.0, 0.0, 4.0]])
    )
    assert [reason.name for reason in late_and_old] == ["age", "late"]
    assert late_and_old[0].estimate.interval[0] > 0
    assert young == ()
    assert "noise" not in [reason.name for reason in noisy]


def test_influences_are_the_changes_in_the_probability_that_they_say() -> None:
    known, found = learned(n=20_000, schools=200)
    by_name = {each.name: each for each in found.formula.influences(known.X)}
    assert by_name["late"].indicator
    assert not by_name["age"].indicator
    assert by_name["late"].odds_ratio[0] == pytest.approx(np.exp(0.9), rel=0.1)
    late, other = (np.where([True, False, False], value, known.X) for value in (1.0, 0.0))
    difference = found.formula.probabilities(late).value - found.formula.probabilities(other).value
    assert by_name["late"].estimate.value == pytest.approx(difference.mean(), abs=0.02)


def test_what_cannot_be_learned_from_is_refused() -> None:
    X = np.random.default_rng(0).normal(size=(400, 3))
    left = (np.arange(400) % 4 == 0).astype(float)
    assert code_of(X, np.zeros(400)) == "one_outcome"
    assert code_of(X, (np.arange(400) < 20).astype(float)) == "too_few_outcomes"
    assert code_of(X, left, clusters=np.arange(400) % 3) == "too_few_schools"
    assert code_of(X, left * 2) == "invalid_outcome"
    assert code_of(np.ones((400, 3)), left) == "no_varying_feature"
    assert code_of(X[:, 0], left) == "wrong_shape"
    assert code_of(X[:399], left) == "length_mismatch"
    assert code_of(X, left, left_at=np.full(400, np.nan)) == "missing_moment"
    assert code_of(X, left, folds=1) == "invalid_folds"
    assert code_of(np.where(X > 2, np.inf, X), left) == "not_finite"


def test_what_only_a_few_have_is_not_learned_from() -> None:
    known = past(6)
    few = (np.arange(4000) < 7).astype(float)
    gaps = np.where(np.arange(4000) < 6, np.nan, np.random.default_rng(1).normal(size=4000))
    found = learn(
        np.column_stack([known.X, few, gaps]),
        known.left,
        names=(*NAMES, "few", "gaps"),
        clusters=known.schools,
    )
    assert found.formula.columns.names == (*NAMES, "gaps")
    assert found.unused == ("few",)


def test_people_are_foretold_from_the_columns_that_were_learned_from() -> None:
    known, found = learned()
    for X, code in ((known.X[:, :2], "length_mismatch"), (known.X[0], "wrong_shape")):
        with pytest.raises(StatisticsError) as refusal:
            found.formula.probabilities(X)
        assert refusal.value.code == code
    for elapsed in (1.5, np.nan):
        with pytest.raises(StatisticsError) as refusal:
            found.formula.probabilities(known.X, elapsed)
        assert refusal.value.code == "invalid_elapsed"


def test_what_numpy_masks_is_missing() -> None:
    known = past(7)
    masked = np.ma.masked_where(known.X > 1.5, known.X)
    plain = np.where(known.X > 1.5, np.nan, known.X)
    one, other = (
        learn(X, known.left, names=NAMES, clusters=known.schools).formula.as_dict()
        for X in (masked, plain)
    )
    assert one == other
