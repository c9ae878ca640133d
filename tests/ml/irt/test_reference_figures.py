"""Figures that mirt, TAM and ltm agree on."""

import numpy as np
import pytest

from ml.irt import ItemResponseModel


@pytest.fixture(scope="module")
def two_parameters(lsat7):
    return ItemResponseModel(model="2pl").fit(lsat7)


def test_lsat7_has_the_published_parameters(two_parameters):
    a = [0.987545907, 1.080837144, 1.707477627, 0.764989881, 0.735672724]
    d = [1.855855648, 0.807969591, 1.805206182, 0.485999806, 1.854457592]
    assert two_parameters.discrimination_ == pytest.approx(a, abs=1e-5)
    assert two_parameters.intercept_[:, 0] == pytest.approx(d, abs=1e-5)
    assert two_parameters.loglik_ == pytest.approx(-2658.805114, abs=1e-5)


def test_lsat7_has_the_published_standard_errors(two_parameters):
    errors = two_parameters.standard_errors_
    assert errors["discrimination"][0] == pytest.approx(0.177194830, abs=1e-4)
    assert errors["intercept"][0, 0] == pytest.approx(0.131450129, abs=1e-4)
    assert errors["intercept"].shape == two_parameters.intercept_.shape


def test_lsat7_has_the_published_abilities_and_reliability(two_parameters, lsat7):
    value, error = two_parameters.abilities(np.zeros((1, 5)))
    assert value[0] == pytest.approx(-1.8697835, abs=1e-4)
    assert error[0] == pytest.approx(0.69269966, abs=1e-4)
    assert two_parameters.empirical_reliability(lsat7) == pytest.approx(0.452304979, abs=1e-5)


def test_lsat7_under_the_rasch_model(lsat7):
    model = ItemResponseModel(model="rasch").fit(lsat7)
    assert model.loglik_ == pytest.approx(-2664.900891, abs=1e-5)
    assert model.group_sd_[0] ** 2 == pytest.approx(1.023, abs=1e-3)
    assert model.group_mean_[0] == 0
    assert (model.discrimination_ == 1).all()


def test_icils_kazakhstan_under_the_generalized_partial_credit_model(icils):
    names, answers = icils
    model = ItemResponseModel(model="gpcm").fit_named(answers, names)
    assert -59347.66146 - 1e-5 <= model.loglik_ <= -59347.66146 + 1e-2
    slope = dict(zip(names, model.discrimination_, strict=True))
    assert slope["edit_image"] == pytest.approx(1.31158496, abs=1e-3)
    assert slope["insert_image"] == pytest.approx(2.08285956, abs=1e-3)
    assert model.n_persons_ == 4700
    assert model.gradient_norm_ <= 1e-6


def test_a_finer_quadrature_does_not_move_the_estimates(two_parameters, lsat7):
    finer = ItemResponseModel(quadrature=121).fit(lsat7)
    assert finer.discrimination_ == pytest.approx(two_parameters.discrimination_, abs=1e-6)
