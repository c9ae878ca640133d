"""CR2 standard errors and Bell–McCaffrey degrees of freedom of (weighted) group means.

The model is least squares on one dummy per group, the working covariance the identity, as in
Bell & McCaffrey (2002, Survey Methodology 28) and Pustejovsky & Tipton (2018, JBES 36, eq. 5–6
and 11–12). With u the ones, w the weights, W = Σw and S = Σw² of a group, the adjustment of a
school is the inverse root of

    B = I − (u w' + w u') / W + (S / W²) u u',

the identity plus a matrix of rank two on span(u, w). Its root is therefore a 2 × 2 problem with
a closed solution, and no matrix of a school's rows is ever formed. Groups share schools but no
rows, so B is block diagonal by group; a contrast of two groups adds their parts per school.
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.growth.cells import Cells

SINGULAR = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ClusterParts:
    """What each school contributes to one group's mean; every array has shape (n_clusters,).

    score: g'e, with g = A w / W the school's adjusted weights and e its residuals.
    length: g'g. ones: g'u. weighted: g'w. coupling: S / W² and −1 / W (see `_coupled`).
    """

    score: FloatArray
    length: FloatArray
    ones: FloatArray
    weighted: FloatArray
    coupling: tuple[float, float]


def cluster_parts(cells: Cells, group: int, n_clusters: int) -> ClusterParts:
    """The parts of one group on a scale of all `n_clusters` schools, 0 where it is absent."""
    mine = slice(*np.searchsorted(cells.group, [group, group + 1]))
    n, weight, spread = cells.n[mine].astype(np.float64), cells.weight[mine], cells.spread[mine]
    total = float(weight.sum())
    squares = float((weight * weight / n + spread).sum())
    along = weight / np.sqrt(n)  # the weights' component along the ones, and across them
    across = np.sqrt(spread)
    x, y = _adjusted(n, along, across, total, squares)
    residual = cells.residual[mine] / np.sqrt(n)
    remainder = cells.weighted_residual[mine] - weight / n * cells.residual[mine]
    tilted = np.divide(remainder, across, out=np.zeros_like(across), where=across > 0)
    at = cells.cluster[mine]
    return ClusterParts(
        score=_spread_out((x * residual + y * tilted) / total, at, n_clusters),
        length=_spread_out((x * x + y * y) / total**2, at, n_clusters),
        ones=_spread_out(x * np.sqrt(n) / total, at, n_clusters),
        weighted=_spread_out((x * along + y * across) / total, at, n_clusters),
        coupling=(squares / total**2, -1.0 / total),
    )


def mean_error(parts: ClusterParts) -> tuple[float, float]:
    """(standard error, degrees of freedom) of one group's mean."""
    trace, squared = _moments(parts, parts)
    return float(np.sqrt((parts.score**2).sum())), trace**2 / squared


def difference_error(group: ClusterParts, reference: ClusterParts) -> tuple[float, float]:
    """(standard error, degrees of freedom) of the difference of two groups' means.

    Schools that hold both groups count once, with the difference of their scores.
    """
    variance = ((group.score - reference.score) ** 2).sum()
    trace_g, square_g = _moments(group, group)
    trace_r, square_r = _moments(reference, reference)
    cross = _moments(group, reference)[1]
    df = (trace_g + trace_r) ** 2 / (square_g + square_r + 2 * cross)
    return float(np.sqrt(variance)), df


def _adjusted(
    n: FloatArray, along: FloatArray, across: FloatArray, total: float, squares: float
) -> tuple[FloatArray, FloatArray]:
    """B^(−1/2) w per school, in the basis (ones, rest of the weights).

    For a symmetric positive 2 × 2 matrix B with s = √det B and t = √(tr B + 2 s),
    B^(−1/2) = [[B22 + s, −B12], [−B12, B11 + s]] / (s t).
    """
    b11 = 1.0 - 2.0 * np.sqrt(n) * along / total + squares * n / total**2
    b12 = -np.sqrt(n) * across / total
    determinant = b11 - b12 * b12  # near 0 where one school is the whole group: no estimate
    s = np.sqrt(np.where(determinant > SINGULAR, determinant, np.nan))
    scale = s * np.sqrt(b11 + 1.0 + 2.0 * s)
    return ((1.0 + s) * along - b12 * across) / scale, ((b11 + s) * across - b12 * along) / scale


def _moments(one: ClusterParts, other: ClusterParts) -> tuple[float, float]:
    """tr P₁ and tr(P₁P₂), with P = diag(length) + Z K Z' the matrix of Satterthwaite's rule.

    P_st = g_s'(I − H)(I − H)'g_t; Z = [ones, weighted], K = [[S/W², −1/W], [−1/W, 0]].
    """
    diagonal, other_diagonal = _coupled(one), _coupled(other)
    trace = float((one.length + diagonal).sum())
    aa = float((one.ones * other.ones).sum())
    ab = float((one.ones * other.weighted).sum())
    ba = float((one.weighted * other.ones).sum())
    bb = float((one.weighted * other.weighted).sum())
    (p, q), (r, s) = one.coupling, other.coupling
    # tr(K₁ Z₁'Z₂ K₂ Z₂'Z₁), written out for 2 × 2 matrices
    full = (
        p * r * aa * aa
        + 2 * p * s * aa * ab
        + 2 * q * r * aa * ba
        + 2 * q * s * (aa * bb + ab * ba)
    )
    plain = one.length * other.length + one.length * other_diagonal + other.length * diagonal
    return trace, float(plain.sum()) + full


def _coupled(parts: ClusterParts) -> FloatArray:
    """The diagonal of Z K Z'."""
    ones_ones, ones_weighted = parts.coupling
    return ones_ones * parts.ones**2 + 2 * ones_weighted * parts.ones * parts.weighted


def _spread_out(amounts: FloatArray, at: IntArray, size: int) -> FloatArray:
    result = np.zeros(size)
    result[at] = amounts
    return result
