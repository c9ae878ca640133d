"""What the pages of enrollment show, put together from queries and from the request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma
from flask import flash, request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.enrollment import queries
from edu.enrollment.queries import OfferingChoice
from edu.enrollment.schemas import EnrollmentArguments
from edu.enrollment.steps import StepTaken
from edu.programs.queries import programs
from edu.registry.queries import PersonCard, person_card
from edu.web import cursor
from edu.web.forms import Form
from edu.web.labels import label
from edu.web.messages import sentence
from models.base import utc_today
from models.enrollments import Enrollment, EnrollmentStatus, StepReason
from models.programs import Program

FILTERS = ("status", "program_id", "offering_id")
MOST_PROGRAMS = 20


@dataclass(frozen=True)
class EnrollmentShown:
    """An enrollment, its place on the waitlist, and the steps its reader may take."""

    row: Enrollment
    place: int | None
    steps: Sequence[EnrollmentStatus]

    @property
    def holds_seat(self) -> bool:
        """Whether a withdrawal would set a place free."""
        return self.row.status is EnrollmentStatus.ENROLLED


@dataclass(frozen=True)
class PersonShown:
    """A person's page: the card, the enrollments, and where they may enroll."""

    card: PersonCard
    today: date
    enrollments: Sequence[EnrollmentShown]
    open_to: Sequence[OfferingChoice]
    closed_to: Sequence[tuple[OfferingChoice, str]]


@dataclass(frozen=True)
class EnrollmentsShown:
    """A page of the list, and how it is narrowed."""

    rows: Sequence[Enrollment]
    places: dict[int, int]
    next: str | None
    filter: dict[str, Any]
    programs: Sequence[Program]
    statuses: Sequence[EnrollmentStatus] = tuple(EnrollmentStatus)


def person_shown(session: Session, scope: Scope, person_id: int) -> PersonShown:
    """Everything the page of a person tells."""
    card = person_card(session, scope, person_id)
    choices = offering_choices(session, scope, person_id)
    found = queries.person_enrollments(session, scope, person_id=person_id)
    places = queries.places_in_line(session, found)
    return PersonShown(
        card=card,
        today=utc_today(),
        enrollments=[
            EnrollmentShown(row, places.get(row.id), steps_open_to(scope, row)) for row in found
        ],
        open_to=[choice for choice in choices if choice.obstacle is None],
        closed_to=[
            (choice, sentence(choice.obstacle.code, choice.obstacle.parameters))
            for choice in choices
            if choice.obstacle is not None
        ],
    )


def offering_choices(session: Session, scope: Scope, person_id: int) -> Sequence[OfferingChoice]:
    """Where the person might enroll today; nothing for readers who enroll nobody."""
    if not scope.may(Permission.WRITE_RECORDS):
        return ()
    return queries.choices(session, scope, person_id=person_id, on=utc_today())


def enrollments_shown(session: Session, scope: Scope) -> EnrollmentsShown:
    """The page of the list that the address asks for; a filter that makes no sense is dropped."""
    wanted = read_filter()
    after = cursor.decode(request.args.get("cursor"), (int,))
    page = queries.enrollments(session, scope, after=after, **wanted)
    return EnrollmentsShown(
        rows=page.items,
        places=queries.places_in_line(session, page.items),
        next=cursor.encode(page.next_key),
        filter=wanted,
        programs=programs(session, scope, limit=MOST_PROGRAMS).items,
    )


def read_filter() -> dict[str, Any]:
    """The filter in the address."""
    given = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    schema = EnrollmentArguments(only=FILTERS)
    try:
        return dict(schema.load(given))
    except ma.ValidationError as error:
        right = {name: given[name] for name in given if name not in error.messages_dict}
        return dict(schema.load(right))


def steps_open_to(scope: Scope, row: Enrollment) -> list[EnrollmentStatus]:
    """The steps the page offers as buttons: admission, completion, withdrawal.

    Nobody is let in from the waitlist by hand, and a transfer needs a target: no buttons.
    """
    if not scope.may(Permission.DECIDE_ENROLLMENTS):
        return []
    if row.status is EnrollmentStatus.APPLIED:
        return [EnrollmentStatus.ENROLLED, EnrollmentStatus.WITHDRAWN]
    if row.status is EnrollmentStatus.WAITLISTED:
        return [EnrollmentStatus.WITHDRAWN]
    if row.status is EnrollmentStatus.ENROLLED and scope.may(Permission.WRITE_RECORDS):
        return [EnrollmentStatus.COMPLETED, EnrollmentStatus.WITHDRAWN]
    return []


def reason_in_words(reason: str | None) -> str:
    """A reason that the service gave itself as a sentence; one that was typed as it is."""
    known = {
        StepReason.NO_SEAT_LEFT: gettext("no seat was left"),
        StepReason.PROMOTED: gettext("a seat became free"),
        StepReason.HISTORY: gettext("recorded afterwards"),
    }
    return next((text for code, text in known.items() if code == reason), reason or "")


def tell_enrolled(begun: Enrollment) -> None:
    """Say on the next page whether there was a seat."""
    if begun.status is EnrollmentStatus.WAITLISTED:
        flash(gettext("No seat is left: the person waits and will be enrolled in turn."), "warn")
    else:
        flash(gettext("The person was enrolled."), "good")


def tell_step(taken: StepTaken) -> None:
    """Say on the next page what happened, and who moved up for it."""
    state = label(taken.enrollment.status)
    flash(gettext("The step was recorded: the person is now %(state)s.", state=state), "good")
    if taken.promoted:
        flash(
            ngettext(
                "%(num)s person moved up from the waitlist.",
                "%(num)s people moved up from the waitlist.",
                taken.promoted,
            ),
            "good",
        )


def tell_problem(form: Form) -> None:
    """Say on the next page why nothing happened."""
    flash(form.problem or " ".join(form.errors.values()), "bad")
