"""Logistic regressions of all folds, with second derivatives summed over the data only once.

The folds' solutions lie close together. What costs most, the second derivatives, is summed by fold
once near all of them; from there, steps towards each need first derivatives only.
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray
from ml.effect.design import Design, without_own

# A sample of so many persons tells where to begin.
BEGINNERS = 50_000
MOST_STEPS = 25
# Squared length of a step, in standard errors of the coefficients.
CLOSE, SETTLED = 1e-2, 1e-13


def logistic_predictions(
    design: Design, y: FloatArray, teaches: BoolArray, weights: FloatArray | None, C: float
) -> FloatArray | None:
    """(n,) chance of 1, each fold predicted from those of the other folds that teach.

    Minimizes C Σ w loss + b'b / 2, as scikit-learn's LogisticRegression. y: (n,) 0 and 1;
    weights: (n,) or None. None for other values of y, and where Newton's plain steps do not settle.
    """
    if not ((y == 0) | (y == 1) | ~teaches).all():
        return None
    penalty = np.full(design.width, 1 / C)
    penalty[0] = 0.0
    regression = _Regression(design, y, teaches, weights, penalty)
    try:
        with np.errstate(all="ignore"):
            return _chances(regression)
    except (np.linalg.LinAlgError, _NotSettled):
        return None


class _NotSettled(Exception):
    """Newton's steps lead nowhere."""


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    """penalty: (1 + p,) of each squared coefficient."""

    design: Design
    y: FloatArray
    teaches: BoolArray
    weights: FloatArray | None
    penalty: FloatArray

    def rows(self, fold: int) -> IntArray:
        """Those of a fold that teach."""
        return np.flatnonzero(self.teaches & (self.design.folds == fold))

    def weighted(self, values: FloatArray, piece: IntArray) -> FloatArray:
        """Values of some rows, shape (m,) or (m, K), times their weights."""
        if self.weights is None:
            return values
        return np.asarray((values.T * self.weights[piece]).T)

    def derivatives(self, rows: IntArray, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """First (1 + p,) and second (1 + p, 1 + p) derivatives of the rows' summed loss."""
        first, second = np.zeros(beta.size), np.zeros((beta.size, beta.size))
        for piece, Z in self.design.pieces(rows):
            chance = _chance(Z @ beta)
            first += self.weighted(chance - self.y[piece], piece) @ Z
            spread = np.sqrt(self.weighted(chance * (1 - chance), piece))
            np.multiply(Z, spread[:, None], out=Z)
            second += Z.T @ Z
        return first, second

    def slopes(self, betas: FloatArray, folds: IntArray) -> FloatArray:
        """(k, 1 + p) first derivatives, at the coefficients of these folds, over the others."""
        total = np.zeros(betas.shape[::-1])
        for piece, Z in self.design.pieces(np.arange(self.y.size)):
            left = _chance(Z @ betas.T) - self.y[piece, None]
            left[(self.design.folds[piece, None] == folds) | ~self.teaches[piece, None]] = 0.0
            total += Z.T @ self.weighted(left, piece)
        return np.asarray(total.T + betas * self.penalty)


def _chances(regression: _Regression) -> FloatArray:
    betas = _solutions(regression, _beginning(regression))
    return _chance(regression.design.predicted(betas[:, :, None])[:, 0])


def _beginning(regression: _Regression) -> FloatArray:
    """Near the solutions of all folds: that of a sample of everybody, by Newton's steps."""
    rows = np.flatnonzero(regression.teaches)
    share = regression.y[rows].mean()
    if not 0 < share < 1:
        raise _NotSettled
    sample = rows[:: max(1, rows.size // BEGINNERS)]
    penalty = regression.penalty
    beta = np.zeros(penalty.size)
    beta[0] = np.log(share / (1 - share))
    for _ in range(MOST_STEPS):
        first, second = regression.derivatives(sample, beta)
        first += penalty * beta
        step = np.linalg.solve(second + np.diag(penalty), first)
        beta -= step
        if first @ step <= CLOSE:
            return beta
    raise _NotSettled


def _solutions(regression: _Regression, beta: FloatArray) -> FloatArray:
    """(K, 1 + p) each fold's coefficients, beginning with what is near all of them.

    Quasi-Newton (BFGS): the inverse of the second derivatives is summed once and then learns from
    how the first derivatives change along the steps.
    """
    count = regression.design.n_folds
    sums = [regression.derivatives(regression.rows(k), beta) for k in range(count)]
    first = without_own(np.stack([each for each, _ in sums])) + regression.penalty * beta
    second = without_own(np.stack([each for _, each in sums])) + np.diag(regression.penalty)
    folds, inverse, betas = np.arange(count), np.linalg.inv(second), np.tile(beta, (count, 1))
    for _ in range(MOST_STEPS):
        steps = -np.einsum("kij,kj->ki", inverse, first)
        betas[folds] += steps
        going = ~(np.abs((first * steps).sum(axis=1)) <= SETTLED)
        if not going.any():
            return betas
        folds, steps, first, inverse = folds[going], steps[going], first[going], inverse[going]
        before, first = first, regression.slopes(betas[folds], folds)
        inverse = _learned(inverse, steps, first - before)
    raise _NotSettled


def _learned(inverse: FloatArray, steps: FloatArray, changes: FloatArray) -> FloatArray:
    """(k, q, q) inverse second derivatives under which each step explains its change of slope."""
    curvature = (steps * changes).sum(axis=1)[:, None, None]
    outer = steps[:, :, None] * changes[:, None, :] / curvature
    push = np.eye(steps.shape[1]) - outer
    own = steps[:, :, None] * steps[:, None, :] / curvature
    return np.asarray(push @ inverse @ push.transpose(0, 2, 1) + own)


def _chance(margin: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-margin)))
