"""The order of an enrollment's states and dates, and the seats the database counts."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.enrollments import (
    REASON_REQUIRED,
    STEPS,
    Enrollment,
    EnrollmentStatus,
    check_step,
)
from models.errors import Conflict
from models.people import Person
from models.programs import Offering
from models.waitlist import fill_seats, waitlist_places
from tests.factories.enrollments import make_enrollment
from tests.factories.people import make_person
from tests.factories.places import make_district, make_school, region
from tests.factories.programs import make_offering

S = EnrollmentStatus
LEGAL = {
    (None, S.APPLIED),
    (S.APPLIED, S.WAITLISTED),
    (S.APPLIED, S.ENROLLED),
    (S.APPLIED, S.WITHDRAWN),
    (S.WAITLISTED, S.ENROLLED),
    (S.WAITLISTED, S.WITHDRAWN),
    (S.ENROLLED, S.COMPLETED),
    (S.ENROLLED, S.WITHDRAWN),
    (S.ENROLLED, S.TRANSFERRED),
}
EVERY_PAIR = [(current, following) for current in STEPS for following in S]
DAY = date(2026, 9, 1)


@pytest.mark.parametrize(("current", "following"), EVERY_PAIR)
def test_from_every_state_only_the_legal_steps_lead_on(
    current: EnrollmentStatus | None, following: EnrollmentStatus
) -> None:
    if (current, following) in LEGAL:
        check_step(current, following, "moved away")
        return
    with pytest.raises(Conflict) as refused:
        check_step(current, following, "moved away")
    over = current in (S.COMPLETED, S.WITHDRAWN, S.TRANSFERRED)
    assert refused.value.code == ("enrollment_over" if over else "illegal_step")
    assert refused.value.parameters["found"] == following


@pytest.mark.parametrize("following", sorted(REASON_REQUIRED))
@pytest.mark.parametrize("reason", [None, ""])
def test_an_end_before_completion_needs_a_reason(
    following: EnrollmentStatus, reason: str | None
) -> None:
    with pytest.raises(Conflict, match="reason_required"):
        check_step(S.ENROLLED, following, reason)


@pytest.mark.parametrize("following", [S.ENROLLED, S.WAITLISTED, S.WITHDRAWN])
def test_no_step_lies_before_the_last_one(following: EnrollmentStatus) -> None:
    enrollment = Enrollment(status=S.APPLIED, applied_on=DAY)
    with pytest.raises(Conflict, match="date_before_last_step"):
        enrollment.step_to(following, date(2026, 8, 31), "moved away")
    assert enrollment.status is S.APPLIED


def test_the_day_on_the_waitlist_counts_as_a_step() -> None:
    enrollment = Enrollment(status=S.APPLIED, applied_on=DAY)
    enrollment.step_to(S.WAITLISTED, date(2026, 9, 5), None)
    with pytest.raises(Conflict, match="date_before_last_step"):
        enrollment.step_to(S.ENROLLED, date(2026, 9, 4), None)


def test_each_state_remembers_its_day() -> None:
    enrollment = Enrollment(status=S.APPLIED, applied_on=DAY)
    enrollment.step_to(S.WAITLISTED, date(2026, 9, 2), None)
    enrollment.step_to(S.ENROLLED, date(2026, 9, 3), None)
    enrollment.step_to(S.COMPLETED, date(2026, 9, 3), None)
    assert (enrollment.waitlisted_on, enrollment.enrolled_on, enrollment.ended_on) == (
        date(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 3),
    )  # fmt: skip


def people(session: Session, count: int) -> list[Person]:
    district = make_district(session, region=region(session))
    school = make_school(session, district=district)
    return [make_person(session, school=school) for _ in range(count)]


def seats(session: Session, offering: Offering) -> int:
    session.refresh(offering, ["seats_taken"])
    return offering.seats_taken


def test_enrolled_and_completed_hold_a_seat_and_nobody_else(session: Session) -> None:
    offering = make_offering(session, capacity=10)
    for person, status in zip(people(session, len(S)), S, strict=True):
        make_enrollment(session, person=person, offering=offering, status=status)
    assert seats(session, offering) == 2


def test_a_change_of_state_moves_the_seat(session: Session) -> None:
    offering = make_offering(session, capacity=1)
    enrollment = make_enrollment(session, person=people(session, 1)[0], offering=offering)
    assert seats(session, offering) == 1
    enrollment.step_to(S.WITHDRAWN, DAY, "moved away")
    session.flush()
    assert seats(session, offering) == 0
    session.delete(enrollment.events[0])
    session.delete(enrollment)
    session.flush()
    assert seats(session, offering) == 0


def test_a_deleted_enrollment_frees_its_seat(session: Session) -> None:
    offering = make_offering(session, capacity=1)
    enrollment = make_enrollment(session, person=people(session, 1)[0], offering=offering)
    session.delete(enrollment.events[0])
    session.delete(enrollment)
    session.flush()
    assert seats(session, offering) == 0


def test_the_database_itself_refuses_one_seat_too_many(session: Session) -> None:
    first, second = people(session, 2)
    offering = make_offering(session, capacity=1)
    make_enrollment(session, person=first, offering=offering)
    with pytest.raises(IntegrityError, match="ck_offering_seats"):
        make_enrollment(session, person=second, offering=offering)


def test_nobody_takes_part_twice_at_once_but_may_come_again(session: Session) -> None:
    (person,) = people(session, 1)
    offering = make_offering(session)
    make_enrollment(session, person=person, offering=offering, status=S.WITHDRAWN)
    make_enrollment(session, person=person, offering=offering, status=S.ENROLLED)
    with pytest.raises(IntegrityError, match="uq_enrollment_active"):
        make_enrollment(session, person=person, offering=offering, status=S.APPLIED)


def waiting(session: Session, offering: Offering, *days: int) -> list[Enrollment]:
    return [
        make_enrollment(
            session,
            person=person,
            offering=offering,
            status=S.WAITLISTED,
            on=date(2026, 9, day),
        )
        for person, day in zip(people(session, len(days)), days, strict=True)
    ]


def test_the_waitlist_moves_up_in_the_order_of_application(session: Session) -> None:
    offering = make_offering(session, capacity=2)
    late, early, same_day = waiting(session, offering, 9, 3, 3)
    assert waitlist_places(session, [offering.id]) == {early.id: 1, same_day.id: 2, late.id: 3}
    promoted = fill_seats(session, offering.id, on=date(2026, 9, 10), actor_id=7)
    assert set(promoted) == {early.id, same_day.id}
    assert (early.status, late.status) == (S.ENROLLED, S.WAITLISTED)
    assert early.events[-1].reason == "promoted_from_waitlist"
    assert (early.events[-1].previous, early.events[-1].actor_id) == (S.WAITLISTED, 7)
    assert waitlist_places(session, [offering.id]) == {late.id: 1}


def test_nobody_moves_up_before_the_day_they_began_to_wait(session: Session) -> None:
    offering = make_offering(session, capacity=1)
    (enrollment,) = waiting(session, offering, 9)
    fill_seats(session, offering.id, on=date(2026, 9, 1), actor_id=None)
    assert enrollment.enrolled_on == date(2026, 9, 9)


@pytest.mark.parametrize("change", ["closed", "planned", "over", "full"])
def test_nobody_moves_up_where_nobody_is_taken(session: Session, change: str) -> None:
    offering = make_offering(session, capacity=1)
    (enrollment,) = waiting(session, offering, 1)
    day = date(2026, 10, 1)
    if change == "closed":
        offering.standing = "closed"
    elif change == "planned":
        offering.program.initiative.standing = "planned"
    elif change == "over":
        day = date(2027, 5, 26)
    else:
        make_enrollment(session, person=people(session, 1)[0], offering=offering)
    assert fill_seats(session, offering.id, on=day, actor_id=None) == ()
    assert enrollment.status is S.WAITLISTED


def test_without_a_limit_everybody_moves_up(session: Session) -> None:
    offering = make_offering(session)
    waiting(session, offering, 1, 2, 3)
    assert len(fill_seats(session, offering.id, on=date(2026, 9, 10), actor_id=None)) == 3
    assert seats(session, offering) == 3
