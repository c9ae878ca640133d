"""Least squares with school-clustered errors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, Numbers, as_floats, as_weights, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth.equations import least_squares
from ml.growth.panel import (
    complete_rows,
    covariate_columns,
    occurring,
    school_codes,
    standardized,
)
from ml.growth.products import Rows, products_of
from ml.intervals import t_estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """coefficients: the intercept, then one per covariate ("x1", …)."""

    coefficients: tuple[Estimate, ...]
    n_missing: int


def clustered_regression(
    y: Numbers,
    covariates: npt.ArrayLike | None = None,
    *,
    clusters: Labels,
    weights: Numbers | None = None,
    unit: str = "points",
    level: float = 0.95,
) -> Regression:
    """(Weighted) least squares with CR2 errors and Bell–McCaffrey degrees of freedom.

    y: shape (n,), in `unit`. covariates: (n, k) or (n,); a constant is added. clusters: labels,
    none missing. weights: positive; the working covariance stays the identity. Rows with a
    missing value are left out and counted; they may come in any order.
    Errors: no_data, one_cluster, constant_outcome, constant_column, collinear_covariates,
    not_estimable, school_alone, missing_cluster, invalid_weight, length_mismatch, not_numeric,
    not_finite.
    Source: Bell & McCaffrey (2002); Pustejovsky & Tipton (2018).
    """
    check_level(level)
    outcome = as_floats(y, "y")
    columns = covariate_columns(covariates, outcome.size)
    school = school_codes(clusters, outcome.size)[1]
    w = None if weights is None else as_weights(weights, outcome.size)
    used = complete_rows(outcome, columns)
    if not used.all():
        outcome, columns, school = outcome[used], columns[:, used], school[used]
        w = None if w is None else w[used]
    there, school = occurring(school, int(school.max()) + 1)
    if there.size < 2:
        raise StatisticsError("one_cluster")
    if outcome.min() == outcome.max():
        raise StatisticsError("constant_outcome")
    parts = _coefficients(outcome, columns, school, there.size, w)
    estimates = tuple(
        t_estimate(
            f"x{index}" if index else "intercept",
            value,
            se,
            df=df,
            n=outcome.size,
            n_clusters=there.size,
            unit=unit,
            level=level,
        )
        for index, (value, se, df) in enumerate(parts)
    )
    return Regression(coefficients=estimates, n_missing=int(np.sum(~used)))


def _coefficients(
    outcome: FloatArray, columns: FloatArray, school: IntArray, n_schools: int, w: FloatArray | None
) -> list[tuple[float, float, float]]:
    """Value, standard error and degrees of freedom of the intercept and of each covariate."""
    weights = None if w is None else w / w.mean()
    with one_blas_thread():
        standard = standardized(columns, weights)
        rows = Rows(standard.columns, school, n_schools, weights)
        equation = least_squares(rows, products_of(rows), outcome)
        return [(equation.value(row), *equation.error(row)) for row in standard.back]
