"""The columns of a release, each with its role. Without a role none leaves the house."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.web.language import language
from models.assessments import Wave


class Role(StrEnum):
    """What a column could give away."""

    IDENTIFIER = "identifier"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    PLAIN = "plain"


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """One column; `levels` names how finely a quasi-identifier may be told, finest first."""

    name: str
    role: Role
    kind: Kind
    label: LazyString
    description: LazyString
    levels: tuple[LazyString, ...] = ()


LEFT_OUT = _l("not told")
AS_IT_IS = _l("as it is")

PERSON = Column(
    "person",
    Role.PLAIN,
    Kind.TEXT,
    _l("Person"),
    _l("A pseudonym made for this release alone. It leads to nobody and to no other release."),
)
QUASI_IDENTIFIERS = (
    Column(
        "sex",
        Role.QUASI_IDENTIFIER,
        Kind.TEXT,
        _l("Sex"),
        _l("As recorded by the school."),
        (AS_IT_IS, LEFT_OUT),
    ),
    Column(
        "birth",
        Role.QUASI_IDENTIFIER,
        Kind.TEXT,
        _l("Birth"),
        _l("Month, year or two years of birth; never the day."),
        (_l("month"), _l("year"), _l("two years"), LEFT_OUT),
    ),
    Column(
        "place",
        Role.QUASI_IDENTIFIER,
        Kind.TEXT,
        _l("Place"),
        _l("Where the school lies that the participation counts for; never the school itself."),
        (_l("district"), _l("region"), LEFT_OUT),
    ),
    Column(
        "language",
        Role.QUASI_IDENTIFIER,
        Kind.TEXT,
        _l("Language of instruction"),
        _l("Of the person's class in the academic year of the program; none without a class."),
        (AS_IT_IS, LEFT_OUT),
    ),
    Column(
        "grade",
        Role.QUASI_IDENTIFIER,
        Kind.TEXT,
        _l("Grade"),
        _l("Of the person's class in the academic year of the program; none without a class."),
        (_l("grade"), _l("stage of school"), LEFT_OUT),
    ),
    Column(
        "locality",
        Role.QUASI_IDENTIFIER,
        Kind.TEXT,
        _l("Locality"),
        _l("Whether the school lies in a town or in a village."),
        (AS_IT_IS, LEFT_OUT),
    ),
)
STATUS = Column(
    "enrollment_status",
    Role.PLAIN,
    Kind.TEXT,
    _l("State of the enrollment"),
    _l("The person's latest enrollment in the program, on the day the file was made."),
)


def columns_of(waves: Sequence[Wave]) -> tuple[Column, ...]:
    """All columns of a release, in their order."""
    names = score_names(waves)
    scores = tuple(score_column(wave, name) for wave, name in zip(waves, names, strict=True))
    return (PERSON, *QUASI_IDENTIFIERS, STATUS, *scores)


def score_column(wave: Wave, name: str) -> Column:
    """The column of a wave's published scores."""
    names = {code: wave.instrument.name(code) for code in ("kk", "ru", "en")}
    code, opens, closes = wave.code, wave.opens_on.isoformat(), wave.closes_on.isoformat()
    return Column(
        name,
        Role.SENSITIVE,
        Kind.NUMBER,
        LazyString(
            lambda: gettext(
                "Score: %(instrument)s, %(wave)s", instrument=names[language()], wave=code
            )
        ),
        LazyString(
            lambda: gettext(
                "Published score of the wave from %(opens)s to %(closes)s; empty without one.",
                opens=opens,
                closes=closes,
            )
        ),
    )


def score_names(waves: Iterable[Wave]) -> list[str]:
    """A name for each wave's column that every statistics program accepts, unique in the file."""
    found: list[str] = []
    for wave in waves:
        plain = re.sub(r"[^a-z0-9]+", "_", f"{wave.instrument.code}_{wave.code}".lower()).strip("_")
        name = f"score_{plain}" if plain else f"score_{wave.id}"
        found.append(f"{name}_{wave.id}" if name in found else name)
    return found
