"""More lessons, more gain? A slope among those who took part, with what speaks against it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import (
    FloatArray,
    Numbers,
    as_floats,
    as_weights,
    check_length,
    check_level,
)
from ml.clustering import Clusters, clusters_of, score_error
from ml.effect.combining import Basis
from ml.effect.crossing import Crossing, Lesson
from ml.effect.folds import drawn_folds
from ml.effect.models import check_outcome_model
from ml.effect.scores import Moments
from ml.effect.study import as_matrix, as_outcomes
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread

# Always true of a dose that nobody assigned.
CHOSEN, SURVIVORS = "dose_chosen", "dose_survivors"
PREDICTED, NOT_MONOTONE, CEILING = "dose_predicted", "dose_not_monotone", "dose_ceiling"

STEPS = 4
PREDICTABLE = 0.1
CEILING_SHARE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseResponse:
    """slope: outcome per unit of dose. steps: quarter by quarter of the dose, against the lowest.

    explained: share of the dose's variance that X predicts. caveats: codes of the sentences that
    must stand beside the figure; it is never called an effect.
    """

    slope: Estimate
    steps: tuple[Estimate, ...]
    explained: float
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Participants:
    """X: (n, p), Y: (n, M), dose: (n,) above 0."""

    X: FloatArray
    Y: FloatArray
    dose: FloatArray
    weights: FloatArray | None
    clusters: Clusters


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What X leaves unexplained of outcomes (n, M) and dose (n,)."""

    Y: FloatArray
    dose: FloatArray
    weights: FloatArray
    basis: Basis


@one_blas_thread()
def dose_response(
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    dose: Numbers,
    outcome_model: Any,
    dose_model: Any,
    *,
    clusters: Labels | None = None,
    sample_weight: Numbers | None = None,
    folds: int = 5,
    level: float = 0.95,
    unit: str = "points",
    random_state: int = 0,
) -> DoseResponse:
    """Among those with a dose above 0, alike in X: how outcomes go with the dose.

    X: (n, p); y: (n,) or (n, M) plausible values; dose: (n,) lessons attended, active months.
    Rows without outcome or dose are left out. Both models are regressors, fitted on the other
    folds' schools; the slope is that of what they leave unexplained, errors are clustered.
    Errors: no_data, one_cluster, constant_dose, invalid_dose, invalid_folds; those of the arrays
    and of the models. Source: Robinson (1988, Econometrica 56); Chernozhukov et al. (2018,
    Econometrics Journal 21, eq. 4.4).
    """
    check_level(level)
    people = _participants(X, y, dose, clusters, sample_weight)
    check_outcome_model(outcome_model, "outcome_model", people.Y)
    check_outcome_model(dose_model, "dose_model", people.dose)
    fold = drawn_folds(people.dose, people.clusters, folds, random_state)
    every = np.ones(fold.size, dtype=np.bool_)
    crossing = Crossing(people.X, people.weights, fold, random_state)
    dose_expected, expected = crossing.predictions(
        [
            Lesson(dose_model, people.dose[:, None], every),
            Lesson(outcome_model, people.Y, every),
        ]
    )
    parts = _Parts(
        Y=people.Y - expected,
        dose=people.dose - dose_expected[:, 0],
        weights=np.ones(fold.size) if people.weights is None else people.weights,
        basis=Basis(fold.size, people.clusters, unit, level),
    )
    steps = _steps(parts, people.dose)
    explained = max(0.0, 1 - float(np.square(parts.dose).mean() / people.dose.var()))
    return DoseResponse(
        slope=_slope(parts),
        steps=steps,
        explained=explained,
        caveats=_caveats(people.dose, steps, explained),
    )


def _participants(
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    dose: Numbers,
    clusters: Labels | None,
    sample_weight: Numbers | None,
) -> _Participants:
    Y, amounts = as_outcomes(y), as_floats(dose, "dose")
    check_length(amounts.size, len(Y), "dose")
    if (amounts < 0).any():
        raise StatisticsError("invalid_dose", row=int((amounts < 0).argmax()))
    weights = None if sample_weight is None else as_weights(sample_weight, len(Y))
    rows = np.flatnonzero((amounts > 0) & ~np.isnan(Y).any(axis=1))
    if not rows.size:
        raise StatisticsError("no_data")
    found = _Participants(
        X=as_matrix(X, len(Y))[rows],
        Y=Y[rows],
        dose=amounts[rows],
        weights=None if weights is None else weights[rows],
        clusters=clusters_of(clusters, len(Y)).of(rows),
    )
    if found.clusters.count < 2:
        raise StatisticsError("one_cluster")
    if found.dose.min() == found.dose.max():
        raise StatisticsError("constant_dose")
    return found


def _slope(parts: _Parts) -> Estimate:
    weighted = parts.weights * parts.dose
    found = [Moments(weighted * left, weighted * parts.dose) for left in parts.Y.T]
    results = [(each.value, *score_error(each.scores, parts.basis.clusters)) for each in found]
    return parts.basis.estimate("slope", results)[0]


def _steps(parts: _Parts, amounts: FloatArray) -> tuple[Estimate, ...]:
    """Quarters of the dose, ties together; differences of what X leaves of the outcome."""
    edges = np.unique(np.quantile(amounts, np.arange(1, STEPS) / STEPS))
    quarter = np.searchsorted(edges, amounts, side="left")
    present = np.unique(quarter)
    lowest = parts.weights * (quarter == present[0])
    steps = []
    for number in present[1:]:
        own = parts.weights * (quarter == number)
        results = []
        for left in parts.Y.T:
            high, low = own @ left / own.sum(), lowest @ left / lowest.sum()
            scores = own * (left - high) / own.mean() - lowest * (left - low) / lowest.mean()
            results.append((float(high - low), *score_error(scores, parts.basis.clusters)))
        label = f"{amounts[quarter == number].min():g}–{amounts[quarter == number].max():g}"
        steps.append(parts.basis.estimate("difference", results, label)[0])
    return tuple(steps)


def _caveats(amounts: FloatArray, steps: tuple[Estimate, ...], explained: float) -> tuple[str, ...]:
    found = [CHOSEN, SURVIVORS]
    if explained > PREDICTABLE:
        found.append(PREDICTED)
    values = [0.0, *(step.value for step in steps)]
    if any(later < earlier for earlier, later in pairwise(values)):
        found.append(NOT_MONOTONE)
    if (amounts == amounts.max()).mean() > CEILING_SHARE:
        found.append(CEILING)
    return tuple(found)
