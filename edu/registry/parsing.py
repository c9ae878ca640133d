"""Cells that registry files hold: numbers, names, academic years."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from flask_babel import lazy_gettext as _l

from edu.intake import Unreadable, parse_date
from edu.registry import iin, names
from models.errors import Refusal

EARLIEST_BIRTH = date(1900, 1, 1)
ACADEMIC_YEAR = re.compile(r"(?P<first>20[0-9]{2})[-/–](?P<last>20[0-9]{2}|[0-9]{2})")
A_YEAR = _l("an academic year as 2026-27")


def parse_iin(text: str) -> str:
    """The 12 digits of an IIN; a wrong one is repeated masked."""
    try:
        return iin.check_iin(text)
    except Refusal as error:
        found = str(error.parameters["found"])
        raise Unreadable(error.code, found=found, expected=_l("12 digits of an IIN")) from error


def parse_name(text: str) -> str:
    """A surname, a given name or a patronymic."""
    try:
        return names.check_name(text, "")
    except Refusal as error:
        expected = _l("letters, hyphens, apostrophes and spaces")
        raise Unreadable(error.code, expected=expected) from error


def parse_academic_year(text: str) -> str:
    """An academic year as 2026-27; 2026/2027 is the same."""
    match = ACADEMIC_YEAR.fullmatch(text)
    if match is None:
        raise Unreadable(expected=A_YEAR)
    first, last = match["first"], match["last"][-2:]
    if (int(first) + 1) % 100 != int(last):
        raise Unreadable("years_not_consecutive", expected=A_YEAR)
    return f"{first}-{last}"


def parse_birth_date(today: date) -> Callable[[str], date]:
    """A parser of birth dates of living people, as seen from `today`."""
    expected = _l("a date from 1900 to today")

    def parse(text: str) -> date:
        born = parse_date(text)
        if not EARLIEST_BIRTH <= born <= today:
            raise Unreadable("birth_date_impossible", expected=expected)
        return born

    return parse


def parse_one_of(values: Iterable[str]) -> Callable[[str], str]:
    """A parser of codes that a table of the database lists."""
    known = tuple(values)

    def parse(text: str) -> str:
        if text.lower() not in known:
            raise Unreadable("unknown_choice", expected=", ".join(known))
        return text.lower()

    return parse
