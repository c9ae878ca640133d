"""Simulations of recovery: bias and coverage of item parameters."""

from dataclasses import dataclass

import numpy as np

from ml.irt import ItemResponseModel
from tests.ml.irt.conftest import answers, made_items, people

ITEMS = 10


@dataclass(frozen=True)
class Recovery:
    """bias, bias_error (its Monte-Carlo error): (n_parameters,); covered: (simulations, n)."""

    bias: np.ndarray
    bias_error: np.ndarray
    covered: np.ndarray


def recovered(model: str, *, simulations: int, persons: int) -> dict[str, Recovery]:
    """Discrimination and intercept of `simulations` data sets, each with its own seed."""
    items = made_items(ITEMS, model=model, steps=1 if model == "2pl" else 2, seed=6)
    truth = {"discrimination": items.slope, "intercept": items.intercept.ravel()}
    estimates = {kind: [] for kind in truth}
    errors = {kind: [] for kind in truth}
    for seed in range(simulations):
        X = answers(items, people(persons, seed=seed), seed)
        fitted = ItemResponseModel(model=model, quadrature=41).fit(X)
        estimates["discrimination"].append(fitted.discrimination_)
        estimates["intercept"].append(fitted.intercept_.ravel())
        for kind in truth:
            errors[kind].append(fitted.standard_errors_[kind].ravel())
    return {kind: _summary(truth[kind], estimates[kind], errors[kind]) for kind in truth}


def _summary(truth: np.ndarray, estimates: list, errors: list) -> Recovery:
    values, spread = np.array(estimates), np.array(errors)
    return Recovery(
        bias=values.mean(axis=0) - truth,
        bias_error=values.std(axis=0, ddof=1) / np.sqrt(len(values)),
        covered=np.abs(values - truth) <= 1.959964 * spread,
    )
