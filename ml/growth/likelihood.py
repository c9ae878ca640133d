"""The likelihood of the random-intercept model as a function of one ratio of variances.

y = Xβ + u + e with u ~ N(0, λσ²) shared by a school's rows and e ~ N(0, σ²). With k = λ/(1 + nλ)
of a school, V⁻¹ = (I − k 1 1')/σ², so that the sums below are all the rows that are needed;
β and σ² have closed solutions given λ (Bates et al. 2015, J. Stat. Software 67, eq. 34–42).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError

# Ratios between which the maximum is looked for; beyond the last, schools explain everything.
LARGEST = 1e12
RATIOS = np.concatenate([[0.0], np.geomspace(1e-4, 1e6, 11)])


@dataclass(frozen=True)
class Sums:
    """gram: (p, p) X'X. moment: (p,) X'y. square: y'y. n: (n_schools,) rows per school.

    columns: (n_schools, p) sums of X per school. outcome: (n_schools,) of y.
    restricted: whether the likelihood is the restricted one (REML).
    """

    gram: FloatArray
    moment: FloatArray
    square: float
    n: FloatArray
    columns: FloatArray
    outcome: FloatArray
    restricted: bool = True

    @cached_property
    def degrees(self) -> int:
        """What the residual sum of squares is divided by."""
        return int(self.n.sum()) - (len(self.gram) if self.restricted else 0)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """At one λ: β, (X'V⁻¹X)⁻¹/σ² = inverse, σ² = within, −2 log-likelihood and its slope in λ."""

    ratio: float
    beta: FloatArray
    inverse: FloatArray
    within: float
    deviance: float
    slope: float


def solved(sums: Sums, ratio: float) -> Solution:
    """Everything that follows from λ."""
    growth = 1.0 + sums.n * ratio
    shrink = ratio / growth
    weighted = sums.columns * shrink[:, None]
    gram = sums.gram - weighted.T @ sums.columns
    inverse = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    beta = inverse @ (sums.moment - weighted.T @ sums.outcome)
    residual = sums.outcome - sums.columns @ beta
    squares = residual * residual
    spread = sums.square + float(beta @ (sums.gram @ beta - 2.0 * sums.moment) - shrink @ squares)
    within = spread / sums.degrees
    if not within > 0:
        raise StatisticsError("not_estimable", name="random_intercept")
    rate = 1.0 / (growth * growth)  # of k in λ
    slope = float((sums.n / growth).sum()) - float(rate @ squares) / within
    deviance = sums.degrees * (1.0 + math.log(2.0 * math.pi * within))
    deviance += float(np.log(growth).sum())
    if sums.restricted:
        deviance += float(np.linalg.slogdet(gram)[1])
        slope -= float(((sums.columns * rate[:, None]) @ inverse * sums.columns).sum())
    return Solution(ratio, beta, inverse, within, deviance, slope)


def best(sums: Sums) -> Solution:
    """The λ of largest likelihood: a coarse search, then the root of the slope.

    Errors: not_estimable where the schools explain all the spread or the columns are collinear.
    """
    try:
        tried = [solved(sums, float(ratio)) for ratio in RATIOS]
    except np.linalg.LinAlgError as error:
        raise StatisticsError("not_estimable", name="random_intercept") from error
    at = min(range(len(tried)), key=lambda index: tried[index].deviance)
    if at == len(tried) - 1:
        raise StatisticsError("not_estimable", name="random_intercept")
    low, high = tried[max(at - 1, 0)], tried[at + 1]
    if at == 0 and tried[0].slope >= 0:
        return tried[0]
    if low.slope > 0:  # a maximum between grid points of a likelihood with several
        low = tried[at]
    ratio = root(lambda value: solved(sums, value).slope, low.ratio, high.ratio)
    return solved(sums, ratio)


def limits(sums: Sums, top: Solution, rise: float) -> tuple[float, float]:
    """The λ below and above the best at which −2 log-likelihood has risen by `rise`."""

    def excess(ratio: float) -> float:  # the square root is nearly linear in the ratio
        return math.sqrt(max(solved(sums, ratio).deviance - top.deviance, 0.0)) - math.sqrt(rise)

    low = 0.0
    if top.ratio > 0 and excess(0.0) > 0:
        low = root(excess, 0.0, top.ratio, 1e-6)
    high = max(1.5 * top.ratio, 1e-3)
    while excess(high) < 0:
        high *= 1.5
        if high > LARGEST:
            raise StatisticsError("not_estimable", name="random_intercept")
    return low, root(excess, top.ratio, high, 1e-6)


def root(
    function: Callable[[float], float], low: float, high: float, precision: float = 1e-12
) -> float:
    """Where a function changes its sign between two points, to a relative precision.

    Error: not_estimable where it does not.
    """
    from scipy.optimize import brentq  # noqa: PLC0415  slow to import

    ends = np.sign([function(low), function(high)])
    if not ends[0] * ends[1] <= 0:
        raise StatisticsError("not_estimable", name="random_intercept")
    return float(brentq(function, low, high, xtol=1e-14, rtol=precision))
