"""For whom: effects by groups that were named in advance."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, check_length
from ml.clustering import Clusters
from ml.effect.combining import Basis
from ml.effect.crossfit import CrossFitATT, fitted_sample
from ml.effect.effect import Effect
from ml.effect.shrinkage import Shrunk, shrunken
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate, two_sided
from ml.labels import MISSING, Labels, encode_labels
from ml.multiple import benjamini_hochberg, holm
from ml.parallel import one_blas_thread
from ml.publication import (
    MIN_CLUSTERS,
    MIN_PERSONS,
    PROTECTS_ANOTHER,
    Suppressed,
    Threshold,
    too_small,
    with_complement,
)


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """estimate: the group's own. shrunken: drawn towards the mean of the groups, to be shown,
    with the error that plausible values add to all groups alike; of two groups their own.

    p_value of no effect; holm, fdr: adjusted for the number of groups shown.
    """

    estimate: Estimate
    shrunken: Estimate
    p_value: float
    holm: float
    fdr: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEffects:
    """groups: in order of their labels. suppressed: too small, or needed to hide one that is.

    spread, spread_interval: standard deviation of the groups' true effects; NaN below three groups.
    p_alike: p value of one effect for all; told_apart: code of what that allows to say,
    "groups_alike" (they cannot be told apart), "groups_differ" or "one_group".
    n_ungrouped: persons without a label.
    """

    groups: tuple[GroupEffect, ...]
    suppressed: tuple[Suppressed, ...]
    spread: float
    spread_interval: tuple[float, float]
    p_alike: float
    told_apart: str
    n_ungrouped: int


@one_blas_thread()
def group_effects(
    fitted: CrossFitATT,
    groups: Labels,
    *,
    min_persons: int = MIN_PERSONS,
    min_clusters: int = MIN_CLUSTERS,
) -> GroupEffects:
    """The effect within each group, from the same models: no group is fitted anew.

    fitted: after `fit`. groups: (n,) labels, one per row of its X, known before treatment and
    named before looking; None and NaN have none. A group needs `min_persons` and `min_clusters`
    in each of the two arms; otherwise it is withheld, with a further one where the total would
    give it away. Holm and Benjamini–Hochberg count the groups shown.
    Errors: not_fitted, invalid_threshold, length_mismatch, mixed_labels; no_data where no group
    may be shown.
    Source: the moments of `ml.effect.scores`, summed by group (Semenova & Chernozhukov 2021).
    """
    if min_persons < 2 or min_clusters < 2:
        raise StatisticsError(
            "invalid_threshold", min_persons=min_persons, min_clusters=min_clusters
        )
    sample = fitted_sample(fitted)
    labels, index = encode_labels(groups, "groups")
    check_length(index.size, sample.n_rows, "groups")
    own = index[sample.rows]
    threshold = Threshold(min_persons, min_clusters)
    reasons = _reasons(own, len(labels), sample.treatment, sample.clusters, threshold)
    shown = [group for group, reason in enumerate(reasons) if reason is None]
    if not shown:
        raise StatisticsError("no_data")
    estimates = [_estimate(fitted, own == group, str(labels[group])) for group in shown]
    drawn = shrunken(estimates)
    return GroupEffects(
        groups=_adjusted(estimates, drawn, fitted.effect_, len(sample.moments)),
        suppressed=tuple(
            Suppressed(str(label), reason)
            for label, reason in zip(labels, reasons, strict=True)
            if reason is not None
        ),
        spread=drawn.spread,
        spread_interval=drawn.spread_interval,
        p_alike=drawn.p_alike,
        told_apart=drawn.told_apart,
        n_ungrouped=int((own == MISSING).sum()),
    )


def _adjusted(
    estimates: list[Estimate], drawn: Shrunk, whole: Effect, n_values: int
) -> tuple[GroupEffect, ...]:
    p_values = [two_sided(each) for each in estimates]
    shown = drawn.estimates
    if drawn.is_shrunk:
        shown = tuple(_with_shared_error(each, whole, n_values) for each in shown)
    rows = zip(
        estimates, shown, p_values, holm(p_values), benjamini_hochberg(p_values), strict=True
    )
    return tuple(GroupEffect(own, near, p, float(h), float(b)) for own, near, p, h, b in rows)


def _with_shared_error(estimate: Estimate, whole: Effect, n_values: int) -> Estimate:
    """Plausible values err for all groups alike, which shrinking takes for independent errors.

    That part does not fall with the number of groups: it is added to what shrinking left, each
    part with its own degrees of freedom.
    """
    shared, own = whole.imputation_variance, estimate.se**2
    if shared == 0:
        return estimate
    squares = own**2 / estimate.df + shared**2 / (n_values - 1)
    return t_estimate(
        estimate.name,
        estimate.value,
        math.sqrt(own + shared),
        df=(own + shared) ** 2 / squares,
        n=estimate.n,
        n_clusters=estimate.n_clusters,
        group=estimate.group,
        unit=estimate.unit,
        level=estimate.level,
    )


def _estimate(fitted: CrossFitATT, rows: npt.NDArray[np.bool_], label: str) -> Estimate:
    sample = fitted.sample_
    places = np.flatnonzero(rows)
    clusters = sample.clusters.of(places)
    results = [fitted.result(part.of(places), clusters) for part in sample.moments]
    basis = Basis(places.size, clusters, fitted.unit, fitted.level)
    return basis.estimate(fitted.estimand, results, label)[0]


def _reasons(
    index: IntArray, count: int, d: FloatArray, clusters: Clusters, threshold: Threshold
) -> list[str | None]:
    reasons: list[str | None] = []
    persons = np.array([int((index == group).sum()) for group in range(count)])
    for group in range(count):
        reason = None
        for arm in (0, 1):
            rows = ((index == group) & (d == arm)).astype(np.float64)
            schools = clusters.number_in(rows) if clusters.given else threshold.clusters
            reason = reason or too_small(int(rows.sum()), schools, threshold)
        reasons.append(reason)
    withheld = np.array([reason is not None for reason in reasons])

    def occupied(mask: BoolArray) -> int:
        rows = (index != MISSING) & mask[index]
        return clusters.number_in(rows.astype(np.float64))

    hidden = with_complement(withheld, persons, occupied, threshold)
    return [
        reason or (PROTECTS_ANOTHER if hide else None)
        for reason, hide in zip(reasons, hidden, strict=True)
    ]
