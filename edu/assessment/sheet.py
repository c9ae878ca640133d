"""Reading a response file by its mapping: every cell checked, every problem noted with its line.

A nation's file has tens of millions of cells and only a handful of different ones, so each
different cell is understood once and looked up from then on.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from edu.assessment.mapping import Group, PersonKey, ResponseMapping
from edu.intake.files import (
    Column,
    IncomingFile,
    decode,
    has_width,
    pick_delimiter,
    read_lines,
    tidy,
)
from edu.intake.problems import Problems
from edu.registry.iin import check_iin
from models.assessments import NOT_PRESENTED, OMITTED
from models.errors import Refusal
from models.text import clean_text

WHOLE = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0*)?")
UNREADABLE = NOT_PRESENTED - 1
OUT_OF_RANGE = NOT_PRESENTED - 2
LONGEST_SCHOOL_CODE = 64
LONGEST_SOURCE_ID = 128


class Answered(NamedTuple):
    """A line of the file; `responses` and `groups` are written as PostgreSQL reads them."""

    line: int
    school: str
    person: str | None
    responses: str
    groups: str
    language: str | None


@dataclass(frozen=True)
class Sheet:
    """The lines of a file whose cells could all be read, and what is wrong with the others."""

    lines: list[Answered]
    problems: Problems


def read_sheet(
    file: IncomingFile,
    mapping: ResponseMapping,
    *,
    items: Sequence[str],
    languages: Sequence[str],
) -> Sheet:
    """Read every line; `items` are the columns in the order of the response array.

    Raises `FileRefused` where no line can be read at all.
    """
    problems = Problems(file.name)
    text = decode(file, problems)
    columns = [Column(tidy(name), str) for name in mapping.columns]
    lines = read_lines(text, pick_delimiter(text, columns), problems)
    _, header = next(lines, (1, []))
    places = find_places(header, mapping, problems)
    reader = LineReader(mapping, items, languages, places, problems)
    answered = list(reader.read(lines, len(header)))
    if not answered and not problems.found:
        problems.add(None, None, "file_without_rows", "", _l("a line for each person"))
    return Sheet(answered, problems)


def find_places(
    header: Sequence[str], mapping: ResponseMapping, problems: Problems
) -> dict[str, int]:
    """Where each mapped column stands; raises `FileRefused` where one is missing or stands twice.

    Other columns are left alone: published files bring many that nobody maps.
    """
    names = [tidy(name) for name in header]
    for column in mapping.columns:
        count = names.count(tidy(column))
        if count == 0:
            problems.add(1, column, "column_missing", ", ".join(header), column)
        elif count > 1:
            problems.add(1, column, "column_twice", column, column)
    problems.raise_if_any()
    return {column: names.index(tidy(column)) for column in mapping.columns}


class Codes(dict[str, int]):
    """What each different cell means: a code, a state without a response, or nothing readable."""

    def __init__(self, mapping: ResponseMapping) -> None:
        super().__init__({"": OMITTED})
        self.low, self.high = mapping.low, mapping.high
        self.missing = {"": OMITTED, **(mapping.missing or {})}

    def __missing__(self, cell: str) -> int:
        self[cell] = code = self.understand(cell.strip())
        return code

    def understand(self, text: str) -> int:
        """1.0 is 1."""
        if text in self.missing:
            return self.missing[text]
        number = whole(text)
        if number is None:
            return UNREADABLE
        if str(number) in self.missing:
            return self.missing[str(number)]
        return number if self.low <= number <= self.high else OUT_OF_RANGE


def whole(text: str) -> int | None:
    """A whole number, also written 1.0; None for anything else."""
    match = WHOLE.fullmatch(text)
    return int(match[1]) if match else None


@dataclass
class LineReader:
    """Turns lines into `Answered`, noting what cannot be read."""

    mapping: ResponseMapping
    items: Sequence[str]
    languages: Sequence[str]
    places: dict[str, int]
    problems: Problems
    known_groups: dict[tuple[str, ...], str] = field(default_factory=dict)

    def read(self, lines: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Answered]:
        """The lines without a problem."""
        codes = Codes(self.mapping)
        item_places = [self.places[item] for item in self.items]
        for line, cells in lines:
            if not has_width(line, cells, width, self.problems):
                continue
            before = len(self.problems.found)
            responses = [codes[cells[place]] for place in item_places]
            if min(responses) < NOT_PRESENTED:
                self.note_responses(line, cells, responses)
            answered = Answered(
                line,
                self.text(line, cells, self.mapping.school, LONGEST_SCHOOL_CODE) or "",
                self.person(line, cells),
                "{" + ",".join(map(str, responses)) + "}",
                self.groups(line, cells),
                self.language(line, cells),
            )
            if len(self.problems.found) == before:
                yield answered

    def note_responses(self, line: int, cells: list[str], responses: list[int]) -> None:
        """Note each response of a line that is no whole number or lies outside the range."""
        low, high = self.mapping.low, self.mapping.high
        expected = _l("a whole number from %(low)s to %(high)s, or nothing", low=low, high=high)
        for item, response in zip(self.items, responses, strict=True):
            if response < NOT_PRESENTED:
                code = "response_out_of_range" if response == OUT_OF_RANGE else "response_not_whole"
                self.problems.add(line, item, code, cells[self.places[item]].strip(), expected)

    def person(self, line: int, cells: list[str]) -> str | None:
        """By what the person is known; None for an anonymous one."""
        column = self.mapping.person
        if column is None:
            return None
        text = self.text(line, cells, column, LONGEST_SOURCE_ID)
        if text is None or self.mapping.person_is is PersonKey.SOURCE_ID:
            return text
        try:
            return check_iin(text)
        except Refusal as error:
            expected = _l("12 digits with a right check digit")
            self.problems.add(line, column, error.code, error.parameters["found"], expected)
            return None

    def language(self, line: int, cells: list[str]) -> str | None:
        """The language of the sitting, where the file tells."""
        column = self.mapping.language
        if column is None or not cells[self.places[column]].strip():
            return None
        text = (self.text(line, cells, column, LONGEST_SCHOOL_CODE) or "").lower()
        if text and text not in self.languages:
            self.problems.add(line, column, "unknown_choice", text, ", ".join(self.languages))
        return text

    def groups(self, line: int, cells: list[str]) -> str:
        """The labels of an anonymous respondent as JSON."""
        found = tuple(cells[self.places[group.column]] for group in self.mapping.groups)
        if (known := self.known_groups.get(found)) is not None:
            return known
        before = len(self.problems.found)
        pairs = zip(self.mapping.groups, found, strict=True)
        labels = {group.name: self.label(line, group, cell) for group, cell in pairs}
        text = json.dumps({name: label for name, label in labels.items() if label is not None})
        if len(self.problems.found) == before:
            self.known_groups[found] = text
        return text

    def label(self, line: int, group: Group, cell: str) -> str | None:
        """The label of one group; None where the cell is empty."""
        code = self.cleaned(line, group.column, cell, LONGEST_SCHOOL_CODE)
        if not code:
            return None
        number = whole(code)
        code = code if number is None else str(number)
        if group.labels is None:
            return code
        if code not in group.labels:
            self.problems.add(line, group.column, "unknown_choice", cell, ", ".join(group.labels))
        return group.labels.get(code)

    def text(self, line: int, cells: list[str], column: str, longest: int) -> str | None:
        """A cell that must be filled; None, with the problem noted, where it cannot be read."""
        text = self.cleaned(line, column, cells[self.places[column]], longest)
        if text == "":
            self.problems.add(line, column, "value_missing", "", _l("a value"))
        return text or None

    def cleaned(self, line: int, column: str, cell: str, longest: int) -> str | None:
        """A cell as the database keeps it; None, with the problem noted, where it cannot."""
        try:
            text = clean_text(cell)
        except Refusal as error:
            self.problems.add(line, column, error.code, cell, _l("letters, digits and signs"))
            return None
        if len(text) > longest:
            expected = _l("at most %(maximum)s letters", maximum=longest)
            self.problems.add(line, column, "text_too_long", cell, expected)
            return None
        return text
