"""Means, gains and gaps with school-clustered standard errors."""

from dataclasses import dataclass

import numpy as np

from ml.checks import Numbers, as_floats, check_length, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth.cluster_robust import ClusterParts, cluster_parts, difference_error
from ml.growth.sample import Sample, mean_and_error, refusal, refusals, sample_of
from ml.intervals import t_estimate
from ml.labels import Labels
from ml.publication import MIN_CLUSTERS, MIN_PERSONS, Suppressed, Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEstimates:
    """Estimates by group, in ascending order of the labels.

    estimates: what may be shown. suppressed: the other groups, by label and reason only.
    total: everybody who has a value and a group; None for gaps, and where it may not be shown.
    Publish this total beside the groups and no other: the difference to a total that also holds
    persons without a group would tell about those few.
    n_missing: rows without a value. n_ungrouped: rows with a value, but without a group.
    """

    estimates: tuple[Estimate, ...]
    suppressed: tuple[Suppressed, ...] = ()
    total: Estimate | None = None
    n_missing: int = 0
    n_ungrouped: int = 0


def group_means(
    values: Numbers,
    *,
    groups: Labels | None = None,
    clusters: Labels,
    weights: Numbers | None = None,
    min_persons: int = MIN_PERSONS,
    min_clusters: int = MIN_CLUSTERS,
    unit: str = "points",
    level: float = 0.95,
) -> GroupEstimates:
    """Mean by group, with CR2 standard errors and Bell–McCaffrey degrees of freedom.

    values: shape (n,), in `unit`; NaN or None is left out and counted. groups: labels, None for
    everybody together. clusters: labels of the unit of assignment (school), none missing.
    weights: positive; the means are weighted, the working covariance stays the identity.
    Rows may come in any order.

    Groups that are too small or constant are withheld by name, with a further one where the
    total would give them away. Errors: no_data; for everybody together also too_few_persons,
    too_few_clusters and constant_outcome; length_mismatch, not_numeric, not_finite,
    invalid_weight, missing_cluster, mixed_labels, wrong_shape, invalid_threshold, invalid_level.
    Source: Bell & McCaffrey (2002); Pustejovsky & Tipton (2018).
    """
    threshold = _threshold(min_persons, min_clusters)
    sample = sample_of(as_floats(values, "values"), groups, clusters, weights)
    return _means(sample, threshold, _style("mean", unit, level))


def paired_gain(
    pre: Numbers,
    post: Numbers,
    *,
    groups: Labels | None = None,
    clusters: Labels,
    weights: Numbers | None = None,
    min_persons: int = MIN_PERSONS,
    min_clusters: int = MIN_CLUSTERS,
    unit: str = "points",
    level: float = 0.95,
) -> GroupEstimates:
    """Mean of post − pre over the persons with both; all else as in `group_means`.

    pre, post: shape (n,), the same persons in the same order; who lacks one of the two counts
    in n_missing. A gain is a difference, not an effect: whoever starts low gains by regression
    to the mean alone.
    """
    before, after = as_floats(pre, "pre"), as_floats(post, "post")
    check_length(after.size, before.size, "post")
    threshold = _threshold(min_persons, min_clusters)
    sample = sample_of(after - before, groups, clusters, weights)
    return _means(sample, threshold, _style("gain", unit, level))


def gap(
    values: Numbers,
    *,
    groups: Labels,
    reference: object,
    clusters: Labels,
    weights: Numbers | None = None,
    min_persons: int = MIN_PERSONS,
    min_clusters: int = MIN_CLUSTERS,
    unit: str = "points",
    level: float = 0.95,
) -> GroupEstimates:
    """Each group's mean minus the mean of the `reference` group.

    A school that holds pupils of both contributes the difference of its parts, so that the
    covariance of the two means is accounted for. An estimate's n and n_clusters count both
    groups. The same groups are withheld as by `group_means`. Beyond its errors:
    unknown_reference, reference_suppressed.
    """
    threshold = _threshold(min_persons, min_clusters)
    style = _style("gap", unit, level)
    sample = sample_of(as_floats(values, "values"), groups, clusters, weights)
    if str(reference) not in sample.labels:
        raise StatisticsError("unknown_reference", reference=str(reference))
    reasons = refusals(sample, threshold)
    base = sample.labels.index(str(reference))
    if reasons[base] is not None:
        raise StatisticsError("reference_suppressed", reference=str(reference))
    return GroupEstimates(
        estimates=_gaps(sample, base, reasons, style),
        suppressed=_suppressed(sample, reasons),
        n_missing=sample.n_missing,
        n_ungrouped=sample.n_ungrouped,
    )


