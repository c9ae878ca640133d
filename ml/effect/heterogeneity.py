"""Is the effect the same for everybody? A test before anybody is told for whom it is larger."""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.clustering import score_error
from ml.effect.balance import overlap_check
from ml.effect.combining import Basis, Result
from ml.effect.crossfit import CrossFitATT, Sample, fitted_sample
from ml.effect.scores import ATE, moments
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import two_sided
from ml.parallel import one_blas_thread

ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """mean: the average effect. slope: by how much the effect rises per unit of its prediction.

    1 where the predicted differences are right, 0 where they are noise (its interval is then only
    a rough one). p_value: of no heterogeneity that the models found. exists: below 5 percent.
    """

    mean: Estimate
    slope: Estimate
    p_value: float
    exists: bool


@one_blas_thread()
def calibration_test(fitted: CrossFitATT) -> Calibration:
    """The best linear predictor of the effect by the models' own prediction of it.

    Regresses doubly robust scores on g₁ − g₀, which was learned from the other folds and is
    centered within its fold; errors by school with S / (S − 1) and t(S − 1). The one-sided p is
    doubled, because every school teaches and tests in turn: without heterogeneity the plain one
    falls below 5 percent in 7 to 9 of 100 cases, the doubled one in 4 to 5. fitted: with estimand
    "ATE" or "ATO", or with both_models, since "ATT" alone has no model of g₁. Errors: not_fitted,
    needs_both_models; no_overlap where too few people of both groups have their like in the other;
    constant_prediction where the models predict the same effect for everybody.
    Source: Chernozhukov, Demirer, Duflo & Fernández-Val (2025, Econometrica 93, theorem 3.1);
    Athey & Wager (2019, Observational Studies 5).
    """
    sample = fitted_sample(fitted)
    fold = fitted.folds_[sample.rows]
    for each in sample.predictions:
        overlap_check(ATE, sample.treatment, sample.weights, each.propensity, fitted.clip)
    found = [_regression(sample, fold, value) for value in range(len(sample.moments))]
    mean, slope = (
        Basis(sample.rows.size, sample.clusters, unit, fitted.level).estimate(name, results)[0]
        for name, unit, results in (
            ("mean", fitted.unit, [mean for mean, _ in found]),
            ("slope", "ratio", [slope for _, slope in found]),
        )
    )
    p = two_sided(slope) if slope.value > 0 else 1.0
    return Calibration(mean=mean, slope=slope, p_value=p, exists=p < ALPHA)


def _regression(sample: Sample, fold: np.ndarray, value: int) -> tuple[Result, Result]:
    predicted = sample.predictions[value]
    if predicted.treated is None:
        raise StatisticsError("needs_both_models")
    weights = sample.weights
    outcome = moments(ATE, sample.Y[:, value], sample.treatment, np.ones(fold.size), predicted)
    difference = predicted.treated - predicted.untreated
    centered = _centered(difference, fold, weights)
    squares = float(weights @ np.square(centered))
    if squares <= 1e-20 * float(weights @ np.square(difference)):
        raise StatisticsError("constant_prediction")
    mean = float(weights @ outcome.numerator / weights.sum())
    slope = float(weights * centered @ outcome.numerator / squares)
    residual = outcome.numerator - mean - slope * centered
    return (
        (mean, *score_error(weights * residual / weights.mean(), sample.clusters)),
        (slope, *score_error(weights * centered * residual * fold.size / squares, sample.clusters)),
    )


def _centered(values: FloatArray, fold: np.ndarray, weights: FloatArray) -> FloatArray:
    """What is left once each fold's weighted mean is taken off: levels differ between models."""
    totals = np.bincount(fold, weights=weights)
    means = np.bincount(fold, weights=weights * values) / np.where(totals > 0, totals, 1.0)
    return np.asarray(values - means[fold])
