"""Cells of a delimited text file; what is wrong is told with its line (the header is line 1)."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from ml.errors import StatisticsError

SEPARATORS = ",;\t"

Rows = list[tuple[int, list[str]]]


def read_cells(path: Path) -> Rows:
    """The cells of each row that has any, and the line on which it begins.

    UTF-8; separated by commas, semicolons or tabs, whichever cuts the header into most names.
    Errors: wrong_encoding, ragged_row (a quotation mark that never closes), OSError.
    """
    text = _text(path)
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


def check_header(header: Sequence[str], missing: frozenset[str]) -> None:
    """Refuse a header of numbers or missing values (header_missing), and a name that stands twice
    (column_twice)."""
    if all(name.lower() in missing or number(name) is not None for name in header):
        raise StatisticsError("header_missing", line=1, found=header[0])
    seen: set[str] = set()
    for name in header:
        if name in seen:
            raise StatisticsError("column_twice", column=name)
        seen.add(name)


def check_widths(rows: Rows, width: int) -> None:
    """Every row has as many cells as the header, else ragged_row with its line."""
    for line, cells in rows:
        if len(cells) != width:
            raise StatisticsError("ragged_row", line=line, found=len(cells), expected=width)


def number(cell: str) -> float | None:
    """None for what is no number."""
    try:
        return float(cell)
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatisticsError("wrong_encoding", expected="UTF-8", byte=error.start) from error
    if "\0" in text:  # UTF-16 without its mark
        raise StatisticsError("wrong_encoding", expected="UTF-8", byte=text.index("\0"))
    return text


def _separator(text: str) -> str:
    header = text.split("\n", 1)[0].rstrip("\r")
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))
