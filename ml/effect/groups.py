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
from ml.effect.shrinkage import shrunken
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
    with the error that plausible values add to all groups alike.

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

    spread: standard deviation of the groups' true effects, as far as their errors leave any.
    n_ungrouped: persons without a label.
    """

    groups: tuple[GroupEffect, ...]
    suppressed: tuple[Suppressed, ...]
    spread: float
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
    return GroupEffects(
        groups=_adjusted(estimates, fitted.effect_),
        suppressed=tuple(
            Suppressed(str(label), reason)
            for label, reason in zip(labels, reasons, strict=True)
            if reason is not None
        ),
        spread=shrunken(estimates).spread if len(estimates) > 1 else math.nan,
        n_ungrouped=int((own == MISSING).sum()),
    )


def _adjusted(estimates: list[Estimate], whole: Effect) -> tuple[GroupEffect, ...]:
    p_values = [two_sided(each) for each in estimates]
    drawn = estimates
    if len(estimates) > 1:
        drawn = [_with_shared_error(each, whole) for each in shrunken(estimates).estimates]
    rows = zip(
        estimates, drawn, p_values, holm(p_values), benjamini_hochberg(p_values), strict=True
    )
    return tuple(GroupEffect(own, near, p, float(h), float(b)) for own, near, p, h, b in rows)


def _with_shared_error(estimate: Estimate, whole: Effect) -> Estimate:
    """Plausible values err for all groups alike, which shrinking takes for independent errors.

    That part does not fall with the number of groups: it is added to what shrinking left.
    """
    if whole.imputation_variance == 0:
        return estimate
    return t_estimate(
        estimate.name,
        estimate.value,
        math.sqrt(estimate.se**2 + whole.imputation_variance),
        df=min(estimate.df, whole.df),
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
