"""The effect of a program with its comparison group made comparable by two models."""

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, Numbers, check_level
from ml.clustering import Clusters, jackknife_error, score_error
from ml.diagnostics import Check
from ml.effect.balance import (
    Balance,
    balance,
    balance_check,
    effective_check,
    overlap_check,
    small_sample_check,
)
from ml.effect.balancing import balanced
from ml.effect.combining import Basis, Result
from ml.effect.effect import Effect
from ml.effect.folds import Folds, drawn_folds, given_folds, splits_a_school
from ml.effect.models import check_chance_model, check_outcome_model
from ml.effect.nuisance import Nuisances
from ml.effect.placebo import PLACEBO_NOT_DONE
from ml.effect.response import attrition_check
from ml.effect.scores import (
    ATT,
    ESTIMANDS,
    Moments,
    Predictions,
    balancing_weights,
    moments,
    representer,
)
from ml.effect.sensitivity import e_value_check, robustness_check
from ml.effect.study import Study, as_matrix, study_of
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread

ERRORS = ("scores", "jackknife")
FITTED, BALANCED = "fitted", "balanced"
PROPENSITIES = (FITTED, BALANCED)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The persons with an outcome; rows: (k,) where they stand in X, which has `n_rows`.

    Y: (k, M); treatment, weights: (k,). predictions, moments: one per plausible value.
    """

    rows: IntArray
    n_rows: int
    Y: FloatArray
    treatment: FloatArray
    weights: FloatArray
    clusters: Clusters
    predictions: list[Predictions]
    moments: list[Moments]


class CrossFitATT:
    """Average effect on the treated (or ATE, overlap-weighted ATO), doubly robust, cross-fitted.

    outcome_model: a regressor, or a classifier for an outcome of 0 and 1; treatment_model: a
    classifier. Any scikit-learn models; they are cloned, and a model without a seed gets one of
    `random_state`. folds: number of folds; schools stay together, stratified by treatment.
    estimand: "ATT", "ATE" or "ATO". clip: propensities are kept within [clip, 1 − clip].
    errors: "scores" (school-summed) or "jackknife" (delete one school). n_jobs: processes.
    both_models: expect outcomes with treatment too where the estimand (ATT) does not need them,
    for `calibration_test`; the effect stays the same. propensities: "fitted" as they are, or
    "balanced" (ATT only): moved as little as it takes for the comparison group to have the
    treated's means (`ml.effect.balancing`), so that less hangs on how schools fell into folds.

    Fitted: effect_ (Effect); scores_ (n,) or (n, M), whose mean is the error of the effect, NaN
    for persons without an outcome; propensity_ (n,); untreated_, treated_ (n,) or (n, M) expected
    outcomes (treated_ None for ATT alone); folds_ (n,); balance_ (Balance); sample_ (Sample).
    Source: Chernozhukov et al. (2018, Econometrics Journal 21); Chiang et al. (2022, JBES 40) for
    folds by school.
    """

    effect_: Effect
    scores_: FloatArray
    propensity_: FloatArray
    untreated_: FloatArray
    treated_: FloatArray | None
    folds_: IntArray
    balance_: Balance
    sample_: Sample

    def __init__(
        self,
        outcome_model: Any,
        treatment_model: Any,
        *,
        folds: int = 5,
        estimand: str = ATT,
        clip: float = 0.01,
        errors: str = "scores",
        level: float = 0.95,
        unit: str = "points",
        both_models: bool = False,
        propensities: str = FITTED,
        random_state: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.outcome_model = outcome_model
        self.treatment_model = treatment_model
        self.folds = folds
        self.estimand = estimand
        self.clip = clip
        self.errors = errors
        self.level = level
        self.unit = unit
        self.both_models = both_models
        self.propensities = propensities
        self.random_state = random_state
        self.n_jobs = n_jobs

    @one_blas_thread()
    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        treatment: Numbers,
        *,
        clusters: Labels | None = None,
        sample_weight: Numbers | None = None,
        folds: Folds | None = None,
    ) -> "CrossFitATT":
        """Estimate, and check whether it may be called an effect.

        X: (n, p) known before treatment; NaN is left to the models. y: (n,), or (n, M) plausible
        values, combined by Rubin's rules; give everybody who was there at the start, with NaN for
        an outcome that is missing: they are left out of the estimate and counted by the attrition
        check. treatment: 0 or 1. clusters: schools; without them errors are those of independent
        persons. sample_weight: positive. folds: a fold label per row, or (train, test) pairs, in
        place of drawn ones. A placebo is not made here: fit again on an earlier outcome and add
        `placebo_check` with `effect_.with_checks`.
        Errors: invalid_estimand, invalid_errors, invalid_propensities, invalid_clip, invalid_level,
        invalid_folds; all_enrolled, nobody_enrolled, no_comparison_group, one_cluster,
        one_school_in_arm, constant_outcome, no_overlap; missing_covariate, model_ignores_weights,
        not_a_model, needs_chances, classifier_for_numbers, fold_without_arm; those of
        `study_of` and `as_matrix`.
        """
        self._check_settings()
        study = study_of(y, treatment, clusters, sample_weight)
        X = as_matrix(X, len(study.d))
        check_outcome_model(self.outcome_model, "outcome_model", study.Y)
        check_chance_model(self.treatment_model, "treatment_model")
        if folds is None:
            self.folds_ = drawn_folds(study.d, study.clusters, self.folds, self.random_state)
        else:
            self.folds_ = given_folds(folds, len(study.d))
        self._predict(X, study)
        sample = self.sample_ = self._sample(study)
        estimate, imputation = self.estimated(sample)
        self.scores_ = np.full(study.Y.shape, np.nan)
        self.scores_[sample.rows] = np.column_stack([part.scores for part in sample.moments])
        checks = self._checks(X, study, sample, estimate)
        self.effect_ = Effect(
            estimate=estimate,
            estimand=self.estimand,
            checks=checks,
            imputation_variance=imputation,
            n_missing=sample.n_rows - sample.rows.size,
        )
        self._like_y(np.ndim(y))
        return self

    def _check_settings(self) -> None:
        check_level(self.level)
        if self.estimand not in ESTIMANDS:
            raise StatisticsError("invalid_estimand", found=self.estimand)
        if self.errors not in ERRORS:
            raise StatisticsError("invalid_errors", found=self.errors)
        if self.propensities not in PROPENSITIES or (
            self.propensities == BALANCED and self.estimand != ATT
        ):
            raise StatisticsError(
                "invalid_propensities", found=self.propensities, estimand=self.estimand
            )
        if not (isinstance(self.clip, Real) and 0 < self.clip < 0.5):
            raise StatisticsError("invalid_clip", found=self.clip)

    def _predict(self, X: FloatArray, study: Study) -> None:
        found = Nuisances(
            outcome_model=self.outcome_model,
            treatment_model=self.treatment_model,
            arms=(0, 1) if self.both_models or self.estimand != ATT else (0,),
            folds=self.folds_,
            seed=self.random_state,
            n_jobs=self.n_jobs,
        ).fit(X, study)
        self.propensity_ = np.clip(found.propensity, self.clip, 1 - self.clip)
        if self.propensities == BALANCED:
            counted = study.weights * study.answered
            moved = balanced(self.propensity_, X, study.d, counted)
            self.propensity_ = np.clip(moved, self.clip, 1 - self.clip)
        self.untreated_ = found.outcomes[0]
        self.treated_ = found.outcomes.get(1)

    def _sample(self, study: Study) -> Sample:
        """The persons with an outcome, and the moments of each plausible value."""
        known = np.flatnonzero(study.answered)
        d, weights = study.d[known], study.weights[known]
        predicted = [
            Predictions(
                untreated=self.untreated_[known, value],
                treated=None if self.treated_ is None else self.treated_[known, value],
                propensity=self.propensity_[known],
            )
            for value in range(study.Y.shape[1])
        ]
        outcomes = zip(study.Y[known].T, predicted, strict=True)
        return Sample(
            rows=known,
            n_rows=len(study.d),
            Y=study.Y[known],
            treatment=d,
            weights=weights,
            clusters=study.clusters.of(known),
            predictions=predicted,
            moments=[moments(self.estimand, y, d, weights, each) for y, each in outcomes],
        )

    def result(self, part: Moments, clusters: Clusters) -> Result:
        """(value, standard error, degrees of freedom) with the errors asked for."""
        if self.errors == "jackknife":
            error = jackknife_error(part.numerator, part.denominator, clusters)
        else:
            error = score_error(part.scores, clusters)
        return (part.value, *error)

    def estimated(self, sample: Sample) -> tuple[Estimate, float]:
        """The estimate over all plausible values, and the part of its variance they add."""
        results = [self.result(part, sample.clusters) for part in sample.moments]
        basis = Basis(sample.rows.size, sample.clusters, self.unit, self.level)
        return basis.estimate(self.estimand, results)

    def _checks(
        self, X: FloatArray, study: Study, sample: Sample, estimate: Estimate
    ) -> tuple[Check, ...]:
        d, weights, m = sample.treatment, sample.weights, self.propensity_[sample.rows]
        self.balance_ = balance(
            self.estimand, X, study.d, study.weights * study.answered, self.propensity_
        )
        checks = [
            balance_check(self.balance_),
            overlap_check(self.estimand, d, weights, m, self.clip),
            effective_check(self.estimand, d, weights, m),
            PLACEBO_NOT_DONE,
            attrition_check(self._remainders(study), self.level),
            *sensitivity_checks(self.estimand, sample, estimate),
            small_sample_check(d, sample.clusters),
        ]
        if splits_a_school(self.folds_, study.clusters):
            checks.append(Check("folds", False, np.nan, np.nan, "school_in_two_folds"))
        return tuple(checks)

    def _remainders(self, study: Study) -> Study:
        """What is left of the outcomes once X is accounted for, weighted: for the bounds."""
        weights = balancing_weights(self.estimand, study.d, study.weights, self.propensity_)
        return replace(study, Y=study.Y - self.untreated_, weights=weights, weighted=True)

    def _like_y(self, dimensions: int) -> None:
        """Arrays per outcome take the shape of y."""
        if dimensions != 1:
            return
        self.scores_, self.untreated_ = self.scores_[:, 0], self.untreated_[:, 0]
        self.treated_ = None if self.treated_ is None else self.treated_[:, 0]


def fitted_sample(fitted: CrossFitATT) -> Sample:
    """Errors: not_fitted."""
    if not hasattr(fitted, "sample_"):
        raise StatisticsError("not_fitted")
    return fitted.sample_


def sensitivity_checks(estimand: str, sample: Sample, estimate: Estimate) -> tuple[Check, Check]:
    """With the scale σν of `ml.effect.sensitivity`, the root mean square over plausible values.

    For ATT the treated's expected outcome is g₀ + the effect.
    """
    d, weights, scales = sample.treatment, sample.weights, []
    for y, predicted in zip(sample.Y.T, sample.predictions, strict=True):
        treated = predicted.untreated + estimate.value
        if predicted.treated is not None and estimand != ATT:
            treated = predicted.treated
        left = y - np.where(d > 0, treated, predicted.untreated)
        alpha = representer(estimand, d, weights, predicted.propensity)
        scales.append(np.square(left).mean() * np.square(alpha).mean())
    center = np.average(sample.Y, axis=0, weights=weights)
    spread = np.average(np.square(sample.Y - center).mean(axis=1), weights=weights)
    return (
        robustness_check(estimate, float(np.sqrt(np.mean(scales)))),
        e_value_check(estimate, float(np.sqrt(spread))),
    )
