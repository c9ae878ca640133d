"""The life of an enrollment, verb by verb."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.enrollment import service
from models.accounts import AuditEntry
from models.enrollments import STEPS, Enrollment, EnrollmentStatus
from models.errors import Conflict, NotFound, Refusal
from models.people import Person
from models.programs import Offering, Standing
from tests.factories.enrollments import make_enrollment
from tests.factories.programs import make_initiative, make_offering, make_program

S = EnrollmentStatus
DAY = date(2026, 9, 1)
LATER = date(2026, 10, 1)
Pupil = Callable[..., Person]


def enroll(
    session: Session, scope: Scope, person: Person, offering: Offering, on: date = DAY
) -> Enrollment:
    return service.enroll(session, scope, person_id=person.id, offering_id=offering.id, on=on)


def steps(enrollment: Enrollment) -> list[tuple[S | None, S]]:
    return [(event.previous, event.status) for event in enrollment.events]


def test_an_application_takes_no_seat(session: Session, scope: Scope, pupil: Pupil) -> None:
    offering = make_offering(session, capacity=1)
    applied = service.apply(session, scope, person_id=pupil().id, offering_id=offering.id, on=DAY)
    session.refresh(offering)
    assert (applied.status, offering.seats_taken) == (S.APPLIED, 0)
    assert steps(applied) == [(None, S.APPLIED)]


def test_admission_gives_a_seat(session: Session, scope: Scope, pupil: Pupil) -> None:
    offering = make_offering(session, capacity=1)
    applied = service.apply(session, scope, person_id=pupil().id, offering_id=offering.id, on=DAY)
    service.admit(session, scope, enrollment_id=applied.id, on=LATER)
    session.refresh(offering)
    assert (applied.status, applied.enrolled_on, offering.seats_taken) == (S.ENROLLED, LATER, 1)


def test_a_full_offering_puts_the_next_applicant_on_the_waitlist(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, capacity=1)
    first = enroll(session, scope, pupil(), offering)
    second = enroll(session, scope, pupil(), offering)
    assert (first.status, second.status) == (S.ENROLLED, S.WAITLISTED)
    assert second.waitlisted_on == DAY
    assert second.events[-1].reason == "no_seat_left"


def test_an_offering_without_limit_is_never_full(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session)
    assert {enroll(session, scope, pupil(), offering).status for _ in range(5)} == {S.ENROLLED}


def test_a_freed_seat_goes_to_whoever_applied_first(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, capacity=1)
    leaving = enroll(session, scope, pupil(), offering)
    late = enroll(session, scope, pupil(), offering, on=date(2026, 9, 9))
    early = enroll(session, scope, pupil(), offering, on=date(2026, 9, 3))
    taken = service.withdraw(
        session, scope, enrollment_id=leaving.id, on=LATER, reason="moved to another city"
    )
    assert taken.promoted == 1
    assert (early.status, early.enrolled_on, late.status) == (S.ENROLLED, LATER, S.WAITLISTED)
    assert early.events[-1].reason == "promoted_from_waitlist"


def test_a_withdrawal_from_the_waitlist_frees_no_seat(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, capacity=1)
    enroll(session, scope, pupil(), offering)
    second, third = (enroll(session, scope, pupil(), offering) for _ in range(2))
    taken = service.withdraw(
        session, scope, enrollment_id=second.id, on=LATER, reason="changed their mind"
    )
    assert (taken.promoted, third.status) == (0, S.WAITLISTED)


def test_completion_keeps_the_seat(session: Session, scope: Scope, pupil: Pupil) -> None:
    offering = make_offering(session, capacity=1)
    first = enroll(session, scope, pupil(), offering)
    second = enroll(session, scope, pupil(), offering)
    service.complete(session, scope, enrollment_id=first.id, on=LATER)
    assert (first.status, first.ended_on, second.status) == (S.COMPLETED, LATER, S.WAITLISTED)


def test_a_free_seat_goes_down_the_waitlist_before_it_goes_to_a_newcomer(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, capacity=1)
    waiting = make_enrollment(session, person=pupil(), offering=offering, status=S.WAITLISTED)
    newcomer = enroll(session, scope, pupil(), offering, on=LATER)
    assert (waiting.status, newcomer.status) == (S.ENROLLED, S.WAITLISTED)


def test_more_seats_let_the_waitlist_in(session: Session, scope: Scope, pupil: Pupil) -> None:
    from edu.programs.service import change_offering

    offering = make_offering(session, capacity=1)
    enroll(session, scope, pupil(), offering)
    waiting = [enroll(session, scope, pupil(), offering) for _ in range(3)]
    change_offering(session, scope, offering_id=offering.id, capacity=3, on=LATER)
    assert [found.status for found in waiting] == [S.ENROLLED, S.ENROLLED, S.WAITLISTED]
    assert offering.seats_taken == 3


def test_somebody_waiting_cannot_be_admitted_out_of_turn(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, capacity=1)
    enroll(session, scope, pupil(), offering)
    waiting = enroll(session, scope, pupil(), offering)
    with pytest.raises(Conflict, match="offering_full"):
        service.admit(session, scope, enrollment_id=waiting.id, on=LATER)


def test_nobody_waits_while_a_seat_is_free(session: Session, scope: Scope, pupil: Pupil) -> None:
    offering = make_offering(session, capacity=1)
    applied = service.apply(session, scope, person_id=pupil().id, offering_id=offering.id, on=DAY)
    with pytest.raises(Conflict, match="seat_free"):
        service.put_on_waitlist(session, scope, enrollment_id=applied.id, on=DAY)
    enroll(session, scope, pupil(), offering)
    service.put_on_waitlist(session, scope, enrollment_id=applied.id, on=DAY)
    assert applied.status is S.WAITLISTED


def test_nobody_takes_part_in_an_offering_twice_at_once(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering, person = make_offering(session), pupil()
    first = enroll(session, scope, person, offering)
    with pytest.raises(Conflict, match="already_enrolled"):
        enroll(session, scope, person, offering)
    service.withdraw(session, scope, enrollment_id=first.id, on=LATER, reason="illness")
    assert enroll(session, scope, person, offering, on=LATER).status is S.ENROLLED


def test_a_planned_initiative_takes_nobody(session: Session, scope: Scope, pupil: Pupil) -> None:
    planned = make_initiative(session, standing=Standing.PLANNED)
    offering = make_offering(session, program=make_program(session, initiative=planned))
    with pytest.raises(Conflict, match="initiative_planned"):
        enroll(session, scope, pupil(), offering)


@pytest.mark.parametrize(
    ("standing", "code"),
    [(Standing.PLANNED, "offering_planned"), (Standing.CLOSED, "offering_closed")],
)
def test_only_an_open_offering_takes_people(
    session: Session, scope: Scope, pupil: Pupil, standing: Standing, code: str
) -> None:
    with pytest.raises(Conflict, match=code):
        enroll(session, scope, pupil(), make_offering(session, standing=standing))


def test_whoever_is_enrolled_can_still_finish_once_the_offering_is_closed(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session)
    enrollment = enroll(session, scope, pupil(), offering)
    offering.standing = Standing.CLOSED
    service.complete(session, scope, enrollment_id=enrollment.id, on=LATER)
    assert enrollment.status is S.COMPLETED


@pytest.mark.parametrize("on", [date(2025, 8, 30), date(2027, 5, 26)])
def test_nobody_enrolls_outside_the_days_of_the_offering(
    session: Session, scope: Scope, pupil: Pupil, on: date
) -> None:
    with pytest.raises(Refusal, match="date_outside_offering"):
        enroll(session, scope, pupil(), make_offering(session), on=on)


def test_nobody_completes_before_the_offering_begins(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    enrollment = enroll(session, scope, pupil(), make_offering(session), on=date(2026, 8, 20))
    with pytest.raises(Refusal, match="date_outside_offering"):
        service.complete(session, scope, enrollment_id=enrollment.id, on=date(2026, 8, 31))


def enrollment_in(
    session: Session, scope: Scope, pupil: Pupil, state: EnrollmentStatus
) -> Enrollment:
    offering = make_offering(session)
    return make_enrollment(session, person=pupil(), offering=offering, status=state, on=DAY)


@pytest.mark.parametrize("following", S)
@pytest.mark.parametrize("state", S)
def test_from_every_state_to_every_state(
    session: Session, scope: Scope, pupil: Pupil,
    state: EnrollmentStatus, following: EnrollmentStatus,
) -> None:  # fmt: skip
    enrollment = enrollment_in(session, scope, pupil, state)

    def step() -> EnrollmentStatus:
        return service.take_step(
            session, scope, enrollment_id=enrollment.id, status=following, on=LATER, reason="why"
        ).enrollment.status

    if following is S.WAITLISTED and state is S.APPLIED:
        expected: str | None = "seat_free"
    elif following is S.TRANSFERRED and state is S.ENROLLED:
        expected = "transfer_without_target"
    elif following in STEPS[state]:
        expected = None
    else:
        expected = "illegal_step" if STEPS[state] else "enrollment_over"
    if expected is None:
        assert step() is following
        return
    before = len(enrollment.events)
    with pytest.raises(Refusal) as refused:
        step()
    session.refresh(enrollment)
    assert refused.value.code == expected
    assert (enrollment.status, len(enrollment.events)) == (state, before)


@pytest.mark.parametrize("reason", ["", None])
def test_a_withdrawal_needs_a_reason(
    session: Session, scope: Scope, pupil: Pupil, reason: str | None
) -> None:
    enrollment = enrollment_in(session, scope, pupil, S.ENROLLED)
    with pytest.raises(Conflict, match="reason_required"):
        service.take_step(
            session, scope, enrollment_id=enrollment.id, status=S.WITHDRAWN, on=LATER,
            reason=reason,
        )  # fmt: skip


def test_every_step_is_told_and_audited(session: Session, scope: Scope, pupil: Pupil) -> None:
    enrollment = enroll(session, scope, pupil(), make_offering(session))
    service.withdraw(session, scope, enrollment_id=enrollment.id, on=LATER, reason="illness")
    session.commit()
    assert steps(enrollment) == [
        (None, S.APPLIED), (S.APPLIED, S.ENROLLED), (S.ENROLLED, S.WITHDRAWN),
    ]  # fmt: skip
    assert enrollment.events[-1].reason == "illness"
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert set(entry.changed["enrollment"]) == {enrollment.id}


@pytest.mark.parametrize("enrollment_id", [0, 1, 2**63])
def test_an_absent_enrollment_takes_no_step(
    session: Session, scope: Scope, enrollment_id: int
) -> None:
    with pytest.raises(NotFound):
        service.complete(session, scope, enrollment_id=enrollment_id, on=LATER)
