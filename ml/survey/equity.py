"""Equity: how much a pupil's results depend on where the pupil comes from."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, Numbers, as_floats, check_length
from ml.labels import MISSING, Labels, encode_labels
from ml.survey.association import Gap
from ml.survey.descriptive import Mean
from ml.survey.design import ReplicateDesign
from ml.survey.estimation import estimate
from ml.survey.regression import Regression
from ml.survey.result import Estimate
from ml.survey.sample import as_columns

QUARTERS = (0.25, 0.50, 0.75)
UNKNOWN = 0


def quarters(index: Numbers, design: ReplicateDesign, *, by: Labels | None = None) -> IntArray:
    """(n,) national quarter of a socio-economic index, 1 the lowest to 4; 0 where it is missing.

    index: (n,), NaN for missing. by: labels within which (countries) the quarters are formed. The
    bounds are weighted quantiles by the rule of Rrepest; ties fall together into the lower.
    """
    x = as_floats(index, "index")
    check_length(x.size, design.n, "index")
    found = np.full(x.size, UNKNOWN, dtype=np.int64)
    for rows in _groups(by, x.size):
        known = rows & ~np.isnan(x)
        if known.any():
            bounds = [_quantile(x[known], design.weights[known], p) for p in QUARTERS]
            found[known] = 1 + np.searchsorted(bounds, x[known], side="left")
    return found


def socioeconomic_gap(
    values: npt.ArrayLike, index: Numbers, design: ReplicateDesign, *, by: Labels | None = None
) -> list[Estimate]:
    """Mean of the top quarter minus that of the bottom quarter of the index, by group."""
    quarter = quarters(index, design, by=by)
    return estimate(values, design, Gap(4, 1, of=quarter), by=by)


def gradient(
    values: npt.ArrayLike, index: Numbers, design: ReplicateDesign, *, by: Labels | None = None
) -> list[Estimate]:
    """The socio-economic gradient: "intercept", "slope" (points per unit of the index) and
    "r_squared", its strength as the share of variance explained, by group."""
    x = as_floats(index, "index")
    return estimate(values, design, Regression(x[:, None], ["slope"]), by=by)


def resilience(
    values: npt.ArrayLike, index: Numbers, design: ReplicateDesign, *, by: Labels | None = None
) -> list[Estimate]:
    """Share of resilient pupils: of the bottom quarter of the index, those in the top quarter of
    achievement of their own country, found for each plausible value; name "resilience".

    Source: OECD (2019), PISA 2018 Results II, ch. 3 (academic resilience).
    """
    matrix = as_columns(values, "values")
    disadvantaged = quarters(index, design, by=by) == 1
    among_best = np.full(matrix.shape, np.nan)
    for rows in _groups(by, len(matrix)):
        for pv, column in enumerate(matrix.T):
            known = rows & ~np.isnan(column)
            if known.any():
                bound = _quantile(column[known], design.weights[known], 0.75)
                inside = known & disadvantaged
                among_best[inside, pv] = column[inside] > bound
    found = estimate(among_best, design, Mean(), by=by)
    return [replace(each, name="resilience") for each in found]


def _groups(by: Labels | None, n: int) -> list[BoolArray]:
    if by is None:
        return [np.ones(n, dtype=np.bool_)]
    labels, codes = encode_labels(by, "by")
    check_length(codes.size, n, "by")
    return [codes == code for code in range(len(labels)) if code != MISSING]


def _quantile(x: FloatArray, weights: FloatArray, p: float) -> float:
    """The smallest value whose cumulated weight strictly exceeds p·W."""
    order = np.argsort(x)
    cumulated = np.cumsum(weights[order])
    place = int(np.searchsorted(cumulated, p * cumulated[-1], side="right"))
    return float(x[order[min(place, x.size - 1)]])
