"""How exactly figures about people are told: no more than they are sure of.

Two answers whose people differ by one differ, told to the last digit, by what that one scored. So
people are counted in tens, an estimate is told in steps that are larger than what one person adds
to it, and any other figure to a few digits. docs/decisions/0023.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ml.estimate import Estimate

# Whose value is a number of people.
COUNTS = frozenset({"n", "n_missing", "count", "registered", "found"})
PEOPLE = 10
# A step is at least so large a part of the error, and at least three times what one of n people,
# who as a rule differ by no more than the square root of n errors, adds to their mean.
PART_OF_ERROR = 0.1
TIMES_ONE_PERSON = 3.0
DIGITS = 2
MOST_DECIMALS = 2
PEOPLE_OF = "people_of"
# What is set.
EXACT = frozenset({"level", "seed"})


def told(value: Any, people: int, name: str = "") -> Any:
    """The same plain values, each as exactly as it may be told.

    people: how many the figures are about, of whom an estimate's n may be more: both arms of a
    comparison. name: under which the value stands.
    """
    if isinstance(value, Mapping):
        return told_estimate(value, people) if is_estimate(value) else told_mapping(value, people)
    if isinstance(value, str) or value is None or isinstance(value, bool) or name in EXACT:
        return value
    if isinstance(value, Sequence):
        return [told(each, people, name) for each in value]
    if name in COUNTS and isinstance(value, int):
        return in_tens(value)
    return to_digits(value) if isinstance(value, float) else value


def is_estimate(value: Mapping[str, Any]) -> bool:
    """Whether it is an Estimate as plain values, with an error."""
    return {"value", "se", "interval"} <= value.keys() and bool(value["se"])


def told_mapping(value: Mapping[str, Any], people: int) -> dict[str, Any]:
    """Each value under its name; what stands beside an estimate as its band goes by its error.

    Under PEOPLE_OF stands how many these figures are about, where they are fewer; it is not told.
    """
    people = min(people, value.get(PEOPLE_OF, people))
    found = {name: told(each, people, name) for name, each in value.items() if name != PEOPLE_OF}
    if "band" in value:
        step = step_of(value["estimate"]["se"], min(people, value["estimate"]["n"]))
        found["band"] = [in_steps(end, step) for end in value["band"]]
    return found


def told_estimate(fields: Mapping[str, Any], people: int) -> dict[str, Any]:
    """An Estimate's plain values; an end of its interval stays on its side of zero."""
    step = step_of(fields["se"], min(people, fields["n"]))
    return {
        **{name: told(each, people, name) for name, each in fields.items()},
        "value": in_steps(fields["value"], step),
        "interval": [in_steps(end, step) for end in fields["interval"]],
        "se": to_digits(fields["se"]),
    }


def step_of(se: float, people: int) -> float:
    """In which steps an estimate about so many people is told."""
    return nice(se * max(PART_OF_ERROR, TIMES_ONE_PERSON / math.sqrt(people)))


def nice(least: float) -> float:
    """The smallest of 1, 2, 5, 10, … times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(part * power for part in (1, 2, 5, 10) if part * power >= least * (1 - 1e-9))


def in_steps(value: float | None, step: float) -> float | None:
    """The nearest multiple of a step; nothing but zero becomes zero."""
    if value is None or not math.isfinite(value):
        return value
    steps = round(value / step) or (math.copysign(1, value) if value else 0.0)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return round(steps * step, decimals)


def decimals(found: Estimate) -> int:
    """How many decimals an estimate in points is written with, so that no step looks finer."""
    return max(decimals_of(each) for each in (found.value, *found.interval))


def decimals_of(value: float, most: int = MOST_DECIMALS) -> int:
    """How many decimals a number has, as far as so many are written."""
    return next((n for n in range(most) if round(value, n) == value), most)


def in_tens(number: int | None) -> int | None:
    """How many people, to the nearest ten."""
    return None if number is None else PEOPLE * ((number + PEOPLE // 2) // PEOPLE)


def part_in_tens(some: int, everybody: int) -> float:
    """The share of people, both numbers in tens; 0 of nobody."""
    told_some, told_all = in_tens(some) or 0, in_tens(everybody) or 0
    return to_digits(min(told_some / told_all, 1.0)) if told_all else 0.0


def to_digits(value: float) -> float:
    """DIGITS significant digits; what is not finite stays."""
    if not value or not math.isfinite(value):
        return value
    return round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))
