"""What the pages of the registry show, put together from queries and from the request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.intake import FileRefused, ImportCount, IncomingFile
from edu.registry import places, queries
from edu.registry.queries import PersonRow
from edu.registry.schemas import PeopleFilter
from edu.registry.service import Registered
from edu.registry.years import academic_year_of
from edu.web import cursor
from edu.web.forms import Form
from edu.web.messages import sentence
from edu.web.problem import row_error
from models.base import utc_today
from models.people import LearnerRole
from models.places import School, SchoolClass

MOST_SCHOOLS = 20  # to choose from; whoever answers for more does not register by form
FILTERS = ("school_id", "class_id", "role", "name")


@dataclass(frozen=True)
class PeopleShown:
    """A page of the list, and how it may be narrowed."""

    rows: Sequence[PersonRow]
    next: str | None
    filter: dict[str, Any]
    classes: Sequence[SchoolClass]
    roles: Sequence[LearnerRole]
    several_schools: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter or a later page is shown rather than everybody."""
        return any(self.filter.values()) or "cursor" in request.args


@dataclass(frozen=True)
class Choices:
    """What the form of a person chooses from."""

    schools: Sequence[School]
    classes: Sequence[SchoolClass]


@dataclass(frozen=True)
class Brought:
    """What became of a file: its counts, or the errors for which nothing was saved."""

    name: str
    count: ImportCount | None
    errors: Sequence[dict[str, Any]]

    @property
    def status(self) -> int:
        """The meaning in HTTP terms."""
        return 422 if self.errors else 200


def people_shown(session: Session, scope: Scope) -> PeopleShown:
    """The page of the list that the address asks for; a filter that makes no sense is dropped."""
    wanted = read_filter()
    after = cursor.decode(request.args.get("cursor"), (str, int))
    page = queries.list_people(session, scope, after=after, **wanted)
    return PeopleShown(
        rows=page.items,
        next=cursor.encode(page.next_key),
        filter=wanted,
        classes=places.latest_classes(session, scope) if is_small(scope) else (),
        roles=tuple(LearnerRole),
        several_schools=len(scope.school_ids) > 1,
    )


def read_filter() -> dict[str, Any]:
    """The filter in the address."""
    given = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    schema = PeopleFilter()
    try:
        return dict(schema.load(given))
    except ma.ValidationError as error:
        wrong = error.messages_dict
        return dict(schema.load({name: given[name] for name in given if name not in wrong}))


def is_small(scope: Scope) -> bool:
    """Whether the caller's schools are few enough to choose from."""
    return len(scope.school_ids) <= MOST_SCHOOLS


def blank_form(scope: Scope) -> Form:
    """The form of a new person, with what can be known beforehand."""
    raw: dict[str, Any] = {"academic_year": academic_year_of(utc_today())}
    return Form(raw={**raw, "role": LearnerRole.PUPIL.value, **request.args.to_dict()})


def form_choices(session: Session, scope: Scope) -> Choices:
    """The caller's schools and their classes of the latest academic year."""
    schools = places.list_schools(session, scope, limit=MOST_SCHOOLS).items
    return Choices(schools, places.latest_classes(session, scope) if is_small(scope) else ())


def tell_registered(added: Registered) -> None:
    """Say on the next page that the person was registered, and what to look at again."""
    flash(gettext("The person was registered."), "good")
    for code in added.warnings:
        flash(sentence(code, {}), "warn")


def bring_file(importer: Callable[[IncomingFile], ImportCount]) -> Brought:
    """Give the posted file to `importer`; what it refuses is shown, not raised."""
    upload = request.files.get("file")
    name = upload.filename if upload and upload.filename else ""
    file = IncomingFile(name, upload.read() if upload else b"")
    try:
        return Brought(name, importer(file), ())
    except FileRefused as refused:
        return Brought(name, None, [row_error(error) for error in refused.errors])
