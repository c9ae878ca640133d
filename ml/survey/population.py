"""Trends in spite of a changing population: who is covered, and who they are."""

from collections.abc import Mapping

import numpy as np

from ml.errors import StatisticsError
from ml.labels import MISSING, Labels, encode_labels
from ml.survey.descriptive import Quantile
from ml.survey.design import ReplicateDesign


def quantile_of_all(p: float, coverage: float) -> Quantile:
    """The p-quantile among all 15-year-olds, if those not covered would stand below it.

    coverage: the cycle's Coverage Index 3, 0–1. With it, the best 1 − p of all are the best
    (1 − p)/coverage of those covered; estimated in every cycle with its own coverage, the series
    is the population-adjusted trend. Errors: invalid_coverage; coverage_too_low, where the
    quantile lies among those not covered.
    Source: OECD (2019), PISA 2018 Results I, ch. 9 (top quarter of all 15-year-olds).
    """
    if not 0 < coverage <= 1:
        raise StatisticsError("invalid_coverage", found=coverage)
    among_covered = 1 - (1 - p) / coverage
    if not among_covered > 0:
        raise StatisticsError("coverage_too_low", coverage=coverage, p=p)
    return Quantile(among_covered)


def reweighted(
    design: ReplicateDesign, groups: Labels, shares: Mapping[object, float]
) -> ReplicateDesign:
    """The design as if the groups had the shares of another cycle.

    groups: (n,) labels such as age × sex × immigrant background, none missing. shares: by label,
    of the reference cycle, summing to 1. The full weight and each replicate are scaled within
    the groups, so that the errors know of it; the weights are copied once. Trends of such figures
    show what changed beyond the composition.
    Errors: missing_label, shares_do_not_match (labels differ or the sum is not 1).
    Source: OECD (2019), PISA 2018 Results I, ch. 9 and Annex A7 (adjusted trends).
    """
    labels, codes = encode_labels(groups, "groups")
    if (codes == MISSING).any():
        raise StatisticsError("missing_label", name="groups")
    target = np.array([shares.get(label, np.nan) for label in labels])
    if len(labels) != len(shares) or not abs(target.sum() - 1) < 1e-6:
        raise StatisticsError("shares_do_not_match")
    weights, replicates = design.weights.copy(), design.replicates.copy()
    full_total, totals = weights.sum(), replicates.sum(axis=0)
    for code, share in enumerate(target):
        rows = codes == code
        weights[rows] *= share * full_total / weights[rows].sum()
        replicates[rows] *= share * totals / replicates[rows].sum(axis=0)
    return ReplicateDesign(weights, replicates, design.method, design.fay)
