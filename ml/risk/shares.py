"""A share of people with an interval that stays between 0 and 1 and knows of schools."""

import math

import numpy as np

from ml.checks import BoolArray, FloatArray
from ml.clustering import Clusters
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate, t_quantile


def share(
    name: str, values: FloatArray, clusters: Clusters, rows: BoolArray, group: str | None = None
) -> Estimate:
    """The share of ones among `rows`, its error clustered by school.

    values: (n,) 0 and 1. rows: (n,) of whom. The interval is Wilson's with as many people as the
    schools leave of them: n over the design effect (Korn & Graubard 1998). Errors: no_data.
    """
    count = int(rows.sum())
    if count == 0:
        raise StatisticsError("no_data")
    mean = float(values[rows].mean())
    schools = clusters.number_in(rows.astype(np.float64))
    se = _error(np.where(rows, values - mean, 0.0), clusters, count, schools)
    effective = min(float(count), mean * (1 - mean) / se**2) if se > 0 else float(count)
    df = max(schools - 1.0, 1.0)
    return Estimate(
        name=name, value=mean, se=se, interval=_wilson(mean, effective, df), n=count, df=df,
        n_clusters=schools, group=group, unit="share",
    )  # fmt: skip


def mean_difference(
    name: str, difference: FloatArray, clusters: Clusters, rows: BoolArray, group: str | None = None
) -> Estimate:
    """The mean of a difference of shares among `rows`, clustered by school, t(S − 1)."""
    count = int(rows.sum())
    if count == 0:
        raise StatisticsError("no_data")
    mean = float(difference[rows].mean())
    schools = clusters.number_in(rows.astype(np.float64))
    se = _error(np.where(rows, difference - mean, 0.0), clusters, count, schools)
    return t_estimate(
        name,
        mean,
        se,
        df=max(schools - 1.0, 1.0),
        n=count,
        n_clusters=schools,
        group=group,
        unit="share",
    )


def _error(deviations: FloatArray, clusters: Clusters, count: int, schools: int) -> float:
    sums = clusters.sums(deviations)
    return math.sqrt(schools / max(schools - 1, 1) * float(sums @ sums)) / count


def _wilson(mean: float, n: float, df: float) -> tuple[float, float]:
    """Wilson's score interval (1927) with t in the place of z."""
    z = t_quantile(0.975, df)
    middle = (mean + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)
