"""What a survey statistic returns: a figure with both parts of its uncertainty."""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np

from ml import estimate as house
from ml.checks import FloatArray
from ml.intervals import t_estimate, t_quantile
from ml.rubin import combine
from ml.survey.design import ReplicateDesign

LEAST = 2  # of rows: replicate weights do not move the figure of a single one


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure of a sample with replicate weights, and of its plausible values if it has any.

    name: what was estimated ("mean", "p50", "level_2", "intercept", …). group: the label as it
    stood in `by`, None for everybody. value, se: in the unit of the values; shares are fractions.
    sampling_variance: mean over the plausible values of the replicates' variance.
    imputation_variance: variance between the plausible values, divisor M − 1, before it is
    multiplied by 1 + 1/M; 0 for one value. se² = sampling + (1 + 1/M) imputation.
    df: degrees of freedom of `ml.rubin`, with the number of replicates as complete-data df.
    n: rows used; n_missing: rows of the group left out, wholly or in some of their plausible
    values, for want of a value.

    Where a group holds fewer than two rows to estimate from, or one of its replicates nobody,
    value and se are NaN.
    """

    name: str
    group: object = None
    value: float
    se: float
    sampling_variance: float
    imputation_variance: float
    df: float
    n: int
    n_missing: int = 0

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """value ± t(df) · se."""
        margin = t_quantile((1 + level) / 2, self.df) * self.se
        return self.value - margin, self.value + margin

    def as_estimate(self, *, unit: str = "points", level: float = 0.95) -> house.Estimate:
        """The same for pages and tables. Errors: not_estimable where it is NaN."""
        return t_estimate(
            self.name,
            self.value,
            self.se,
            df=self.df,
            n=self.n,
            group=None if self.group is None else str(self.group),
            unit=unit,
            level=level,
        )


def combined(
    name: str, group: object, theta: FloatArray, counts: tuple[int, int], design: ReplicateDesign
) -> Estimate:
    """One estimate from `theta`, (n_pv, 1 + n_replicates): full weight first.

    counts: rows used and rows left out.
    """
    deviations = theta[:, 1:] - theta[:, :1]
    variances = design.factor * np.einsum("mr,mr->m", deviations, deviations)
    n, n_missing = counts
    if not (np.isfinite(variances).all() and n >= LEAST):
        return _nothing(name, group, counts)
    parts = combine(
        cast(list[float], theta[:, 0]),
        cast(list[float], np.sqrt(variances)),
        float(design.n_replicates),
    )
    return Estimate(
        name=name,
        group=group,
        value=parts.value,
        se=parts.se,
        sampling_variance=parts.within,
        imputation_variance=parts.between,
        df=parts.df,
        n=n,
        n_missing=n_missing,
    )


def _nothing(name: str, group: object, counts: tuple[int, int]) -> Estimate:
    return Estimate(
        name=name,
        group=group,
        value=math.nan,
        se=math.nan,
        sampling_variance=math.nan,
        imputation_variance=math.nan,
        df=math.nan,
        n=counts[0],
        n_missing=counts[1],
    )
