"""Standard errors of a ratio of sums: what each school adds to the figure, squared and summed."""

import math
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray, check_length
from ml.errors import StatisticsError
from ml.labels import MISSING, Labels, encode_labels


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """index: (n,) school of each row; count: schools. Without schools each person is their own."""

    index: IntArray
    count: int
    given: bool = True

    def sums(self, values: FloatArray) -> FloatArray:
        """(count,) sums of `values`, shape (n,)."""
        sums = np.bincount(self.index, weights=values, minlength=self.count)
        return sums.astype(np.float64, copy=False)

    def number_in(self, rows: FloatArray) -> int:
        """How many schools have at least one of the rows; rows: (n,) of 0 and 1."""
        return int((self.sums(rows) > 0).sum())

    def of(self, rows: IntArray) -> "Clusters":
        """The schools of some rows, counted anew."""
        present, index = np.unique(self.index[rows], return_inverse=True)
        return Clusters(index.astype(np.int64), int(present.size), self.given)


def clusters_of(labels: Labels | None, n: int) -> Clusters:
    """Errors: length_mismatch, missing_cluster, mixed_labels, wrong_shape."""
    if labels is None:
        return Clusters(np.arange(n), n, given=False)
    distinct, index = encode_labels(labels, "clusters")
    check_length(index.size, n, "clusters")
    missing = index == MISSING
    if missing.any():
        raise StatisticsError("missing_cluster", row=int(missing.argmax()))
    return Clusters(index, len(distinct))


def score_error(scores: FloatArray, clusters: Clusters) -> tuple[float, float]:
    """(standard error, degrees of freedom) of a figure whose error is the mean of `scores`.

    scores: shape (n,), mean zero. By school: the root of S / (S − 1) Σ (sum of a school)² / n²
    with t(S − 1). Without schools: the root of mean(score²) / n, normal, as in Chernozhukov
    et al. (2018, Econometrics Journal 21, theorem 3.2).
    """
    if not clusters.given:
        return math.sqrt(float(scores @ scores)) / scores.size, math.inf
    sums = clusters.sums(scores)
    count = clusters.count
    variance = count / (count - 1) * float(sums @ sums) / scores.size**2
    return math.sqrt(variance), count - 1.0


def jackknife_error(
    numerator: FloatArray, denominator: FloatArray, clusters: Clusters
) -> tuple[float, float]:
    """The same for Σ numerator / Σ denominator by leaving out one school (or person) at a time.

    (S − 1) / S Σ (θ₍ₛ₎ − mean)², with t(S − 1): Efron & Stein (1981), by school.
    Errors: not_estimable where one school holds everybody who counts.
    """
    top, bottom = clusters.sums(numerator), clusters.sums(denominator)
    left = bottom.sum() - bottom
    if not (left > 0).all():
        raise StatisticsError("not_estimable", name="effect")
    without = (top.sum() - top) / left
    count = clusters.count
    deviation = without - without.mean()
    variance = (count - 1) / count * float(deviation @ deviation)
    return math.sqrt(variance), count - 1.0
