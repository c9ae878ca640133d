"""B-spline columns of earlier scores."""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError

DEGREE = 3
# Interior knots at these quantiles (Betebenner 2009, Educ. Meas.: Issues and Practice 28).
KNOTS = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Spline:
    """One score's knots, the outer ones repeated; scores outside count as the outermost."""

    knots: FloatArray

    @property
    def range(self) -> tuple[float, float]:
        """The scores between which growth was seen."""
        return float(self.knots[0]), float(self.knots[-1])

    def columns(self, scores: FloatArray) -> FloatArray:
        """(n, p) values, which add up to 1 in every row."""
        from scipy.interpolate import BSpline  # noqa: PLC0415  slow to import

        inside = np.clip(scores, *self.range)
        # "extrapolate" only skips a check: nothing lies outside any more
        found = BSpline.design_matrix(inside, self.knots, DEGREE, extrapolate=True)
        return np.asarray(found.toarray())


def spline_of(scores: FloatArray) -> Spline:
    """Knots of (n,) scores. Error: constant_pretest."""
    low, high = float(scores.min()), float(scores.max())
    if not low < high:
        raise StatisticsError("constant_pretest")
    inner = np.unique(np.quantile(scores, KNOTS))
    inner = inner[(inner > low) & (inner < high)]
    ends = np.ones(DEGREE + 1)
    return Spline(np.concatenate([low * ends, inner, high * ends]))


def design(splines: tuple[Spline, ...], scores: FloatArray) -> FloatArray:
    """scores: (n_priors, n). (n, p): the first score's columns, the others' without their first."""
    parts = [
        spline.columns(score)[:, min(index, 1) :]
        for index, (spline, score) in enumerate(zip(splines, scores, strict=True))
    ]
    return np.hstack(parts)
