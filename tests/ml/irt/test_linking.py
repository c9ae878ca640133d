"""Two calibrations on one scale, anchors that drift, chains and grades."""

from functools import partial

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.irt import (
    ItemResponseModel,
    concurrent_link,
    drifting_anchors,
    fixed_anchor_link,
    link,
    link_chain,
    vertical_scale,
)
from ml.irt.items import Items
from ml.irt.linking import SOLVERS, Link, transformed
from tests.ml.irt.conftest import answers, item_labels, made_items, people

MEAN, SD = 0.5, 1.2
METHODS = sorted(SOLVERS)


@pytest.fixture(scope="module")
def waves():
    """A reference and a later wave whose item 3 has become much harder."""
    items, later = made_items(16), made_items(16)
    later.intercept[3] -= 1.0
    X = answers(items, people(4000)), answers(later, people(4000, MEAN, SD, 7), 7)
    return [ItemResponseModel().fit_named(each, item_labels(16)) for each in X], X


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("model", ["2pl", "gpcm"])
def test_an_exact_transformation_is_found_exactly(method, model):
    reference = made_items(9, model=model, steps=1 if model == "2pl" else 3)
    source = transformed(reference, 1 / 1.3, -0.4 / 1.3)
    slope, shift = SOLVERS[method](source, reference)
    assert (slope, shift) == pytest.approx((1.3, 0.4), abs=1e-6)
    again = transformed(source, slope, shift)
    assert again.slope == pytest.approx(reference.slope, abs=1e-6)
    assert again.intercept == pytest.approx(reference.intercept, abs=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_methods_find_the_population_when_the_drifting_item_is_left_out(waves, method):
    (reference, later), _ = waves
    found = link(later, reference, method=method, dropped=["item 3"])
    assert found.shift == pytest.approx(MEAN, abs=0.12)
    assert found.slope == pytest.approx(SD, abs=0.12)
    assert 0 < found.error < 0.1
    assert found.dropped == ("item 3",)
    assert "item 3" not in found.anchors
    assert found.values(np.array([0.0, 1.0])) == pytest.approx(
        [found.shift, found.shift + found.slope]
    )


def test_a_drifting_anchor_is_named_and_left_out(waves):
    (reference, later), _ = waves
    naive = link(later, reference)
    found, drifts = drifting_anchors(later, reference)
    assert [drift.item for drift in drifts if drift.drifting] == ["item 3"]
    assert found.dropped == ("item 3",)
    assert abs(found.shift - MEAN) < abs(naive.shift - MEAN)
    assert found.error < naive.error
    moved = next(drift for drift in drifts if drift.item == "item 3")
    assert moved.difference == pytest.approx(1.0 / made_items(16).slope[3], abs=0.25)


def test_nothing_drifts_where_nothing_has_changed(waves):
    (reference, _), _ = waves
    X = answers(made_items(16), people(4000, MEAN, SD, 9), 9)
    same = ItemResponseModel().fit_named(X, item_labels(16))
    assert not [d.item for d in drifting_anchors(same, reference)[1] if d.drifting]


def test_the_five_methods_agree(waves):
    (reference, later), (first, second) = waves
    names, good = item_labels(16), [n for n in item_labels(16) if n != "item 3"]
    shifts = [link(later, reference, method=m, anchors=good).shift for m in METHODS]
    fixed, fixed_link = fixed_anchor_link(
        second, reference, names, model=ItemResponseModel(), anchors=good
    )
    joint, joint_link = concurrent_link(
        np.vstack([first, second]), np.repeat([0, 1], 4000), names,
        model=ItemResponseModel(), focal=1, anchors=good,
    )  # fmt: skip
    shifts += [fixed.group_mean_[0], joint.group_mean_[1]]
    assert np.ptp(shifts) < 0.12
    for each in (fixed_link, joint_link):
        assert (each.slope, each.shift) == (1.0, 0.0)
        assert 0.005 < each.error < 0.05
    assert joint.item_names_[-1] == "item 3 @1"


def test_the_link_error_is_that_of_anchors_that_all_move_a_little():
    """Item locations that shift at random: the jackknife finds the error of their mean."""
    errors, shifts = [], []
    for seed in range(60):
        reference = made_items(12, model="rasch")
        source = made_items(12, model="rasch")
        source.intercept[:, 0] += np.random.default_rng(seed).normal(0, 0.3, 12)
        found = link(fitted_stub(source), fitted_stub(reference), method="mean-sigma")
        errors.append(found.error)
        shifts.append(found.shift)
    assert np.mean(errors) == pytest.approx(0.3 / np.sqrt(12), rel=0.1)
    assert np.std(shifts) == pytest.approx(0.3 / np.sqrt(12), rel=0.3)


class fitted_stub:  # noqa: N801  stands for a fitted model
    def __init__(self, items: Items) -> None:
        self.items_, self.item_names_ = items, item_labels(items.n_items)


def test_a_chain_adds_up_shifts_and_errors():
    make = partial(Link, method="m", slope_error=0.0, error=0.1, anchors=("x",))
    covariance = np.array([[0.0, 0.0], [0.0, 0.01]])
    first = make(slope=1.0, shift=0.2, covariance=covariance)
    second = make(slope=2.0, shift=0.3, covariance=covariance)
    chain = link_chain([first, second])
    assert (chain.slope, chain.shift) == pytest.approx((2.0, 0.7))
    assert chain.error == pytest.approx(np.sqrt((2 * 0.1) ** 2 + 0.1**2))
    one = np.array([1.0])
    assert chain.values(one) == pytest.approx(second.values(first.values(one)))


def test_three_waves_are_chained_to_the_first():
    """Every wave keeps ten items of the one before and adds five; one anchor drifts."""
    everything, means = made_items(25), (0.0, 0.4, 0.7)
    models = []
    for wave, mean in enumerate(means):
        columns = np.arange(5 * wave, 5 * wave + 15)
        items = everything.only(columns)
        if wave == 2:
            items.intercept[columns == 12] -= 1.2
        X = answers(items, people(5000, mean, seed=wave), wave)
        models.append(ItemResponseModel().fit_named(X, [f"item {c}" for c in columns]))
    last, drifts = drifting_anchors(models[2], models[1])
    first, _ = drifting_anchors(models[1], models[0])
    chain = link_chain([last, first])
    assert [drift.item for drift in drifts if drift.drifting] == ["item 12"]
    assert "item 12" in chain.dropped
    assert chain.shift == pytest.approx(0.7, abs=0.12)
    assert chain.slope == pytest.approx(1.0, abs=0.12)
    assert chain.error > max(first.error, last.error)
    known = models[2].items_.only([0, 1, 2])
    there = transformed(known, chain.slope, chain.shift)
    assert there.slope == pytest.approx(everything.slope[10:13], abs=0.25)


def test_the_error_of_a_chain_is_that_of_links_which_vary():
    generator = np.random.default_rng(0)
    covariance = np.array([[0.0004, 0.0003], [0.0003, 0.0025]])
    draws = generator.multivariate_normal([0, 0], covariance, (20_000, 2))
    slope, shift = 1.1 + draws[:, 0, 0], 0.4 + draws[:, 0, 1]
    outer_slope, outer_shift = 0.9 + draws[:, 1, 0], 0.2 + draws[:, 1, 1]
    composed = np.cov(outer_slope * slope, outer_slope * shift + outer_shift)
    make = partial(
        Link, method="m", slope_error=0.02, error=0.05, covariance=covariance, anchors=("x",)
    )
    chain = link_chain([make(slope=1.1, shift=0.4), make(slope=0.9, shift=0.2)])
    assert chain.covariance == pytest.approx(composed, rel=0.05)


def test_grades_stand_on_one_vertical_scale():
    everything = made_items(30)
    grades = {"5": (0, 0.0), "6": (8, 0.6), "7": (16, 1.1)}
    models = {}
    for number, (grade, (first, mean)) in enumerate(grades.items()):
        columns = np.arange(first, first + 14)
        X = answers(everything.only(columns), people(5000, mean, seed=number), number)
        models[grade] = ItemResponseModel().fit_named(X, [f"item {c}" for c in columns])
    scale = vertical_scale(models)
    assert scale.base == "5"
    assert list(scale.mean.values()) == pytest.approx([0, 0.6, 1.1], abs=0.15)
    assert scale.growth["7"] == pytest.approx(scale.mean["7"] - scale.mean["6"])
    assert 0 == scale.error["5"] < scale.error["6"] < scale.error["7"] < 0.2


def test_too_few_and_unknown_anchors_are_refused(waves):
    (reference, later), _ = waves
    for arguments, code in [
        ({"anchors": ["item 1", "item 2"]}, "too_few_anchors"),
        ({"anchors": ["nowhere"]}, "unknown_anchor"),
        ({"method": "guess"}, "unknown_method"),
    ]:
        with pytest.raises(StatisticsError) as refused:
            link(later, reference, **arguments)
        assert refused.value.code == code
