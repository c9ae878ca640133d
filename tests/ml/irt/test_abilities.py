"""Abilities against plain integration and maximization."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from ml.errors import StatisticsError
from ml.irt import ItemResponseModel
from tests.ml.irt import plain
from tests.ml.irt.conftest import answers, made_items, people


@pytest.fixture(scope="module", params=["gpcm", "3pl"])
def case(request):
    items = made_items(8, model=request.param, steps=2 if request.param == "gpcm" else 1, seed=2)
    if request.param == "3pl":
        items.guess[:] = np.log(0.2 / 0.8)
    X = answers(items, people(3000))
    X[np.random.default_rng(1).random(X.shape) < 0.1] = np.nan
    X[0], X[1] = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
    anchors = {
        item: {
            "discrimination": items.slope[item],
            "intercept": items.intercept[item],
            "guessing": items.lower[item],
        }
        for item in range(8)
    }
    return ItemResponseModel(model=request.param).fit(X, anchors=anchors), X


def parameters(model):
    return model.discrimination_, model.intercept_, model.guessing_


def test_eap_is_the_mean_of_the_posterior(case):
    model, X = case
    value, error = model.abilities(X[:15], "eap")
    mean, sd = model.group_mean_[0], model.group_sd_[0]
    for row in range(15):
        expected = plain.posterior(X[row], *parameters(model), mean=mean, sd=sd)
        assert (value[row], error[row]) == pytest.approx(expected, abs=1e-6)


def test_map_is_the_mode_of_the_posterior(case):
    model, X = case
    value, _ = model.abilities(X[:10], "map")
    mean, sd = model.group_mean_[0], model.group_sd_[0]
    for row in range(10):

        def loss(theta, row=row):
            prior = -0.5 * ((theta - mean) / sd) ** 2
            return -np.log(plain.likelihood(theta, X[row], *parameters(model))) - prior

        best = minimize_scalar(loss, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9})
        assert value[row] == pytest.approx(best.x, abs=1e-5)


def plain_information(model, theta, seen) -> float:
    total, h = 0.0, 1e-5
    for a, d, c, presented in zip(*parameters(model), seen, strict=True):
        if presented:
            low, mid, high = (plain.category_probabilities(theta + s, a, d, c) for s in (-h, 0, h))
            total += (((high - low) / (2 * h)) ** 2 / mid).sum()
    return total


def test_wle_of_the_exponential_family_maximizes_likelihood_times_root_information(case):
    model, X = case
    if model.model == "3pl":
        pytest.skip("there the weighted likelihood is defined by its estimating equation")
    value, error = model.abilities(X[:10], "wle")
    for row in range(10):
        seen = ~np.isnan(X[row])

        def loss(theta, row=row, seen=seen):
            likelihood = plain.likelihood(theta, X[row], *parameters(model))
            return -np.log(likelihood) - 0.5 * np.log(plain_information(model, theta, seen))

        best = minimize_scalar(loss, bounds=(-8, 8), method="bounded", options={"xatol": 1e-8})
        assert value[row] == pytest.approx(best.x, abs=1e-4)
        spread = 1 / np.sqrt(plain_information(model, value[row], seen))
        assert error[row] == pytest.approx(spread, rel=1e-4)


def test_wle_of_three_parameter_items_solves_warms_equation(case):
    model, X = case
    if model.model != "3pl":
        pytest.skip("the other family is maximized above")
    value, _ = model.abilities(X[:10], "wle")
    h = 1e-4
    for row in range(10):
        seen = ~np.isnan(X[row])
        points = value[row] + np.array([-h, 0, h])
        logs = [np.log(plain.likelihood(p, X[row], *parameters(model))) for p in points]
        bias = 0.0
        for a, d, c, presented in zip(*parameters(model), seen, strict=True):
            if presented:
                low, mid, high = (plain.category_probabilities(p, a, d, c)[1] for p in points)
                slope, bend = (high - low) / (2 * h), (high - 2 * mid + low) / h**2
                bias += slope * bend / (mid * (1 - mid))
        score = (logs[2] - logs[0]) / (2 * h)
        root = score + bias / (2 * plain_information(model, value[row], seen))
        assert root == pytest.approx(0, abs=1e-5)


def test_information_is_that_of_the_curves(case):
    model, _ = case
    at = np.array([-1.0, 0.3, 2.0])
    expected = [plain_information(model, theta, [True] * 8) for theta in at]
    assert model.test_information(at) == pytest.approx(expected, rel=1e-6)
    assert model.item_information(at).shape == (8, 3)


def test_a_person_without_responses_has_no_ability(case):
    model, X = case
    empty = np.vstack([X[:1], np.full((1, 8), np.nan)])
    for method in ("eap", "map", "wle"):
        value, error = model.abilities(empty, method)
        assert np.isfinite([value[0], error[0]]).all()
        assert np.isnan([value[1], error[1]]).all()


def test_marginal_reliability_is_the_integral_of_its_definition(case):
    model, _ = case
    mean, sd = model.group_mean_[0], model.group_sd_[0]
    points, weights = np.polynomial.hermite_e.hermegauss(61)
    information = [plain_information(model, mean + sd * p, [True] * 8) for p in points]
    share = np.array(information) / (np.array(information) + 1 / sd**2)
    expected = weights @ share / weights.sum()
    assert model.marginal_reliability() == pytest.approx(expected, abs=1e-6)


def test_reliability_is_the_share_of_true_variance():
    items = made_items(20)
    theta = people(20_000)
    X = answers(items, theta)
    model = ItemResponseModel().fit(X)
    value, error = model.abilities(X)
    squared = np.corrcoef(value, theta)[0, 1] ** 2
    assert model.empirical_reliability(X) == pytest.approx(squared, abs=0.01)
    assert model.marginal_reliability() == pytest.approx(squared, abs=0.03)
    own = value.var(ddof=1) / (value.var(ddof=1) + (error**2).mean())
    assert model.empirical_reliability(X) == pytest.approx(own, rel=1e-12)
    assert (model.transform(X)[:, 0] == value).all()


def test_several_groups_need_to_be_named():
    X = answers(made_items(8), people(2000))
    model = ItemResponseModel().fit(X, groups=np.repeat([1, 2], 1000))
    for groups, code in [(None, "groups_needed"), (["x"] * 2000, "unknown_group")]:
        with pytest.raises(StatisticsError) as refused:
            model.abilities(X, groups=groups)
        assert refused.value.code == code


def test_the_prior_is_the_fitted_normal_of_the_persons_group():
    items = made_items(8)
    X = np.vstack([answers(items, people(2000)), answers(items, people(2000, 0.8, 0.6, 1), 1)])
    model = ItemResponseModel().fit(X, groups=np.repeat([1, 2], 2000))
    for number, group in enumerate((1, 2)):
        value, error = model.abilities(X[:10], groups=[group] * 10)
        mean, sd = model.group_mean_[number], model.group_sd_[number]
        for row in range(10):
            expected = plain.posterior(X[row], *parameters(model), mean=mean, sd=sd)
            assert (value[row], error[row]) == pytest.approx(expected, abs=1e-6)
    weighted = [model.abilities(X[:10], "wle", groups=[group] * 10)[0] for group in (1, 2)]
    assert weighted[0] == pytest.approx(weighted[1], abs=1e-8)  # which knows no prior


@pytest.mark.parametrize(("method", "X"), [("mean", 0), ("eap", 7)])
def test_unknown_methods_and_categories_are_refused(case, method, X):
    model, _ = case
    with pytest.raises(StatisticsError) as refused:
        model.abilities(np.full((2, 8), X), method)
    assert refused.value.code in {"unknown_method", "invalid_response"}
