"""Invented IINs: their check digit is right, their birth date lies in the future."""

from itertools import cycle

import numpy as np

from edu.demo.arrays import Days, Flags, Integers, stream
from edu.demo.population import FEMALE, People
from models.people import NoIinReason

WITHOUT_SHARE = 0.012
# Moved by whole multiples of 4 years below 2100, every day exists in the new year too.
SHIFT_OF_ADULTS, SHIFT_OF_CHILDREN, CHILD_SINCE = 80, 60, 2000
MALE_DIGIT, FEMALE_DIGIT = 5, 6
FIRST_WEIGHTS = np.arange(1, 12)
SECOND_WEIGHTS = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])


def invent_iins(seed: int, people: People) -> list[str | None]:
    """A number nobody can bear for everybody; None for the few without one."""
    rng = stream(seed, "iins")
    prefix = date_and_sex(people.born, people.sex)
    serial = rng.integers(0, 10_000, len(people))
    while (wrong := unusable(prefix, serial)).any():
        serial[wrong] = rng.integers(0, 10_000, int(wrong.sum()))
    digits = np.column_stack([digits_of(prefix, 7), digits_of(serial, 4)])
    numbers = prefix * 100_000 + serial * 10 + check_digits(digits)
    iins: list[str | None] = [f"{number:012d}" for number in numbers.tolist()]
    without = max(len(NoIinReason), round(WITHOUT_SHARE * len(people)))
    for person in rng.permutation(len(people))[:without].tolist():
        iins[person] = None
    return iins


def reasons_for(iins: list[str | None]) -> list[str | None]:
    """Why those without a number have none: each reason in turn."""
    reasons = cycle(reason.value for reason in NoIinReason)
    return [None if iin else next(reasons) for iin in iins]


def date_and_sex(born: Days, sex: Integers) -> Integers:
    """The first seven digits as one number."""
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    month = born.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (born - born.astype("datetime64[M]")).astype(np.int64) + 1
    future = year + np.where(year < CHILD_SINCE, SHIFT_OF_ADULTS, SHIFT_OF_CHILDREN)
    digit = np.where(sex == FEMALE, FEMALE_DIGIT, MALE_DIGIT)
    return np.asarray((future % 100) * 100_000 + month * 1000 + day * 10 + digit)


def unusable(prefix: Integers, serial: Integers) -> Flags:
    """Numbers that no check digit fits, and those that came up before."""
    digits = np.column_stack([digits_of(prefix, 7), digits_of(serial, 4)])
    _, first = np.unique(prefix * 10_000 + serial, return_index=True)
    again = np.ones(len(serial), dtype=np.bool_)
    again[first] = False
    return np.asarray(again | (check_digits(digits) == 10))


def check_digits(digits: Integers) -> Integers:
    """The twelfth digit for each row of eleven; 10 where there is none."""
    first = digits @ FIRST_WEIGHTS % 11
    return np.asarray(np.where(first < 10, first, digits @ SECOND_WEIGHTS % 11))


def digits_of(numbers: Integers, width: int) -> Integers:
    """The decimal digits, (n, width), the highest first."""
    return np.asarray(numbers[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10)
