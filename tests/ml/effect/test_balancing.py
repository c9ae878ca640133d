"""Propensities moved so that the comparison group has the treated's means."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression, Ridge

from ml.effect import CrossFitATT
from ml.effect.balancing import balanced
from ml.errors import StatisticsError


def drawn(seed: int = 1, n: int = 2000):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    d = (rng.random(n) < 1 / (1 + np.exp(0.5 - X @ [0.8, -0.4, 0.2]))).astype(float)
    return X, d, rng.uniform(0.5, 2.0, n)


def weights_of(propensity, d, weights):
    return weights * (1 - d) * propensity / (1 - propensity)


def test_the_comparison_group_gets_the_treated_means_and_total() -> None:
    X, d, weights = drawn()
    moved = balanced(np.full(2000, 0.4), X, d, weights)
    comparison = weights_of(moved, d, weights)
    assert comparison.sum() == pytest.approx((weights * d).sum(), rel=1e-7)
    wanted = (weights * d) @ X / (weights * d).sum()
    assert comparison @ X / comparison.sum() == pytest.approx(wanted, abs=1e-7)


def test_among_all_such_weights_they_are_the_nearest() -> None:
    """The dual of least relative entropy, minimized by another hand."""
    X, d, weights = drawn(2, 400)
    start = 0.3 + 0.2 * (X[:, 0] > 0)
    given, Z = weights_of(start, d, weights)[d == 0], np.column_stack([np.ones(400), X])
    target = (weights * d) @ Z
    found = minimize(
        lambda shift: given @ np.exp(Z[d == 0] @ shift) - target @ shift,
        np.zeros(4),
        jac=lambda shift: (given * np.exp(Z[d == 0] @ shift)) @ Z[d == 0] - target,
        method="BFGS",
        options={"gtol": 1e-9},
    )
    moved = weights_of(balanced(start, X, d, weights), d, weights)[d == 0]
    assert moved == pytest.approx(given * np.exp(Z[d == 0] @ found.x), rel=1e-5)


def test_what_is_balanced_already_stays() -> None:
    X, d, weights = drawn(3)
    once = balanced(np.full(2000, 0.4), X, d, weights)
    assert balanced(once, X, d, weights) == pytest.approx(once, abs=1e-8)


def test_where_no_weights_balance_the_propensities_stay() -> None:
    X = np.concatenate([np.full(50, 3.0), np.linspace(-1, 1, 50)])[:, None]
    d = np.repeat([1.0, 0.0], 50)
    start = np.full(100, 0.5)
    assert np.array_equal(balanced(start, X, d, np.ones(100)), start)


def test_columns_that_are_alike_or_missing_in_places_do_no_harm() -> None:
    X, d, weights = drawn(4)
    X = np.column_stack([X, X[:, 0], np.ones(2000)])
    X[::7, 1] = np.nan
    comparison = weights_of(balanced(np.full(2000, 0.4), X, d, weights), d, weights)
    wanted = (weights * d) @ X[:, 0] / (weights * d).sum()
    assert comparison @ X[:, 0] / comparison.sum() == pytest.approx(wanted, abs=1e-6)


def test_people_who_do_not_count_have_no_say() -> None:
    X, d, weights = drawn(5)
    absent = np.arange(2000) % 3 == 0
    alone = balanced(np.full(2000, 0.4), X, d, np.where(absent, 0.0, weights))
    X[absent] = 100.0
    again = balanced(np.full(2000, 0.4), X, d, np.where(absent, 0.0, weights))
    assert again[~absent] == pytest.approx(alone[~absent], abs=1e-12)


def by_school(seed: int):
    """Ten kinds of 40 schools, of which the larger take part more often."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(40), 30)
    size = rng.normal(size=40)
    treated = rng.random(40) < 1 / (1 + np.exp(-size))
    X = np.column_stack([rng.normal(size=1200), size[school]])
    y = X @ [0.6, 0.4] + 0.3 * treated[school] + 0.3 * rng.normal(size=40)[school]
    return X, y + rng.normal(size=1200), treated[school].astype(float), school


def fitted(seed: int, study_seed: int = 7, **settings: object) -> CrossFitATT:
    X, y, d, school = by_school(study_seed)
    model = CrossFitATT(Ridge(), LogisticRegression(), random_state=seed, **settings)
    return model.fit(X, y, d, clusters=school)


def test_an_effect_with_balanced_propensities_passes_the_balance_check() -> None:
    plain, moved = fitted(1), fitted(1, propensities="balanced")
    assert np.abs(plain.balance_.after).max() > 0.1
    assert np.abs(moved.balance_.after).max() < 0.02
    assert next(check for check in moved.effect_.checks if check.name == "balance").passed


def test_it_hangs_less_on_how_schools_fell_into_folds() -> None:
    plain = [fitted(seed).effect_.value for seed in range(8)]
    moved = [fitted(seed, propensities="balanced").effect_.value for seed in range(8)]
    assert np.std(moved) < 0.5 * np.std(plain)


def test_only_an_effect_on_the_treated_can_be_balanced_so() -> None:
    for settings in ({"estimand": "ATE"}, {"estimand": "ATO"}):
        with pytest.raises(StatisticsError) as refusal:
            fitted(1, propensities="balanced", **settings)
        assert refusal.value.code == "invalid_propensities"
    with pytest.raises(StatisticsError):
        fitted(1, propensities="other")
