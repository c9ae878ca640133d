"""Item characteristic curves and what was observed."""

import numpy as np
import pytest

from ml.irt import ItemResponseModel, characteristic_curves, observed_shares

THETA = np.linspace(-2, 2, 9)


@pytest.fixture(scope="module")
def answered() -> np.ndarray:
    draw = np.random.default_rng(5)
    theta = draw.normal(size=(4000, 1))
    slope, hardness = np.array([0.8, 1.2, 1.6, 1.0, 1.4]), np.linspace(-1, 1, 5)
    return (draw.random((4000, 5)) < 1 / (1 + np.exp(-slope * (theta - hardness)))).astype(float)


@pytest.fixture(scope="module")
def fitted(answered) -> ItemResponseModel:
    return ItemResponseModel().fit(answered)


def test_the_curve_is_the_models_probability(fitted) -> None:
    curve = characteristic_curves(fitted, THETA)[2]
    logit = fitted.discrimination_[2] * THETA + fitted.intercept_[2, 0]
    np.testing.assert_allclose(curve.expected, 1 / (1 + np.exp(-logit)), rtol=1e-12)
    assert curve.item == fitted.item_names_[2]


@pytest.mark.parametrize("model", ["2pl", "3pl", "gpcm", "rasch"])
def test_its_standard_error_is_that_of_the_delta_method_by_differences(answered, model) -> None:
    data = answered.copy()
    if model == "gpcm":
        data[:, 0] += data[:, 1]
    fitted = ItemResponseModel(model=model, tol=1e-5).fit(data)
    items, vector = fitted.items_, fitted.items_.vector()
    step = 1e-6
    jacobian = np.empty((vector.size, THETA.size))
    for place in range(vector.size):
        moved = []
        for sign in (1, -1):
            other = vector.copy()
            other[place] += sign * step
            copy = ItemResponseModel.from_json(fitted.to_json())
            copy._take(items.with_vector(other), copy.nodes_)
            moved.append(characteristic_curves(copy, THETA)[0].expected)
        jacobian[place] = (moved[0] - moved[1]) / (2 * step)
    variance = np.einsum("pq,pr,rq->q", jacobian, fitted.covariance_, jacobian)
    found = characteristic_curves(fitted, THETA)[0].se
    np.testing.assert_allclose(found, np.sqrt(variance), rtol=1e-4, atol=1e-8)


def test_what_was_observed_lies_about_the_curve(fitted, answered) -> None:
    observed = observed_shares(fitted, answered)
    for item, points in enumerate(observed):
        assert len(points) >= 6
        at = np.array([point.theta for point in points])
        expected = characteristic_curves(fitted, at)[item].expected
        z = [(p.share - e) / max(p.se, 1e-3) for p, e in zip(points, expected, strict=True)]
        assert np.abs(z).max() < 4


def test_every_person_counts_once(fitted, answered) -> None:
    points = observed_shares(fitted, answered)[0]
    assert 0.97 * len(answered) < sum(point.n for point in points) <= len(answered) + 1e-6


def test_an_item_that_was_not_presented_counts_nobody_there(fitted, answered) -> None:
    half = answered.copy()
    half[:2000, 4] = np.nan
    n = [sum(point.n for point in points) for points in observed_shares(fitted, half)]
    assert n[4] < 2001 < n[0]
