"""How far schools differ, without saying which: the spread of their effects, for publication."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, check_length, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth.intercepts import intercepts
from ml.growth.panel import complete_rows, float_matrix, occurring, school_codes, standardized
from ml.labels import Labels
from ml.parallel import one_blas_thread
from ml.shrinkage import spread_over


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSpread:
    """spread: standard deviation of the schools' effects, in points.

    share: of the variance among people who started alike, what lies between schools; its interval
    is that of the spread, the variance within schools being known far better.
    """

    spread: Estimate
    share: Estimate
    n_missing: int


def school_spread(
    values: npt.ArrayLike,
    *,
    clusters: Labels,
    prior: npt.ArrayLike,
    unit: str = "points",
    level: float = 0.95,
) -> SchoolSpread:
    """How far schools differ in `values`, less what `prior` would let expect.

    values, prior: (n,) scores, or (n, M) plausible values, each with its own prior; the posteriors
    are mixed. Rows with a missing value are left out and counted. clusters: labels, none missing.
    A difference between schools, not what they cause; small schools count as little as they tell.
    Errors: too_few_groups, one_cluster, one_row_per_cluster, constant_outcome, constant_column,
    length_mismatch; those of the arrays. Source: see `ml.shrinkage`.
    """
    check_level(level)
    after, before = float_matrix(values, "values"), float_matrix(prior, "prior")
    check_length(before.shape[1], after.shape[1], "prior")
    check_length(len(before), len(after), "prior")
    labels, school = school_codes(clusters, after.shape[1])
    used = complete_rows(after, before)
    there, school = occurring(school[used], len(labels))
    with one_blas_thread():
        parts = [
            _part(outcome[used], start[None, used], school, there.size)
            for outcome, start in zip(after, before, strict=True)
        ]
    found = spread_over([(part.raw, part.errors) for part in parts], level=level)
    spread = Estimate(
        name="spread",
        value=found.value,
        se=found.error,
        interval=found.interval,
        n=int(used.sum()),
        n_clusters=int(there.size),
        unit=unit,
        level=level,
    )
    within = float(np.mean([part.within for part in parts]))
    return SchoolSpread(spread=spread, share=_share(spread, within), n_missing=int(np.sum(~used)))


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Of one plausible value: schools' figures, their errors, and the variance within schools."""

    raw: FloatArray
    errors: FloatArray
    within: float


def _part(outcome: FloatArray, start: FloatArray, school: IntArray, n_schools: int) -> _Part:
    if outcome.min() == outcome.max():
        raise StatisticsError("constant_outcome")
    columns = standardized(start, None).columns
    _, sums, top = intercepts(outcome, columns, school, n_schools)
    raw = (sums.outcome - sums.columns @ top.beta) / sums.n
    return _Part(raw, np.sqrt(top.within / sums.n), float(top.within))


def _share(spread: Estimate, within: float) -> Estimate:
    """τ² / (τ² + σ²); its error by the delta method."""

    def share(tau: float) -> float:
        return tau**2 / (tau**2 + within)

    slope = 2 * spread.value * within / (spread.value**2 + within) ** 2
    low, high = spread.interval
    return replace(
        spread,
        name="share",
        value=share(spread.value),
        se=slope * spread.se,
        interval=(share(low), share(high)),
        unit="share",
    )
