"""From the text of a cell to a value. A parser raises `Unreadable`; an empty cell never comes."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask_babel import lazy_gettext as _l

from edu.intake.problems import Unreadable

Choice = TypeVar("Choice", bound=StrEnum)

ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
DOTTED_DATE = re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})")
INTEGER = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
A_DATE = _l("a date as 2026-09-01 or 01.09.2026")


def parse_date(text: str) -> date:
    """A date as 2026-09-01 or 01.09.2026."""
    match = ISO_DATE.fullmatch(text) or DOTTED_DATE.fullmatch(text)
    if match is None:
        raise Unreadable(expected=A_DATE)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise Unreadable("no_such_date", expected=A_DATE) from None


def parse_flag(text: str) -> bool:
    """1 for yes, 0 for no."""
    if text not in ("0", "1"):
        raise Unreadable(expected=_l("0 or 1"))
    return text == "1"


def parse_choice(kind: type[Choice]) -> Callable[[str], Choice]:
    """A parser of the values of `kind`, in any case."""
    by_value = {member.value: member for member in kind}
    expected = ", ".join(by_value)

    def parse(text: str) -> Choice:
        member = by_value.get(text.lower())
        if member is None:
            raise Unreadable("unknown_choice", expected=expected)
        return member

    return parse


def parse_text(max_length: int) -> Callable[[str], str]:
    """A parser of text of at most `max_length` letters."""

    def parse(text: str) -> str:
        if len(text) > max_length:
            expected = _l("at most %(maximum)s letters", maximum=max_length)
            raise Unreadable("text_too_long", expected=expected)
        return text

    return parse


def parse_integer(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`."""
    expected = _l("a whole number from %(low)s to %(high)s", low=low, high=high)

    def parse(text: str) -> int:
        if not INTEGER.fullmatch(text):
            raise Unreadable(expected=expected)
        if not low <= int(text) <= high:
            raise Unreadable("out_of_range", expected=expected)
        return int(text)

    return parse


def parse_number(low: float, high: float) -> Callable[[str], float]:
    """A parser of numbers from `low` to `high`, with a decimal point or comma."""
    expected = _l("a number from %(low)s to %(high)s", low=low, high=high)

    def parse(text: str) -> float:
        if not NUMBER.fullmatch(text):
            raise Unreadable(expected=expected)
        number = float(text.replace(",", "."))
        if not low <= number <= high:
            raise Unreadable("out_of_range", expected=expected)
        return number

    return parse
