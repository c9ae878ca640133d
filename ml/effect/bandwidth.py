"""How far from the cutoff to look: the width with the least mean square error of the jump."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.clustering import Clusters
from ml.effect.local import Side, sides_of
from ml.errors import StatisticsError

REGULARIZATION = 3.0
PILOT = 2.576  # for the triangular kernel


@dataclass(frozen=True, slots=True)
class Bandwidths:
    """line: of the local lines. bias: of the parabolas that estimate their bias. In score units.

    Errors: invalid_bandwidth unless both are above 0.
    """

    line: float
    bias: float

    def __post_init__(self) -> None:
        if not (self.line > 0 and self.bias > 0):
            raise StatisticsError("invalid_bandwidth")


@dataclass(frozen=True, slots=True)
class _Constants:
    """Of one side: variance, bias and the bias's own variance, of a coefficient."""

    variance: float
    bias: float
    uncertainty: float


def chosen_bandwidths(x: FloatArray, y: FloatArray, schools: Clusters) -> Bandwidths:
    """One width for both sides. x: (n,) score − cutoff; y: (n,); both in any unit.

    In three steps, each the pilot of the next: for the third derivative, for the second (the
    bias), for the line; the last two are regularized against a bias that is itself uncertain.
    Source: Calonico, Cattaneo & Titiunik (2014, section 2.6; 2014, Stata Journal 14).
    """
    unit = _unit(x)
    found = _chosen(x / unit, y / _unit(y), schools)
    return Bandwidths(line=unit * found.line, bias=unit * found.bias)


def _unit(values: FloatArray) -> float:
    """A power of two near the largest value, by which nothing is rounded."""
    return math.ldexp(1.0, math.frexp(float(np.abs(values).max()))[1])


def _chosen(x: FloatArray, y: FloatArray, schools: Clusters) -> Bandwidths:
    sides = [side for _, side in sides_of(x, y, schools)]
    quarter = float(np.subtract(*np.percentile(x, [75, 25]))) / 1.349
    pilot = PILOT * min(float(x.std(ddof=1)), quarter) * x.size**-0.2
    reach = [float(np.abs(side.x).max()) for side in sides]
    pilot = min(pilot, max(reach))
    widest = max(reach)
    third = [_constants(side, 3, 3, (pilot, far)) for side, far in zip(sides, reach, strict=True)]
    width = min(_best(third, 3, 0.0), widest)
    second = [_constants(side, 2, 2, (pilot, width)) for side in sides]
    bias = min(_best(second, 2, REGULARIZATION), widest)
    first = [_constants(side, 1, 0, (pilot, bias)) for side in sides]
    return Bandwidths(line=min(_best(first, 1, REGULARIZATION), widest), bias=bias)


def _constants(side: Side, order: int, power: int, widths: tuple[float, float]) -> _Constants:
    """Of the coefficient of x^power in a polynomial of `order`, per unit of the width sought.

    widths: those at which the variance and the next coefficient, the bias's source, are taken.
    """
    pilot, far = widths
    near = side.fit(order, pilot)
    bend = float(near.weights[power] @ (side.x / pilot) ** (order + 1)) * pilot**power
    wide = side.fit(order + 1, far)
    rise = 2.0 * (order + 1 - power)
    return _Constants(
        variance=(2 * power + 1) * pilot ** (2 * power + 1) * side.variance(near, power),
        bias=math.sqrt(rise) * bend * float(wide.weights[order + 1] @ side.y),
        uncertainty=rise * bend**2 * side.variance(wide, order + 1),
    )


def _best(sides: Sequence[_Constants], order: int, regularization: float) -> float:
    below, above = sides
    bias = (above.bias - below.bias) ** 2
    bias += regularization * (below.uncertainty + above.uncertainty)
    return float(((below.variance + above.variance) / bias) ** (1 / (2 * order + 3)))
