"""How much more one group changed than another, plainly or with covariates (doubly robust)."""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError

ITERATIONS = 50
CONVERGED = 1e-10
HIGHEST_PROPENSITY = 0.995


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """value: the difference of the mean changes. influence: (n,), their sum is its error."""

    value: float
    influence: FloatArray


def change(delta: FloatArray, treated: FloatArray, weights: FloatArray) -> Change:
    """Difference of weighted means; every array has shape (n,), treated is 0 or 1."""
    own, other = weights * treated, weights * (1 - treated)
    high, low = own @ delta / own.sum(), other @ delta / other.sum()
    influence = own * (delta - high) / own.sum() - other * (delta - low) / other.sum()
    return Change(float(high - low), influence)


def adjusted_change(
    delta: FloatArray, treated: FloatArray, weights: FloatArray, X: FloatArray
) -> Change:
    """The same among those alike in X: (n, p), a column of ones is added.

    Right if either the logistic model of the treatment or the linear one of the untreated's
    change is right. Errors: missing_covariate, no_overlap, not_estimable.
    Source: Sant'Anna & Zhao (2020, Journal of Econometrics 219, eq. 2.6 and theorem A.1).
    """
    if np.isnan(X).any():
        row, column = np.unravel_index(int(np.isnan(X).argmax()), X.shape)
        raise StatisticsError("missing_covariate", row=int(row), column=int(column))
    Z = np.column_stack([np.ones(len(X)), X])
    p = _propensity(Z, treated, weights)
    if (p[treated > 0] > HIGHEST_PROPENSITY).all():
        raise StatisticsError("no_overlap", share=0.0, least=0.5)
    own = weights * treated
    like = weights * (1 - treated) * p / np.maximum(1 - p, 1 - HIGHEST_PROPENSITY)
    untreated = weights * (1 - treated)
    gram = _inverse(Z.T @ (untreated[:, None] * Z))
    rest = delta - Z @ (gram @ (Z.T @ (untreated * delta)))
    high, low = own @ rest / own.sum(), like @ rest / like.sum()
    slopes = (untreated * rest)[:, None] * (Z @ gram)  # error of the outcome model, by row
    hessian = _inverse(Z.T @ ((weights * p * (1 - p))[:, None] * Z))
    chances = (weights * (treated - p))[:, None] * (Z @ hessian)  # and of the treatment's
    influence = own * (rest - high) / own.sum() - like * (rest - low) / like.sum()
    influence -= slopes @ (own @ Z / own.sum() - like @ Z / like.sum())
    influence -= chances @ ((like * (rest - low)) @ Z / like.sum())
    return Change(float(high - low), influence)


def _propensity(Z: FloatArray, treated: FloatArray, weights: FloatArray) -> FloatArray:
    """Logistic regression by Newton's method. Errors: no_overlap where it runs away."""
    beta = np.zeros(Z.shape[1])
    for _ in range(ITERATIONS):
        p = 1 / (1 + np.exp(-np.clip(Z @ beta, -30, 30)))
        gradient = Z.T @ (weights * (treated - p))
        step = _inverse(Z.T @ ((weights * p * (1 - p))[:, None] * Z)) @ gradient
        beta = beta + step
        if float(gradient @ step) <= CONVERGED * weights.sum():
            return np.asarray(1 / (1 + np.exp(-np.clip(Z @ beta, -30, 30))))
    raise StatisticsError("no_overlap", share=0.0, least=0.5)


def _inverse(matrix: FloatArray) -> FloatArray:
    if np.linalg.cond(matrix) > 1e14:
        raise StatisticsError("not_estimable", name="difference", group=None)
    return np.asarray(np.linalg.inv(matrix))
