"""What each column and each value means, in the three languages: for programs and for people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, gettext, lazy_gettext
from jinja2 import Environment, PackageLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.export import policy
from edu.export.cohort import NONE
from edu.export.columns import LEFT_OUT, Column, Kind, Role
from edu.web.labels import label
from edu.web.language import LANGUAGES, language
from ml.disclosure.hierarchy import TOP
from models.enrollments import EnrollmentStatus
from models.people import Sex
from models.places import District, LanguageOfInstruction, Region
from models.releases import ExportRequest

Texts = dict[str, str]

ROLES = {
    Role.QUASI_IDENTIFIER: lazy_gettext("could help to recognize a person; coarsened"),
    Role.SENSITIVE: lazy_gettext("says something about a person; not coarsened"),
    Role.PLAIN: lazy_gettext("not known to outsiders; not coarsened"),
}
LOCALITIES = {"urban": lazy_gettext("urban"), "rural": lazy_gettext("rural")}
KINDS = {Kind.TEXT: lazy_gettext("text"), Kind.NUMBER: lazy_gettext("number")}


@dataclass(frozen=True)
class Facts:
    """What was found out while building. values: by column what occurs in the file."""

    request: ExportRequest
    columns: Sequence[Column]
    levels: Mapping[str, int]
    values: Mapping[str, Sequence[str]]
    rows: int
    made_on: str


def codebook(session: Session, facts: Facts) -> dict[str, Any]:
    """The codebook as plain values for JSON."""
    program = facts.request.program
    named = {**value_names(session), "place": place_names(session)}
    return {
        "release": facts.request.id,
        "program": {"code": program.code, "name": in_all(lambda: program.name(language()))},
        "made_on": facts.made_on,
        "rows": facts.rows,
        "policy": {"level": policy.LEVEL, "k": policy.K, "unit": "person"},
        "columns": [described(column, facts, named.get(column.name)) for column in facts.columns],
    }


def described(column: Column, facts: Facts, named: Callable[[str], Texts] | None) -> dict[str, Any]:
    """One column of the codebook."""
    entry: dict[str, Any] = {
        "name": column.name,
        "role": column.role.value,
        "type": column.kind.value,
        "label": in_all(lambda: str(column.label)),
        "description": in_all(lambda: str(column.description)),
    }
    if column.levels:
        level = facts.levels[column.name]
        told = column.levels[level]
        entry["level"] = {"index": level, "of": len(column.levels), **in_all(lambda: str(told))}
    if named is not None:
        values = facts.values[column.name]
        entry["values"] = [{"value": value, "label": named(value)} for value in values]
    return entry


def in_all(text: Callable[[], str]) -> Texts:
    """A text in each language of the service."""
    found = {}
    for code in LANGUAGES:
        with force_locale(code):
            found[code] = text()
    return found


def value_names(session: Session) -> dict[str, Callable[[str], Texts]]:
    """What the values of each column are called."""
    tongues = {tongue.code: tongue for tongue in session.scalars(select(LanguageOfInstruction))}
    return {
        "sex": lambda value: special(value) or in_all(lambda: label(Sex(value))),
        "language": lambda value: special(value) or in_all(lambda: tongues[value].name(language())),
        "grade": lambda value: special(value) or dict.fromkeys(LANGUAGES, value),
        "locality": lambda value: special(value) or in_all(lambda: str(LOCALITIES[value])),
        "enrollment_status": lambda value: in_all(lambda: label(EnrollmentStatus(value))),
    }


def place_names(session: Session) -> Callable[[str], Texts]:
    """What districts (region and number) and regions (KATO prefix) are called."""
    regions = {region.code: region for region in session.scalars(select(Region))}
    districts = {str(district.id): district for district in session.scalars(select(District))}

    def named(value: str) -> Texts:
        code, _, number = value.partition("-")
        place = districts[number] if number else regions.get(code)
        return special(value) or in_all(lambda: place.name(language()) if place else value)

    return named


def special(value: str) -> Texts | None:
    """The label of a value that stands for no value."""
    if value == TOP:
        return in_all(lambda: str(LEFT_OUT))
    if value == NONE:
        return in_all(lambda: gettext("none"))
    return None


def as_page(book: Mapping[str, Any], languages: Iterable[str] = LANGUAGES) -> str:
    """The codebook as a page that needs nothing but itself."""
    environment = Environment(
        loader=PackageLoader("edu.export"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_gettext_callables(gettext, gettext, newstyle=True)  # type: ignore[attr-defined]
    template = environment.get_template("export/codebook.html")
    parts = []
    for code in languages:
        with force_locale(code):
            roles = {role.value: str(text) for role, text in ROLES.items()}
            kinds = {kind.value: str(text) for kind, text in KINDS.items()}
            parts.append(
                template.render(book=book, code=code, own=LANGUAGES[code], roles=roles, kinds=kinds)
            )
    return environment.get_template("export/codebook_page.html").render(parts=parts, book=book)
