"""Cells of official files as numbers and labels; codes of missing values become missing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute

from models.errors import Refusal

# SAS writes missing numbers as a dot, and twenty-seven special kinds of them.
SAS_MISSING = (".", "._", *(f".{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1)))
MISSING = ("", *SAS_MISSING, *map(str.lower, SAS_MISSING[2:]), "NA", "N/A", "NaN", "nan")
# Codes of the fixed-format files up to 2012: not applicable, invalid, missing.
FIRST_MISSING_CODE = 9990.0
MOST_SHOWN = 5

Array = npt.NDArray[Any]
LabelArray = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


def as_numbers(column: Array, name: str) -> Floats:
    """Doubles with NaN. Refuses (pupil_cells_unreadable) what is no number."""
    if column.dtype.kind not in "OUS":
        return np.array(column, dtype=np.float64)
    return parsed(column, name)


def without_codes(numbers: Floats) -> Floats:
    """Scores and indices with NaN for the codes of missing ones; a weight has no such codes."""
    return np.where(numbers >= FIRST_MISSING_CODE, np.nan, numbers)


def parsed(column: Array, name: str) -> Floats:
    """Numbers written as text."""
    cells = ["" if cell is None or cell != cell else str(cell).strip() for cell in column]  # noqa: PLR0124
    texts = pa.array([None if cell in MISSING else cell.replace(",", ".") for cell in cells])
    try:
        found = compute.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        wrong = [number for number, cell in enumerate(texts.to_pylist()) if not is_number(cell)]
        shown = ", ".join(f"{cells[row]!r} ({row + 2})" for row in wrong[:MOST_SHOWN])
        raise Refusal("pupil_cells_unreadable", name=name, number=len(wrong), found=shown) from None
    return np.array(found.to_numpy(zero_copy_only=False), dtype=np.float64)


def is_number(cell: str | None) -> bool:
    """Whether a cell holds a number, or nothing."""
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True


def as_labels(column: Array) -> LabelArray:
    """Labels as text, whole numbers without their zeros after the point; missing is None."""
    if column.dtype.kind == "f":
        known, place = np.unique(column, return_inverse=True)
        names = np.array([label_of(value) for value in known.tolist()], dtype=np.object_)
        return names[place]
    return np.array([label_of(value) for value in column.tolist()], dtype=np.object_)


def label_of(value: object) -> str | None:
    """One label."""
    if value is None or value != value:  # noqa: PLR0124  NaN differs from itself
        return None
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value)) if whole else str(value).strip()  # type: ignore[call-overload]
    return None if text in MISSING else text
