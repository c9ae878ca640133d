"""How strong something that nobody measured would have to be to explain the figure away."""

import math
from dataclasses import dataclass

from ml.diagnostics import Check
from ml.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Least:
    """How strong something unmeasured would have to be at the least to explain a figure away.

    figure: asked of the figure itself. limit: of the end of its interval nearer to zero.
    """

    figure: float
    limit: float


# Ours: weaker unmeasured influences are too likely to be excluded by argument. At the limit half
# as much is asked for: half the share, half the standardized difference.
ROBUSTNESS = Least(figure=0.05, limit=0.025)
E_VALUE = Least(figure=1.25, limit=1.16)
# Beyond it the exponential, squared, is no double any more.
LARGEST_EXPONENT = 350.0


def robustness_value(f: float) -> float:
    """½ (√(f⁴ + 4f²) − f²), Cinelli & Hazlett (2020, JRSS B 82, eq. 18).

    f: of a regression, |t| / √df (its treatment's partial Cohen's f); of doubly robust scores
    |effect| / (σν), with σ² the outcome's remaining variance and ν² the mean square of the
    weights with which outcomes enter (Chernozhukov et al. 2022, theorem 2).
    """
    squared = f * f
    return (math.sqrt(squared * squared + 4 * squared) - squared) / 2


def e_value(standardized: float) -> float:
    """RR + √(RR (RR − 1)), VanderWeele & Ding (2017, Annals of Internal Medicine 167).

    standardized: a difference in standard deviations, taken as RR = exp(0.91 |d|) (Chinn 2000).
    Infinite where no double holds it.
    """
    exponent = 0.91 * abs(standardized)
    if exponent > LARGEST_EXPONENT:
        return math.inf
    ratio = math.exp(exponent)
    return ratio + math.sqrt(ratio * (ratio - 1))


def robustness_check(estimate: Estimate, scale: float) -> Check:
    """The share of the remaining variance, of the outcome and of who is treated, that an unmeasured
    influence would have to explain to leave nothing; `scale` is σν of `robustness_value`."""
    if may_be_zero(estimate):
        return _nothing_to_explain("robustness_value")
    value, limit = (robustness_value(each / scale) for each in (estimate.value, near(estimate)))
    return _check("robustness_value", value, limit, ROBUSTNESS)


def e_value_check(estimate: Estimate, outcome_sd: float) -> Check:
    """The risk ratio that an unmeasured influence would need with outcome and treatment both."""
    if may_be_zero(estimate):
        return _nothing_to_explain("e_value")
    value, limit = (_standardized(each, outcome_sd) for each in (estimate.value, near(estimate)))
    return _check("e_value", e_value(value), e_value(limit), E_VALUE)


def near(estimate: Estimate) -> float:
    """The distance of the interval from zero; 0 where it holds zero."""
    low, high = estimate.interval
    return 0.0 if low <= 0 <= high else min(abs(low), abs(high))


def may_be_zero(estimate: Estimate) -> bool:
    """Whether the interval holds zero."""
    return near(estimate) == 0


def _standardized(value: float, sd: float) -> float:
    return value / sd if sd > 0 else math.inf


def _nothing_to_explain(name: str) -> Check:
    """A figure that may be zero stands in nobody's way, and there is nothing to measure."""
    return Check(name, True, math.nan, math.nan, f"{name}_null")


def _check(name: str, value: float, limit: float, least: Least) -> Check:
    """Both must be strong enough; shown is the one that is not, else that of the limit."""
    parameters = {"figure": value, "limit": limit}
    if value < least.figure:
        return Check(name, False, value, least.figure, f"{name}_fragile", parameters)
    if limit < least.limit:
        return Check(name, False, limit, least.limit, f"{name}_limit_fragile", parameters)
    return Check(name, True, limit, least.limit, f"{name}_robust", parameters)
