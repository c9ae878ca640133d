"""Labels (schools, regions, sexes) become small integers, once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ml.checks import IntArray
from ml.errors import StatisticsError

MISSING = -1
# Beyond so many letters numpy's strings are encoded faster as Python's.
LONGEST = 16

# Larger integers are encoded as Python's.
LARGEST = np.iinfo(np.int64).max

# Integers or strings, one per row; None and NaN are missing.
Labels = npt.ArrayLike | Sequence[object]


def encode_labels(labels: Labels, name: str) -> tuple[list[object], IntArray]:
    """The distinct labels in ascending order, and for each row its label's index.

    labels: shape (n,), integers or strings; None, NaN and what numpy masks are missing and get
    index -1.
    Errors: wrong_shape, mixed_labels (labels that cannot be put in order).
    """
    array = _as_array(labels)
    if array.ndim != 1:
        raise StatisticsError("wrong_shape", name=name, expected=1, found=array.ndim)
    if array.dtype.kind in "ib" or (array.dtype.kind == "u" and array.dtype.itemsize < 8):
        return _encode_integers(array.astype(np.int64, copy=False))
    if array.dtype.kind == "f":
        return _encode_floats(array.astype(np.float64, copy=False))
    if array.dtype.kind == "U" and array.dtype.itemsize <= LONGEST * 4:
        return _encode_text(array)
    return _encode_objects(array.tolist(), name)


def _as_array(labels: Labels) -> npt.NDArray[np.generic]:
    """Lists keep their own types: numpy would turn [1, "a"] into strings."""
    if isinstance(labels, Sequence) and not isinstance(labels, str):
        if all(isinstance(label, int) and abs(label) <= LARGEST for label in labels):
            return np.asarray(labels, dtype=np.int64)
        array = np.empty(len(labels), dtype=object)
        array[:] = labels
        return array
    if isinstance(labels, np.ma.MaskedArray):
        return np.array(labels.tolist(), dtype=object)
    return np.asarray(labels)


def _encode_integers(array: IntArray) -> tuple[list[object], IntArray]:
    if not array.size:
        return [], np.empty(0, dtype=np.int64)
    low, high = int(array.min()), int(array.max())
    span = high - low + 1
    if span > 4 * array.size + 1024:
        found, codes = np.unique(array, return_inverse=True)
        return list(found.tolist()), codes.astype(np.int64, copy=False)
    offsets = array - low
    present = np.zeros(span, dtype=np.bool_)
    present[offsets] = True
    positions = np.cumsum(present, dtype=np.int64) - 1
    return list((np.flatnonzero(present) + low).tolist()), positions[offsets]


def _encode_floats(array: npt.NDArray[np.float64]) -> tuple[list[object], IntArray]:
    found, codes = np.unique(array, return_inverse=True)  # all NaN are one, at the end
    codes = codes.astype(np.int64, copy=False)
    if not found.size or not np.isnan(found[-1]):
        return list(found.tolist()), codes
    return list(found[:-1].tolist()), np.where(codes == found.size - 1, MISSING, codes)


def _encode_text(array: npt.NDArray[np.generic]) -> tuple[list[object], IntArray]:
    """Letter by letter: what agrees so far has one code, and the codes keep the order."""
    n = array.size
    width = array.dtype.itemsize // 4
    letters = np.ascontiguousarray(array).view(np.uint32).reshape(n, width)
    codes = np.zeros(n, dtype=np.int64)
    for column in letters.T:
        found, letter = _encode_integers(column.astype(np.int64))
        _, codes = _encode_integers(codes * len(found) + letter)
    rows = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    rows[codes] = np.arange(n)
    return list(array[rows].tolist()), codes


def _encode_objects(labels: list[object], name: str) -> tuple[list[object], IntArray]:
    distinct = {label for label in set(labels) if not _is_missing(label)}
    try:
        ordered = sorted(distinct)  # type: ignore[type-var]
    except TypeError as error:
        raise StatisticsError("mixed_labels", name=name) from error
    index = {label: position for position, label in enumerate(ordered)}
    codes = [index.get(label, MISSING) for label in labels]
    return list(ordered), np.asarray(codes, dtype=np.int64)


def _is_missing(label: object) -> bool:
    return label is None or label != label  # noqa: PLR0124  NaN differs from itself
