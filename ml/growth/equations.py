"""The estimating equations behind the designs: all linear, all with the same clustered errors.

Each solves Σ (mₛ − Kₛ b) = 0 over the schools, with Kₛ a school's curvature. Least squares on
the columns X is the plain case; the two others are least squares on changed columns or rows.
"""

from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.growth.cr2 import clustered_error
from ml.growth.intercepts import intercepts
from ml.growth.panel import root_of_inverse
from ml.growth.products import Products, Rows, Scores, scores_of

# Below this share of the pre-test's remaining spread, what is left of it is almost all error.
LEAST_SIGNAL = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """A solved equation of p coefficients.

    beta: (p,). inverse: (p, p) (Σ Kₛ)⁻¹. curvature: (n_schools, p, p) Kₛ. scores: mₛ − Kₛ β.
    products, turn: of the columns that least squares would use, and (Σ w x x')^(−1/2).
    """

    beta: FloatArray
    inverse: FloatArray
    curvature: FloatArray
    scores: Scores
    products: Products
    turn: FloatArray

    def value(self, contrast: FloatArray) -> float:
        """contrast'β."""
        return float(contrast @ self.beta)

    def error(self, contrast: FloatArray) -> tuple[float, float]:
        """(CR2 standard error, Bell–McCaffrey degrees of freedom) of contrast'β.

        β is always a linear function of the least-squares coefficients: A = Σ w x x',
        contrast'(ΣK)⁻¹ m = (A (ΣK)⁻¹ contrast)' A⁻¹ m.
        """
        direction = self.products.total() @ self.inverse @ contrast
        return clustered_error(self.products, self.scores, self.turn, direction)


def least_squares(rows: Rows, products: Products, y: FloatArray) -> Equation:
    """Weighted least squares of (n,) y on the columns."""
    turn = root_of_inverse(products.total())
    inverse = turn @ turn.T
    beta = inverse @ _moment(rows, y)
    scores = scores_of(rows, rows.columns * (y - beta @ rows.columns))
    return Equation(beta, inverse, products.weighted(), scores, products, turn)


def errors_in_variables(
    rows: Rows, products: Products, y: FloatArray, reliability: float
) -> Equation:
    """Least squares on what the last column, of mean 0 and spread 1, measures with error.

    Its error variance 1 − reliability is taken from its sum of squares (Fuller 1987, Measurement
    Error Models, eq. 2.2.11), each row giving (1 − reliability) z² of its own, so that the
    errors account for the spread being estimated. Error: reliability_too_low.
    """
    plain = least_squares(rows, products, y)
    error, squares = 1.0 - reliability, rows.columns[-1] ** 2
    weight = float(products.total()[0, 0])
    remaining = 1.0 / (weight * plain.inverse[-1, -1])  # of the spread, given the other columns
    if remaining - error < LEAST_SIGNAL * remaining:
        raise StatisticsError("reliability_too_low", least=1.0 - remaining)
    curvature = plain.curvature.copy()
    weighted = squares if rows.weights is None else rows.weights * squares
    curvature[:, -1, -1] -= error * rows.sums(weighted)
    inverse = np.linalg.inv(curvature.sum(axis=0))
    beta = inverse @ _moment(rows, y)
    parts = rows.columns * (y - beta @ rows.columns)
    parts[-1] += error * beta[-1] * squares
    return replace(
        plain, beta=beta, inverse=inverse, curvature=curvature, scores=scores_of(rows, parts)
    )


def random_intercepts(rows: Rows, products: Products, y: FloatArray) -> Equation:
    """Generalized least squares with a random intercept per school, without weights.

    A school's rows are those of (I − k 1 1')^(1/2) X, k as in `likelihood`; the first column is
    the ones, so that its products hold the sums that are needed.
    """
    if rows.school is None:
        raise StatisticsError("clusters_needed")
    start, sums, top = intercepts(y, rows.columns, rows.school, rows.n_schools)
    shrink = top.ratio / (1.0 + top.ratio * sums.n)
    gram = products.gram - shrink[:, None, None] * (
        products.gram[:, :, :1] @ products.gram[:, :1, :]
    )
    beta = start + top.beta
    plain = scores_of(rows, rows.columns * (y - beta @ rows.columns)).plain
    scores = Scores(plain - shrink[:, None] * products.gram[:, :, 0] * plain[:, :1])
    turn = root_of_inverse(gram.sum(axis=0))
    return Equation(beta, turn @ turn.T, gram, scores, Products(gram, products.level), turn)


def _moment(rows: Rows, y: FloatArray) -> FloatArray:
    return rows.columns @ (y if rows.weights is None else rows.weights * y)
