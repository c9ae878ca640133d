"""Linear regression under all weights at once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, check_length
from ml.errors import StatisticsError
from ml.survey.moments import Block, Columns, Sums
from ml.survey.sample import Sample, as_columns, both
from ml.survey.statistic import MomentStatistic

# Cross-products nearer than this to singular do not determine the coefficients.
SINGULAR = 1e-10
# Enough rows to see where a column lies and how wide it is; any such scale would do.
SCALE_ROWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Predictors:
    """Columns of a regression. x: (n, k) scaled, 0 for missing; known: (n,) rows without gaps.

    Coefficients of x come from those of the scaled columns: slopes over `scale`, and the
    intercept at `center`.
    """

    x: FloatArray
    known: BoolArray
    center: FloatArray
    scale: FloatArray

    def unscaled(self, coefficients: FloatArray) -> FloatArray:
        """(k + 1, …), intercept first, in the units of the data."""
        shape = (-1, *(1 for _ in coefficients.shape[1:]))
        slopes = coefficients[1:] / self.scale.reshape(shape)
        intercept = coefficients[0] - (slopes * self.center.reshape(shape)).sum(axis=0)
        return np.concatenate((intercept[None], slopes))


def predictors(X: npt.ArrayLike, names: Sequence[str], n: int) -> Predictors:
    """Check and scale. Errors: length_mismatch, not_numeric, not_finite, wrong_shape."""
    x = as_columns(X, "X")
    check_length(len(x), n, "X")
    check_length(len(names), x.shape[1], "names")
    known = ~np.asarray(np.isnan(x).any(axis=1))
    if not known.any():
        raise StatisticsError("no_data")
    some = x[np.flatnonzero(known)[:: len(x) // SCALE_ROWS + 1]]
    center, scale = some.mean(axis=0), some.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    scaled = x - center
    scaled /= scale
    scaled[~known] = 0.0
    return Predictors(scaled, known, center, scale)


@dataclass(frozen=True, slots=True, eq=False)
class Regression(MomentStatistic):
    """Weighted least squares of the values on X with an intercept.

    X: (n, k) without a column of ones; rows with a gap leave. names: k. Components: "intercept",
    the names, "r_squared". Errors: length_mismatch; collinear, with the group, where the
    predictors do not determine the coefficients.
    """

    X: npt.ArrayLike
    predictor_names: Sequence[str]

    def __init__(self, X: npt.ArrayLike, names: Sequence[str]) -> None:
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "predictor_names", tuple(names))

    def names(self, sample: Sample) -> list[str]:
        return ["intercept", *self.predictor_names, "r_squared"]

    def used(self, sample: Sample) -> BoolArray | None:
        return both(sample.present, self._predictors(sample).known)

    def columns(self, sample: Sample) -> list[Columns]:
        own = self._predictors(sample)
        upper = np.triu_indices(len(self.predictor_names) + 1)
        n_squares, n_pv = upper[0].size, sample.n_pv
        per_pv = n_squares if sample.has_missing else 0

        def fill(block: Block, out: FloatArray) -> None:
            known = own.known[block.rows].astype(np.float64)
            z = np.column_stack((known, own.x[block.rows]))
            squares = z[:, upper[0]] * z[:, upper[1]]
            y = block.values * known[:, None]
            n_cross = z.shape[1] * n_pv
            np.multiply(z[:, :, None], y[:, None, :], out=_cube(out[:, :n_cross], n_pv))
            np.multiply(y, y, out=out[:, n_cross : n_cross + n_pv])
            rest = out[:, n_cross + n_pv :]
            if per_pv and block.present is not None:
                np.multiply(squares[:, :, None], block.present[:, None], out=_cube(rest, n_pv))
            else:
                rest[...] = squares

        width = (len(self.predictor_names) + 2) * n_pv + (per_pv * n_pv or n_squares)
        return [Columns(self._key, width, fill)]

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        size, n_pv = len(self.predictor_names) + 1, sample.n_pv
        cross, square, rest = np.split(sums[self._key], [size * n_pv, (size + 1) * n_pv])
        n_weights = cross.shape[1]
        squares = _symmetric(rest.reshape(-1, n_pv if sample.has_missing else 1, n_weights), size)
        cross = np.moveaxis(cross.reshape(size, n_pv, n_weights), 0, 2)
        result = np.full((size + 1, n_pv, n_weights), np.nan)
        weight = squares[..., 0, 0]
        if not weight.min() > 0:
            return result
        coefficients = _solved(squares, cross, sample.labels[group])
        total = square - cross[..., 0] ** 2 / weight
        explained = (coefficients * cross).sum(axis=2) - cross[..., 0] ** 2 / weight
        own = self._predictors(sample)
        result[:-1] = own.unscaled(np.moveaxis(coefficients, 2, 0))
        result[0] += sample.center[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            result[-1] = explained / total
        return result

    def _predictors(self, sample: Sample) -> Predictors:
        return sample.remembered(
            self._key, lambda: predictors(self.X, self.predictor_names, sample.design.n)
        )

    @property
    def _key(self) -> Hashable:
        return ("regression", id(self))


def _cube(matrix: FloatArray, n_pv: int) -> FloatArray:
    """The columns as (b, n_columns / n_pv, n_pv), a view."""
    return matrix.reshape(len(matrix), -1, n_pv)


def _symmetric(upper: FloatArray, size: int) -> FloatArray:
    """(n_pv or 1, n_weights, size, size) from the upper triangles in the first axis."""
    rows, columns = np.triu_indices(size)
    full = np.empty((*upper.shape[1:], size, size))
    full[..., rows, columns] = np.moveaxis(upper, 0, 2)
    full[..., columns, rows] = full[..., rows, columns]
    return full


def _solved(squares: FloatArray, cross: FloatArray, group: object) -> FloatArray:
    """(n_pv, n_weights, size); one factorization for all plausible values with the same rows."""
    if any(_is_singular(matrix) for matrix in squares[:, 0]):
        raise StatisticsError("collinear", group=group)
    try:
        if len(squares) == len(cross):
            return np.asarray(np.linalg.solve(squares, cross[..., None])[..., 0])
        return np.moveaxis(np.linalg.solve(squares[0], np.moveaxis(cross, 0, 2)), 2, 0)
    except np.linalg.LinAlgError as error:
        raise StatisticsError("collinear", group=group) from error


def _is_singular(matrix: FloatArray) -> bool:
    """Judged with the diagonal scaled to one."""
    root = np.sqrt(np.diag(matrix))
    if not root.all():
        return True
    return not np.linalg.eigvalsh(matrix / np.outer(root, root))[0] > SINGULAR
