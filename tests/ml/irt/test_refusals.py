"""What a fit refuses or warns of: a code and the item's name."""

import numpy as np
import pytest

from ml.irt import ItemResponseModel
from tests.ml.irt.conftest import answers, item_labels, made_items, people, refusal


def test_an_item_that_everyone_answered_alike_is_refused_by_name(responses):
    X = responses.copy()
    X[:, 4] = 1
    refused = refusal(ItemResponseModel().fit_named, X, item_labels(10))
    assert (refused.code, refused.parameters["item"]) == ("constant_item", "item 4")


def test_an_item_that_nobody_saw_is_refused_by_name(responses):
    X = responses.copy()
    X[:, 2] = np.nan
    refused = refusal(ItemResponseModel().fit_named, X, item_labels(10))
    assert (refused.code, refused.parameters["item"]) == ("item_never_presented", "item 2")


def test_a_category_that_nobody_chose_is_left_out_with_a_warning():
    X = answers(made_items(6, model="gpcm", steps=3), people(1500))
    X[X[:, 1] == 2, 1] = 3
    model = ItemResponseModel(model="gpcm").fit_named(X, item_labels(6))
    assert [(w.code, w.item) for w in model.warnings_] == [("empty_category", "item 1")]
    assert np.isnan(model.intercept_[1, 1])
    assert np.isfinite(model.intercept_[1, [0, 2]]).all()


def test_booklets_without_a_common_item_are_refused(responses):
    X = responses.copy()
    X[:1000, :5] = np.nan
    X[1000:, 5:] = np.nan
    refused = refusal(ItemResponseModel().fit_named, X, item_labels(10))
    assert (refused.code, refused.parameters["item"]) == ("disconnected_design", "item 5")


@pytest.mark.parametrize(("value", "row", "column"), [(0.5, 7, 3), (-1.0, 2, 0), (200.0, 5, 9)])
def test_what_is_no_response_is_refused_with_its_place(responses, value, row, column):
    X = responses.copy()
    X[row, column] = value
    refused = refusal(ItemResponseModel().fit, X)
    assert refused.code == "invalid_response"
    assert refused.parameters == {"row": row, "column": column, "found": value}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"quadrature": 4}, "invalid_quadrature"),
        ({"tol": 0.0}, "invalid_tolerance"),
        ({"tol": -1e-6}, "invalid_tolerance"),
        ({"tol": np.nan}, "invalid_tolerance"),
        ({"max_iter": 0}, "invalid_max_iter"),
    ],
)
def test_settings_that_no_fit_can_follow_are_refused(responses, settings, code):
    refused = refusal(ItemResponseModel(**settings).fit, responses)
    assert refused.code == code


def test_too_few_iterations_are_an_error_not_a_quiet_number(responses):
    refused = refusal(ItemResponseModel(max_iter=1).fit, responses)
    assert refused.code == "not_converged"
    assert refused.parameters["gradient_norm"] > 1e-6
    assert refused.parameters["item"] in {str(number + 1) for number in range(10)}


def test_what_the_data_do_not_determine_is_refused(responses):
    refused = refusal(ItemResponseModel(model="3pl").fit, responses[:, :2])
    assert refused.code == "not_identified"
    assert refused.parameters["item"] in {"1", "2"}


def test_items_that_say_the_same_are_told_by_name(responses):
    again = np.column_stack([responses[:, :5], responses[:, 4]])
    model = ItemResponseModel().fit_named(again, item_labels(6))
    told = {(w.code, w.item) for w in model.warnings_}
    assert told == {("steep_item", "item 4"), ("steep_item", "item 5")}


def test_people_who_do_not_differ_are_told():
    unrelated = np.random.default_rng(1).integers(0, 2, (500, 3)).astype(float)
    model = ItemResponseModel(model="rasch").fit(unrelated)
    assert [w.code for w in model.warnings_] == ["no_spread"]


@pytest.mark.parametrize(("model", "equal"), [("2pl", "rasch"), ("gpcm", "pcm")])
def test_two_items_have_equal_slopes_and_a_warning(responses, model, equal):
    two = responses[:, :2]
    fitted = ItemResponseModel(model=model).fit(two)
    assert [(w.code, w.item) for w in fitted.warnings_] == [("equal_slopes", None)]
    assert fitted.loglik_ == ItemResponseModel(model=equal).fit(two).loglik_
    assert fitted.group_sd_[0] != 1
    anchors = {0: {"discrimination": 1.0, "intercept": [0.0]}}
    refused = refusal(ItemResponseModel(model=model).fit, two, anchors=anchors)
    assert refused.code == "not_identified"  # slope, intercept, mean and SD from two items


def test_a_dichotomous_model_refuses_a_third_category(responses):
    X = responses.copy()
    X[0, 0] = 2
    refused = refusal(ItemResponseModel().fit_named, X, item_labels(10))
    assert (refused.code, refused.parameters["item"]) == ("too_many_categories", "item 0")


def test_an_anchor_must_be_an_item(responses):
    anchors = {"nowhere": {"discrimination": 1.0, "intercept": [0.0]}}
    refused = refusal(ItemResponseModel().fit_named, responses, item_labels(10), anchors=anchors)
    assert refused.code == "unknown_anchor"


@pytest.mark.parametrize(
    "anchor",
    [
        {"discrimination": 1.0, "intercept": [0.0, 1.0, -np.inf], "guessing": 1.0},
        {"discrimination": np.nan, "intercept": [0.0]},
        {"discrimination": 1.0, "intercept": [np.nan]},
    ],
)
def test_an_anchor_that_cannot_be_is_refused_by_name(responses, anchor):
    refused = refusal(
        ItemResponseModel().fit_named, responses, item_labels(10), anchors={"item 7": anchor}
    )
    assert (refused.code, refused.parameters["item"]) == ("anchor_mismatch", "item 7")


def test_an_anchor_with_fewer_categories_than_were_chosen_is_refused_by_name():
    X = answers(made_items(6, model="gpcm", steps=2), people(800))
    anchors = {"item 2": {"discrimination": 1.0, "intercept": [0.0]}}
    refused = refusal(ItemResponseModel(model="gpcm").fit_named, X, item_labels(6), anchors=anchors)
    assert (refused.code, refused.parameters["item"]) == ("anchor_mismatch", "item 2")
