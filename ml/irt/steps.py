"""Steps of a search: extrapolation, the quasi-Newton update, the inverse of the information."""

import numpy as np

from ml.checks import FloatArray


def extrapolated(start: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """start − 2 α r + α² v, α = −|r| / |v|, never shorter than EM's own way."""
    r, v = first - start, second - 2 * first + start
    length = float(np.sqrt(v @ v))
    if length < 1e-12:
        return second
    alpha = min(-float(np.sqrt(r @ r)) / length, -1.0)
    return np.asarray(start - 2 * alpha * r + alpha**2 * v)


def updated(metric: FloatArray, move: FloatArray, change: FloatArray) -> FloatArray:
    """The BFGS update of the inverse Hessian; skipped where the curvature has the wrong sign.

    move: of the parameters; change: of minus the gradient.
    """
    curvature = float(move @ change)
    if curvature <= 1e-12 * float(np.sqrt((move @ move) * (change @ change))):
        return metric
    left = metric @ change
    factor = (1.0 + float(change @ left) / curvature) / curvature
    cross = np.outer(left, move) / curvature
    return np.asarray(metric + factor * np.outer(move, move) - cross - cross.T)


class Undetermined(Exception):
    """direction: (p,) the change of the parameters that the data say nothing about."""

    def __init__(self, direction: FloatArray) -> None:
        super().__init__()
        self.direction = direction


def inverse(information: FloatArray) -> FloatArray:
    """Errors: Undetermined."""
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (np.isfinite(information).all() and (size > 0).all()):
        raise Undetermined((~(size > 0)).astype(np.float64))
    scaled = information / size / size[:, None]
    values, vectors = np.linalg.eigh(scaled)
    if values.size and values[0] < 1e-10:
        raise Undetermined(vectors[:, 0])
    return np.asarray((vectors / values) @ vectors.T / size / size[:, None])
