"""`estimate`: any statistics of a survey, by any grouping, in one read of the data."""

from collections.abc import Sequence

import numpy.typing as npt

from ml.checks import FloatArray
from ml.labels import Labels
from ml.parallel import mapped
from ml.survey.design import ReplicateDesign
from ml.survey.moments import group_sums
from ml.survey.ordered import group_orders
from ml.survey.result import Estimate, combined
from ml.survey.sample import Sample, sample_of
from ml.survey.statistic import GroupStatistic, MomentStatistic, OrderStatistic, Statistic

# Figures of as many groups as fit in here are held at a time.
BATCH_NUMBERS = 4_000_000


def estimate(
    values: npt.ArrayLike,
    design: ReplicateDesign,
    statistic: Statistic | Sequence[Statistic],
    *,
    by: Labels | None = None,
    n_jobs: int | None = None,
) -> list[Estimate]:
    """Figures with their standard errors; plausible values are combined by Rubin's rules.

    values: (n,), or (n, n_pv) plausible values, never averaged; NaN leaves with its weight and
    is counted. by: (n,) labels, rows in any order; rows without a label take no part.
    statistic: one, or several that share one read of the data and one sort.
    n_jobs: threads, None for all processors; the result is the same to the bit.

    Returns the estimates by group (labels ascending), within it in the order of the statistics
    and of their components. A group without anybody to estimate from has NaN and says n = 0.
    Errors: those of the statistics; not_numeric, wrong_shape, not_finite, length_mismatch,
    mixed_labels, no_data.
    Source: Rubin (1987); Lipsitz et al. (2002); OECD (2009), PISA Data Analysis Manual, ch. 7–8.
    """
    sample = sample_of(values, design, by)
    statistics = [statistic] if isinstance(statistic, Statistic) else list(statistic)
    if not statistics:
        return []
    names = [each.names(sample) for each in statistics]
    counts = [sample.counts(each.used(sample)) for each in statistics]
    found: list[Estimate] = []
    for groups in _batches(sample, sum(map(len, names))):
        thetas = _thetas(sample, statistics, groups, n_jobs)
        for group in groups:
            for own, theta, count in zip(names, thetas, counts, strict=True):
                found += [
                    combined(name, sample.labels[group], part, count[group], design)
                    for name, part in zip(own, theta[group - groups.start], strict=True)
                ]
    return found


def _batches(sample: Sample, n_components: int) -> list[range]:
    numbers = n_components * sample.n_pv * (1 + sample.design.n_replicates)
    size = max(1, BATCH_NUMBERS // numbers)
    return [
        range(start, min(start + size, sample.n_groups))
        for start in range(0, sample.n_groups, size)
    ]


def _thetas(
    sample: Sample, statistics: Sequence[Statistic], groups: range, n_jobs: int | None
) -> list[list[FloatArray]]:
    """By statistic and group: (n_components, n_pv, 1 + n_replicates)."""
    moments = [each for each in statistics if isinstance(each, MomentStatistic)]
    orders = [each for each in statistics if isinstance(each, OrderStatistic)]
    others = [each for each in statistics if isinstance(each, GroupStatistic)]
    ready = {
        **_from_sums(sample, moments, groups, n_jobs),
        **_from_orders(sample, orders, groups, n_jobs),
        **_from_rows(sample, others, groups, n_jobs),
    }
    return [ready[id(each)] for each in statistics]


def _from_sums(
    sample: Sample, statistics: list[MomentStatistic], groups: range, n_jobs: int | None
) -> dict[int, list[FloatArray]]:
    if not statistics:
        return {}
    columns = [column for each in statistics for column in each.columns(sample)]
    sums = group_sums(sample, columns, groups, n_jobs)
    return {
        id(each): [
            each.from_sums(own, sample, group) for group, own in zip(groups, sums, strict=True)
        ]
        for each in statistics
    }


def _from_orders(
    sample: Sample, statistics: list[OrderStatistic], groups: range, n_jobs: int | None
) -> dict[int, list[FloatArray]]:
    if not statistics:
        return {}
    quantiles = [wanted for each in statistics for wanted in each.quantiles()]
    cuts = [cut for each in statistics for cut in each.cuts(sample)]
    orders = group_orders(sample, quantiles, cuts, groups, n_jobs)
    return {id(each): [each.from_order(order, sample) for order in orders] for each in statistics}


def _from_rows(
    sample: Sample, statistics: list[GroupStatistic], groups: range, n_jobs: int | None
) -> dict[int, list[FloatArray]]:
    def work(task: tuple[GroupStatistic, int]) -> FloatArray:
        return task[0].of_group(sample, task[1])

    return {
        id(each): mapped(work, [(each, group) for group in groups], n_jobs) for each in statistics
    }
