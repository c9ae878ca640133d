"""Reading enrollments, as far as the caller's schools reach. Who is shown is named in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.enrollment.candidates import candidate_at, enrolled_elsewhere, read_stays
from edu.enrollment.rules import Candidate, obstacle
from edu.programs.seats import Seats, seat_reader
from edu.registry.queries import in_reach, reachable_person
from models.enrollments import ACTIVE, Enrollment, EnrollmentStatus
from models.errors import Conflict, NotFound, Refusal
from models.keyset import LARGEST_KEY, Page, read_one, read_page
from models.people import Person, PersonIdentity
from models.programs import Initiative, Offering, Program, Standing
from models.waitlist import waitlist_places

PAGE = 50


@dataclass(frozen=True)
class WaitingRow:
    """Somebody of the caller's on a waitlist, and their place in it among all schools."""

    enrollment: Enrollment
    place: int


@dataclass(frozen=True)
class OfferingChoice:
    """An offering within reach of a person, and why they cannot enroll in it, if so."""

    offering: Offering
    seats: Seats
    obstacle: Refusal | None


def enrollments(
    session: Session,
    scope: Scope,
    *,
    status: EnrollmentStatus | None = None,
    program_id: int | None = None,
    offering_id: int | None = None,
    person_id: int | None = None,
    school_id: int | None = None,
    after: tuple[int] | None = None,
    limit: int = PAGE,
) -> Page[Enrollment]:
    """Enrollments of the caller's schools, the newest first."""
    scope.require(Permission.READ_RECORDS)
    statement = own(scope).options(*told_in_lists())
    equal = {
        Enrollment.status: status,
        Enrollment.offering_id: offering_id,
        Enrollment.person_id: person_id,
        Enrollment.school_id: school_id,
    }
    for column, wanted in equal.items():
        if wanted is not None:
            statement = statement.where(column == wanted)
    if program_id is not None:
        # Ids beforehand: told the offerings, the planner reads the list in its order.
        offerings = session.scalars(select(Offering.id).where(Offering.program_id == program_id))
        statement = statement.where(Enrollment.offering_id.in_(offerings.all()))
    page = read_page(session, statement, [Enrollment.id], after=after, limit=limit, descending=True)
    note_shown(session, page.items)
    return page


def enrollment(session: Session, scope: Scope, *, enrollment_id: int) -> Enrollment:
    """One enrollment with its history; NotFound out of reach."""
    scope.require(Permission.READ_RECORDS)
    if not 0 < enrollment_id <= LARGEST_KEY:
        raise NotFound("not_found")
    statement = own(scope).options(*told_in_lists(), selectinload(Enrollment.events))
    statement = statement.execution_options(
        populate_existing=True
    )  # a step may just have been taken
    found = session.scalar(statement.where(Enrollment.id == enrollment_id))
    if found is None:
        raise NotFound("not_found")
    note_shown(session, [found])
    return found


def person_enrollments(session: Session, scope: Scope, *, person_id: int) -> Sequence[Enrollment]:
    """A person's enrollments with their history, the newest first."""
    scope.require(Permission.READ_RECORDS)
    statement = own(scope).where(Enrollment.person_id == person_id)
    statement = statement.options(*told_in_lists(), selectinload(Enrollment.events))
    found = session.scalars(statement.order_by(Enrollment.id.desc())).all()
    note_shown(session, found)
    return found


def roster(
    session: Session,
    scope: Scope,
    *,
    offering_id: int,
    after: tuple[str, int] | None = None,
    limit: int = PAGE,
) -> Page[Enrollment]:
    """The caller's people of an offering, whatever became of them, in Kazakh alphabetical order."""
    scope.require(Permission.READ_RECORDS)
    read_one(session, Offering, offering_id)
    statement = (
        own(scope)
        .join(PersonIdentity, PersonIdentity.person_id == Enrollment.person_id)
        .where(Enrollment.offering_id == offering_id)
        .options(*told_in_lists())
    )
    keys = [PersonIdentity.sort_key, Enrollment.id]
    page = read_page(session, statement, keys, after=after, limit=limit)
    note_shown(session, page.items)
    return page


