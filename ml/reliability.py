"""Cronbach's alpha and the standard error of measurement, with their intervals."""

import math

import numpy as np

from ml.checks import FloatArray
from ml.estimate import Estimate


def alpha_estimate(cases: FloatArray, level: float = 0.95) -> Estimate:
    """Cronbach's alpha of complete cases, shape (n_persons, n_items), n ≥ 3, k ≥ 2.

    Interval: 1 − (1 − alpha) F, with F the quantiles on (n − 1) and (n − 1)(k − 1) degrees of
    freedom (Feldt 1965, Psychometrika 30). Standard error: (1 − alpha) √(2k / ((k − 1)(n − 2)))
    (Bonett 2002, J. Educ. Behav. Stat. 27). Both assume parallel items.
    """
    from scipy.special import fdtri  # noqa: PLC0415  slow to import

    n, k = cases.shape
    variances = cases.var(axis=0, ddof=1)
    total = float(cases.sum(axis=1).var(ddof=1))
    alpha = k / (k - 1) * (1 - float(variances.sum()) / total)
    tail = (1 - level) / 2
    upper_f, lower_f = (
        float(fdtri(n - 1, (n - 1) * (k - 1), probability)) for probability in (1 - tail, tail)
    )
    return Estimate(
        name="reliability",
        value=alpha,
        se=(1 - alpha) * math.sqrt(2 * k / ((k - 1) * (n - 2))),
        interval=(1 - (1 - alpha) * upper_f, 1 - (1 - alpha) * lower_f),
        n=n,
        unit="coefficient",
        level=level,
    )


def error_of_measurement(cases: FloatArray, level: float = 0.95) -> Estimate:
    """SD(score) √(1 − alpha) of the mean of k items, times 100; cases as in `alpha_estimate`.

    It equals 100 √(MS / k), MS the residual mean square of persons × items (Hoyt 1941), so that
    the interval follows from chi-square on (n − 1)(k − 1) degrees of freedom.
    """
    from scipy.special import chdtri  # noqa: PLC0415  slow to import

    n, k = cases.shape
    df = (n - 1) * (k - 1)
    residual = cases - cases.mean(axis=1, keepdims=True) - cases.mean(axis=0) + cases.mean()
    square = float(np.square(residual).sum())
    sem = 100 * math.sqrt(square / df / k)
    tail = (1 - level) / 2
    low, high = (
        100 * math.sqrt(square / float(chdtri(df, upper)) / k) for upper in (tail, 1 - tail)
    )
    return Estimate(
        name="sem",
        value=sem,
        se=sem / math.sqrt(2 * df),
        interval=(low, high),
        n=n,
        unit="points",
        level=level,
    )
