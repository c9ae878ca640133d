"""People without an outcome: weights for those who remain, and the check on their loss."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, Numbers, as_weights
from ml.clustering import clusters_of
from ml.diagnostics import Check
from ml.effect.balance import effective_n
from ml.effect.bounds import study_bounds
from ml.effect.crossing import Crossing, Lesson, check_both_taught
from ml.effect.folds import drawn_folds
from ml.effect.models import check_chance_model
from ml.effect.study import Study, as_binary, as_matrix
from ml.errors import StatisticsError
from ml.labels import Labels
from ml.parallel import one_blas_thread

# Ours, of the kind that reviews of evidence use: the loss of the two groups may differ by five
# points, and three in ten may be lost in all.
LARGEST_DIFFERENCE = 0.05
LARGEST_LOSS = 0.30

# Nobody stands for more than ten times as many as an average person would.
LARGEST_WEIGHT = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class ResponseWeights:
    """weights: (n,) base weight / chance to answer, scaled to the whole; 0 for who did not answer.

    propensity: (n,) chance to answer. effective_n: persons with equal weights that say as much.
    trimmed: share of those who answered whose weight was cut.
    """

    weights: FloatArray
    propensity: FloatArray
    effective_n: float
    trimmed: float


@one_blas_thread()
def response_weights(
    X: npt.ArrayLike,
    responded: Numbers,
    model: Any,
    *,
    clusters: Labels | None = None,
    weights: Numbers | None = None,
    folds: int = 5,
    random_state: int = 0,
) -> ResponseWeights:
    """Weights under which those who answered stand for everybody, as far as X tells them apart.

    X: (n, p), known of everybody. responded: 0 or 1. model: a classifier, fitted on the other
    folds' schools only, so that it cannot learn persons by heart. A weight above ten times the
    mean is cut; all are then scaled to the sum of the base weights.
    Errors: nobody_responded; wrong_shape, length_mismatch, not_numeric, not_finite,
    missing_cluster, invalid_weight, not_binary, invalid_folds, fold_without_arm,
    missing_covariate, model_ignores_weights.
    Source: Little (1986, International Statistical Review 54).
    """
    n = len(np.asarray(responded))
    answered = as_binary(responded, n, "responded")
    if not answered.any():
        raise StatisticsError("nobody_responded")
    base = np.ones(n) if weights is None else as_weights(weights, n)
    X = as_matrix(X, n)
    check_chance_model(model, "model")
    chance = np.ones(n)
    if not answered.all():
        fold = drawn_folds(answered, clusters_of(clusters, n), folds, random_state)
        check_both_taught(answered, np.ones(n, dtype=np.bool_), fold)
        crossing = Crossing(X, None if weights is None else base, fold, random_state)
        found = crossing.predictions([Lesson(model, answered[:, None], np.ones(n, dtype=np.bool_))])
        chance = np.clip(found[0][:, 0], 1e-3, 1.0)
    raw = base * answered / chance
    most = LARGEST_WEIGHT * raw[answered > 0].mean()
    cut = np.minimum(raw, most)
    return ResponseWeights(
        weights=cut * base.sum() / cut.sum(),
        propensity=chance,
        effective_n=effective_n(cut),
        trimmed=float((raw > most).sum() / answered.sum()),
    )


def attrition_check(study: Study, level: float) -> Check:
    """How many were lost, how differently, and what the difference could be at worst and best."""
    bounds = study_bounds(study, level)
    treated, comparison = bounds.loss
    difference = abs(treated - comparison)
    if difference > LARGEST_DIFFERENCE:
        explanation = "attrition_differs"
    else:
        lost = max(treated, comparison)
        explanation = "attrition_high" if lost > LARGEST_LOSS else "attrition_low"
    return Check(
        "attrition",
        explanation == "attrition_low",
        difference,
        LARGEST_DIFFERENCE,
        explanation,
        {
            "treated": treated,
            "comparison": comparison,
            "lower": bounds.lower.value,
            "upper": bounds.upper.value,
        },
    )
