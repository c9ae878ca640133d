"""Sums per group and school: all that clustered standard errors of means need of the rows."""

from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """One cell per group and school that occur together, in order of group, then school.

    group, cluster: (n_cells,) indices. n: rows. weight, spread: sum of the weights and of
    their squared deviations from the cell's mean weight. residual, weighted_residual: sum of
    y − (the group's mean), plain and weighted.
    mean, low, high: (n_groups,) weighted mean (NaN for nobody), smallest and largest value.
    persons, clusters: (n_groups,) rows and schools.
    """

    group: IntArray
    cluster: IntArray
    n: IntArray
    weight: FloatArray
    spread: FloatArray
    residual: FloatArray
    weighted_residual: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    persons: IntArray
    clusters: IntArray

    def clusters_of(self, groups: BoolArray) -> int:
        """Schools in which at least one of the groups occurs; groups: (n_groups,)."""
        return int(np.unique(self.cluster[groups[self.group]]).size)


def cell_sums(
    values: FloatArray,
    groups: IntArray,
    clusters: IntArray,
    weights: FloatArray | None,
    n_groups: int,
) -> Cells:
    """One pass per sum over rows in any order; every array has shape (n,), without missing."""
    n_clusters = int(clusters.max()) + 1
    occupied, cell = _compact(groups * n_clusters + clusters, n_groups * n_clusters)
    cell_group = occupied // n_clusters
    n = np.bincount(cell, minlength=occupied.size)
    weight = n.astype(np.float64) if weights is None else _sums(cell, weights, occupied.size)
    totals = _sums(cell_group, weight, n_groups)
    centers = _centers(values, groups, weights, totals)
    residuals = values - centers[groups]
    residual = _sums(cell, residuals, occupied.size)
    weighted = residual if weights is None else _sums(cell, weights * residuals, occupied.size)
    low, high = _extremes(values, groups, n_groups)
    return Cells(
        group=cell_group,
        cluster=occupied % n_clusters,
        n=n,
        weight=weight,
        spread=_spread(cell, weights, n, weight),
        residual=residual,
        weighted_residual=weighted,
        mean=centers,
        low=low,
        high=high,
        persons=np.bincount(groups, minlength=n_groups),
        clusters=np.bincount(cell_group, minlength=n_groups),
    )


def _compact(keys: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The keys that occur, ascending, and each row's position among them."""
    if size > 4 * keys.size + 1024:
        occupied, positions = np.unique(keys, return_inverse=True)
        return occupied, positions.astype(np.int64, copy=False)
    present = np.bincount(keys, minlength=size) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[keys]


def _centers(
    values: FloatArray, groups: IntArray, weights: FloatArray | None, totals: FloatArray
) -> FloatArray:
    """Weighted means, taken around the overall mean so that a far origin costs no digits."""
    origin = float(values.mean())
    shifted = values - origin
    if weights is not None:
        shifted *= weights
    sums = _sums(groups, shifted, totals.size)
    return np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0) + origin


def _spread(
    cell: IntArray, weights: FloatArray | None, n: IntArray, weight: FloatArray
) -> FloatArray:
    """Σ(w − w̄)² per cell; 0 to the bit where the weights of a school are alike."""
    if weights is None:
        return np.zeros(n.size)
    deviation = weights - (weight / n)[cell]
    spread = _sums(cell, deviation * deviation, n.size)
    return np.where(spread <= 1e-20 * weight * weight, 0.0, spread)


def _extremes(values: FloatArray, groups: IntArray, n_groups: int) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(n_groups, np.inf), np.full(n_groups, -np.inf)
    np.minimum.at(low, groups, values)
    np.maximum.at(high, groups, values)
    return low, high


def _sums(index: IntArray, amounts: FloatArray, size: int) -> FloatArray:
    return np.bincount(index, weights=amounts, minlength=size).astype(np.float64, copy=False)
