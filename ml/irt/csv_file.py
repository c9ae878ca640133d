"""Responses from a CSV file; whatever is wrong is told with its line (the header is line 1)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.checks import FloatArray
from ml.delimited import Rows, check_header, check_widths, number, read_cells
from ml.errors import StatisticsError
from ml.irt.responses import MAX_CATEGORY

NOT_PRESENTED = frozenset({"", "na", "nan"})
LEAST = 2  # of persons and of items: with one, nothing can be compared


@dataclass(frozen=True, slots=True, eq=False)
class ResponseFile:
    """names: of the items. X: (n_persons, n_items), NaN where not presented. groups: (n_persons,)
    labels, or None.
    """

    names: list[str]
    X: FloatArray
    groups: list[str] | None

    @property
    def n_silent(self) -> int:
        """Persons without any response."""
        return int(np.isnan(self.X).all(axis=1).sum())


def read_responses(path: Path, group: str | None) -> ResponseFile:
    """A header of names, one row per person; separated by comma, semicolon or tab.

    An empty cell, NA and NaN were not presented; empty lines are skipped. group: name of a column
    of labels. Errors: wrong_encoding, no_data, header_missing, column_twice, unknown_column,
    too_few_items, ragged_row, value_missing (of the group), not_a_response.
    """
    rows = read_cells(path)
    if not rows:
        raise StatisticsError("no_data", persons=0, least=LEAST)
    header = [name.strip() for name in rows[0][1]]
    items = _item_columns(header, group)
    persons = rows[1:]
    if len(persons) < LEAST:
        raise StatisticsError("no_data", persons=len(persons), least=LEAST)
    check_widths(persons, len(header))
    X = np.empty((len(persons), len(items)))
    for person, (line, cells) in enumerate(persons):
        X[person] = [_response(cells[column], line, header[column]) for column in items]
    groups = None if group is None else _labels(persons, header.index(group), group)
    return ResponseFile([header[column] for column in items], X, groups)


def _item_columns(header: list[str], group: str | None) -> list[int]:
    """The columns other than the group's."""
    check_header(header, NOT_PRESENTED)
    if group is not None and group not in header:
        raise StatisticsError("unknown_column", found=group)
    items = [column for column, name in enumerate(header) if name != group]
    if len(items) < LEAST:
        raise StatisticsError("too_few_items", found=len(items), least=LEAST)
    return items


def _labels(persons: Rows, column: int, name: str) -> list[str]:
    labels = [cells[column].strip() for _, cells in persons]
    if "" in labels:
        raise StatisticsError("value_missing", line=persons[labels.index("")][0], column=name)
    return labels


def _response(cell: str, line: int, name: str) -> float:
    text = cell.strip()
    if text.lower() in NOT_PRESENTED:
        return np.nan
    value = number(text)
    if value is None or not 0 <= value <= MAX_CATEGORY or not value.is_integer():
        raise StatisticsError("not_a_response", line=line, column=name, found=text)
    return value
