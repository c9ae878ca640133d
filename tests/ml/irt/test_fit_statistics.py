"""Item fit, person fit, dependence, dimension, distractors, flags."""

import itertools

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from ml.irt import (
    ItemResponseModel,
    check_dimensionality,
    design_flags,
    distractor_analysis,
    form_flags,
    item_fit,
    local_dependence,
    not_reached,
    person_fit,
)
from ml.irt.itemfit import _rest_distributions
from ml.irt.items import category_probabilities
from tests.ml.irt import plain
from tests.ml.irt.conftest import answers, item_labels, made_items, people


@pytest.fixture(scope="module")
def fitting():
    X = answers(made_items(20), people(3000))
    return ItemResponseModel().fit_named(X, item_labels(20)), X


def test_items_that_follow_the_model_fit(fitting):
    model, X = fitting
    fits = item_fit(model, X)
    assert np.mean([fit.p < 0.05 for fit in fits]) <= 0.2
    assert 0.35 < np.mean([fit.p for fit in fits]) < 0.65
    assert all(0.85 < fit.infit < 1.15 for fit in fits)
    assert fits[4].item == "item 4"
    assert all(fit.n == 3000 for fit in fits)


@pytest.mark.parametrize("kind", ["2pl", "gpcm"])
def test_mean_squares_are_those_of_wright_and_masters_over_the_posterior(kind):
    X = answers(made_items(6, model=kind, steps=1 if kind == "2pl" else 2), people(300))
    model = ItemResponseModel(model=kind).fit(X)
    chance = [
        [
            plain.category_probabilities(at, slope, intercept)
            for slope, intercept in zip(model.discrimination_, model.intercept_, strict=True)
        ]
        for at in model.nodes_
    ]
    prior = np.exp(-(model.nodes_**2) / 2)
    for item in (0, 4):
        residual, spread, ratio = 0.0, 0.0, 0.0
        for row in X.astype(int):
            posterior = prior * [
                np.prod([c[x] for c, x in zip(at, row, strict=True)]) for at in chance
            ]
            posterior /= posterior.sum()
            for weight, at in zip(posterior, chance, strict=True):
                number = np.arange(len(at[item]))
                expected = number @ at[item]
                variance = (number - expected) ** 2 @ at[item]
                square = (row[item] - expected) ** 2
                residual += weight * square
                spread += weight * variance
                ratio += weight * square / variance
        fit = item_fit(model, X)[item]
        assert fit.outfit == pytest.approx(ratio / len(X), rel=1e-8)
        assert fit.infit == pytest.approx(residual / spread, rel=1e-8)


@pytest.mark.parametrize("n_items", [6, 30])
def test_items_that_fit_have_mean_squares_about_one_however_short_the_test(n_items):
    X = answers(made_items(n_items), people(4000))
    fits = item_fit(ItemResponseModel().fit(X), X)
    assert np.mean([fit.infit for fit in fits]) == pytest.approx(1, abs=0.01)
    assert np.mean([fit.outfit for fit in fits]) == pytest.approx(1, abs=0.02)


