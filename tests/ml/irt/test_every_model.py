"""The six models: what identifies them, what a fit shows, and that it finds what was put in."""

import inspect

import numpy as np
import pytest

from ml.irt import ItemResponseModel
from ml.irt.design import start
from ml.irt.items import Items, starting_items
from ml.irt.responses import as_codes, as_responses
from ml.irt.search import Search
from tests.ml.irt.conftest import answers, people

STEPS = {"rasch": 1, "2pl": 1, "3pl": 1, "pcm": 2, "gpcm": 2}
KINDS = ["rasch", "2pl", "3pl", "pcm", "gpcm", "gpcm", "3pl", "2pl", "gpcm", "pcm", "2pl", "gpcm"]
MODELS = [*STEPS, "mixed"]


def kinds_of(model: str) -> list[str]:
    return KINDS if model == "mixed" else [model] * 12


def true_items(model: str) -> Items:
    """Twelve items; those with guessing are easy enough to show it."""
    kinds = kinds_of(model)
    items = starting_items(kinds, np.array([STEPS[kind] for kind in kinds]), 1)
    generator = np.random.default_rng(3)
    items.slope[items.free_slope] = generator.uniform(0.8, 1.8, int(items.free_slope.sum()))
    middle = generator.normal(0, 0.7, 12)
    middle[items.guessing] -= 0.8
    number = np.arange(1, items.intercept.shape[1] + 1)
    items.intercept[:] = np.where(
        number <= items.steps[:, None], number * (middle[:, None] + 0.4 * (2 - number)), -np.inf
    )
    items.guess[items.guessing] = np.log(0.2 / 0.8)
    return items


@pytest.fixture(scope="module", params=MODELS)
def case(request):
    """(model, what its data were made from): two groups, the second is abler and more alike."""
    items = true_items(request.param)
    mixed = {"item_models": KINDS} if request.param == "mixed" else {}
    sd = 1.0 if items.free_slope.all() else 1.2
    X = answers(items, np.concatenate([people(9000, 0, sd), people(9000, 0.5, 0.8, 1)]))
    X[::5, 3] = np.nan
    model = ItemResponseModel(model=request.param, **mixed)
    return model.fit(X, groups=np.repeat(["a", "b"], 9000)), items, X


def test_the_settings_are_the_published_ones():
    settings = inspect.signature(ItemResponseModel.__init__).parameters
    assert all(each.kind == each.KEYWORD_ONLY for name, each in settings.items() if name != "self")
    published = {"model": "2pl", "quadrature": 61, "tol": 1e-6, "max_iter": 2000}
    assert {name: settings[name].default for name in published} == published
    fit = inspect.signature(ItemResponseModel.fit).parameters
    assert list(fit)[:6] == ["self", "X", "y", "groups", "sample_weight", "anchors"]
    assert all(fit[name].kind == inspect.Parameter.KEYWORD_ONLY for name in list(fit)[3:])


def test_what_was_put_in_is_found_within_its_standard_errors(case):
    model, items, _ = case
    truth = {"discrimination": items.slope, "intercept": items.intercept, "guessing": items.lower}
    for name, value in truth.items():
        error = model.standard_errors_[name]
        known = np.isfinite(error)
        assert known.any() or name in {"discrimination", "guessing"}
        z = (getattr(model, f"{name}_") - value)[known] / error[known]
        assert np.abs(z).max(initial=0) < 4.2, name
    assert model.group_mean_[1] == pytest.approx(
        0.5, abs=4 * model.standard_errors_["group_mean"][1]
    )
    assert model.group_sd_[1] == pytest.approx(0.8, abs=4 * model.standard_errors_["group_sd"][1])


def test_the_first_group_is_fixed_as_far_as_the_slopes_do_not(case):
    model, _, _ = case
    kinds = np.array(kinds_of(model.model))
    unit = np.isin(kinds, ["rasch", "pcm"])
    assert (model.discrimination_[unit] == 1).all()
    assert np.isnan(model.standard_errors_["discrimination"][unit]).all()
    assert np.isfinite(model.standard_errors_["discrimination"][~unit]).all()
    assert model.groups_ == ["a", "b"]
    assert model.group_mean_[0] == 0
    error = model.standard_errors_["group_sd"][0]
    if unit.any():
        assert model.group_sd_[0] == pytest.approx(1.2, abs=4 * error)
    else:
        assert model.group_sd_[0] == 1
        assert np.isnan(error)


