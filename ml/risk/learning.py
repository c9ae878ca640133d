"""Learning from the past: a formula, and what it would have said to people of other schools."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, Numbers, as_floats, check_length
from ml.clustering import Clusters, clusters_of
from ml.errors import StatisticsError
from ml.labels import Labels
from ml.parallel import one_blas_thread
from ml.risk.columns import Standard, as_columns, standard
from ml.risk.model import RiskFormula, from_now
from ml.risk.regression import clustered_covariance, fitted_logit, logistic, with_ones
from ml.risk.timing import risk_behind, still_ahead

FEWEST_OF_EACH = 50
FEWEST_SCHOOLS = 5
PENALTY = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """The formula, and the past as it would have been foretold; arrays of shape (n,).

    log_odds: at the start, by formulas learned in other schools. left: 0 and 1. left_at: the part
    of their time that had passed when they left. clusters: schools. unused: names of the columns
    that never vary.
    """

    formula: RiskFormula
    log_odds: FloatArray
    left: FloatArray
    left_at: FloatArray
    clusters: Clusters
    unused: tuple[str, ...]

    @property
    def probability(self) -> FloatArray:
        """(n,) at the start."""
        return logistic(self.log_odds)

    def probability_at(self, elapsed: float) -> FloatArray:
        """(n,) for whoever is still there when that part of the time has passed."""
        ahead = still_ahead(self.formula.profile, np.full(self.left.size, elapsed))
        return from_now(self.log_odds, ahead)


@one_blas_thread()
def learn(
    X: npt.ArrayLike,
    left: Numbers,
    *,
    names: Sequence[str],
    clusters: Labels,
    left_at: Numbers | None = None,
    folds: int = 5,
    seed: int = 0,
) -> Learned:
    """A logistic formula with a light ridge, calibrated on schools it was not learned in.

    X: (n, k) what was known at the start; NaN is missing and becomes a column of its own. left:
    (n,) 1 for who left before the end, 0 for who completed. names: of the k columns. clusters:
    (n,) schools, never split between learning and foretelling. left_at: (n,) the part of their
    time, 0 … 1, after which people left (NaN for who completed); None: at a steady rate.
    Intercept and slope of the calibration are learned from what the folds foretold (Platt 1999)
    and built into the formula; its covariance is clustered by school (Liang & Zeger 1986).
    Errors: not_numeric, wrong_shape, length_mismatch, not_finite, invalid_outcome, missing_moment,
    missing_cluster; one_outcome, too_few_outcomes, too_few_schools, invalid_folds,
    no_varying_feature.
    """
    matrix, outcome = _checked(X, left, names)
    schools = clusters_of(clusters, outcome.size)
    _refuse_little(outcome, schools, folds)
    when = _moments(outcome, left_at)
    fold = _folds(outcome, schools, folds, seed)
    raw = _foretold(matrix, outcome, fold, names)
    columns = standard(matrix, names)
    coefficients, covariance = _formula(columns, matrix, outcome, schools, raw)
    return Learned(
        formula=RiskFormula(
            columns=columns,
            intercept=float(coefficients[0]),
            coefficients=coefficients[1:],
            covariance=covariance,
            profile=risk_behind(outcome, when),
            n=outcome.size,
            n_clusters=schools.count,
            base_rate=float(outcome.mean()),
        ),
        log_odds=_calibrated(raw, outcome, fold),
        left=outcome,
        left_at=when,
        clusters=schools,
        unused=tuple(name for k, name in enumerate(names) if k not in columns.source),
    )


def _folds(outcome: FloatArray, schools: Clusters, folds: int, seed: int) -> IntArray:
    """(n,) the fold of each row: whole schools, with about as many who left in each."""
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415  1 s: not at import

    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    fold = np.empty(outcome.size, dtype=np.int64)
    nothing = np.zeros((outcome.size, 1))
    for number, (_, test) in enumerate(splitter.split(nothing, outcome, schools.index)):
        fold[test] = number
    return fold


def _foretold(
    X: FloatArray, outcome: FloatArray, fold: IntArray, names: Sequence[str]
) -> FloatArray:
    """(n,) log-odds of each fold by a formula learned from the others."""
    raw = np.empty(outcome.size)
    for number in range(int(fold.max()) + 1):
        train, test = fold != number, fold == number
        columns = standard(X[train], names)
        fitted = fitted_logit(columns.apply(X[train]), outcome[train], PENALTY)
        raw[test] = with_ones(columns.apply(X[test])) @ fitted
    return raw


def _checked(
    X: npt.ArrayLike, left: Numbers, names: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    matrix = as_columns(X, len(names))
    outcome = as_floats(left, "left")
    check_length(outcome.size, len(matrix), "left")
    strange = ~((outcome == 0) | (outcome == 1))
    if strange.any():
        raise StatisticsError("invalid_outcome", row=int(strange.argmax()))
    return matrix, outcome


def _refuse_little(outcome: FloatArray, schools: Clusters, folds: int) -> None:
    count = int(outcome.sum())
    fewest = min(count, outcome.size - count)
    if fewest == 0:
        raise StatisticsError("one_outcome")
    if fewest < FEWEST_OF_EACH:
        raise StatisticsError("too_few_outcomes", needed=FEWEST_OF_EACH)
    both = min(schools.number_in(outcome), schools.number_in(1.0 - outcome))
    if both < FEWEST_SCHOOLS:
        raise StatisticsError("too_few_schools", needed=FEWEST_SCHOOLS)
    if not (isinstance(folds, Integral) and 2 <= folds <= both):
        raise StatisticsError("invalid_folds", found=folds, most=both)


def _moments(outcome: FloatArray, left_at: Numbers | None) -> FloatArray:
    """When each left; those who stayed are never asked."""
    if left_at is None:
        steady = np.full(outcome.size, np.nan)
        leavers = np.flatnonzero(outcome)
        steady[leavers] = (np.arange(leavers.size) + 0.5) / leavers.size
        return steady
    when = as_floats(left_at, "left_at")
    check_length(when.size, outcome.size, "left_at")
    unknown = (outcome > 0) & ~((when >= 0) & (when <= 1))
    if unknown.any():
        raise StatisticsError("missing_moment", row=int(unknown.argmax()))
    return when


def _platt(raw: FloatArray, outcome: FloatArray) -> FloatArray:
    """(intercept, slope) that make what was foretold true on the whole; shape (2,).

    A slope below 0 says that the formula knows nothing; it would turn the advice around, and
    becomes 0: everybody then has the base rate.
    """
    fitted = fitted_logit(raw[:, None], outcome)
    if fitted[1] > 0:
        return fitted
    share = float(outcome.mean())
    return np.array([np.log(share / (1 - share)), 0.0])


def _calibrated(raw: FloatArray, outcome: FloatArray, fold: IntArray) -> FloatArray:
    """Each fold calibrated by the others, so that the calibration is judged on strangers too."""
    result = np.empty(raw.size)
    for number in range(int(fold.max()) + 1):
        intercept, slope = _platt(raw[fold != number], outcome[fold != number])
        result[fold == number] = intercept + slope * raw[fold == number]
    return result


def _formula(
    columns: Standard, X: FloatArray, outcome: FloatArray, schools: Clusters, raw: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Intercept and coefficients (p + 1,) from all schools, with the calibration built in, and
    their covariance: that of the coefficients and that of the calibration."""
    Z = columns.apply(X)
    fitted = fitted_logit(Z, outcome, PENALTY)
    shift, slope = platt = _platt(raw, outcome)
    own = clustered_covariance(Z, outcome, fitted, schools, PENALTY)
    added = clustered_covariance(raw[:, None], outcome, platt, schools)
    ways = np.column_stack([np.eye(fitted.size)[0], fitted])
    coefficients = slope * fitted + shift * ways[:, 0]
    return coefficients, slope**2 * own + ways @ added @ ways.T
