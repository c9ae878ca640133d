"""Responses from a CSV file; whatever is wrong is told with its line (the header is line 1)."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.responses import MAX_CATEGORY

SEPARATORS = ",;\t"
NOT_PRESENTED = {"", "na", "nan"}
LEAST = 2  # of persons and of items: with one, nothing can be compared

Rows = list[tuple[int, list[str]]]


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
    rows = _rows(_text(path))
    if not rows:
        raise StatisticsError("no_data", persons=0, least=LEAST)
    header = [name.strip() for name in rows[0][1]]
    items = _item_columns(header, group)
    persons = rows[1:]
    if len(persons) < LEAST:
        raise StatisticsError("no_data", persons=len(persons), least=LEAST)
    _check_widths(persons, len(header))
    X = np.empty((len(persons), len(items)))
    for person, (line, cells) in enumerate(persons):
        X[person] = [_response(cells[column], line, header[column]) for column in items]
    groups = None if group is None else _labels(persons, header.index(group), group)
    return ResponseFile([header[column] for column in items], X, groups)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatisticsError("wrong_encoding", expected="UTF-8", byte=error.start) from error
    if "\0" in text:  # UTF-16 without its mark
        raise StatisticsError("wrong_encoding", expected="UTF-8", byte=text.index("\0"))
    return text


def _rows(text: str) -> Rows:
    """The cells of each row that has any, and the line on which it begins."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=_separator(text))
    rows: Rows = []
    line = 1
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:  # a quotation mark that never closes
        raise StatisticsError("ragged_row", line=line) from error
    return rows


def _separator(text: str) -> str:
    """What cuts the header into most names."""
    header = text.split("\n", 1)[0].rstrip("\r")
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _item_columns(header: list[str], group: str | None) -> list[int]:
    """The columns other than the group's."""
    if all(name.lower() in NOT_PRESENTED or _number(name) is not None for name in header):
        raise StatisticsError("header_missing", line=1, found=header[0])
    twice = next((name for at, name in enumerate(header) if name in header[:at]), None)
    if twice is not None:
        raise StatisticsError("column_twice", column=twice)
    if group is not None and group not in header:
        raise StatisticsError("unknown_column", found=group)
    items = [column for column, name in enumerate(header) if name != group]
    if len(items) < LEAST:
        raise StatisticsError("too_few_items", found=len(items), least=LEAST)
    return items


def _check_widths(persons: Rows, width: int) -> None:
    for line, cells in persons:
        if len(cells) != width:
            raise StatisticsError("ragged_row", line=line, found=len(cells), expected=width)


def _labels(persons: Rows, column: int, name: str) -> list[str]:
    labels = [cells[column].strip() for _, cells in persons]
    if "" in labels:
        raise StatisticsError("value_missing", line=persons[labels.index("")][0], column=name)
    return labels


def _response(cell: str, line: int, name: str) -> float:
    text = cell.strip()
    if text.lower() in NOT_PRESENTED:
        return np.nan
    number = _number(text)
    if number is None or not 0 <= number <= MAX_CATEGORY or not number.is_integer():
        raise StatisticsError("not_a_response", line=line, column=name, found=text)
    return number


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
