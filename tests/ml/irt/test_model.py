"""Fitting: groups, anchors, weights, refusals, and the ways in and out."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.utils.estimator_checks import check_estimator
from threadpoolctl import threadpool_limits

from ml.irt import ItemResponseModel
from ml.irt.joint import anchors_of
from tests.ml.irt.conftest import answers, item_labels, made_items, people, refusal

CONTINUOUS = "feeds continuous data, which are no responses"
ROUNDED = "feeds continuous data; rounded they are three items that agree in every answer"
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": CONTINUOUS,
    "check_pipeline_consistency": ROUNDED,
    "check_transformer_n_iter": ROUNDED,
}


def test_it_is_a_scikit_learn_estimator():
    results = check_estimator(
        ItemResponseModel(model="gpcm"), expected_failed_checks=EXPECTED_FAILURES, on_skip=None
    )
    failed = {result["check_name"] for result in results if result["status"] == "xfail"}
    assert failed == set(EXPECTED_FAILURES)
    tags = ItemResponseModel().__sklearn_tags__().input_tags
    assert (tags.allow_nan, tags.categorical, tags.positive_only) == (True, True, True)


def test_the_data_of_the_expected_failures_are_three_items_that_agree():
    X, _ = make_blobs(n_samples=30, centers=[[0, 0, 0], [1, 1, 1]], random_state=0, cluster_std=0.1)
    X = np.round(X - X.min())
    assert (X[:, :1] == X).all()
    assert refusal(ItemResponseModel(model="gpcm").fit, X).code == "not_identified"


def test_a_second_group_has_its_own_mean_and_sd():
    items = made_items(20)
    X = np.vstack([answers(items, people(4000)), answers(items, people(4000, 0.6, 1.3, 1), 1)])
    model = ItemResponseModel().fit(X, groups=np.repeat(["b", "a"], 4000)[::-1])
    assert model.groups_ == ["a", "b"]
    assert (model.group_mean_[0], model.group_sd_[0]) == (0, 1)
    error = model.standard_errors_
    assert model.group_mean_[1] == pytest.approx(0.6, abs=4 * error["group_mean"][1])
    assert model.group_sd_[1] == pytest.approx(1.3, abs=4 * error["group_sd"][1])


def test_the_first_group_is_the_first_in_order_not_in_appearance(responses):
    groups = np.repeat(["z", "a"], 1000)
    assert ItemResponseModel().fit(responses, groups=groups).groups_ == ["a", "z"]


def test_anchored_items_stay_and_the_group_moves(fitted):
    X = answers(made_items(10), people(4000, 0.5, 0.8, 5), 5)
    known = anchors_of(fitted, fitted.item_names_[:6])
    model = ItemResponseModel().fit_named(X, fitted.item_names_, anchors=known)
    assert (model.discrimination_[:6] == fitted.discrimination_[:6]).all()
    assert (model.intercept_[:6] == fitted.intercept_[:6]).all()
    assert np.isnan(model.standard_errors_["discrimination"][:6]).all()
    assert model.group_mean_[0] == pytest.approx(0.5, abs=0.15)
    assert model.group_sd_[0] == pytest.approx(0.8, abs=0.15)


def test_an_anchor_may_be_answered_alike_by_everybody_or_seen_by_nobody(fitted):
    X = answers(made_items(10), people(4000, 0.5, 0.8, 5), 5)
    known = anchors_of(fitted, fitted.item_names_[:6])
    X[:, 0] = np.nan
    X[:, 1] = 1  # as if it were very easy: people must look abler, its curve must not change
    model = ItemResponseModel().fit_named(X, fitted.item_names_, anchors=known)
    assert (model.intercept_[:6] == fitted.intercept_[:6]).all()
    assert model.group_mean_[0] > 0.5
    value, _ = model.abilities(X[:5])
    again = ItemResponseModel.from_json(model.to_json())
    assert (again.abilities(X[:5])[0] == value).all()
    chance = 1 / (1 + np.exp(-model.discrimination_[1] * 0.3 - model.intercept_[1, 0]))
    information = model.discrimination_[1] ** 2 * chance * (1 - chance)
    assert model.item_information(0.3)[1, 0] == pytest.approx(information)


def test_a_weight_of_two_is_two_persons(responses):
    weights = np.random.default_rng(0).integers(0, 3, len(responses))
    weighted = ItemResponseModel().fit(responses, sample_weight=weights)
    repeated = ItemResponseModel().fit(np.repeat(responses, weights, axis=0))
    assert weighted.discrimination_ == pytest.approx(repeated.discrimination_, abs=1e-7)
    assert weighted.standard_errors_["intercept"] == pytest.approx(
        repeated.standard_errors_["intercept"], abs=1e-7
    )


@pytest.mark.parametrize("kind", ["2pl", "gpcm", "holes"])
def test_the_bits_are_the_same_with_one_and_two_threads(kind):
    items = made_items(8, model="gpcm", steps=2 if kind == "gpcm" else 1)
    X = answers(items, people(40_000))
    if kind == "holes":
        X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
        X = X[:20_000]
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            fitted.append(ItemResponseModel(model="gpcm", n_jobs=threads).fit(X))
    one, two = fitted
    assert (one.discrimination_ == two.discrimination_).all()
    assert (one.covariance_ == two.covariance_).all()
    assert one.loglik_ == two.loglik_
    draws = [
        m.draw_plausible_values(X, conditioning=None, n_draws=2, random_state=7) for m in (one, two)
    ]
    assert (draws[0] == draws[1]).all()


def test_mixed_models_give_every_item_its_own(responses):
    kinds = ["rasch"] * 3 + ["2pl"] * 7
    model = ItemResponseModel(model="mixed", item_models=kinds).fit(responses)
    assert (model.discrimination_[:3] == 1).all()
    assert (model.discrimination_[3:] != 1).all()
    assert model.group_sd_[0] != 1
    assert refusal(ItemResponseModel(model="mixed").fit, responses).code == "item_models_missing"


def test_guessing_is_found_where_there_is_guessing():
    items = made_items(12, model="3pl", seed=4)
    items.guess[:] = np.log(0.2 / 0.8)
    items.intercept[:, 0] = np.linspace(-2, 0.5, 12)
    model = ItemResponseModel(model="3pl").fit(answers(items, people(20_000)))
    error = model.standard_errors_["guessing"]
    known = np.isfinite(error)
    assert known.sum() >= 10
    assert (np.abs(model.guessing_ - 0.2) < 4 * error)[known].all()


def test_an_asymptote_that_goes_to_zero_is_told(responses):
    model = ItemResponseModel(model="3pl").fit(responses)
    idle = {w.item for w in model.warnings_ if w.code == "no_guessing"}
    assert idle == {n for n, g in zip(model.item_names_, model.guessing_, strict=True) if g == 0}


def test_json_brings_back_the_same_model(fitted, responses):
    again = ItemResponseModel.from_json(fitted.to_json())
    assert (again.transform(responses) == fitted.transform(responses)).all()
    assert again.to_json() == fitted.to_json()
    assert json.loads(fitted.to_json())["names"] == item_labels(10)
    assert refusal(ItemResponseModel.from_json, "{}").code == "invalid_model"
    assert refusal(ItemResponseModel.from_json, "no json").code == "invalid_model"


def test_rotated_booklets_give_nearly_what_the_whole_gives():
    items = made_items(12)
    whole = answers(items, people(30_000))
    X = whole.copy()
    booklet = np.arange(30_000) % 3
    for number in range(3):
        hidden = np.arange(12) // 4 == number
        X[np.ix_(booklet == number, hidden)] = np.nan
    model = ItemResponseModel().fit(X)
    error = model.standard_errors_["discrimination"]
    assert (np.abs(model.discrimination_ - items.slope) < 4 * error).all()


def test_an_anchor_keeps_a_category_that_nobody_chooses_any_more():
    items = made_items(8, model="gpcm", steps=2)
    names = item_labels(8)
    reference = ItemResponseModel(model="gpcm").fit_named(answers(items, people(4000)), names)
    X = answers(items, people(4000, -0.5, seed=3), 3)
    X = np.where(X == 2, np.nan, X)  # whoever chose it is not there: the others stay informative
    known = anchors_of(reference, names[:6])
    model = ItemResponseModel(model="gpcm").fit_named(X, names, anchors=known)
    assert model.intercept_[:6] == pytest.approx(reference.intercept_[:6], nan_ok=True)
    assert model.intercept_.shape == (8, 2)
    assert np.isnan(model.intercept_[6:, 1]).all()
    assert np.isfinite(model.transform(X[:50])).all()


def test_every_iteration_is_told():
    X = answers(made_items(10), people(20_000))
    seen = []
    model = ItemResponseModel().fit(X, on_iteration=seen.append)
    assert [each.number for each in seen] == list(range(1, model.n_iter_ + 1))
    assert seen[0].n_persons < seen[-1].n_persons == 20_000  # it begins on a part
    whole = [each.loglik for each in seen if each.n_persons == 20_000]
    assert whole == sorted(whole)
    assert whole[-1] == model.loglik_
    assert seen[-1].gradient_norm == model.gradient_norm_ < seen[0].gradient_norm


@pytest.mark.parametrize("last", [1, 4])
def test_a_canceled_fit_leaves_the_model_as_it_was(responses, last):
    class Canceled(Exception):
        pass

    def cancel(iteration):
        if iteration.number == last:
            raise Canceled

    model = ItemResponseModel()
    with pytest.raises(Canceled):
        model.fit(responses, on_iteration=cancel)
    assert vars(model) == vars(ItemResponseModel())
    model.fit(responses[:, :6])
    before = dict(vars(model))
    with pytest.raises(Canceled):
        model.fit(responses, on_iteration=cancel)
    assert vars(model) == before
    assert model.transform(responses[:3, :6]).shape == (3, 1)


def test_a_refused_fit_leaves_the_model_as_it_was(fitted, responses):
    before = dict(vars(fitted))
    X = responses.copy()
    X[:, 4] = 1
    refusal(fitted.fit, X)
    assert vars(fitted) == before


def test_importing_the_package_costs_no_scikit_learn():
    code = "import sys, ml.irt; print('sklearn' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