@dataclass(frozen=True, slots=True)
class _Style:
    """How the resulting estimates are named."""

    name: str
    unit: str
    level: float


def _style(name: str, unit: str, level: float) -> _Style:
    check_level(level)
    return _Style(name, unit, level)


def _threshold(persons: int, clusters: int) -> Threshold:
    if persons < 2 or clusters < 2:
        raise StatisticsError("invalid_threshold", min_persons=persons, min_clusters=clusters)
    return Threshold(persons, clusters)


def _means(sample: Sample, threshold: Threshold, style: _Style) -> GroupEstimates:
    if not sample.labels:
        return _everybody(sample, threshold, style)
    reasons = refusals(sample, threshold)
    shown = [group for group, reason in enumerate(reasons) if reason is None]
    may_total = refusal(sample.whole, 0, sample.n_clusters, threshold) is None
    return GroupEstimates(
        estimates=tuple(_mean(sample, group, style) for group in shown),
        suppressed=_suppressed(sample, reasons),
        total=_mean(sample, None, style) if may_total else None,
        n_missing=sample.n_missing,
        n_ungrouped=sample.n_ungrouped,
    )


def _everybody(sample: Sample, threshold: Threshold, style: _Style) -> GroupEstimates:
    reason = refusal(sample.whole, 0, sample.n_clusters, threshold)
    if reason is not None:
        raise StatisticsError(
            reason, min_persons=threshold.persons, min_clusters=threshold.clusters
        )
    total = _mean(sample, None, style)
    return GroupEstimates(estimates=(total,), total=total, n_missing=sample.n_missing)


def _mean(sample: Sample, group: int | None, style: _Style) -> Estimate:
    cells, index = (sample.whole, 0) if group is None else (sample.cells, group)
    value, se, df = mean_and_error(cells, index, sample.n_clusters)
    return t_estimate(
        style.name,
        value,
        se,
        df=df,
        n=int(cells.persons[index]),
        n_clusters=int(cells.clusters[index]),
        group=None if group is None else sample.labels[group],
        unit=style.unit,
        level=style.level,
    )


def _gaps(
    sample: Sample, base: int, reasons: list[str | None], style: _Style
) -> tuple[Estimate, ...]:
    reference = cluster_parts(sample.cells, base, sample.n_clusters)
    shown = (g for g, reason in enumerate(reasons) if reason is None and g != base)
    return tuple(_gap(sample, group, base, reference, style) for group in shown)


def _gap(sample: Sample, group: int, base: int, reference: ClusterParts, style: _Style) -> Estimate:
    cells = sample.cells
    parts = cluster_parts(cells, group, sample.n_clusters)
    se, df = difference_error(parts, reference)
    both = np.isin(np.arange(cells.persons.size), (group, base))
    return t_estimate(
        style.name,
        float(cells.mean[group] - cells.mean[base]),
        se,
        df=df,
        n=int(cells.persons[both].sum()),
        n_clusters=cells.clusters_of(both),
        group=sample.labels[group],
        unit=style.unit,
        level=style.level,
    )


def _suppressed(sample: Sample, reasons: list[str | None]) -> tuple[Suppressed, ...]:
    return tuple(
        Suppressed(label, reason)
        for label, reason in zip(sample.labels, reasons, strict=True)
        if reason is not None
    )
