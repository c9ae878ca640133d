"""Items as others published them, to be linked to."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.irt import ItemResponseModel, drifting_anchors, link
from ml.irt.linking import thresholds
from ml.irt.published import published_items
from tests.ml.irt.conftest import answers, item_labels, made_items, people


@pytest.fixture(scope="module")
def model():
    made = made_items(8, model="gpcm", steps=3)
    return ItemResponseModel(model="gpcm").fit_named(answers(made, people(3000)), item_labels(8))


def as_published(model, shift=0.0, scale=1.0):
    """The model's own items, told on another scale."""
    points = scale * thresholds(model.items_) + shift
    return published_items(model.item_names_, model.discrimination_ / scale, points.tolist())


def test_items_told_on_another_scale_link_to_it_exactly(model):
    found = link(model, as_published(model, shift=-0.4, scale=0.8))
    assert (found.slope, found.shift) == pytest.approx((0.8, -0.4), abs=1e-6)
    assert found.error == pytest.approx(0, abs=1e-5)


def test_their_errors_are_none_and_a_moved_one_is_found(model):
    points = thresholds(model.items_)
    points[2] += 0.9
    published = published_items(model.item_names_, model.discrimination_, points.tolist())
    found, drifts = drifting_anchors(model, published)
    assert found.dropped == ("item 2",)
    moved = next(one for one in drifts if one.item == "item 2")
    assert moved.difference == pytest.approx(-0.9, abs=0.05)


def test_what_is_refused():
    for call, code in (
        (lambda: published_items(["a"], [1.0, 2.0], [[0.0]]), "length_mismatch"),
        (lambda: published_items(["a"], [0.0], [[0.0]]), "invalid_item"),
        (lambda: published_items(["a"], [1.0], [[]]), "invalid_item"),
        (lambda: published_items(["a"], [1.0], [[np.nan]]), "invalid_item"),
    ):
        with pytest.raises(StatisticsError, match=code):
            call()
