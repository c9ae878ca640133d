"""What every statistic asks of its arrays before it counts anything."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ml.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Numbers, one per row; None and NaN are missing.
Numbers = npt.ArrayLike | Sequence[float | None]


def as_floats(values: Numbers, name: str) -> FloatArray:
    """Shape (n,) of doubles; None and NaN are missing.

    Errors: not_numeric, wrong_shape, not_finite (with the first row, counted from 0).
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StatisticsError("not_numeric", name=name) from error
    if array.ndim != 1:
        raise StatisticsError("wrong_shape", name=name, expected=1, found=array.ndim)
    infinite = np.isinf(array)
    if infinite.any():
        raise StatisticsError("not_finite", name=name, row=int(infinite.argmax()))
    return array


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
    if not 0 < level < 1:
        raise StatisticsError("invalid_level", found=level)
