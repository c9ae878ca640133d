"""The models behind an effect: who takes part, and what outcomes to expect, fold by fold."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.effect.learners import Task, predictions
from ml.effect.study import Study
from ml.errors import StatisticsError


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
        self.propensity = np.empty(len(X))
        self.outcomes = {arm: np.full(study.Y.shape, np.nan) for arm in self.arms}
        tasks, places = [], []
        for k in range(int(self.folds.max()) + 1):
            for task, place in self._of_fold(k, X, study):
                tasks.append(task)
                places.append(place)
        for task, place, found in zip(tasks, places, predictions(tasks, self.n_jobs), strict=True):
            place[task.test] = found
        return self

    def _of_fold(self, k: int, X: FloatArray, study: Study) -> list[tuple[Task, FloatArray]]:
        """The fold's tasks, and the arrays that their predictions go into."""
        others = study.answered & (self.folds != k)
        test = np.flatnonzero(self.folds == k)
        weights = study.weights if study.weighted else None
        seed = self.seed + k
        both = np.flatnonzero(others)
        if not 0 < study.d[both].sum() < both.size:
            raise StatisticsError("fold_without_arm")
        treatment = Task(self.treatment_model, X, study.d, weights, both, test, seed)
        tasks = [(treatment, self.propensity)]
        for arm in self.arms:
            train = np.flatnonzero(others & (study.d == arm))
            for value, y in enumerate(study.Y.T):
                task = Task(self.outcome_model, X, y, weights, train, test, seed)
                tasks.append((task, self.outcomes[arm][:, value]))
        return tasks
