"""Growth percentiles: where a pupil stands among those who started alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import (
    FloatArray,
    IntArray,
    Numbers,
    as_floats,
    as_plain,
    as_weights,
    check_length,
    check_level,
)
from ml.errors import StatisticsError
from ml.growth.panel import complete_rows, float_matrix
from ml.growth.quantiles import quantile_coefficients
from ml.growth.splines import Spline, design, spline_of
from ml.intervals import t_quantile
from ml.parallel import one_blas_thread, spans

N_QUANTILES = 100
# Persons per coefficient, below which the outer quantiles would be single persons' scores.
PERSONS_PER_COLUMN = 25
# Rows whose quantiles are held at once.
PIECE = 16384
# Scores at which growth is tabulated for paths over several years.
TABLE = 1001


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Percentiles:
    """percentile, low, high: (n,) from 1 to 99, −1 for who lacks a score.

    The interval is that of measurement error: the percentile that the same person would have, by
    the same norms, were both tests without error. unreliable: share of persons whose interval
    spans more than half of the scale.
    """

    percentile: IntArray
    low: IntArray
    high: IntArray
    level: float
    unreliable: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """percentile, low, high: (n,) growth percentile that must be reached every year, 1 to 99.

    100 where even the 99th does not lead to the target, −1 for who lacks a score. low and high
    are what an error-free start would ask for.
    """

    percentile: IntArray
    low: IntArray
    high: IntArray
    level: float


class GrowthPercentiles:
    """The distribution of a later score given earlier ones, as 100 quantiles.

    Cubic B-splines of the earlier scores with four inner knots, quantile regression at 0.005,
    0.015, …, 0.995; where fitted quantiles would cross they are put in order (Chernozhukov,
    Fernández-Val & Galichon 2010, Econometrica 78). Source: Betebenner (2009, Educ. Meas.: Issues
    and Practice 28).

    After `fit`: quantiles_ (100,), coefficients_ (100, p), splines_ (one per earlier score), n_
    and n_missing_.
    """

    quantiles_: FloatArray
    coefficients_: FloatArray
    splines_: tuple[Spline, ...]
    n_: int
    n_missing_: int

    def fit(
        self,
        prior: npt.ArrayLike,
        current: Numbers,
        *,
        sample_weight: Numbers | None = None,
    ) -> "GrowthPercentiles":
        """prior: (n,) or (n, k) earlier scores; current: (n,); NaN rows are left out and counted.

        Errors: too_few_for_growth; constant_pretest, constant_outcome, collinear_covariates,
        quantiles_not_converged, no_data, length_mismatch, invalid_weight, not_finite.
        """
        before, after = float_matrix(prior, "prior"), as_floats(current, "current")
        check_length(after.size, before.shape[1], "current")
        w = np.ones(after.size) if sample_weight is None else as_weights(sample_weight, after.size)
        used = complete_rows(before, after)
        before, after, w = before[:, used], after[used], w[used]
        if after.min() == after.max():
            raise StatisticsError("constant_outcome")
        self.splines_ = tuple(spline_of(score) for score in before)
        first, w = _distinct(np.vstack([before, after]), w)
        with one_blas_thread():
            columns = design(self.splines_, before[:, first])
            least = PERSONS_PER_COLUMN * columns.shape[1]
            if after.size < least:
                raise StatisticsError("too_few_for_growth", least=least, found=after.size)
            self.quantiles_ = (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES
            self.coefficients_ = quantile_coefficients(
                columns, after[first], w, self.quantiles_.tolist()
            )
        self.n_, self.n_missing_ = int(after.size), int(used.size - after.size)
        return self

    def predict_quantiles(self, prior: npt.ArrayLike) -> FloatArray:
        """(n, 100) fitted quantiles in ascending order; NaN where an earlier score is missing."""
        before = self._prior(prior)
        result = np.full((before.shape[1], N_QUANTILES), np.nan)
        there = ~np.isnan(before).any(axis=0)
        with one_blas_thread():
            fitted = design(self.splines_, before[:, there]) @ self.coefficients_.T
        result[there] = np.sort(fitted, axis=1)
        return result

    def percentiles(
        self,
        prior: npt.ArrayLike,
        current: Numbers,
        *,
        prior_error: npt.ArrayLike,
        current_error: npt.ArrayLike,
        level: float = 0.95,
    ) -> Percentiles:
        """Each person's growth percentile, with the interval of measurement error.

        prior, current: as in `fit`. prior_error, current_error: standard errors of measurement, a
        number or one per score. An error of the earlier score counts by how much the person's own
        quantile moves with it. Errors: not_fitted, invalid_error, invalid_level, those of `fit`'s
        arrays.
        """
        check_level(level)
        before, after = self._prior(prior), as_floats(current, "current")
        check_length(after.size, before.shape[1], "current")
        noise = _errors(prior_error, before.T).T
        own = _errors(current_error, after)
        there = ~(np.isnan(before).any(axis=0) | np.isnan(after))
        found = np.full((3, after.size), -1, dtype=np.int64)
        z = t_quantile((1.0 + level) / 2.0, float("inf"))
        rows = np.flatnonzero(there)
        for start, stop in spans(rows.size, PIECE):
            piece = rows[start:stop]
            found[:, piece] = self._placed(
                before[:, piece], after[piece], noise[:, piece], own[piece], z
            )
        wide = found[2, there] - found[1, there] > 50
        return Percentiles(
            percentile=found[0],
            low=found[1],
            high=found[2],
            level=level,
            unreliable=float(wide.mean()) if wide.size else float("nan"),
        )

    def _placed(
        self, before: FloatArray, after: FloatArray, noise: FloatArray, own: FloatArray, z: float
    ) -> IntArray:
        """(3, n): percentile, low, high."""
        quantiles = self.predict_quantiles(before.T)
        place = (quantiles <= after[:, None]).sum(axis=1)
        variance = own**2
        mine = self.coefficients_[np.minimum(place, N_QUANTILES - 1)]
        for index in np.flatnonzero(noise.any(axis=1)):
            shift = np.zeros_like(before)
            shift[index] = noise[index]
            ends = [design(self.splines_, before + side * shift) for side in (1.0, -1.0)]
            variance = variance + np.square(((ends[0] - ends[1]) * mine).sum(axis=1) / 2.0)
        margin = z * np.sqrt(variance)
        bounds = [
            (quantiles <= (after + side * margin)[:, None]).sum(axis=1) for side in (-1.0, 1.0)
        ]
        return np.asarray(np.clip(np.stack([place, *bounds]), 1, N_QUANTILES - 1))

    def _prior(self, prior: npt.ArrayLike) -> FloatArray:
        check_fitted(self)
        before = float_matrix(prior, "prior")
        check_length(len(before), len(self.splines_), "prior")
        return before


def check_fitted(norms: GrowthPercentiles) -> None:
    """Error: not_fitted."""
    if not hasattr(norms, "splines_"):
        raise StatisticsError("not_fitted")


def growth_to_target(
    years: Sequence[GrowthPercentiles],
    start: Numbers,
    target: npt.ArrayLike,
    *,
    start_error: npt.ArrayLike,
    level: float = 0.95,
) -> Targets:
    """Which growth percentile, held every year, leads from `start` to `target`.

    years: fitted models of one earlier score each, in the order of the years. start: (n,) scores
    on the first one's earlier test. target: a score on the last one's later test, or (n,) of them.
    start_error: standard error of measurement. The norms are taken as fixed: they say what growth
    has been usual, not what is possible.
    Errors: no_years, not_fitted, one_prior_needed, invalid_error, length_mismatch, invalid_level.
    Source: Betebenner (2009).
    """
    check_level(level)
    if not years:
        raise StatisticsError("no_years")
    for year in years:
        check_fitted(year)
    if any(len(year.splines_) != 1 for year in years):
        raise StatisticsError("one_prior_needed")
    scores = as_floats(start, "start")
    goals = float_matrix(np.atleast_1d(target), "target")[0]
    if goals.size > 1:
        check_length(goals.size, scores.size, "target")
    goal = np.broadcast_to(goals, scores.shape)
    margin = t_quantile((1.0 + level) / 2.0, float("inf")) * _errors(start_error, scores)
    tables = [_table(year) for year in years]
    needed = _needed(tables, scores, goal)
    if not margin.any():
        return Targets(percentile=needed, low=needed, high=needed, level=level)
    low, high = (_needed(tables, scores + side * margin, goal) for side in (1.0, -1.0))
    return Targets(percentile=needed, low=low, high=high, level=level)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Quantiles of a later score, (TABLE, 100), at evenly spaced earlier scores, (TABLE,)."""

    scores: FloatArray
    quantiles: FloatArray

    def grown(self, scores: FloatArray) -> FloatArray:
        """(n, 99): where growth at each percentile leads from its own column's score."""
        low, step = self.scores[0], self.scores[1] - self.scores[0]
        at = (np.clip(scores, low, self.scores[-1]) - low) / step
        left = np.minimum(at.astype(np.int64), TABLE - 2)
        column = np.arange(N_QUANTILES - 1)
        before, after = self.quantiles[left, column], self.quantiles[left + 1, column]
        return np.asarray(before + (after - before) * (at - left))


