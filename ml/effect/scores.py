"""Doubly robust moments: an effect as a ratio of two weighted sums over persons.

With m the propensity, g₀ and g₁ the outcomes expected without and with treatment, d the treatment:

    ATT  d (y − g₀) − (1 − d) m / (1 − m) (y − g₀)                             over  d
    ATE  g₁ − g₀ + d (y − g₁) / m − (1 − d) (y − g₀) / (1 − m)                 over  1
    ATO  (d − m)² (g₁ − g₀) + d (1 − m) (y − g₁) − (1 − d) m (y − g₀)          over  (d − m)²

The first two are those of Chernozhukov et al. (2018, Econometrics Journal 21, eq. 5.3–5.4), not
normalized. The third has overlap weights m (1 − m) (Li, Morgan & Zaslavsky 2018); adding the
derivative of the weights times d − m, which makes it insensitive to small errors of m (Crump et
al. 2006, theorem 5.1), turns the weights into (d − m)².
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray

ATT, ATE, ATO = "ATT", "ATE", "ATO"
ESTIMANDS = (ATT, ATE, ATO)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """numerator, denominator: shape (n,), sample weights included; effect = ratio of the sums."""

    numerator: FloatArray
    denominator: FloatArray

    def of(self, rows: IntArray) -> "Moments":
        """Those of some persons."""
        return Moments(self.numerator[rows], self.denominator[rows])

    @property
    def value(self) -> float:
        """The effect."""
        return float(self.numerator.sum() / self.denominator.sum())

    @property
    def scores(self) -> FloatArray:
        """(n,) what each person adds to the error of the effect: their mean is its error."""
        centered: FloatArray = self.numerator - self.value * self.denominator
        return centered / float(self.denominator.mean())


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Shape (n,): expected outcomes without and with treatment, and the clipped propensity.

    treated is None where nobody asked for it (ATT does not need it).
    """

    untreated: FloatArray
    treated: FloatArray | None
    propensity: FloatArray


def moments(
    estimand: str, y: FloatArray, d: FloatArray, weights: FloatArray, predicted: Predictions
) -> Moments:
    """The moments of one outcome; every array has shape (n,)."""
    m, other = predicted.propensity, y - predicted.untreated
    if estimand == ATT or predicted.treated is None:
        numerator = d * other - (1 - d) * m / (1 - m) * other
        return Moments(weights * numerator, weights * d)
    own = y - predicted.treated
    difference = predicted.treated - predicted.untreated
    if estimand == ATE:
        numerator = difference + d * own / m - (1 - d) * other / (1 - m)
        return Moments(weights * numerator, weights.copy())
    tilt = np.square(d - m)
    numerator = tilt * difference + d * (1 - m) * own - (1 - d) * m * other
    return Moments(weights * numerator, weights * tilt)


def balancing_weights(
    estimand: str, d: FloatArray, weights: FloatArray, propensity: FloatArray
) -> FloatArray:
    """(n,) weights under which both groups look like those whom the effect is for."""
    m = propensity
    if estimand == ATT:
        return weights * np.where(d > 0, 1.0, m / (1 - m))
    if estimand == ATE:
        return weights * np.where(d > 0, 1 / m, 1 / (1 - m))
    return weights * np.where(d > 0, 1 - m, m)


def representer(
    estimand: str, d: FloatArray, weights: FloatArray, propensity: FloatArray
) -> FloatArray:
    """(n,) weights of the outcomes: their weighted sum over n is the weighted difference."""
    balanced = balancing_weights(estimand, d, weights, propensity)
    if estimand == ATT:
        total = float((weights * d).mean())
    elif estimand == ATE:
        total = float(weights.mean())
    else:
        total = float((weights * propensity * (1 - propensity)).mean())
    return np.where(d > 0, balanced, -balanced) / total
