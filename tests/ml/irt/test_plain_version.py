"""The fast likelihood, its gradient and its information against plain ones."""

import numpy as np
import pytest

from ml.irt.design import start
from ml.irt.fitting import nodes
from ml.irt.responses import as_codes, as_responses
from ml.irt.search import Search
from tests.ml.irt import plain
from tests.ml.irt.conftest import answers, item_labels, made_items, people

DESIGNS = ["complete", "booklets", "holes"]


def search_of(models, X, groups=None, weights=None) -> Search:
    codes = as_codes(X)
    group = np.zeros(len(X), dtype=np.int64) if groups is None else groups
    responses = as_responses(codes, group, weights)
    items = start(responses, models, item_labels(X.shape[1]), int(group.max()) + 1, None)
    return Search(responses, items, nodes(items, 61), item_labels(X.shape[1]), n_jobs=1)


def design(kind: str, n: int, seed: int = 3) -> np.ndarray:
    items = made_items(5, model="gpcm", steps=2, seed=seed)
    X = answers(items, people(n, seed=seed), seed)
    X[:, 3:] = np.minimum(X[:, 3:], 1)
    generator = np.random.default_rng(seed)
    if kind == "booklets":
        X[: n // 2, 0] = np.nan
        X[n // 2 :, 4] = np.nan
    if kind == "holes":
        X[generator.random(X.shape) < 0.2] = np.nan
        X[0] = np.nan
    return X


MODELS = ["gpcm", "pcm", "gpcm", "2pl", "3pl"]


@pytest.fixture(params=DESIGNS)
def case(request):
    X = design(request.param, 2200)
    search = search_of(MODELS, X, np.arange(2200) % 2)
    generator = np.random.default_rng(1)
    vector = search.items.vector()
    return search, X, vector + generator.normal(0, 0.2, vector.size)


def test_the_likelihood_is_that_of_the_plain_version(case):
    search, X, vector = case
    search.theta = np.linspace(-9, 9, 121)
    items = search.items.with_vector(vector)
    intercept = np.where(np.isfinite(items.intercept), items.intercept, np.nan)
    seen = ~np.isnan(X).all(axis=1)
    expected = plain.log_likelihood(
        X[seen][:25], items.slope, intercept, items.lower, groups=np.arange(2200)[seen][:25] % 2,
        means=items.mean, sds=items.sd,
    )  # fmt: skip
    few = search_of(MODELS, X)  # the same categories; only the first persons are counted
    few.items, few.theta = items, search.theta
    rows = np.flatnonzero(seen)[:25]
    few.responses = as_responses(as_codes(X[rows]), rows % 2, n_steps=2)
    assert few.point(vector).loglik == pytest.approx(expected, abs=1e-7)


def test_the_gradient_is_the_slope_of_the_likelihood(case):
    search, _, vector = case
    gradient = search.point(vector).gradient
    for position in range(vector.size):
        step = np.zeros(vector.size)
        step[position] = 1e-4
        rise = search.point(vector + step).loglik - search.point(vector - step).loglik
        assert gradient[position] == pytest.approx(rise / 2e-4, abs=2e-5 * 2200)


def test_the_information_is_minus_the_slope_of_the_gradient(case):
    search, _, vector = case
    information = search.information(search.point(vector))
    for position in range(vector.size):
        step = np.zeros(vector.size)
        step[position] = 1e-4
        change = search.point(vector - step).gradient - search.point(vector + step).gradient
        assert information[position] == pytest.approx(change / 2e-4, abs=1e-6 * information.max())


def test_weights_count_persons_as_often_as_they_say():
    X = design("complete", 400)
    weights = np.random.default_rng(0).integers(1, 4, 400)
    weighted = search_of(MODELS, X, weights=weights.astype(float))
    repeated = search_of(MODELS, np.repeat(X, weights, axis=0))
    vector = weighted.items.vector()
    one, other = weighted.point(vector), repeated.point(vector)
    assert one.loglik == pytest.approx(other.loglik, rel=1e-12)
    assert one.gradient == pytest.approx(other.gradient, abs=1e-8)
    assert weighted.information(one) == pytest.approx(repeated.information(other), abs=1e-7)


def test_very_long_tests_do_not_underflow():
    items = made_items(1500, seed=1)
    X = answers(items, people(3))
    X[0] = 0  # far from every ability that is likely beforehand
    responses = as_responses(as_codes(X), np.zeros(3, dtype=np.int64))
    search = Search(responses, items, nodes(items, 61), item_labels(1500), 1)
    prior = np.exp(-0.5 * search.theta**2)
    probability = 1 / (1 + np.exp(-(items.slope * search.theta[:, None] + items.intercept[:, 0])))
    logs = np.where(X[:, None, :] == 1, np.log(probability), np.log1p(-probability)).sum(axis=2)
    peak = logs.max(axis=1)
    expected = np.log(np.exp(logs - peak[:, None]) @ (prior / prior.sum())) + peak
    assert search.point(items.vector()).loglik == pytest.approx(expected.sum(), abs=1e-8)
