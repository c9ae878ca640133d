"""A sample's weights and the replicates from which its sampling errors follow."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, Numbers, as_floats, as_weights, check_length
from ml.errors import StatisticsError
from ml.labels import MISSING, Labels, encode_labels
from ml.parallel import mapped, spans
from ml.survey.replication import replicate_factors

Method = Literal["fay", "brr", "jk1", "jk2", "bootstrap"]

METHODS = ("fay", "brr", "jk1", "jk2", "bootstrap")
CHECK_ROWS = 8192


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateDesign:
    """Weights of a sample and their replicates, checked when made.

    weights: (n,), positive. replicates: (n, n_replicates), not negative, at least two; doubles in
    C order are kept as they are, anything else is copied once. fay: the factor k of Fay's method
    (PISA: 0.5), used by "fay" only.

    The sampling variance of a figure θ is `factor` Σ_r (θ_r − θ)²:
    fay 1/(R(1−k)²), brr 1/R, jk1 (R−1)/R, jk2 1 (one replicate per zone), bootstrap 1/R.

    Errors: unknown_method, invalid_fay, too_few_replicates, length_mismatch, wrong_shape,
    not_numeric, invalid_weight, invalid_replicate (negative or not finite, with row and column),
    empty_replicate (a column without weight).
    Source: Wolter (2007), ch. 3–5; Judkins (1990); OECD (2009), PISA Data Analysis Manual, ch. 4.
    """

    weights: FloatArray
    replicates: FloatArray
    method: Method = "fay"
    fay: float = 0.5

    def __post_init__(self) -> None:
        _check_method(self.method, self.fay)
        replicates = _as_matrix(self.replicates)
        object.__setattr__(self, "replicates", replicates)
        object.__setattr__(self, "weights", as_weights(self.weights, len(replicates)))
        _check_replicates(replicates)

    @property
    def n(self) -> int:
        """Rows."""
        return self.weights.size

    @property
    def n_replicates(self) -> int:
        return int(self.replicates.shape[1])

    @property
    def factor(self) -> float:
        """What the sum of the replicates' squared deviations is multiplied by."""
        r = self.n_replicates
        if self.method == "fay":
            return 1 / (r * (1 - self.fay) ** 2)
        if self.method == "jk1":
            return (r - 1) / r
        return 1.0 if self.method == "jk2" else 1 / r

    @classmethod
    def from_schools(
        cls,
        weights: Numbers,
        schools: Labels,
        *,
        strata: Labels | None = None,
        method: Method = "fay",
        fay: float = 0.5,
        n_replicates: int = 200,
        random_state: int = 0,
    ) -> "ReplicateDesign":
        """Replicates made from strata and schools, where a file has no others.

        weights: (n,). schools: (n,), the sampled unit, none missing; a school belongs to one
        stratum. strata: (n,), None for one. Schools are paired within strata in ascending order
        of their labels (for systematic samples: give labels in the order of sampling); an odd
        number leaves one triple. jk1 leaves out one school after another and knows no strata.
        n_replicates, random_state: for the bootstrap (Rao & Wu 1988) only.

        Errors beyond those of the class: missing_cluster, school_in_two_strata, lonely_school (a
        stratum with one school), odd_stratum (brr), strata_not_used (jk1), too_few_clusters.
        """
        _check_method(method, fay)
        w = as_floats(weights, "weights")
        school, stratum = _schools_and_strata(schools, strata, w.size)
        if method == "jk1" and strata is not None:
            raise StatisticsError("strata_not_used", method=method)
        generator = np.random.default_rng(random_state)
        factors = replicate_factors(stratum, method, fay, n_replicates, generator)
        return cls(w, w[:, None] * factors[school], method, fay)


def _check_method(method: str, fay: float) -> None:
    if method not in METHODS:
        raise StatisticsError("unknown_method", found=method)
    if not 0 <= fay < 1:
        raise StatisticsError("invalid_fay", found=fay)


def _as_matrix(replicates: npt.ArrayLike) -> FloatArray:
    try:
        matrix = np.ascontiguousarray(replicates, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StatisticsError("not_numeric", name="replicates") from error
    if matrix.ndim != 2:
        raise StatisticsError("wrong_shape", name="replicates", expected=2, found=matrix.ndim)
    if matrix.shape[1] < 2:
        raise StatisticsError("too_few_replicates", found=matrix.shape[1])
    return matrix


def _check_replicates(replicates: FloatArray) -> None:
    """One read of the matrix, a piece at a time; NaN spreads into the extremes."""

    def piece(span: tuple[int, int]) -> tuple[float, float, FloatArray]:
        rows = replicates[span[0] : span[1]]
        return float(rows.min()), float(rows.max()), np.ones(len(rows)) @ rows

    found = mapped(piece, spans(len(replicates), CHECK_ROWS), None)
    if not all(low >= 0 and high < np.inf for low, high, _ in found):
        wrong = np.argwhere(~(np.isfinite(replicates) & (replicates >= 0)))[0]
        raise StatisticsError("invalid_replicate", row=int(wrong[0]), column=int(wrong[1]))
    totals = sum((total for *_, total in found), np.zeros(replicates.shape[1]))
    if not totals.all():
        raise StatisticsError("empty_replicate", column=int(totals.argmin()))


def _schools_and_strata(
    schools: Labels, strata: Labels | None, n: int
) -> tuple[IntArray, IntArray]:
    """For each row its school; for each school its stratum."""
    labels, school = encode_labels(schools, "schools")
    check_length(school.size, n, "schools")
    if (school == MISSING).any():
        raise StatisticsError("missing_cluster", row=int((school == MISSING).argmax()))
    if strata is None:
        return school, np.zeros(len(labels), dtype=np.int64)
    _, row_stratum = encode_labels(strata, "strata")
    check_length(row_stratum.size, n, "strata")
    stratum = np.zeros(len(labels), dtype=np.int64)
    stratum[school] = row_stratum
    torn = stratum[school] != row_stratum
    if torn.any():
        raise StatisticsError("school_in_two_strata", school=labels[school[int(torn.argmax())]])
    return school, stratum