def _table(year: GrowthPercentiles) -> _Table:
    scores = np.linspace(*year.splines_[0].range, TABLE)
    return _Table(scores, year.predict_quantiles(scores))


def _needed(tables: Sequence[_Table], start: FloatArray, goal: FloatArray) -> IntArray:
    result = np.full(start.size, -1, dtype=np.int64)
    rows = np.flatnonzero(~(np.isnan(start) | np.isnan(goal)))
    for first, last in spans(rows.size, PIECE):
        piece = rows[first:last]
        scores = np.repeat(start[piece, None], N_QUANTILES - 1, axis=1)
        for table in tables:
            scores = table.grown(scores)
        reached = np.maximum.accumulate(scores, axis=1) >= goal[piece, None]
        result[piece] = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, N_QUANTILES)
    return result


def _distinct(scores: FloatArray, weights: FloatArray) -> tuple[IntArray, FloatArray]:
    """The first of each row of equal scores, and the sum of their weights."""
    order = np.lexsort(scores)
    ranked = scores[:, order]
    new = np.concatenate([[True], (ranked[:, 1:] != ranked[:, :-1]).any(axis=0)])
    starts = np.flatnonzero(new)
    return order[starts], np.add.reduceat(weights[order], starts)


def _errors(errors: npt.ArrayLike, scores: FloatArray) -> FloatArray:
    """Standard errors of measurement in the shape of the scores."""
    try:
        found = np.broadcast_to(as_plain(errors, "error"), scores.shape)
    except ValueError as error:
        raise StatisticsError("invalid_error") from error
    if not (np.isfinite(found) & (found >= 0)).all():
        raise StatisticsError("invalid_error")
    return found
