"""Means, spread, quantiles, shares, and whatever function one likes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.survey.moments import Columns, Sums, power_columns, ratio, weights_column
from ml.survey.ordered import Order, Rule
from ml.survey.sample import Sample
from ml.survey.statistic import GroupStatistic, MomentStatistic, OrderStatistic

RULES = ("rrepest", "intsvy")
# More different values are a scale, not categories.
MOST_CATEGORIES = 100


@dataclass(frozen=True, slots=True)
class Mean(MomentStatistic):
    """Weighted mean; name "mean"."""

    def names(self, sample: Sample) -> list[str]:
        return ["mean"]

    def columns(self, sample: Sample) -> list[Columns]:
        return [weights_column(sample), power_columns(sample, 1)]

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        return (sample.center[:, None] + ratio(sums[("power", 1)], sums["weight"]))[None]


@dataclass(frozen=True, slots=True)
class Variance(MomentStatistic):
    """Weighted variance with the sum of the weights as divisor; name "variance"."""

    def names(self, sample: Sample) -> list[str]:
        return ["variance"]

    def columns(self, sample: Sample) -> list[Columns]:
        return [weights_column(sample), power_columns(sample, 1), power_columns(sample, 2)]

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        weight = sums["weight"]
        mean = ratio(sums[("power", 1)], weight)
        return np.maximum(ratio(sums[("power", 2)], weight) - mean**2, 0.0)[None]


@dataclass(frozen=True, slots=True)
class SD(Variance):
    """Square root of `Variance`; name "sd"."""

    def names(self, sample: Sample) -> list[str]:
        return ["sd"]

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        return np.sqrt(Variance.from_sums(self, sums, sample, group))


@dataclass(frozen=True, slots=True)
class Quantile(OrderStatistic):
    """The p-quantile, 0 < p < 1; name "p50" for p = 0.5.

    rule "rrepest": the smallest value whose cumulated weight strictly exceeds p·W. rule "intsvy"
    (Hmisc's wtd.quantile): place 1 + (W − 1)p on the cumulated raw weights, between the values
    at the two whole places around it.
    Errors: invalid_probability, unknown_rule.
    """

    p: float
    rule: Rule = "rrepest"

    def __post_init__(self) -> None:
        if not 0 < self.p < 1:
            raise StatisticsError("invalid_probability", found=self.p)
        if self.rule not in RULES:
            raise StatisticsError("unknown_rule", found=self.rule)

    def names(self, sample: Sample) -> list[str]:
        return [f"p{100 * self.p:.10g}"]

    def quantiles(self) -> Sequence[tuple[float, Rule]]:
        return [(self.p, self.rule)]

    def from_order(self, order: Order, sample: Sample) -> FloatArray:
        return order.quantiles[(self.p, self.rule)][None]


@dataclass(frozen=True, slots=True)
class ShareAbove(OrderStatistic):
    """Share of weight with values strictly greater than `cut`; name "share_above_420.07".

    Errors: cuts_not_ascending where the cut is no number.
    """

    cut: float

    def __post_init__(self) -> None:
        if np.isnan(self.cut):
            raise StatisticsError("cuts_not_ascending")

    def names(self, sample: Sample) -> list[str]:
        return [f"share_above_{self.cut:.10g}"]

    def cuts(self, sample: Sample) -> Sequence[float]:
        return [self.cut]

    def from_order(self, order: Order, sample: Sample) -> FloatArray:
        return ((order.total - order.below[self.cut]) / order.total)[None]


@dataclass(frozen=True, slots=True)
class Levels(OrderStatistic):
    """Shares of the levels that `cuts`, ascending, divide the scale into.

    Level k, named "level_k", holds the values strictly greater than the k-th cut and up to the
    next one with it; "level_0" all up to the first. Errors: cuts_not_ascending.
    """

    bounds: tuple[float, ...]

    def __init__(self, cuts: Sequence[float]) -> None:
        bounds = tuple(float(cut) for cut in cuts)
        if not bounds or np.isnan(bounds).any() or any(a >= b for a, b in pairwise(bounds)):
            raise StatisticsError("cuts_not_ascending")
        object.__setattr__(self, "bounds", bounds)

    def names(self, sample: Sample) -> list[str]:
        return [f"level_{level}" for level in range(len(self.bounds) + 1)]

    def cuts(self, sample: Sample) -> Sequence[float]:
        return self.bounds

    def from_order(self, order: Order, sample: Sample) -> FloatArray:
        edges = [np.zeros_like(order.total), *(order.below[cut] for cut in self.bounds)]
        return np.diff(np.stack([*edges, order.total]), axis=0) / order.total


@dataclass(frozen=True, slots=True)
class Percentages(OrderStatistic):
    """Shares of the categories, numbers that occur among the values; name "share_2" for 2.

    Every group shows every category of the sample. Despite the field's name for such tables the
    figures are fractions 0–1. Errors: too_many_values (more than 100).
    """

    def names(self, sample: Sample) -> list[str]:
        return [f"share_{category:.10g}" for category in self.cuts(sample)]

    def cuts(self, sample: Sample) -> Sequence[float]:
        found = sample.categories
        if len(found) > MOST_CATEGORIES:
            raise StatisticsError("too_many_values", found=len(found), most=MOST_CATEGORIES)
        return found

    def from_order(self, order: Order, sample: Sample) -> FloatArray:
        edges = [order.below[cut] for cut in self.cuts(sample)]
        return np.diff(np.stack([np.zeros_like(order.total), *edges]), axis=0) / order.total


@dataclass(frozen=True, slots=True, eq=False)
class Custom(GroupStatistic):
    """Any function of (values, weights), both (n_group,) without missing, to one number.

    It is called once per group, plausible value and weight.
    """

    function: Callable[[FloatArray, FloatArray], float]
    name: str = "custom"

    def names(self, sample: Sample) -> list[str]:
        return [self.name]

    def of_group(self, sample: Sample, group: int) -> FloatArray:
        """(1, n_pv, 1 + n_replicates)."""
        rows = sample.group_rows(group)
        design = sample.design
        found = np.full((1, sample.n_pv, 1 + design.n_replicates), np.nan)
        for pv in range(sample.n_pv):
            values = sample.values[rows, pv]
            present = ~np.isnan(values)
            if not present.any():
                continue
            values = values[present]
            found[0, pv, 0] = self.function(values, design.weights[rows][present])
            for replicate in range(design.n_replicates):
                weights = design.replicates[rows, replicate][present]
                found[0, pv, 1 + replicate] = self.function(values, weights)
        return found