def test_parameters_have_their_shapes(case):
    model, items, _ = case
    n_steps = int(items.steps.max())
    assert model.discrimination_.shape == model.guessing_.shape == model.difficulty_.shape == (12,)
    assert model.intercept_.shape == model.thresholds_.shape == (12, n_steps)
    beyond = np.arange(1, n_steps + 1) > items.steps[:, None]
    assert (np.isnan(model.intercept_) == beyond).all()
    assert model.group_mean_.shape == model.group_sd_.shape == (2,)
    for name in ("discrimination", "intercept", "guessing"):
        assert model.standard_errors_[name].shape == getattr(model, f"{name}_").shape
    last = model.intercept_[np.arange(12), items.steps - 1]
    assert model.difficulty_ == pytest.approx(-last / model.discrimination_ / items.steps)
    assert model.difficulty_ == pytest.approx(np.nanmean(model.thresholds_, axis=1))
    assert ((model.guessing_ > 0) == items.guessing).all()


@pytest.fixture(scope="module")
def search(case):
    """The likelihood of the case, and the estimates in it."""
    model, _, X = case
    group = np.repeat([0, 1], 9000)
    responses = as_responses(as_codes(X), group)
    items = start(responses, kinds_of(model.model), model.item_names_, 2, None)
    search = Search(responses, items, model.nodes_, model.item_names_, 1)
    return search, model.items_.vector()


def test_the_fit_ends_where_the_score_is_zero(case, search):
    model, _, _ = case
    likelihood, vector = search
    point = likelihood.point(vector)
    assert model.converged_
    assert model.loglik_ == pytest.approx(point.loglik, abs=1e-7)
    assert np.abs(point.gradient).max() / 18_000 == pytest.approx(model.gradient_norm_, abs=1e-9)
    assert model.gradient_norm_ <= model.tol == 1e-6
    direction = np.random.default_rng(0).normal(size=vector.size)
    for step in (0.01, -0.01):
        assert likelihood.point(vector + step * direction).loglik < point.loglik


def test_standard_errors_are_those_of_the_curvature_at_the_maximum(case, search):
    """Differences of the gradient, which is itself checked against differences elsewhere."""
    model, items, _ = case
    likelihood, vector = search
    hessian = np.empty((vector.size, vector.size))
    for position in range(vector.size):
        step = np.zeros(vector.size)
        step[position] = 1e-4
        above, below = likelihood.point(vector + step), likelihood.point(vector - step)
        hessian[position] = (above.gradient - below.gradient) / 2e-4
    spread = np.sqrt(np.diag(np.linalg.inv(-(hessian + hessian.T) / 2)))
    slopes, steps = int(items.free_slope.sum()), int(items.free_intercept.sum())
    errors = model.standard_errors_
    found = np.concatenate(
        [each[np.isfinite(each)] for each in (errors["discrimination"], errors["intercept"])]
    )
    assert found == pytest.approx(spread[: slopes + steps], rel=1e-5)
    lower = model.guessing_[items.guessing]
    logits = spread[slopes + steps : slopes + steps + lower.size]
    assert errors["guessing"][items.guessing] == pytest.approx(
        logits * lower * (1 - lower), rel=1e-5
    )


def test_every_model_comes_back_from_json(case):
    model, _, X = case
    again = ItemResponseModel.from_json(model.to_json())
    groups = np.repeat(["a", "b"], 9000)
    for method in ("eap", "map", "wle"):
        mine, theirs = (m.abilities(X[:200], method, groups=groups[:200]) for m in (model, again))
        assert (mine[0] == theirs[0]).all()
        assert (mine[1] == theirs[1]).all()
    assert again.to_json() == model.to_json()
    assert again.get_params() == model.get_params() | {"n_jobs": None}
