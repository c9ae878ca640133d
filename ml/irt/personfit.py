"""Persons whose answers do not follow the model: lz* (Snijders 2001; Sinharay 2016)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray
from ml.irt.abilities import abilities
from ml.irt.items import category_probabilities
from ml.irt.parallel import one_blas_thread, spans
from ml.labels import Labels

ROWS = 4096


@one_blas_thread()
def person_fit(model: Any, X: npt.ArrayLike, *, groups: Labels | None = None) -> FloatArray:
    """(n_persons,) lz*, about N(0, 1) for persons who follow the model; very negative values
    belong to those who do not. NaN without responses.

    The log-likelihood at the WLE, standardized with the correction for θ being estimated
    (Snijders 2001, Psychometrika 66, eq. 20–26, for several categories Sinharay 2016,
    Psychometrika 81). Not defined for three-parameter items' WLE beyond that approximation.
    """
    codes = model._codes(X)
    group = model._group(groups, len(codes))
    theta, _ = abilities(codes, group, model.items_, model.nodes_, "wle", n_jobs=model.n_jobs)
    result = np.full(len(codes), np.nan)
    for start, stop in spans(len(codes), ROWS):
        rows = start + np.flatnonzero(np.isfinite(theta[start:stop]))
        if rows.size:
            result[rows] = _standardized(model, codes[rows], theta[rows])
    return result


def _standardized(model: Any, codes: npt.NDArray[np.int8], theta: FloatArray) -> FloatArray:
    """With w = log P and s = P' / P per category: ŵ = w − c s, c = Σ P' w / Σ P' s.

    The WLE solves Σ s + r₀ = 0 with r₀ = J / (2 I), so the expectation is shifted by −c r₀.
    """
    items = model.items_
    probability, _ = category_probabilities(items, theta)
    p = np.maximum(probability, 1e-300).transpose(2, 0, 1)  # (m, items, categories)
    derivative = _derivative(items, p)
    seen = (codes >= 0)[:, :, None]
    used = seen & (p > 1e-290)
    w = np.where(used, np.log(p), 0.0)
    s = np.where(used, derivative / p, 0.0)
    first = np.where(used, derivative, 0.0)
    information = (first * s).sum(axis=(1, 2))
    c = (first * w).sum(axis=(1, 2)) / information
    adjusted = w - c[:, None, None] * s
    chance = np.where(used, p, 0.0)
    mean = (chance * adjusted).sum(axis=2)
    variance = ((chance * adjusted**2).sum(axis=2) - mean**2).sum(axis=1)
    chosen = np.maximum(codes, 0)[:, :, None].astype(np.int64)
    observed = np.take_along_axis(w, chosen, axis=2)[:, :, 0].sum(axis=1)
    scores = np.take_along_axis(s, chosen, axis=2)[:, :, 0].sum(axis=1)
    expected = (chance * w).sum(axis=(1, 2)) + c * scores
    return np.asarray((observed - expected) / np.sqrt(np.maximum(variance, 1e-300)))


def _derivative(items: Any, p: FloatArray) -> FloatArray:
    """∂P/∂θ of every category, (m, items, categories)."""
    number = np.arange(p.shape[2])
    mean = (p * number).sum(axis=2, keepdims=True)
    derivative = items.slope[None, :, None] * p * (number - mean)
    three = np.flatnonzero(items.guessing)
    if three.size:
        lower, slope = items.lower[three], items.slope[three]
        core = (p[:, three, 1] - lower) / (1 - lower)
        rise = (1 - lower) * slope * core * (1 - core)
        derivative[:, three, 1], derivative[:, three, 0] = rise, -rise
    return np.asarray(derivative)
