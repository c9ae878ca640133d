"""Quantile regression at many quantiles: the exact vertex of each, each started at its neighbour's.

Barrodale & Roberts' long-step simplex (1973, SIAM J. Numer. Anal. 10) as Koenker & d'Orey (1987,
Applied Statistics 36) use it: a fit passes through p rows; one of them is let go, and its
residual grows past other rows until the slope of Σ w ρ(y − x'b) turns. From one quantile to the
next few rows change sides, so that few such steps are needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError

# Equal scores would let a step stand still; so little more or less changes no row's side.
JITTER = 1e-9
# Directions whose slope is above −(this share of all weight) do not improve the fit.
FLAT = 1e-11
# The nearest rows that a step usually passes.
NEAR = 128
MAX_STEPS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """columns: (p, n). y: (n,), slightly jittered. weights: (n,)."""

    columns: FloatArray
    y: FloatArray
    weights: FloatArray
    flat: float


@dataclass(slots=True, eq=False)
class _Vertex:
    """basis: (p,) rows that the fit passes through. residuals: (n,), 0 for those.

    pull: (n,) w (τ − 1[residual < 0]), 0 for the basis.
    """

    basis: IntArray
    inverse: FloatArray
    residuals: FloatArray
    pull: FloatArray


@dataclass(frozen=True, slots=True)
class _Move:
    """Which row of the basis to let go: its position, side (1: the fit moves above it, −1: below),
    and the gain per length."""

    position: int
    side: float
    gain: float


def quantile_coefficients(
    X: FloatArray, y: FloatArray, weights: FloatArray, quantiles: Sequence[float]
) -> FloatArray:
    """(n_quantiles, p): for each τ a minimum of Σ w (y − Xb)(τ − 1[y < Xb]).

    X: (n, p) of full rank, y: (n,), weights: (n,) positive; τ ascending, between 0 and 1.
    Errors: collinear_covariates; quantiles_not_converged.
    """
    order = np.random.default_rng(0).uniform(-1.0, 1.0, y.size)
    problem = _Problem(
        columns=np.ascontiguousarray(X.T),
        y=y + JITTER * float(y.std()) * order,
        weights=weights,
        flat=FLAT * float(weights.sum()),
    )
    middle = len(quantiles) // 2
    start = _settled(problem, quantiles[middle], _first_basis(X, y))
    bases = {middle: start}
    for index in range(middle + 1, len(quantiles)):
        bases[index] = _settled(problem, quantiles[index], bases[index - 1])
    for index in range(middle - 1, -1, -1):
        bases[index] = _settled(problem, quantiles[index], bases[index + 1])
    found = [bases[index] for index in range(len(quantiles))]
    return np.array([np.linalg.solve(X[basis], y[basis]) for basis in found])


def _first_basis(X: FloatArray, y: FloatArray) -> IntArray:
    """p independent rows, of those near the least-squares fit."""
    from scipy.linalg import qr  # noqa: PLC0415  slow to import

    n, p = X.shape
    beta, _, rank, _ = np.linalg.lstsq(X, y, rcond=None)
    if rank < p:
        raise StatisticsError("collinear_covariates")
    order = np.argsort(np.abs(y - X @ beta), kind="stable")
    for nearest in (max(n // 10, 20 * p), n):
        triangle, pivots = qr(X[order[:nearest]].T, mode="r", pivoting=True)
        diagonal = np.abs(np.diag(triangle[:, :p]))
        if diagonal[-1] > 1e-6 * diagonal[0]:
            break
    return np.asarray(order[pivots[:p]], dtype=np.int64)


def _settled(problem: _Problem, quantile: float, basis: IntArray) -> IntArray:
    """The basis of the best fit, from a neighboring one."""
    vertex = _vertex(problem, quantile, basis)
    for _ in range(MAX_STEPS):
        move = _steepest(problem, quantile, vertex)
        if move.gain <= problem.flat:
            return vertex.basis
        _step(problem, quantile, vertex, move)
    raise StatisticsError("quantiles_not_converged", quantile=quantile)


def _vertex(problem: _Problem, quantile: float, basis: IntArray) -> _Vertex:
    inverse = np.linalg.inv(problem.columns[:, basis].T)
    residuals = problem.y - (inverse @ problem.y[basis]) @ problem.columns
    residuals[basis] = 0.0
    pull = np.where(residuals < 0, quantile - 1.0, quantile) * problem.weights
    pull[basis] = 0.0
    return _Vertex(basis.copy(), np.asarray(inverse), residuals, pull)


def _steepest(problem: _Problem, quantile: float, vertex: _Vertex) -> _Move:
    """The row of the basis that it pays most to let go."""
    force = vertex.inverse.T @ (problem.columns @ vertex.pull)
    weights = problem.weights[vertex.basis]
    above = force - weights * (1.0 - quantile)
    below = -force - weights * quantile
    up, down = int(above.argmax()), int(below.argmax())
    if above[up] >= below[down]:
        return _Move(up, 1.0, float(above[up]))
    return _Move(down, -1.0, float(below[down]))


def _step(problem: _Problem, quantile: float, vertex: _Vertex, chosen: _Move) -> None:
    """Let one row go until the slope turns; the row passed last takes its place."""
    position, side = chosen.position, chosen.side
    move = side * vertex.inverse[:, position] @ problem.columns
    leaving, residuals = vertex.basis[position], vertex.residuals
    move[vertex.basis] = 0.0
    ahead = np.flatnonzero(residuals * move > 0)
    lengths = residuals[ahead] / move[ahead]
    turns = problem.weights[ahead] * np.abs(move[ahead])
    passed = _turning(lengths, turns, chosen.gain)
    entering, length = ahead[passed[-1]], lengths[passed[-1]]
    crossed = ahead[passed[:-1]]
    residuals -= length * move
    residuals[entering], residuals[leaving] = 0.0, -side * length
    # who was above the fit and is passed lies below it now
    weights = problem.weights
    vertex.pull[crossed] = np.where(move[crossed] > 0, quantile - 1.0, quantile) * weights[crossed]
    vertex.pull[leaving] = (quantile - 1.0 if side > 0 else quantile) * weights[leaving]
    vertex.pull[entering] = 0.0
    vertex.basis[position] = entering
    vertex.inverse = np.asarray(np.linalg.inv(problem.columns[:, vertex.basis].T))


def _turning(lengths: FloatArray, turns: FloatArray, slope: float) -> IntArray:
    """The rows in the order they are passed, up to the one at which the slope is used up."""
    if lengths.size == 0:  # a direction that goes on forever: the columns are not independent
        raise StatisticsError("collinear_covariates")
    near = min(NEAR, lengths.size) - 1
    order = np.argpartition(lengths, near)[: near + 1]
    if turns[order].sum() < slope:
        order = np.arange(lengths.size)
    order = order[np.argsort(lengths[order], kind="stable")]
    last = int(np.searchsorted(np.cumsum(turns[order]), slope))
    return order[: min(last, order.size - 1) + 1]
