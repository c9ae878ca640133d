"""Reading a delimited file: encoding, header, cells. What cannot be read is said precisely."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from edu.intake.problems import FileRefused, Problems, Unreadable, Words
from models.errors import Refusal
from models.text import clean_text

DELIMITERS = ",;"
BYTE_ORDER_MARK = "\ufeff"
LONGEST_HEADER = 100_000
UTF8 = _l("text in UTF-8")


@dataclass(frozen=True)
class IncomingFile:
    """A file as it came."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Column:
    """A column of a file.

    parse: reads a cell that is not empty, or raises `Unreadable`.
    required: whether every cell must be filled; an empty cell of another column is None.
    expected: what a good cell holds, in words, where the parser does not say it itself.
    may_be_absent: whether the header may lack it; every cell then counts as empty.
    """

    name: str
    parse: Callable[[str], Any]
    required: bool = True
    expected: Words | None = None
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line's values by column; a cell that could not be read is missing from `values`."""

    line: int
    values: dict[str, Any]
    sound: bool

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str) -> Any:
        """The value; None where the cell is empty or could not be read."""
        return self.values.get(column)


@dataclass(frozen=True)
class Rows:
    """All lines of a file, sound or not, and what is wrong with it so far.

    Check everything that can be checked, add to `problems`, then `problems.raise_if_any()`.
    """

    file: IncomingFile
    columns: tuple[str, ...]
    rows: list[Row]
    problems: Problems

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def read_rows(
    file: IncomingFile, columns: Sequence[Column], *, others_allowed: bool = False
) -> Rows:
    """Read every line of `file`; raises `FileRefused` where no line can be read at all.

    Columns stand in any order, their names in any case. A column that is not listed is refused
    unless `others_allowed`: a misspelled one would otherwise be lost without a word.
    """
    problems = Problems(file.name)
    text = decode(file, problems)
    lines = read_lines(text, pick_delimiter(text, columns), problems)
    _, header = next(lines, (1, []))
    places = find_columns(header, columns, problems, others_allowed)
    rows = [
        read_row(line, cells, columns, places, problems)
        for line, cells in lines
        if has_width(line, cells, len(header), problems)
    ]
    if not rows:
        if not problems.found:
            problems.add(None, None, "file_without_rows", "", _l("a line for each record"))
        problems.raise_if_any()
    return Rows(file, tuple(column.name for column in columns), rows, problems)


def decode(file: IncomingFile, problems: Problems) -> str:
    """The file's text, or a refusal that names the first byte which is not UTF-8."""
    try:
        text = file.content.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = file.content.count(b"\n", 0, error.start) + 1
        byte = f"0x{file.content[error.start]:02X}"
        found = _l("byte %(byte)s at place %(place)s", byte=byte, place=error.start + 1)
        problems.add(line, None, "wrong_encoding", found, UTF8)
        raise FileRefused(problems.file, problems.found) from error
    if not text.strip():
        problems.add(None, None, "file_empty", "", _l("a header and a line for each record"))
        problems.raise_if_any()
    return text


def pick_delimiter(text: str, columns: Sequence[Column]) -> str:
    """The delimiter under which the header names the most of our columns."""
    names = {column.name for column in columns}
    first = next(iter(text.lstrip()[:LONGEST_HEADER].splitlines()), "")

    def known(delimiter: str) -> int:
        return len(names & {tidy(name) for name in first.replace('"', "").split(delimiter)})

    return max(DELIMITERS, key=known)


def read_lines(text: str, delimiter: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, with the number of the line where each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        problems.add(line, None, "broken_quotes", "", _l('quotes in a cell doubled: ""'))


def find_columns(
    header: Sequence[str], columns: Sequence[Column], problems: Problems, others_allowed: bool
) -> dict[str, int]:
    """Where each column stands; raises `FileRefused` for a header that does not fit."""
    names = [tidy(name) for name in header]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    known = [column.name for column in columns]
    expected = ", ".join(known)
    for column in columns:
        if column.name not in places and not column.may_be_absent:
            problems.add(1, column.name, "column_missing", ", ".join(names), expected)
    for name, count in Counter(names).items():
        if name in known and count > 1:
            problems.add(1, name, "column_twice", name, expected)
        elif name not in known and not others_allowed:
            problems.add(1, name, "column_unknown", name, expected)
    problems.raise_if_any()
    return {name: places[name] for name in known if name in places}


def tidy(name: str) -> str:
    """A column's name as we write it."""
    return name.strip().strip(BYTE_ORDER_MARK).lower()


def has_width(line: int, cells: Sequence[str], width: int, problems: Problems) -> bool:
    """Whether the line has a cell for every column; notes it where not."""
    if len(cells) == width:
        return True
    expected = _l("%(count)s cells, as in the header", count=width)
    problems.add(line, None, "wrong_cell_count", len(cells), expected)
    return False


def read_row(
    line: int,
    cells: Sequence[str],
    columns: Sequence[Column],
    places: dict[str, int],
    problems: Problems,
) -> Row:
    """The line's values; notes every cell that cannot be read."""
    values: dict[str, Any] = {}
    for column in columns:
        place = places.get(column.name)
        cell = "" if place is None else cells[place]
        try:
            values[column.name] = read_cell(cell, column)
        except Unreadable as error:
            found = cell if error.found is None else error.found
            expected = column.expected or error.expected or ""
            problems.add(line, column.name, error.code, found, expected)
    return Row(line, values, sound=len(values) == len(columns))


def read_cell(cell: str, column: Column) -> Any:
    """The cell's value; None where it is empty and may be."""
    try:
        text = clean_text(cell)
    except Refusal as error:
        raise Unreadable(error.code, expected=_l("letters, digits and signs")) from error
    if text:
        return column.parse(text)
    if column.required:
        raise Unreadable("value_missing", expected=_l("a value"))
    return None
