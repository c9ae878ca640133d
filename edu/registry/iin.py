"""The individual identification number (IIN): which digits can be one, and how to hide them.

Rule of the check digit: weights 1…11 modulo 11; if that gives 10, weights 3…11, 1, 2; a prefix
that gives 10 again is never issued. The first seven digits tell a birth date, a century and a
sex, but do not bind the person: where they disagree with the record, that is a warning.
"""

from dataclasses import dataclass
from datetime import date

from models.errors import Refusal
from models.people import Sex

LENGTH = 12
WEIGHTS = (tuple(range(1, 12)), (*range(3, 12), 1, 2))
NEVER_ISSUED = "0" * LENGTH
DIGITS = frozenset("0123456789")
CENTURIES = {
    "1": (1800, Sex.MALE),
    "2": (1800, Sex.FEMALE),
    "3": (1900, Sex.MALE),
    "4": (1900, Sex.FEMALE),
    "5": (2000, Sex.MALE),
    "6": (2000, Sex.FEMALE),
}
HIDDEN = "•"
MASK = HIDDEN * LENGTH


@dataclass(frozen=True)
class Coded:
    """What the digits say of the person; None where they say nothing that can be."""

    birth_date: date | None
    sex: Sex | None


def check_iin(text: str) -> str:
    """The 12 digits of `text`, spaces removed.

    Raises Refusal with `iin_length`, `iin_digits` or `iin_checksum`; `found` is masked.
    """
    iin = "".join(text.split())
    found = mask_iin(iin)
    if not DIGITS.issuperset(iin):
        raise Refusal("iin_digits", field="iin", found=found)
    if len(iin) != LENGTH:
        raise Refusal("iin_length", field="iin", found=found, count=len(iin))
    if iin == NEVER_ISSUED or check_digit(iin[:-1]) != int(iin[-1]):
        raise Refusal("iin_checksum", field="iin", found=found)
    return iin


def check_digit(prefix: str) -> int | None:
    """The twelfth digit that belongs to eleven; None where none does."""
    for weights in WEIGHTS:
        pairs = zip(prefix, weights, strict=True)
        rest: int = sum(int(digit) * weight for digit, weight in pairs) % 11
        if rest < 10:
            return rest
    return None


def mask_iin(text: str) -> str:
    """Enough of a wrong number to find it in the file, too little to read it off."""
    if len(text) < LENGTH - 1:
        return HIDDEN * len(text)
    return text[:4] + HIDDEN * (len(text) - 5) + text[-1]


def read_coded(iin: str) -> Coded:
    """The birth date and the sex that a valid number tells."""
    century, sex = CENTURIES.get(iin[6], (None, None))
    if century is None:
        return Coded(None, None)
    try:
        born = date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return Coded(None, sex)
    return Coded(born, sex)


def find_disagreements(iin: str, *, birth_date: date, sex: Sex) -> tuple[str, ...]:
    """Codes of warnings where the digits and the record tell different things."""
    coded = read_coded(iin)
    return tuple(
        code
        for code, told, recorded in (
            ("iin_birth_date_differs", coded.birth_date, birth_date),
            ("iin_sex_differs", coded.sex, sex),
        )
        if told != recorded
    )
