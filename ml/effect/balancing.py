"""Propensities moved as little as it takes to make the comparison group look like the treated."""

import numpy as np

from ml.checks import FloatArray
from ml.parallel import spans

PIECE = 65_536
CURVATURE_ROWS = 50_000
MOST_STEPS = 60
SETTLED = 1e-9
# Of the curvature: what columns that are sums of others leave undecided is left at 0.
RIDGE = 1e-8


def balanced(
    propensity: FloatArray, X: FloatArray, d: FloatArray, weights: FloatArray
) -> FloatArray:
    """(n,) propensities m* with log-odds(m*) = log-odds(m) + c + λ'x.

    c and λ are such that the comparison group, weighted by m* / (1 − m*), has the treated's total
    and their means in every column of X; among all such weights these are the nearest to the given
    ones in relative entropy. X: (n, p), NaN counts as its column's mean. d: 0 and 1. weights: (n,),
    0 for who does not count. Where no weights do that, the propensities stay as they are.
    Source: Hainmueller (2012, Political Analysis 20); Deville & Särndal (1992, JASA 87).
    """
    Z = _standardized(X, weights)
    shift = _tilt(Z, weights * d, weights * (1 - d) * propensity / (1 - propensity))
    if shift is None:
        return propensity
    odds = propensity / (1 - propensity) * np.exp(Z @ shift)
    return np.asarray(odds / (1 + odds))


def _standardized(X: FloatArray, weights: FloatArray) -> FloatArray:
    """(n, 1 + k): ones, and the columns that vary with mean 0 and standard deviation 1."""
    counts = weights > 0
    mean = np.nanmean(X[counts], axis=0)
    centered = np.nan_to_num(X - mean)
    spread = np.sqrt(np.square(centered[counts]).mean(axis=0))
    varies = spread > 1e-12 * np.maximum(1.0, np.abs(mean))
    return np.column_stack([np.ones(len(X)), centered[:, varies] / spread[varies]])


def _tilt(Z: FloatArray, wanted: FloatArray, given: FloatArray) -> FloatArray | None:
    """λ at which Σ given exp(Z λ) Z equals Σ wanted Z, to a billionth of Σ wanted; None: nowhere.

    Newton's way down a convex function, whose gradient that is; its curvature is taken from a
    share of the rows.
    """
    target = wanted @ Z
    rows = np.flatnonzero(given)
    Z, given = Z[rows], given[rows]
    shift = np.zeros(Z.shape[1])
    gap = given @ Z - target
    for _ in range(MOST_STEPS):
        if np.abs(gap).max() <= SETTLED * target[0]:
            return shift
        step = np.asarray(np.linalg.solve(_curvature(Z, given, shift), gap), dtype=np.float64)
        nearer = _nearer(Z, given, target, (shift, step, gap))
        if nearer is None:
            return None
        shift, gap = nearer
    return None


def _nearer(
    Z: FloatArray, given: FloatArray, target: FloatArray, at: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray] | None:
    """Where the first of a step, a half, a quarter … leads that comes nearer, and what is left."""
    shift, step, gap = at
    size = np.abs(gap).max()
    for halving in range(20):
        tried = shift - step / 2**halving
        left = _gap(Z, given, target, tried)
        if np.abs(left).max() < size:
            return tried, left
    return None


def _gap(Z: FloatArray, given: FloatArray, target: FloatArray, shift: FloatArray) -> FloatArray:
    """How far the tilted sums are from the target; infinite where a weight is."""
    total = -target
    with np.errstate(over="ignore", invalid="ignore"):
        for start, stop in spans(len(Z), PIECE):
            part = Z[start:stop]
            total = total + (given[start:stop] * np.exp(part @ shift)) @ part
    return np.where(np.isfinite(total), total, np.inf)


def _curvature(Z: FloatArray, given: FloatArray, shift: FloatArray) -> FloatArray:
    """Σ given exp(Z λ) Z Z' from every k-th row, raised to the whole."""
    every = max(1, len(Z) // CURVATURE_ROWS)
    part = Z[::every]
    weights = every * given[::every] * np.exp(part @ shift)
    found = (part * weights[:, None]).T @ part
    return np.asarray(found + RIDGE * np.diag(found).max() * np.eye(Z.shape[1]))
