"""The random-intercept model: pupils within schools, through sufficient statistics."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, Numbers, as_floats, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth.likelihood import Solution, Sums, best, limits
from ml.growth.panel import (
    complete_rows,
    covariate_columns,
    occurring,
    root_of_inverse,
    school_codes,
    standardized,
)
from ml.intervals import t_estimate, t_quantile
from ml.labels import Labels
from ml.parallel import one_blas_thread


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomIntercept:
    """coefficients: the intercept, then one per covariate, as Estimates on n_clusters − p df.

    covariance: (p, p) of the coefficients. intraclass_correlation: with its profile-likelihood
    interval. variance_between, variance_within: of the schools' intercepts and of the rows,
    whose uncertainty is that of the correlation. labels: the schools, ascending.
    effects, effect_errors: (n_schools,) best linear unbiased predictions of the intercepts, and
    the square roots of their mean squared errors, that of the coefficients included.
    """

    coefficients: tuple[Estimate, ...]
    covariance: FloatArray
    variance_between: float
    variance_within: float
    intraclass_correlation: Estimate
    log_likelihood: float
    method: str
    labels: tuple[str, ...]
    n_per_cluster: IntArray
    effects: FloatArray
    effect_errors: FloatArray
    n: int
    n_missing: int

    @property
    def n_clusters(self) -> int:
        """Schools."""
        return len(self.labels)


def random_intercept(
    y: Numbers,
    covariates: npt.ArrayLike | None = None,
    *,
    clusters: Labels,
    method: str = "reml",
    unit: str = "points",
    level: float = 0.95,
) -> RandomIntercept:
    """y = β₀ + covariates'β + a school's intercept + noise, by REML or ML ("reml", "ml").

    y: shape (n,), in `unit`. covariates: (n, k) or (n,); a constant is added. Rows with a
    missing value are left out and counted. clusters: labels, none missing. Rows in any order.
    Errors: unknown_method, no_data, one_cluster, one_row_per_cluster, collinear_covariates,
    not_estimable, missing_cluster, length_mismatch, not_numeric, not_finite.
    Source: Bates et al. (2015); Henderson (1975, Biometrics 31) for the predictions.
    """
    check_level(level)
    if method not in ("reml", "ml"):
        raise StatisticsError("unknown_method", found=method)
    outcome = as_floats(y, "y")
    columns = covariate_columns(covariates, outcome.size)
    codes = school_codes(clusters, outcome.size)
    used = complete_rows(outcome, columns)
    with one_blas_thread():
        return _fitted(outcome, columns, codes, used, _Style(method, unit, level))


@dataclass(frozen=True, slots=True)
class _Style:
    """What every estimate of one call has in common."""

    method: str
    unit: str
    level: float


def sums_of(
    y: FloatArray, columns: FloatArray, school: IntArray, n_schools: int, *, restricted: bool
) -> Sums:
    """y: (n,); columns: (p, n); school: (n,) codes."""
    n = np.bincount(school, minlength=n_schools).astype(np.float64)
    each = [np.bincount(school, weights=column, minlength=n_schools) for column in columns]
    return Sums(
        gram=columns @ columns.T,
        moment=columns @ y,
        square=float(y @ y),
        n=n,
        columns=np.stack(each, axis=1),
        outcome=np.bincount(school, weights=y, minlength=n_schools).astype(np.float64, copy=False),
        restricted=restricted,
    )


def intercepts(
    y: FloatArray, columns: FloatArray, school: IntArray, n_schools: int, *, restricted: bool = True
) -> tuple[FloatArray, Sums, Solution]:
    """Least-squares coefficients, the sums of what they leave, and the best fit to those.

    The fit's coefficients are the first plus Solution.beta. Errors: one_cluster,
    one_row_per_cluster, not_estimable.
    """
    if n_schools < 2:
        raise StatisticsError("one_cluster")
    if n_schools == y.size:
        raise StatisticsError("one_row_per_cluster")
    turn = root_of_inverse(columns @ columns.T)
    start = turn @ (turn.T @ (columns @ y))
    sums = sums_of(y - start @ columns, columns, school, n_schools, restricted=restricted)
    return start, sums, best(sums)


def _fitted(
    outcome: FloatArray,
    columns: FloatArray,
    codes: tuple[list[object], IntArray],
    used: BoolArray,
    style: _Style,
) -> RandomIntercept:
    labels, school = codes
    if not used.all():
        outcome, columns, school = outcome[used], columns[:, used], school[used]
    if outcome.min() == outcome.max():
        raise StatisticsError("constant_outcome")
    there, school = occurring(school, len(labels))
    standard = standardized(columns, None)
    start, sums, top = intercepts(
        outcome, standard.columns, school, there.size, restricted=style.method == "reml"
    )
    covariance = top.within * standard.back @ top.inverse @ standard.back.T
    effects, errors = _predictions(sums, top)
    return RandomIntercept(
        coefficients=_coefficients(standard.back @ (start + top.beta), covariance, sums, style),
        covariance=covariance,
        variance_between=top.ratio * top.within,
        variance_within=top.within,
        intraclass_correlation=_correlation(sums, top, style),
        log_likelihood=_log_likelihood(sums, top, standard.back),
        method=style.method,
        labels=tuple(str(labels[index]) for index in there),
        n_per_cluster=sums.n.astype(np.int64),
        effects=effects,
        effect_errors=errors,
        n=outcome.size,
        n_missing=int(used.size - outcome.size),
    )


def _coefficients(
    values: FloatArray, covariance: FloatArray, sums: Sums, style: _Style
) -> tuple[Estimate, ...]:
    df = len(sums.n) - len(values)
    return tuple(
        t_estimate(
            f"x{index}" if index else "intercept",
            float(value),
            math.sqrt(covariance[index, index]),
            df=df,
            n=int(sums.n.sum()),
            n_clusters=len(sums.n),
            unit=style.unit,
            level=style.level,
        )
        for index, value in enumerate(values)
    )


def _log_likelihood(sums: Sums, top: Solution, back: FloatArray) -> float:
    """The restricted one depends on the columns' units, and the fit had standardized columns."""
    units = 2.0 * float(np.linalg.slogdet(back)[1]) if sums.restricted else 0.0
    return (units - top.deviance) / 2.0


def _predictions(sums: Sums, top: Solution) -> tuple[FloatArray, FloatArray]:
    """û = k (1'(y − Xβ)) and its mean squared error σ²λ/(1 + nλ) + k² (1'X) cov(β) (X'1)."""
    growth = 1.0 + sums.n * top.ratio
    shrink = top.ratio / growth
    effects = shrink * (sums.outcome - sums.columns @ top.beta)
    leverage = (sums.columns @ top.inverse * sums.columns).sum(axis=1)
    return effects, np.sqrt(top.within * (shrink + shrink * shrink * leverage))


def _correlation(sums: Sums, top: Solution, style: _Style) -> Estimate:
    """λ/(1 + λ) with the interval of the profile likelihood, and an error from its width."""
    quantile = t_quantile((1 + style.level) / 2, math.inf)
    low, high = (ratio / (1.0 + ratio) for ratio in limits(sums, top, quantile**2))
    return Estimate(
        name="intraclass_correlation",
        value=top.ratio / (1.0 + top.ratio),
        se=(high - low) / (2.0 * quantile),
        interval=(low, high),
        n=int(sums.n.sum()),
        n_clusters=len(sums.n),
        unit="coefficient",
        level=style.level,
    )
