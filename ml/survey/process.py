"""How much the truth itself moves between cycles, beyond errors of measurement and link.

A series is y = Xβ + u + e with e ~ N(0, V) known and u ~ N(0, v·D), D known, v ≥ 0 not. v comes
from the moments of the residuals, and what follows for a new point from generalized least squares.
"""

import math
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray

STEPS = 60
GRID = 80


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """y: (n,). X: (n, p) fixed part. V: (n, n) known covariance. D: (n, n) shape of the unknown."""

    y: FloatArray
    X: FloatArray
    V: FloatArray
    D: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """variance: of the unknown part, 0 where the known errors explain the residuals. df: degrees
    of freedom of statements that rest on it, infinite where nothing does."""

    series: Series
    variance: float
    df: float

    @property
    def covariance(self) -> FloatArray:
        return self.series.V + self.variance * self.series.D

    def coefficients(self) -> tuple[FloatArray, FloatArray]:
        """Generalized least squares: (p,) and their covariance (p, p)."""
        inverse = np.linalg.inv(self.covariance)
        spread = np.linalg.inv(self.series.X.T @ inverse @ self.series.X)
        beta: FloatArray = spread @ self.series.X.T @ inverse @ self.series.y
        return beta, np.asarray(spread)

    def predicted(self, x: FloatArray, shared: FloatArray, own: float) -> tuple[float, float]:
        """Mean and variance of x'β + u at a new point, where u has covariance variance·shared
        with the series and variance·own by itself."""
        beta, spread = self.coefficients()
        inverse = np.linalg.inv(self.covariance)
        link = inverse @ (self.variance * shared)
        mean = x @ beta + link @ (self.series.y - self.series.X @ beta)
        rest = x - self.series.X.T @ link
        variance = self.variance * own - self.variance * shared @ link + rest @ spread @ rest
        return float(mean), float(variance)


def fitted(series: Series) -> Process:
    """The v at which the weighted residuals have their expected size (Paule & Mandel 1982)."""
    n, p = series.X.shape
    expected = n - p
    squares, shares = _residuals(series)

    def size(variance: float) -> float:
        return float((squares / (1 + variance * shares)).sum())

    if size(0.0) <= expected:
        return Process(series, 0.0, math.inf)
    low, high = 0.0, 1.0
    while size(high) > expected:
        low, high = high, 2 * high
    for _ in range(STEPS):
        middle = (low + high) / 2
        if size(middle) > expected:
            low = middle
        else:
            high = middle
    return Process(series, high, float(expected))


def _residuals(series: Series) -> tuple[FloatArray, FloatArray]:
    """(n − p,) each: squares of the independent residuals in units of their known variance, and
    how much v adds to that, so that the weighted residuals are Σ squares / (1 + v · shares)."""
    free = np.linalg.qr(series.X, mode="complete")[0][:, series.X.shape[1] :]
    inverse = np.linalg.inv(np.linalg.cholesky(free.T @ series.V @ free))
    added = inverse @ (free.T @ series.D @ free) @ inverse.T
    shares, axes = np.linalg.eigh(added)
    return np.square(axes.T @ inverse @ free.T @ series.y), shares


def averaged(series: Series, contrasts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means and variances of contrasts of the truth, (k,) each, whatever v may be.

    contrasts: (k, n). With few points v is hardly known, so the answers under each v are averaged
    with its restricted likelihood as weight (flat prior on √v).
    """
    widest = 5 * float(np.ptp(series.y) + np.sqrt(np.trace(series.V)))
    variances = np.linspace(0, widest, GRID) ** 2 / float(series.D.max())
    means, errors, likelihood = _truths(series, variances, contrasts)
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    mean = weights @ means
    return mean, weights @ (errors + (means - mean) ** 2)


def _truths(
    series: Series, variances: FloatArray, contrasts: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Given each of g variances: best predictions of the contrasts (g, k), their variances
    (g, k), and the log restricted likelihood (g,)."""
    X, moved = series.X, variances[:, None, None] * series.D
    covariance = series.V + moved
    inverse = np.linalg.inv(covariance)
    information = X.T @ inverse @ X
    fit = X @ np.linalg.solve(information, X.T @ inverse)
    weights = contrasts @ (fit + moved @ inverse @ (np.eye(len(X)) - fit))
    missed = weights - contrasts
    errors = np.einsum("gki,ij,gkj->gk", weights, series.V, weights)
    errors += np.einsum("gki,gij,gkj->gk", missed, moved, missed)
    residuals = series.y - fit @ series.y
    logs = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
    squares = np.einsum("gi,gij,gj->g", residuals, inverse, residuals)
    return weights @ series.y, errors, -(logs + squares) / 2
