"""From a figure and its standard error to an Estimate with an interval."""

import math

from ml.checks import check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate


def t_estimate(
    name: str,
    value: float,
    se: float,
    *,
    df: float,
    n: int,
    n_clusters: int = 0,
    group: str | None = None,
    unit: str = "points",
    level: float = 0.95,
) -> Estimate:
    """An Estimate with the interval value ± t(df) · se; df infinity gives the normal interval.

    Errors: not_estimable where value, se or df is no honest number (NaN, infinite value,
    negative se, df ≤ 0); invalid_level.
    """
    check_level(level)
    if not (math.isfinite(value) and math.isfinite(se) and se >= 0 and df > 0):
        raise StatisticsError("not_estimable", name=name, group=group)
    margin = t_quantile((1 + level) / 2, df) * se
    return Estimate(
        name=name,
        value=value,
        se=se,
        interval=(value - margin, value + margin),
        n=n,
        df=df,
        n_clusters=n_clusters,
        group=group,
        unit=unit,
        level=level,
    )


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t; df need not be whole and may be infinite."""
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415  0.2 s: not at import

    if math.isinf(df):
        return float(ndtri(probability))
    return float(stdtrit(df, probability))


def two_sided(estimate: Estimate) -> float:
    """The p value of zero."""
    from scipy.special import ndtr, stdtr  # noqa: PLC0415  0.2 s: not at import

    t = abs(estimate.value) / estimate.se
    return float(2 * (ndtr(-t) if math.isinf(estimate.df) else stdtr(estimate.df, -t)))
