"""What every statistic asks of its arrays before it counts anything."""

from collections.abc import Sequence
from numbers import Real

import numpy as np
import numpy.typing as npt

from ml.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Beyond these magnitudes squares and their sums leave what doubles can hold.
LARGEST, SMALLEST = 1e100, 1e-100

# Numbers, one per row; None and NaN are missing.
Numbers = npt.ArrayLike | Sequence[float | None]


def as_floats(values: Numbers, name: str) -> FloatArray:
    """Shape (n,) of doubles; None, NaN and what numpy masks are missing.

    Errors: wrong_shape and those of `as_doubles`.
    """
    array = as_doubles(values, name)
    if array.ndim != 1:
        raise StatisticsError("wrong_shape", name=name, expected=1, found=array.ndim)
    return array


def as_doubles(values: npt.ArrayLike | Numbers, name: str) -> FloatArray:
    """The same in any shape.

    Errors: not_numeric (complex numbers, too), not_finite (with the first row, counted from 0),
    out_of_scale where all are next to nothing or one is so large that its square would be lost.
    """
    array = as_plain(values, name)
    if not array.size:
        return array
    low = float(np.fmin.reduce(array, axis=None))
    high = float(np.fmax.reduce(array, axis=None))
    largest = max(abs(low), abs(high))
    if np.isinf(largest):
        rows = np.isinf(array).reshape(len(array) if array.ndim else 1, -1).any(axis=1)
        raise StatisticsError("not_finite", name=name, row=int(rows.argmax()))
    if largest > LARGEST or 0 < largest < SMALLEST:
        raise StatisticsError("out_of_scale", name=name)
    return array


def as_plain(values: npt.ArrayLike | Numbers, name: str) -> FloatArray:
    """The same with infinite values. Error: not_numeric."""
    if getattr(getattr(values, "dtype", None), "kind", "") == "c":
        raise StatisticsError("not_numeric", name=name)
    try:
        if isinstance(values, np.ma.MaskedArray):
            return np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise StatisticsError("not_numeric", name=name) from error


def as_weights(weights: Numbers, n: int) -> FloatArray:
    """Shape (n,) of positive doubles. Errors: length_mismatch, invalid_weight with its row."""
    array = as_floats(weights, "weights")
    check_length(array.size, n, "weights")
    invalid = ~(array > 0)
    if invalid.any():
        raise StatisticsError("invalid_weight", row=int(invalid.argmax()))
    return array


def check_length(found: int, expected: int, name: str) -> None:
    """Arrays that describe the same persons have the same length."""
    if found != expected:
        raise StatisticsError("length_mismatch", name=name, expected=expected, found=found)


def check_level(level: float) -> None:
    """A confidence level lies strictly between 0 and 1."""
    if not (isinstance(level, Real) and 0 < level < 1):
        raise StatisticsError("invalid_level", found=level)
