"""The life of an enrollment: each verb takes the steps it needs, or none."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.enrollment.candidates import candidate_at, read_stays
from edu.enrollment.rules import date_obstacle, intake_obstacle, obstacle
from edu.enrollment.steps import StepTaken, begin, fill, is_full, move, own_enrollment, tell
from edu.programs.service import lock_offering
from models.enrollments import Enrollment, EnrollmentStatus, StepReason, check_step
from models.errors import Conflict, NotFound, Refusal
from models.keyset import read_one
from models.people import Person
from models.places import School
from models.programs import Offering

S = EnrollmentStatus


def apply(
    session: Session, scope: Scope, *, person_id: int, offering_id: int, on: date
) -> Enrollment:
    """Record that a person of the caller's school wants to take part; takes no seat yet."""
    scope.require(Permission.WRITE_RECORDS)
    offering = open_offering(session, offering_id, on)
    return application(session, scope, person_id, offering, on)


def open_offering(session: Session, offering_id: int, on: date) -> Offering:
    """The offering, locked, if it takes people on the day `on`."""
    offering = lock_offering(session, offering_id)
    refuse(intake_obstacle(offering, offering.program.initiative))
    refuse(date_obstacle(offering, S.APPLIED, on))
    return offering


def application(
    session: Session, scope: Scope, person_id: int, offering: Offering, on: date
) -> Enrollment:
    """Write the application of a person of the caller's school who is eligible."""
    person = read_one(session, Person, person_id, joinedload(Person.school))
    scope.require_school(person.school_id)
    require_eligible(session, person.id, person.school, offering, on)
    return begin(
        session,
        scope,
        person_id=person.id,
        offering_id=offering.id,
        school_id=person.school_id,
        on=on,
    )


def admit(session: Session, scope: Scope, *, enrollment_id: int, on: date) -> StepTaken:
    """Give an applicant a seat, or a place on the waitlist where none is left.

    Whoever applied earlier comes first: a free seat goes down the waitlist before it goes here.
    """
    scope.require(Permission.DECIDE_ENROLLMENTS)
    enrollment = own_enrollment(session, scope, enrollment_id)
    check_step(enrollment.status, S.ENROLLED, None)
    offering = enrollment.offering
    refuse(intake_obstacle(offering, offering.program.initiative))
    refuse(date_obstacle(offering, S.ENROLLED, on))
    return seat(session, scope, enrollment, offering, on)


def seat(
    session: Session, scope: Scope, enrollment: Enrollment, offering: Offering, on: date
) -> StepTaken:
    """Give the seats that are free: first down the waitlist, then to this enrollment."""
    promoted = fill(session, scope, offering, on=on)
    if enrollment.id in promoted:
        return StepTaken(enrollment, len(promoted) - 1)
    if not is_full(session, offering):
        move(session, scope, enrollment, S.ENROLLED, on=on)
    elif enrollment.status is S.WAITLISTED:
        raise Conflict("offering_full", found=offering.code, expected=offering.capacity)
    else:
        move(session, scope, enrollment, S.WAITLISTED, on=on, reason=StepReason.NO_SEAT_LEFT)
    return StepTaken(enrollment, len(promoted))


def enroll(
    session: Session, scope: Scope, *, person_id: int, offering_id: int, on: date
) -> Enrollment:
    """Apply and admit in one act."""
    scope.require(Permission.WRITE_RECORDS)
    scope.require(Permission.DECIDE_ENROLLMENTS)
    offering = open_offering(session, offering_id, on)
    applied = application(session, scope, person_id, offering, on)
    return seat(session, scope, applied, offering, on).enrollment


def put_on_waitlist(session: Session, scope: Scope, *, enrollment_id: int, on: date) -> StepTaken:
    """Let an applicant wait; refused while a seat is free."""
    scope.require(Permission.DECIDE_ENROLLMENTS)
    enrollment = own_enrollment(session, scope, enrollment_id)
    check_step(enrollment.status, S.WAITLISTED, None)
    refuse(date_obstacle(enrollment.offering, S.WAITLISTED, on))
    if not is_full(session, enrollment.offering):
        raise Conflict("seat_free", found=enrollment.offering.code)
    move(session, scope, enrollment, S.WAITLISTED, on=on, reason=StepReason.NO_SEAT_LEFT)
    return StepTaken(enrollment)


def withdraw(
    session: Session, scope: Scope, *, enrollment_id: int, on: date, reason: str
) -> StepTaken:
    """End a participation before its completion; the seat goes to the waitlist.

    Whoever decides on applications may also turn one down; only the school ends a participation.
    """
    scope.require(Permission.DECIDE_ENROLLMENTS)
    enrollment = own_enrollment(session, scope, enrollment_id)
    held_seat = enrollment.status is S.ENROLLED
    if held_seat:
        scope.require(Permission.WRITE_RECORDS)
    check_step(enrollment.status, S.WITHDRAWN, reason)
    refuse(date_obstacle(enrollment.offering, S.WITHDRAWN, on))
    move(session, scope, enrollment, S.WITHDRAWN, on=on, reason=reason)
    promoted = fill(session, scope, enrollment.offering, on=on) if held_seat else ()
    return StepTaken(enrollment, len(promoted))


