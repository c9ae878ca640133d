"""Writing a step: the enrollment's new state, the event that tells of it, the audit."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Scope
from edu.enrollment.candidates import enrolled_elsewhere
from edu.programs.service import lock_offering
from models.enrollments import ACTIVE, Enrollment, EnrollmentEvent, EnrollmentStatus
from models.errors import Conflict
from models.keyset import read_one
from models.programs import Offering
from models.waitlist import fill_seats


@dataclass(frozen=True)
class StepTaken:
    """An enrollment after a step, and how many of the waitlist moved up because of it."""

    enrollment: Enrollment
    promoted: int = 0


def own_enrollment(session: Session, scope: Scope, enrollment_id: int) -> Enrollment:
    """An enrollment in reach, as it now stands: its offering is locked until the end."""
    enrollment = read_one(session, Enrollment, enrollment_id)
    scope.require_school(enrollment.school_id)
    lock_offering(session, enrollment.offering_id)
    session.refresh(enrollment)
    return enrollment


def begin(
    session: Session,
    scope: Scope,
    *,
    person_id: int,
    offering_id: int,
    school_id: int,
    on: date,
    linked_id: int | None = None,
) -> Enrollment:
    """Write an application; the offering is locked already."""
    refuse_second(session, person_id, offering_id)
    enrollment = Enrollment(
        person_id=person_id,
        offering_id=offering_id,
        school_id=school_id,
        status=EnrollmentStatus.APPLIED,
        applied_on=on,
    )
    session.add(enrollment)
    session.flush()
    tell(session, scope, enrollment, previous=None, on=on, linked_id=linked_id)
    return enrollment


def refuse_second(session: Session, person_id: int, offering_id: int) -> None:
    """Nobody takes part in an offering twice at once."""
    statement = select(Enrollment.status).where(
        Enrollment.person_id == person_id,
        Enrollment.offering_id == offering_id,
        Enrollment.status.in_(ACTIVE),
    )
    status = session.scalar(statement)
    if status is not None:
        raise Conflict("already_enrolled", found=status)
    if enrolled_elsewhere(session, [person_id], [offering_id]):
        raise Conflict("enrolled_elsewhere")


def move(
    session: Session,
    scope: Scope,
    enrollment: Enrollment,
    status: EnrollmentStatus,
    *,
    on: date,
    reason: str | None = None,
) -> None:
    """Take a step, or refuse: the order of states and dates is the model's law."""
    previous = enrollment.status
    enrollment.step_to(status, on, reason)
    session.flush()
    tell(session, scope, enrollment, previous=previous, on=on)


def tell(
    session: Session,
    scope: Scope,
    enrollment: Enrollment,
    *,
    previous: EnrollmentStatus | None,
    on: date,
    linked_id: int | None = None,
) -> None:
    """Write the event of the step just taken."""
    session.add(
        EnrollmentEvent(
            enrollment_id=enrollment.id,
            school_id=enrollment.school_id,
            previous=previous,
            status=enrollment.status,
            happened_on=on,
            reason=enrollment.reason,
            actor_id=scope.actor_id,
            linked_id=linked_id,
        )
    )
    session.flush()
    audit.note_changed(session, "enrollment", [enrollment.id])


def fill(session: Session, scope: Scope, offering: Offering, *, on: date) -> tuple[int, ...]:
    """Give free seats to those who applied first; the enrollments that moved up."""
    promoted = fill_seats(session, offering.id, on=on, actor_id=scope.actor_id)
    if promoted:
        audit.note_changed(session, "enrollment", promoted)
    return promoted


def is_full(session: Session, offering: Offering) -> bool:
    """Whether no seat is free; the offering is locked already, so it stays so."""
    session.refresh(offering, ["seats_taken"])
    return offering.capacity is not None and offering.seats_taken >= offering.capacity
