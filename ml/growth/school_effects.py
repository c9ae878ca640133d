"""School and region effects: shrunken, with intervals and ranks that say how little is known."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, Numbers, as_floats, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth.intercepts import intercepts
from ml.growth.means import GroupEstimates
from ml.growth.panel import (
    complete_rows,
    covariate_columns,
    occurring,
    school_codes,
    standardized,
)
from ml.intervals import t_estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread
from ml.publication import (
    MIN_PERSONS,
    PROTECTS_ANOTHER,
    TOO_FEW_PERSONS,
    Suppressed,
    Threshold,
    with_complement,
)
from ml.shrinkage import Shrunken, rank_intervals, shrink


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkenEffect:
    """estimate: the group's figure, drawn towards the mean, with its posterior interval.

    raw: the figure before shrinkage. reliability: the raw figure's share in the shrunken one.
    rank_interval: (highest, lowest) rank that it may have among the effects shown, 1 the highest.
    """

    estimate: Estimate
    raw: float
    reliability: float
    rank_interval: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkenEffects:
    """effects: in ascending order of the labels, never of the figures.

    mean, spread: of the effects behind the figures, "mean" and "spread" (a standard deviation).
    suppressed: groups that are not shown, by label and reason only.
    """

    effects: tuple[ShrunkenEffect, ...]
    mean: Estimate
    spread: Estimate
    suppressed: tuple[Suppressed, ...] = ()
    n_missing: int = 0


def school_effects(
    values: Numbers,
    *,
    clusters: Labels,
    covariates: npt.ArrayLike | None = None,
    min_persons: int = MIN_PERSONS,
    unit: str = "points",
    level: float = 0.95,
    random_state: int = 0,
) -> ShrunkenEffects:
    """Each school's mean of `values`, less what its pupils' covariates would let expect.

    values: shape (n,), post-test scores or gains, in `unit`. covariates: (n, k), the pre-test
    among them. Rows with a missing value are left out and counted. The zero is the average
    school. A difference between schools, not what they cause. Schools below `min_persons` help
    to find the spread, but are withheld, with a further one where there is only one.
    Errors: too_few_groups, one_cluster, one_row_per_cluster, constant_outcome, and those of the
    arrays. Source: Goldstein & Spiegelhalter (1996); see also `ml.shrinkage`.
    """
    check_level(level)
    outcome = as_floats(values, "values")
    columns = covariate_columns(covariates, outcome.size)
    labels, school = school_codes(clusters, outcome.size)
    used = complete_rows(outcome, columns)
    there, school = occurring(school[used], len(labels))
    if outcome[used].min() == outcome[used].max():
        raise StatisticsError("constant_outcome")
    with one_blas_thread():
        standard = standardized(columns[:, used], None)
        _, sums, top = intercepts(outcome[used], standard.columns, school, there.size)
        raw = (sums.outcome - sums.columns @ top.beta) / sums.n
        names = [str(labels[index]) for index in there]
        style = _Style(names, sums.n.astype(np.int64), np.ones(there.size, np.int64), unit, level)
        reasons = _reasons(style.persons, min_persons)
        found = _effects(raw, np.sqrt(top.within / sums.n), style, reasons, random_state)
    return ShrunkenEffects(
        effects=found[0],
        mean=found[1],
        spread=found[2],
        suppressed=tuple(
            Suppressed(name, reason)
            for name, reason in zip(names, reasons, strict=True)
            if reason is not None
        ),
        n_missing=int(np.sum(~used)),
    )


def region_effects(found: GroupEstimates, *, random_state: int = 0) -> ShrunkenEffects:
    """Estimates by region, as of `group_means` or `paired_gain`, shrunken.

    The errors are those of the estimates; t distributions of few schools count with their larger
    variance df/(df − 2). What was withheld there stays withheld.
    Errors: too_few_groups below three regions; not_estimable where one has df ≤ 2.
    """
    estimates = found.estimates
    if any(each.df <= 2 for each in estimates):
        raise StatisticsError("not_estimable", name="region_effects")
    raw = np.array([each.value for each in estimates])
    errors = np.array([each.se * np.sqrt(_heavier(each.df)) for each in estimates])
    style = _Style(
        [str(each.group) for each in estimates],
        np.array([each.n for each in estimates], dtype=np.int64),
        np.array([each.n_clusters for each in estimates], dtype=np.int64),
        estimates[0].unit if estimates else "points",
        estimates[0].level if estimates else 0.95,
    )
    with one_blas_thread():
        effects, mean, spread = _effects(raw, errors, style, [None] * len(raw), random_state)
    return ShrunkenEffects(
        effects=effects,
        mean=mean,
        spread=spread,
        suppressed=found.suppressed,
        n_missing=found.n_missing,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Style:
    """Who stands behind each figure, and how figures are written."""

    names: list[str]
    persons: IntArray
    clusters: IntArray
    unit: str
    level: float


def _heavier(df: float) -> float:
    return 1.0 if np.isinf(df) else df / (df - 2.0)


def _reasons(persons: IntArray, min_persons: int) -> list[str | None]:
    own = persons < min_persons

    def groups_of(chosen: BoolArray) -> int:
        return int(chosen.sum())

    withheld = with_complement(own, persons, groups_of, Threshold(min_persons, 2))
    return [
        TOO_FEW_PERSONS if small else PROTECTS_ANOTHER if hidden else None
        for small, hidden in zip(own, withheld, strict=True)
    ]


def _effects(
    raw: FloatArray,
    errors: FloatArray,
    style: _Style,
    reasons: list[str | None],
    random_state: int,
) -> tuple[tuple[ShrunkenEffect, ...], Estimate, Estimate]:
    shrunken = shrink(raw, errors, level=style.level)
    shown = [index for index, reason in enumerate(reasons) if reason is None]
    ranks = rank_intervals(raw, errors, shown, level=style.level, random_state=random_state)
    effects = tuple(
        ShrunkenEffect(
            estimate=t_estimate(
                "effect",
                float(shrunken.values[index]),
                float(shrunken.errors[index]),
                df=np.inf,
                n=int(style.persons[index]),
                n_clusters=int(style.clusters[index]),
                group=style.names[index],
                unit=style.unit,
                level=style.level,
            ),
            raw=float(raw[index]),
            reliability=float(shrunken.reliability[index]),
            rank_interval=(int(low), int(high)),
        )
        for index, (low, high) in zip(shown, ranks, strict=True)
    )
    return effects, *_overall(shrunken, style)


def _overall(shrunken: Shrunken, style: _Style) -> tuple[Estimate, Estimate]:
    persons, clusters = int(style.persons.sum()), int(style.clusters.sum())
    mean = t_estimate(
        "mean",
        shrunken.mean,
        shrunken.mean_error,
        df=np.inf,
        n=persons,
        n_clusters=clusters,
        unit=style.unit,
        level=style.level,
    )
    spread = replace(
        mean,
        name="spread",
        value=shrunken.spread,
        se=shrunken.spread_error,
        interval=shrunken.spread_interval,
    )
    return mean, spread
