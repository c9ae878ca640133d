"""The wild cluster bootstrap: intervals that hold with a handful of schools.

Restricted (the null hypothesis imposed), with the bootstrap's t taken on clustered scores
(Cameron, Gelbach & Miller 2008, Rev. Econ. Stat. 90; for equations beyond least squares Kline &
Santos 2012, J. Econometric Methods 1). The equations are linear, so that for all null values at
once a draw's t is (n₀ + d n₁) / √(q₀ + 2 d q₁ + d² q₂), d the distance of the null value from
the estimate, and inverting the test costs nothing.
"""

import math
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.growth.equations import Equation

DRAWS = 1999
# Fewer schools have too few patterns of signs (2^12 = 4096): Webb's six points instead.
FEW = 13
RADEMACHER = "rademacher"
WEBB = "webb"
WEBB_POINTS = np.array([0.5, 1.0, 1.5]) ** 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WildBootstrap:
    """interval: null values that are not refused at 1 − level. p_value: of the null value 0.

    law: "rademacher" or "webb", the distribution of the schools' multipliers.
    """

    interval: tuple[float, float]
    p_value: float
    level: float
    law: str
    n_draws: int


@dataclass(frozen=True, slots=True, eq=False)
class _Draws:
    """(n_draws,) each: the parts of the bootstrap's t (see above). error: of the estimate."""

    n0: FloatArray
    n1: FloatArray
    q0: FloatArray
    q1: FloatArray
    q2: FloatArray
    error: float

    def p_value(self, distance: float) -> float:
        """Share of draws at least as far out as the estimate, the estimate itself included."""
        square = self.q0 + 2.0 * distance * self.q1 + distance**2 * self.q2
        spread = np.sqrt(np.maximum(square, 0.0))
        least = abs(distance) / self.error * (1.0 - 1e-9)
        beyond = np.abs(self.n0 + distance * self.n1) >= least * spread
        return float((1 + beyond.sum()) / (1 + beyond.size))


def wild_bootstrap(
    equation: Equation, contrast: FloatArray, *, level: float, random_state: int
) -> WildBootstrap:
    """Of contrast'β. Error: bootstrap_unbounded where no null value is ever refused."""
    n_schools = len(equation.curvature)
    law = RADEMACHER if n_schools >= FEW else WEBB
    draws = _draws(equation, contrast, _multipliers(law, n_schools, random_state))
    value = equation.value(contrast)
    low, high = (_limit(draws, side, 1.0 - level) for side in (1.0, -1.0))
    return WildBootstrap(
        interval=(value - low, value - high),
        p_value=draws.p_value(value),
        level=level,
        law=law,
        n_draws=DRAWS,
    )


def _multipliers(law: str, n_schools: int, random_state: int) -> FloatArray:
    generator = np.random.default_rng(random_state)
    signs = np.where(generator.integers(0, 2, (DRAWS, n_schools)) == 1, 1.0, -1.0)
    if law == RADEMACHER:
        return signs
    return signs * WEBB_POINTS[generator.integers(0, 3, signs.shape)]


def _draws(equation: Equation, contrast: FloatArray, multipliers: FloatArray) -> _Draws:
    scores = equation.scores.weighted(equation.products.level)
    along = equation.inverse @ contrast
    lever = equation.curvature @ along  # Kₛ r
    shift = lever / float(contrast @ along)  # of the scores, per unit of distance
    own, moved = scores @ along, shift @ along
    first = multipliers @ scores @ equation.inverse
    second = multipliers @ shift @ equation.inverse
    rest0 = multipliers * own - first @ lever.T
    rest1 = multipliers * moved - second @ lever.T
    return _Draws(
        n0=first @ contrast,
        n1=second @ contrast,
        q0=(rest0 * rest0).sum(axis=1),
        q1=(rest0 * rest1).sum(axis=1),
        q2=(rest1 * rest1).sum(axis=1),
        error=math.sqrt(float(own @ own)),
    )


def _limit(draws: _Draws, side: float, refused: float) -> float:
    """The largest distance to one side at which the null value is not refused."""
    inside, outside = 0.0, side * 2.0 * draws.error
    while draws.p_value(outside) > refused:
        inside, outside = outside, 2.0 * outside
        if abs(outside) > 1e6 * draws.error:
            raise StatisticsError("bootstrap_unbounded")
    while abs(outside - inside) > 1e-9 * abs(outside):
        middle = (inside + outside) / 2.0
        if draws.p_value(middle) > refused:
            inside = middle
        else:
            outside = middle
    return inside
