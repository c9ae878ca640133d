"""Predictions of each fold by models that saw the other folds only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray
from ml.effect.design import Design
from ml.effect.learners import Task, predictions
from ml.effect.logistic import logistic_predictions
from ml.effect.ridge import ridge_predictions
from ml.errors import StatisticsError


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a model is to learn: each column of Y, shape (n, M), from the rows that teach, (n,)."""

    model: Any
    Y: FloatArray
    teaches: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """X: (n, p); weights: (n,) or None; folds: (n,) 0 … K − 1.

    seed: for a model that has none of its own, and one more for each fold. n_jobs: processes.
    """

    X: FloatArray
    weights: FloatArray | None
    folds: IntArray
    seed: int
    n_jobs: int | None = None

    def predictions(self, lessons: Sequence[Lesson]) -> list[FloatArray]:
        """(n, M) of each lesson; those who do not teach are predicted too.

        scikit-learn's Ridge and LogisticRegression ("newton-cholesky") are solved for all folds
        together, any other model on its own. Errors: missing_covariate, model_ignores_weights.
        """
        found: list[FloatArray | None] = [None] * len(lessons)
        if np.isfinite(self.X.sum()):  # nothing is missing
            design = Design(self.X, self.folds)
            found = [self._together(lesson, design) for lesson in lessons]
        left = [lesson for lesson, each in zip(lessons, found, strict=True) if each is None]
        alone = iter(self._alone(left) if left else [])
        return [next(alone) if each is None else each for each in found]

    def _together(self, lesson: Lesson, design: Design) -> FloatArray | None:
        """The predictions of a model that is solved for all folds at once; None of another."""
        model, weights = lesson.model, self.weights
        if _is_ridge(model):
            return ridge_predictions(design, lesson.Y, lesson.teaches, weights, model.alpha)
        if _is_logistic(model):
            columns = [
                logistic_predictions(design, y, lesson.teaches, weights, model.C)
                for y in lesson.Y.T
            ]
            known = [each for each in columns if each is not None]
            return np.column_stack(known) if len(known) == len(columns) else None
        return None

    def _alone(self, lessons: Sequence[Lesson]) -> list[FloatArray]:
        """The predictions of models that are fitted once for every fold and column."""
        found = [np.empty(lesson.Y.shape) for lesson in lessons]
        tasks, places = [], []
        for k in range(int(self.folds.max()) + 1):
            test = np.flatnonzero(self.folds == k)
            for lesson, result in zip(lessons, found, strict=True):
                train = np.flatnonzero(lesson.teaches & (self.folds != k))
                for y, place in zip(lesson.Y.T, result.T, strict=True):
                    tasks.append(
                        Task(lesson.model, self.X, y, self.weights, train, test, self.seed + k)
                    )
                    places.append(place)
        for task, place, each in zip(tasks, places, predictions(tasks, self.n_jobs), strict=True):
            place[task.test] = each
        return found


def check_both_taught(d: FloatArray, teaches: BoolArray, folds: IntArray) -> None:
    """Whoever predicts a fold must have seen people with 0 and with 1.

    d: (n,) of 0 and 1. Errors: fold_without_arm.
    """
    for arm in (0, 1):
        own = np.bincount(folds[teaches & (d == arm)], minlength=int(folds.max()) + 1)
        if (own.sum() - own == 0).any():
            raise StatisticsError("fold_without_arm")


def _is_ridge(model: Any) -> bool:
    from sklearn.linear_model import Ridge  # noqa: PLC0415  1 s: not at import

    if type(model) is not Ridge or not isinstance(model.alpha, int | float) or model.alpha <= 0:
        return False
    return bool(model.get_params() == Ridge(alpha=model.alpha).get_params())


def _is_logistic(model: Any) -> bool:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    if type(model) is not LogisticRegression or not 0 < model.C < np.inf:
        return False
    plain = LogisticRegression(C=model.C, solver="newton-cholesky")
    return bool(model.get_params() == plain.get_params())
