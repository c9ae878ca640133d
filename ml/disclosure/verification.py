"""A second opinion on a released table, by code that shares nothing with the first."""

from collections import Counter
from collections.abc import Iterable, Mapping

from ml.errors import StatisticsError


def verify_k(columns: Mapping[str, Iterable[object]]) -> int:
    """The size of the smallest group of rows alike in all the given columns.

    columns: the quasi-identifiers as they stand in the released file, of equal length.
    Errors: no_data for no column or no row, length_mismatch.
    """
    if not columns:
        raise StatisticsError("no_data")
    try:
        classes = Counter(zip(*columns.values(), strict=True))
    except ValueError as error:
        raise StatisticsError("length_mismatch", name="columns") from error
    if not classes:
        raise StatisticsError("no_data")
    return min(classes.values())