def complete(
    session: Session, scope: Scope, *, enrollment_id: int, on: date, reason: str | None = None
) -> StepTaken:
    """Record that the person finished; the seat stays taken."""
    scope.require(Permission.WRITE_RECORDS)
    enrollment = own_enrollment(session, scope, enrollment_id)
    check_step(enrollment.status, S.COMPLETED, reason)
    refuse(date_obstacle(enrollment.offering, S.COMPLETED, on))
    move(session, scope, enrollment, S.COMPLETED, on=on, reason=reason)
    return StepTaken(enrollment)


def transfer(
    session: Session,
    scope: Scope,
    *,
    enrollment_id: int,
    on: date,
    reason: str,
    offering_id: int | None = None,
    school: str | None = None,
) -> StepTaken:
    """Continue in another offering, for another school (its code), or both.

    The old enrollment ends as transferred and a new one begins, each naming the other. Refused
    where the new offering has no seat: nobody loses a seat by moving.
    """
    scope.require(Permission.DECIDE_ENROLLMENTS)
    known = read_one(session, Enrollment, enrollment_id)
    target = read_one(session, Offering, offering_id or known.offering_id)
    for key in sorted({known.offering_id, target.id}):
        lock_offering(session, key)
    old = own_enrollment(session, scope, enrollment_id)
    check_step(old.status, S.TRANSFERRED, reason)
    refuse(date_obstacle(old.offering, S.TRANSFERRED, on))
    receiving = receiving_school(session, scope, old, school)
    require_target(session, old, target, receiving, on)
    old.step_to(S.TRANSFERRED, on, reason)
    session.flush()
    new = begin(
        session, scope, person_id=old.person_id, offering_id=target.id,
        school_id=receiving.id, on=on, linked_id=old.id,
    )  # fmt: skip
    tell(session, scope, old, previous=S.ENROLLED, on=on, linked_id=new.id)
    move(session, scope, new, S.ENROLLED, on=on)
    promoted = fill(session, scope, old.offering, on=on) if target.id != old.offering_id else ()
    return StepTaken(new, len(promoted))


def receiving_school(session: Session, scope: Scope, old: Enrollment, code: str | None) -> School:
    """The school the participation will count for; one out of reach is unknown here."""
    if code is None:
        return read_one(session, School, old.school_id)
    found = session.scalar(select(School).where(School.code == code))
    try:
        scope.require_school(found.id if found else 0)
    except NotFound:
        found = None
    if found is None:
        raise Refusal("unknown_school", field="school", found=code)
    return found


def require_target(
    session: Session, old: Enrollment, target: Offering, receiving: School, on: date
) -> None:
    """Refuse a transfer to where the person is already, may not be, or finds no seat."""
    if (target.id, receiving.id) == (old.offering_id, old.school_id):
        raise Refusal("transfer_without_target")
    require_eligible(session, old.person_id, receiving, target, on)
    if target.id == old.offering_id:
        return
    refuse(intake_obstacle(target, target.program.initiative))
    refuse(date_obstacle(target, S.ENROLLED, on))
    if is_full(session, target):
        raise Conflict("offering_full", found=target.code, expected=target.capacity)


def promote_next(session: Session, scope: Scope, *, offering_id: int, on: date) -> int:
    """Give free seats, if any, to those who applied first; how many moved up."""
    scope.require(Permission.DECIDE_ENROLLMENTS)
    return len(fill(session, scope, lock_offering(session, offering_id), on=on))


def take_step(
    session: Session,
    scope: Scope,
    *,
    enrollment_id: int,
    status: EnrollmentStatus,
    on: date,
    reason: str | None = None,
) -> StepTaken:
    """Take the step to `status`; the state that follows may be the waitlist instead of a seat."""
    if status is S.ENROLLED:
        return admit(session, scope, enrollment_id=enrollment_id, on=on)
    if status is S.WAITLISTED:
        return put_on_waitlist(session, scope, enrollment_id=enrollment_id, on=on)
    if status is S.WITHDRAWN:
        return withdraw(session, scope, enrollment_id=enrollment_id, on=on, reason=reason or "")
    if status is S.COMPLETED:
        return complete(session, scope, enrollment_id=enrollment_id, on=on, reason=reason)
    scope.require(Permission.DECIDE_ENROLLMENTS)
    check_step(own_enrollment(session, scope, enrollment_id).status, status, reason)
    raise Refusal("transfer_without_target")


def require_eligible(
    session: Session, person_id: int, school: School, offering: Offering, on: date
) -> None:
    """Refuse somebody the offering is not for, and say what is not met."""
    year = offering.academic_year
    stays = read_stays(session, [person_id], [year])
    found = candidate_at(stays, person_id=person_id, school=school, academic_year=year, on=on)
    refuse(obstacle(offering, found))


def refuse(reason: Refusal | None) -> None:
    """Raise the reason, if there is one."""
    if reason is not None:
        raise reason


# How a participation may begin.
VERBS = {S.APPLIED: apply, S.ENROLLED: enroll}
