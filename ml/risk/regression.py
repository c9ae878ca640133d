"""Logistic regression with errors by school."""

from typing import Any

import numpy as np

from ml.checks import FloatArray
from ml.clustering import Clusters


def with_ones(Z: FloatArray) -> FloatArray:
    """(n, 1 + p): a column of ones before the others."""
    return np.column_stack([np.ones(len(Z)), Z])


def fitted_logit(Z: FloatArray, outcome: FloatArray, penalty: float = 0.0) -> FloatArray:
    """Intercept and slopes, shape (p + 1,); the ridge `penalty` spares the intercept."""
    model = _model(1.0 / penalty if penalty else np.inf).fit(Z, outcome.astype(np.int64))
    return np.concatenate([model.intercept_, model.coef_[0]])


def clustered_covariance(
    Z: FloatArray,
    outcome: FloatArray,
    fitted: FloatArray,
    clusters: Clusters,
    penalty: float = 0.0,
) -> FloatArray:
    """(p + 1, p + 1): H⁻¹ (S / (S − 1) Σ u_s u_s') H⁻¹, u_s a school's summed scores.

    Where the outcome is separated H has no inverse, and its pseudo-inverse stands in.
    Source: Liang & Zeger (1986, Biometrika 73).
    """
    design = with_ones(Z)
    chance = logistic(design @ fitted)
    hessian = (design * (chance * (1 - chance))[:, None]).T @ design
    hessian += penalty * np.diag([0.0, *np.ones(fitted.size - 1)])
    scores = design * (outcome - chance)[:, None]
    summed = np.column_stack([clusters.sums(np.ascontiguousarray(part)) for part in scores.T])
    bread = np.linalg.pinv(hessian, hermitian=True)
    return np.asarray(clusters.count / (clusters.count - 1) * bread @ (summed.T @ summed) @ bread)


def logistic(values: FloatArray) -> FloatArray:
    """1 / (1 + exp(−x)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


def _model(C: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  1 s: not at import

    return LogisticRegression(C=C, solver="newton-cholesky", tol=1e-10, max_iter=200)
