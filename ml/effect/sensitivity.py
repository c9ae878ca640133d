"""How strong something that nobody measured would have to be to explain the figure away."""

import math

from ml.diagnostics import Check
from ml.estimate import Estimate

# Ours: weaker unmeasured influences are too likely to be excluded by argument.
SMALLEST_ROBUSTNESS = 0.05
SMALLEST_E_VALUE = 1.25
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
    value, limit = (
        robustness_value(estimate.value / scale),
        robustness_value(near(estimate) / scale),
    )
    return _check("robustness_value", value, limit, SMALLEST_ROBUSTNESS)


def e_value_check(estimate: Estimate, outcome_sd: float) -> Check:
    """The risk ratio that an unmeasured influence would need with outcome and treatment both."""
    value, limit = e_value(estimate.value / outcome_sd), e_value(near(estimate) / outcome_sd)
    return _check("e_value", value, limit, SMALLEST_E_VALUE)


def near(estimate: Estimate) -> float:
    """The distance of the interval from zero; 0 where it holds zero."""
    low, high = estimate.interval
    return 0.0 if low <= 0 <= high else min(abs(low), abs(high))


def _check(name: str, value: float, limit: float, threshold: float) -> Check:
    """`limit` is the value at the end of the interval that is nearer to zero.

    A figure that may well be zero needs no explaining away: it passes.
    """
    may_be_zero = limit <= (1.0 if name == "e_value" else 0.0)
    passed = may_be_zero or value >= threshold
    reason = "null" if may_be_zero else "robust" if passed else "fragile"
    return Check(name, passed, value, threshold, f"{name}_{reason}", {"limit": limit})
