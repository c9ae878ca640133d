"""Ridge regressions of all folds and outcomes from one pass over the data."""

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray
from ml.effect.design import Design, without_own


def ridge_predictions(
    design: Design, Y: FloatArray, teaches: BoolArray, weights: FloatArray | None, alpha: float
) -> FloatArray:
    """(n, M) each fold predicted from those of the other folds that teach.

    Minimizes Σ w (y − a − x'b)² + alpha b'b, as scikit-learn's Ridge. Y: (n, M), known where
    somebody teaches; weights: (n,) or None. Cross products are summed within folds, so that
    leaving one out is a subtraction.
    """
    origin = Y[teaches.argmax()]
    shifted = Y - origin
    own = [np.flatnonzero(teaches & (design.folds == k)) for k in range(design.n_folds)]
    products = np.stack([_products(design, rows, shifted, weights) for rows in own])
    coefficients = np.stack([_solved(each, design.width, alpha) for each in without_own(products)])
    coefficients[:, 0] += origin
    return design.predicted(coefficients)


def _products(
    design: Design, rows: IntArray, Y: FloatArray, weights: FloatArray | None
) -> FloatArray:
    """Weighted cross products of (1, X, Y) over the rows."""
    width = design.width + Y.shape[1]
    total = np.zeros((width, width))
    for piece, Z in design.pieces(rows):
        both = np.column_stack([Z, Y[piece]])
        if weights is not None:
            both *= np.sqrt(weights[piece])[:, None]
        total += both.T @ both
    return total


def _solved(products: FloatArray, width: int, alpha: float) -> FloatArray:
    """(1 + p, M) intercept and slopes; the intercept is not shrunk."""
    mean = products[0] / products[0, 0]
    around = products - np.outer(products[0], mean)
    inner = around[1:width, 1:width] + alpha * np.eye(width - 1)
    slopes = np.linalg.solve(inner, around[1:width, width:])
    return np.vstack([mean[width:] - mean[1:width] @ slopes, slopes])
