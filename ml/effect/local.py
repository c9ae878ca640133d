"""Local polynomials on one side of a cutoff, as weights on the outcomes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.clustering import Clusters
from ml.errors import StatisticsError


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """rows: where these persons stand among all. x: score − cutoff. y: outcome."""

    rows: IntArray
    x: FloatArray
    y: FloatArray
    clusters: Clusters

    def fit(self, order: int, width: float) -> "LocalFit":
        """A polynomial with a triangular kernel. Errors: too_few_at_cutoff."""
        kernel = np.maximum(1 - np.abs(self.x) / width, 0.0) / width
        powers = self.x[:, None] ** np.arange(order + 1)
        used = kernel > 0
        if np.unique(self.x[used]).size < order + 2:
            raise StatisticsError("too_few_at_cutoff", found=int(used.sum()))
        scale = width ** np.arange(order + 1)  # powers of x / width: a well-conditioned product
        scaled = powers / scale
        gram = np.linalg.inv(scaled.T @ (kernel[:, None] * scaled))
        weights = (gram @ (kernel[:, None] * scaled).T) / scale[:, None]
        return LocalFit(order, weights, self.y - powers @ (weights @ self.y), used)

    def line_weights(self, width: float) -> FloatArray:
        """(n,) weights under which outcomes give the local line's limit at the cutoff."""
        return np.asarray(self.fit(1, width).weights[0])

    def bias_weights(self, width: float, bias_width: float) -> FloatArray:
        """(n,) weights that give the bias of that limit: its lines' weight of x² times the bend."""
        bend = float(self.line_weights(width) @ self.x**2)
        return np.asarray(bend * self.fit(2, bias_width).weights[2])

    def errors(self, weights: FloatArray, order: int, width: float) -> FloatArray:
        """(n,) each person's part of the error of Σ weights · y, small-sample factor included.

        Residuals are those of the polynomial of `order` at `width`.
        """
        fit = self.fit(order, width)
        reach = fit.used | (weights != 0)
        return weights * fit.residuals * math.sqrt(self.factor(reach, order + 1))

    def factor(self, used: np.ndarray, parameters: int) -> float:
        """n / (n − k), by school (n − 1) / (n − k) · G / (G − 1)."""
        n = int(used.sum())
        if not self.clusters.given:
            return n / (n - parameters)
        schools = self.clusters.number_in(used.astype(np.float64))
        if schools < 2:
            raise StatisticsError("one_school_in_arm", arm="cutoff")
        return (n - 1) / (n - parameters) * schools / (schools - 1)

    def variance(self, fit: "LocalFit", power: int) -> float:
        """Of the polynomial's coefficient of that power."""
        sums = self.clusters.sums(fit.weights[power] * fit.residuals)
        return float(sums @ sums) * self.factor(fit.used, fit.order + 1)


@dataclass(frozen=True, slots=True, eq=False)
class LocalFit:
    """weights: (order + 1, n), one row per coefficient. residuals, used (within reach): (n,)."""

    order: int
    weights: FloatArray
    residuals: FloatArray
    used: np.ndarray


def sides_of(x: FloatArray, y: FloatArray, schools: Clusters) -> Iterator[tuple[float, Side]]:
    """(−1, below), (+1, at or above)."""
    for sign, mask in ((-1.0, x < 0), (1.0, x >= 0)):
        rows = np.flatnonzero(mask)
        yield sign, Side(rows, x[rows], y[rows], schools.of(rows))
