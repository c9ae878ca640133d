"""How much the truth itself moves between cycles, beyond errors of measurement and link.

A series is y = Xβ + u + e with e ~ N(0, V) known and u ~ N(0, v·D), D known, v ≥ 0 not. v comes
from the moments of the residuals, and what follows for a new point from generalized least squares.
"""

import math
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray

STEPS = 60


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
    if _weighted_residuals(series, 0.0) <= expected:
        return Process(series, 0.0, math.inf)
    low, high = 0.0, float(np.trace(series.V) + series.y.var() + 1.0)
    while _weighted_residuals(series, high) > expected:
        high *= 2
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _weighted_residuals(series, middle) > expected:
            low = middle
        else:
            high = middle
    return Process(series, high, float(expected))


def _weighted_residuals(series: Series, variance: float) -> float:
    process = Process(series, variance, math.inf)
    beta, _ = process.coefficients()
    residuals = series.y - series.X @ beta
    return float(residuals @ np.linalg.solve(process.covariance, residuals))