def test_s_x2_is_as_often_significant_as_it_says():
    """Twelve items, 50 samples: the share of p below .05, within its Monte-Carlo error."""
    ps = []
    for seed in range(50):
        X = answers(made_items(12), people(1500, seed=seed), seed)
        ps += [fit.p for fit in item_fit(ItemResponseModel(quadrature=41).fit(X), X)]
    assert np.mean(np.array(ps) < 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(ps) == pytest.approx(0.5, abs=0.06)


def test_an_item_with_another_curve_does_not_fit():
    theta = people(4000)
    X = answers(made_items(20), theta)
    generator = np.random.default_rng(1)
    X[:, 5] = generator.random(4000) < 0.15 + 0.7 * (np.abs(theta) < 1)
    fits = item_fit(ItemResponseModel().fit(X), X)
    assert fits[5].p < 1e-6


def test_an_item_answered_at_random_has_too_large_mean_squares():
    X = answers(made_items(20, model="rasch"), people(4000))
    X[:, 5] = np.random.default_rng(1).random(4000) < 0.5
    fits = item_fit(ItemResponseModel(model="rasch").fit(X), X)
    assert min(fits[5].infit, fits[5].outfit) > 1.15
    assert min(fits[5].infit_t, fits[5].outfit_t) > 5
    assert max(fit.infit for number, fit in enumerate(fits) if number != 5) < 1.1


def test_scores_of_the_other_items_are_distributed_as_by_enumeration():
    items = made_items(4, model="gpcm", steps=2)
    theta = np.array([-1.0, 0.5])
    probability = category_probabilities(items, theta)[0]
    expected = np.zeros((7, 2))
    for pattern in itertools.product(range(3), repeat=3):
        chance = np.prod([probability[i, x] for i, x in zip((0, 1, 3), pattern, strict=True)], 0)
        expected[sum(pattern)] += chance
    assert _rest_distributions(items, probability)[2] == pytest.approx(expected, abs=1e-14)


def test_s_x2_works_for_several_categories():
    X = answers(made_items(8, model="gpcm", steps=3), people(4000))
    fits = item_fit(ItemResponseModel(model="gpcm").fit(X), X)
    assert np.mean([fit.p < 0.05 for fit in fits]) <= 0.3
    assert all(fit.df > 10 for fit in fits)


@pytest.mark.parametrize("kind", ["2pl", "gpcm"])
def test_person_fit_is_standard_normal_for_persons_who_follow_the_model(kind):
    items = made_items(40, model=kind, steps=1 if kind == "2pl" else 2)
    X = answers(items, people(6000))
    model = ItemResponseModel(model=kind).fit(X)
    lz = person_fit(model, X)
    assert lz.mean() == pytest.approx(0, abs=0.12)
    assert lz.std() == pytest.approx(1, abs=0.08)
    assert (lz < -1.645).mean() == pytest.approx(0.05, abs=0.015)


def test_persons_who_guess_throughout_stand_out(fitting):
    model, X = fitting
    random = np.random.default_rng(0).integers(0, 2, (400, 20)).astype(float)
    assert person_fit(model, random).mean() < person_fit(model, X).mean() - 1
    assert np.isnan(person_fit(model, np.full((1, 20), np.nan))[0])


def test_dependent_items_are_found_by_name(fitting):
    model, X = fitting
    assert not any(pair.flagged for pair in local_dependence(model, X))
    X = X.copy()
    copied = np.random.default_rng(0).random(3000) < 0.5
    X[copied, 7] = X[copied, 6]
    pairs = local_dependence(ItemResponseModel().fit_named(X, item_labels(20)), X)
    assert {pairs[0].first, pairs[0].second} == {"item 6", "item 7"}
    assert [pair.flagged for pair in pairs[:2]] == [True, False]


def test_q3_is_the_correlation_of_residuals(fitting):
    model, X = fitting
    theta, _ = model.abilities(X, "wle")
    expected = 1 / (1 + np.exp(-(theta[:, None] * model.discrimination_ + model.intercept_[:, 0])))
    correlation = np.corrcoef((X - expected).T)
    for pair in local_dependence(model, X)[:5]:
        i, j = (item_labels(20).index(name) for name in (pair.first, pair.second))
        assert pair.q3 == pytest.approx(correlation[i, j], abs=1e-10)


def test_checks_have_the_same_bits_with_one_and_two_threads():
    X = answers(made_items(31), people(2001))  # sizes at which OpenBLAS itself differs
    model = ItemResponseModel().fit(X)
    found = []
    for threads in (1, 2):
        model.set_params(n_jobs=threads)
        with threadpool_limits(threads, user_api="blas"):
            found.append([item_fit(model, X), local_dependence(model, X), person_fit(model, X)])
    assert found[0][:2] == found[1][:2]
    assert (found[0][2] == found[1][2]).all()


def test_one_ability_is_enough_where_there_is_one(fitting):
    model, X = fitting
    found = check_dimensionality(model, X, random_state=1, n_simulations=20)
    assert found.unidimensional == (found.eigenvalue <= found.limit)
    assert found.eigenvalue < 1.1 * found.limit


def test_two_abilities_are_found_with_their_items():
    first = people(3000)
    second = 0.4 * first + np.sqrt(1 - 0.16) * people(3000, seed=8)
    items = made_items(20)
    X = np.hstack([answers(items.only(range(10)), first),
                   answers(items.only(range(10, 20)), second, 1)])  # fmt: skip
    model = ItemResponseModel().fit_named(X, item_labels(20))
    found = check_dimensionality(model, X, random_state=1, n_simulations=20)
    assert not found.unidimensional
    ends = [{int(name.split()[1]) < 10 for name in end} for end in (found.high, found.low)]
    assert sorted(map(len, ends)) == [1, 1]
    assert ends[0] != ends[1]


def test_distractors_tell_what_to_look_at():
    ability = np.arange(400.0)
    options = np.where(ability >= 200, "a", "b").astype(object)
    options[380:] = "c"
    options[:5] = None
    found = {o.option: o for o in distractor_analysis(options, "a", ability, all_options="abcd")}
    assert found["a"].is_key
    assert found["a"].correlation > 0
    assert found["c"].codes == ("attracts_the_able",)
    assert found["d"].codes == ("rarely_chosen",)
    assert found["b"].n == 195
    assert found["b"].by_band[0] == 1
    wrong_key = {o.option: o for o in distractor_analysis(options, "b", ability)}
    assert wrong_key["b"].codes == ("key_not_discriminating",)


def test_not_reached_is_what_comes_after_the_last_answer():
    codes = np.array([[1, -1, 0, -1, -1], [-1, -1, -1, -1, -1], [1, 1, 1, 1, 1]], dtype=np.int8)
    presented = np.ones((3, 5), dtype=bool)
    presented[0, 4] = False
    expected = [[0, 0, 0, 1, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
    assert (not_reached(codes, presented) == np.array(expected, dtype=bool)).all()


def test_forms_are_flagged_for_floor_ceiling_speed_and_weak_links():
    items = made_items(10)
    X = answers(items, people(600))
    forms = np.repeat(["hard", "easy", "long"], 200)
    X[:60, :] = 0
    X[200:260, :] = 1
    X[400:480, 7:] = np.nan
    X[:400, 8:] = np.nan
    X[400:, :7] = np.nan
    flags = {(flag.form, flag.code) for flag in form_flags(X, forms)}
    assert ("hard", "floor") in flags
    assert ("easy", "ceiling") in flags
    assert ("long", "few_links") in flags
    assert ("easy", "floor") not in flags
    presented = np.ones((200, 10), dtype=bool)
    late = answers(items, people(200))
    late[:80, 6:] = np.nan
    flag = form_flags(late, ["a"] * 200, presented=presented)
    assert [(f.code, f.form, f.value) for f in flag] == [("speeded", "a", 0.4)]


def test_a_design_is_told_what_a_fit_would_refuse():
    X = answers(made_items(8, model="gpcm", steps=2), people(900))
    X[:, 0] = 1
    X[:, 1] = np.nan
    X[X[:, 2] == 1, 2] = 2
    X[:450, 3:5] = np.nan
    X[450:, [0, 2, 5, 6, 7]] = np.nan
    found = [(flag.code, flag.item) for flag in design_flags(X, names=item_labels(8))]
    assert ("constant_item", "item 0") in found
    assert ("item_never_presented", "item 1") in found
    assert ("empty_category", "item 2") in found
    assert ("disconnected_design", "item 3") in found
    assert ("disconnected_design", "item 4") not in found
