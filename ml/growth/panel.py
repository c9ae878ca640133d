"""From a caller's arrays to the complete rows of a regression, standardized."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, as_doubles, check_length
from ml.errors import StatisticsError
from ml.labels import MISSING, Labels, encode_labels

# A column whose spread beside the columns before it is below this share of its own is a copy.
COLLINEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Standardized:
    """columns: (p, n), the ones first, the others with mean 0 and spread 1 (by the weights).

    back: (p, p) so that back @ b are the coefficients of the caller's columns.
    """

    columns: FloatArray
    back: FloatArray


def float_matrix(values: npt.ArrayLike, name: str) -> FloatArray:
    """(n,) or (n, k) as (k, n) doubles; None and NaN are missing.

    Errors: wrong_shape, those of `as_doubles`.
    """
    array = as_doubles(values, name)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] == 0):
        raise StatisticsError("wrong_shape", name=name, expected=2, found=array.ndim)
    return np.ascontiguousarray(np.atleast_2d(array.T))


def covariate_columns(covariates: npt.ArrayLike | None, n: int) -> FloatArray:
    """(k, n), with k = 0 where there are none."""
    if covariates is None:
        return np.empty((0, n))
    columns = float_matrix(covariates, "covariates")
    check_length(columns.shape[1], n, "covariates")
    return columns


def school_codes(clusters: Labels, n: int) -> tuple[list[object], IntArray]:
    """The schools' labels, ascending, and each row's index. Error: missing_cluster."""
    labels, school = encode_labels(clusters, "clusters")
    check_length(school.size, n, "clusters")
    missing = school == MISSING
    if missing.any():
        raise StatisticsError("missing_cluster", row=int(missing.argmax()))
    return labels, school


def complete_rows(*arrays: FloatArray) -> BoolArray:
    """Which rows lack nothing; each array has shape (n,) or (k, n). Error: no_data."""
    used = np.ones(arrays[0].shape[-1], dtype=np.bool_)
    for array in arrays:
        for column in np.atleast_2d(array):
            used &= ~np.isnan(column)
    if not used.any():
        raise StatisticsError("no_data")
    return used


def occurring(school: IntArray, n_schools: int) -> tuple[IntArray, IntArray]:
    """The schools with a row, and the rows' index among them."""
    present = np.bincount(school, minlength=n_schools) > 0
    if present.all():
        return np.arange(n_schools), school
    return np.flatnonzero(present), (np.cumsum(present) - 1)[school]


def standardized(columns: FloatArray, weights: FloatArray | None) -> Standardized:
    """A column of ones before the (k, n) columns. Error: constant_column with its index."""
    k, n = columns.shape
    result, back = np.empty((k + 1, n)), np.eye(k + 1)
    result[0] = 1.0
    for index, column in enumerate(columns):
        center = _mean(column, weights)
        shifted = np.subtract(column, center, out=result[index + 1])
        scale = math.sqrt(_mean(shifted * shifted, weights))
        if not scale > 1e-12 * (abs(center) + scale):
            raise StatisticsError("constant_column", column=index)
        shifted /= scale
        back[index + 1, index + 1] = 1.0 / scale
        back[0, index + 1] = -center / scale
    return Standardized(result, back)


def _mean(values: FloatArray, weights: FloatArray | None) -> float:
    if weights is None:
        return float(values.mean())
    return float(values @ weights / weights.sum())


def root_of_inverse(gram: FloatArray) -> FloatArray:
    """T with T T' = gram⁻¹. Error: collinear_covariates."""
    try:
        lower = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError as error:
        raise StatisticsError("collinear_covariates") from error
    if (np.diag(lower) ** 2 <= COLLINEAR * np.diag(gram)).any():
        raise StatisticsError("collinear_covariates")
    return np.asarray(np.linalg.inv(lower).T)
