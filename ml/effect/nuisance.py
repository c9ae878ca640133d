"""The models behind an effect: who takes part, and what outcomes to expect, fold by fold."""

from dataclasses import dataclass, field
from typing import Any

from ml.checks import FloatArray, IntArray
from ml.effect.crossing import Crossing, Lesson, check_both_taught
from ml.effect.study import Study


@dataclass(eq=False)
class Nuisances:
    """Each fold is predicted by models that saw the other folds only.

    arms: those whose outcomes are modelled, 0 and perhaps 1. After `fit`: propensity (n,);
    outcomes (n, M) by arm. Persons without an outcome teach nothing but are predicted too.
    """

    outcome_model: Any
    treatment_model: Any
    arms: tuple[int, ...]
    folds: IntArray
    seed: int
    n_jobs: int | None
    propensity: FloatArray = field(init=False)
    outcomes: dict[int, FloatArray] = field(init=False)

    def fit(self, X: FloatArray, study: Study) -> "Nuisances":
        """Errors: fold_without_arm, missing_covariate, model_ignores_weights."""
        check_both_taught(study.d, study.answered, self.folds)
        weights = study.weights if study.weighted else None
        crossing = Crossing(X, weights, self.folds, self.seed, self.n_jobs)
        treatment, *outcomes = crossing.predictions(
            [
                Lesson(self.treatment_model, study.d[:, None], study.answered),
                *(
                    Lesson(self.outcome_model, study.Y, study.answered & (study.d == arm))
                    for arm in self.arms
                ),
            ]
        )
        self.propensity = treatment[:, 0]
        self.outcomes = dict(zip(self.arms, outcomes, strict=True))
        return self
