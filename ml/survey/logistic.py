"""Logistic regression under all weights: Newton's method once, then each replicate from there."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray
from ml.errors import StatisticsError
from ml.survey.regression import Predictors, predictors
from ml.survey.sample import Sample, both
from ml.survey.statistic import GroupStatistic

MAX_STEPS = 50
# Largest step of a coefficient, of predictors scaled to unit variance, that ends the search.
CONVERGED = 1e-10
# Beyond this many logits per standard deviation the data are separated, not explained.
SEPARATED = 30.0
PIECE_ROWS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class LogisticRegression(GroupStatistic):
    """Weighted maximum likelihood of values 0 and 1 on X with an intercept, in logits.

    X: (n, k) without a column of ones; rows with a gap leave. names: k. Components: "intercept"
    and the names. Errors: outcome_not_binary; length_mismatch; collinear; separated and
    logit_not_converged, each with the group.
    """

    X: npt.ArrayLike
    predictor_names: Sequence[str]

    def __init__(self, X: npt.ArrayLike, names: Sequence[str]) -> None:
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "predictor_names", tuple(names))

    def names(self, sample: Sample) -> list[str]:
        return ["intercept", *self.predictor_names]

    def used(self, sample: Sample) -> BoolArray | None:
        if any(value not in (0.0, 1.0) for value in sample.categories):
            raise StatisticsError("outcome_not_binary")
        return both(sample.present, self._predictors(sample).known)

    def of_group(self, sample: Sample, group: int) -> FloatArray:
        own = self._predictors(sample)
        rows = sample.group_rows(group)
        design = sample.design
        result = np.full(
            (len(self.predictor_names) + 1, sample.n_pv, 1 + design.n_replicates), np.nan
        )
        for pv in range(sample.n_pv):
            y = sample.values[rows, pv]
            known = own.known[rows] & ~np.isnan(y)
            if not known.any():
                continue
            z = np.column_stack((np.ones(int(known.sum())), own.x[rows][known]))
            w = np.column_stack((design.weights[rows], design.replicates[rows]))[known]
            if (w.sum(axis=0) > 0).all():
                fitted = _fitted(z, y[known], w, sample.labels[group])
                result[:, pv] = own.unscaled(fitted)
        return result

    def _predictors(self, sample: Sample) -> Predictors:
        return sample.remembered(
            self._key, lambda: predictors(self.X, self.predictor_names, sample.design.n)
        )

    @property
    def _key(self) -> Hashable:
        return ("logistic", id(self))


def _fitted(z: FloatArray, y: FloatArray, w: FloatArray, group: object) -> FloatArray:
    """(k + 1, n_weights): the full weight by Newton's method, the others from its answer."""
    start = np.zeros((z.shape[1], 1))
    full = _newton(z, y, w[:, :1], start, group)
    return _newton(z, y, w, np.repeat(full, w.shape[1], axis=1), group)


def _newton(
    z: FloatArray, y: FloatArray, w: FloatArray, coefficients: FloatArray, group: object
) -> FloatArray:
    for _ in range(MAX_STEPS):
        gradient, information = _derivatives(z, y, w, coefficients)
        try:
            step = np.linalg.solve(information, gradient.T[..., None])[..., 0].T
        except np.linalg.LinAlgError as error:
            raise StatisticsError("collinear", group=group) from error
        coefficients = coefficients + step
        if not np.abs(coefficients).max() < SEPARATED:
            raise StatisticsError("separated", group=group)
        if np.abs(step).max() < CONVERGED:
            return coefficients
    raise StatisticsError("logit_not_converged", group=group, n_iter=MAX_STEPS)


def _derivatives(
    z: FloatArray, y: FloatArray, w: FloatArray, coefficients: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradient (k + 1, n_weights) and information (n_weights, k + 1, k + 1)."""
    upper = np.triu_indices(z.shape[1])
    gradient = np.zeros_like(coefficients)
    packed = np.zeros((upper[0].size, w.shape[1]))
    for start in range(0, len(z), PIECE_ROWS):
        part, weight = z[start : start + PIECE_ROWS], w[start : start + PIECE_ROWS]
        chance = 1 / (1 + np.exp(-(part @ coefficients)))
        gradient += part.T @ (weight * (y[start : start + PIECE_ROWS, None] - chance))
        packed += (part[:, upper[0]] * part[:, upper[1]]).T @ (weight * chance * (1 - chance))
    information = np.empty((w.shape[1], z.shape[1], z.shape[1]))
    information[:, upper[0], upper[1]] = packed.T
    information[:, upper[1], upper[0]] = packed.T
    return gradient, information
