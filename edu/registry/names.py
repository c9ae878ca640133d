"""Names: which signs they hold, and their order by the Kazakh alphabet.

The alphabet holds every Russian letter in its Russian place, so that one order serves both.
Letters of neighboring alphabets stand with the letter they derive from, Latin ones after.
"""

import unicodedata
from collections.abc import Iterable

from models.errors import Refusal

LONGEST = 255
CYRILLIC = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
NEIGHBORS = {"җ": "ж", "ҳ": "х", "ҷ": "ч", "ґ": "г", "є": "е", "ј": "й", "ı": "i", "ø": "o",
             "ł": "l", "đ": "d", "ð": "d", "þ": "t", "æ": "a", "œ": "o", "ə": "a"}  # fmt: skip
APOSTROPHES = frozenset("'’‘ʼʻʹ`´ʾʿ")
HYPHENS = frozenset("-‐‑–")
SCRIPTS = ("CYRILLIC", "LATIN")
# One sign of the key for each letter; a blank between names sorts before a hyphen within one.
FIRST_RANK = 0x30
RANKS = {letter: chr(FIRST_RANK + place) for place, letter in enumerate(CYRILLIC + LATIN)}
AFTER_ALL_RANKS = "\U0010ffff"
BETWEEN_NAMES = " "
WITHIN_NAME = "-"


def sort_key(surname: str, given_name: str, patronymic: str | None) -> str:
    """A text whose code points order names by the Kazakh alphabet, whatever their case."""
    parts = (part for part in (surname, given_name, patronymic) if part)
    return BETWEEN_NAMES.join(rank_name(part) for part in parts)


def rank_name(name: str) -> str:
    """The key of one name; apostrophes do not count, hyphens and blanks are alike."""
    return "".join(rank_letters(name.casefold())).strip(WITHIN_NAME)


def rank_letters(text: str) -> Iterable[str]:
    """The rank of each sign of a case-folded text."""
    for sign in text:
        if sign in RANKS:
            yield RANKS[sign]
        elif sign == " " or sign in HYPHENS:
            yield WITHIN_NAME
        elif sign in NEIGHBORS:
            yield RANKS[NEIGHBORS[sign]]
        elif sign not in APOSTROPHES and not unicodedata.combining(sign):
            base = unicodedata.normalize("NFD", sign)[0]
            yield RANKS.get(base, "" if base.isascii() else base)


def key_range(start: str) -> tuple[str, str]:
    """The keys from and below which all names stand that begin with `start` (surname first)."""
    key = BETWEEN_NAMES.join(rank_name(part) for part in start.split())
    return key, key + AFTER_ALL_RANKS


def check_name(name: str, field: str) -> str:
    """`name`, or Refusal("name_signs", "name_letters" or "name_too_long") about `field`."""
    if len(name) > LONGEST:
        raise Refusal("name_too_long", field=field)
    if not all(map(belongs, name)):
        raise Refusal("name_signs", field=field, found=name)
    if not any(sign.isalpha() and sign not in APOSTROPHES for sign in name):
        raise Refusal("name_letters", field=field, found=name)
    return name


def belongs(sign: str) -> bool:
    """Whether a name may hold the sign."""
    if sign.casefold() in RANKS or sign == " " or sign in HYPHENS or sign in APOSTROPHES:
        return True
    return sign.isalpha() and unicodedata.name(sign, "").startswith(SCRIPTS)