def waitlist(session: Session, scope: Scope, *, offering_id: int) -> list[WaitingRow]:
    """The caller's people on an offering's waitlist, in the order in which seats are given."""
    scope.require(Permission.READ_RECORDS)
    read_one(session, Offering, offering_id)
    statement = own(scope).where(
        Enrollment.offering_id == offering_id,
        Enrollment.status == EnrollmentStatus.WAITLISTED,
    )
    found = session.scalars(statement.options(*told_in_lists())).all()
    note_shown(session, found)
    places = places_in_line(session, found)
    rows = [WaitingRow(waiting, places[waiting.id]) for waiting in found]
    return sorted(rows, key=lambda row: row.place)


def places_in_line(session: Session, found: Sequence[Enrollment]) -> dict[int, int]:
    """The place on its waitlist of each enrollment that waits, by id."""
    waiting = {row.offering_id for row in found if row.status is EnrollmentStatus.WAITLISTED}
    return waitlist_places(session, waiting) if waiting else {}


def choices(session: Session, scope: Scope, *, person_id: int, on: date) -> list[OfferingChoice]:
    """Offerings that take people on the day `on` where the person is, eligible or not."""
    scope.require(Permission.READ_RECORDS)
    person = reachable_person(session, scope, person_id)
    taking_part = select(Enrollment.offering_id, Enrollment.status).where(
        Enrollment.person_id == person_id, Enrollment.status.in_(ACTIVE)
    )
    active = {row.offering_id: row.status for row in session.execute(taking_part)}
    found = candidacies(session, person, on)
    elsewhere = enrolled_elsewhere(session, [person_id], [offering.id for offering, _ in found])
    reader = seat_reader(session, scope)
    return [
        OfferingChoice(
            offering,
            reader.seats(offering),
            already(active.get(offering.id), (person_id, offering.id) in elsewhere)
            or obstacle(offering, candidate),
        )
        for offering, candidate in found
    ]


def candidacies(session: Session, person: Person, on: date) -> list[tuple[Offering, Candidate]]:
    """The open offerings where the person is, each with what the person is in its year."""
    found = session.scalars(open_offerings(person, on)).all()
    stays = read_stays(session, [person.id], {offering.academic_year for offering in found})
    return [
        (
            offering,
            candidate_at(
                stays,
                person_id=person.id,
                school=person.school,
                academic_year=offering.academic_year,
                on=on,
            ),
        )
        for offering in found
    ]


def open_offerings(person: Person, on: date) -> Select[Offering]:
    """Offerings at the person's school, in their region, or in the nation, that are not over."""
    here = or_(
        Offering.school_id == person.school_id,
        Offering.school_id.is_(None) & (Offering.region_id == person.school.region_id),
        Offering.school_id.is_(None) & Offering.region_id.is_(None),
    )
    return (
        select(Offering)
        .join(Offering.program)
        .join(Program.initiative)
        .where(
            here,
            Offering.standing == Standing.OPEN,
            Initiative.standing != Standing.PLANNED,
            Offering.ends_on >= on,
        )
        .options(joinedload(Offering.program).joinedload(Program.initiative))
        .order_by(Offering.program_id, Offering.id)
    )


def already(status: EnrollmentStatus | None, elsewhere: bool) -> Refusal | None:
    """Why somebody who takes part cannot enroll again."""
    if status:
        return Conflict("already_enrolled", found=status)
    return Conflict("enrolled_elsewhere") if elsewhere else None


def own(scope: Scope) -> Select[Enrollment]:
    """Enrollments within the caller's reach."""
    return select(Enrollment).where(in_reach(scope, Enrollment.school_id))


def told_in_lists() -> tuple[ORMOption, ...]:
    """What a list tells of an enrollment besides its own row, read in one go each."""
    return (
        selectinload(Enrollment.person).selectinload(Person.identity),
        selectinload(Enrollment.offering).selectinload(Offering.program),
        selectinload(Enrollment.school),
    )


def note_shown(session: Session, found: Sequence[Enrollment]) -> None:
    """Name in the audit whose participation was shown."""
    if found:
        audit.note_read(session, "person", sorted({row.person_id for row in found}))
        audit.note_read(session, "enrollment", [row.id for row in found])
