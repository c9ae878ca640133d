"""Moving on: to another offering, for another school."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of, use_scope
from edu.enrollment import service
from models.accounts import RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Conflict, NotFound, Refusal
from models.people import Person
from models.programs import Offering, Standing
from tests.edu.enrollment.conftest import Places
from tests.factories.accounts import make_user
from tests.factories.enrollments import make_enrollment
from tests.factories.people import make_membership
from tests.factories.programs import make_offering

S = EnrollmentStatus
DAY = date(2026, 9, 1)
LATER = date(2026, 10, 1)
Pupil = Callable[..., Person]


def transfer(
    session: Session, scope: Scope, enrollment: Enrollment, **target: object
) -> service.StepTaken:
    return service.transfer(
        session, scope, enrollment_id=enrollment.id, on=LATER, reason="moved house", **target
    )


def moved_person(session: Session, person: Person, places: Places) -> Person:
    """The person has come to the sibling school."""
    person.school_id = person.identity.school_id = places.sibling.id
    make_membership(session, person=person)
    return person


def test_the_old_enrollment_ends_and_the_new_one_names_it(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    target = make_offering(session, capacity=1)
    new = transfer(session, scope, old, offering_id=target.id).enrollment
    assert (old.status, old.ended_on, old.reason) == (S.TRANSFERRED, LATER, "moved house")
    assert (new.status, new.offering_id, new.enrolled_on) == (S.ENROLLED, target.id, LATER)
    assert old.events[-1].linked_id == new.id
    assert [(event.status, event.linked_id) for event in new.events] == [
        (S.APPLIED, old.id), (S.ENROLLED, None),
    ]  # fmt: skip


def test_a_transfer_between_schools_keeps_the_seat_of_the_offering(
    session: Session, scope: Scope, pupil: Pupil, places: Places
) -> None:
    offering = make_offering(session, region=places.region, capacity=1)
    old = make_enrollment(session, person=pupil(), offering=offering, on=DAY)
    waiting = make_enrollment(session, person=pupil(), offering=offering, status=S.WAITLISTED)
    moved_person(session, old.person, places)
    taken = transfer(session, scope, old, school=places.sibling.code)
    session.refresh(offering)
    assert (taken.enrollment.school_id, taken.enrollment.status) == (places.sibling.id, S.ENROLLED)
    assert (offering.seats_taken, taken.promoted, waiting.status) == (1, 0, S.WAITLISTED)


def test_the_seat_left_behind_goes_to_the_waitlist(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, capacity=1)
    old = make_enrollment(session, person=pupil(), offering=offering, on=DAY)
    waiting = make_enrollment(session, person=pupil(), offering=offering, status=S.WAITLISTED)
    taken = transfer(session, scope, old, offering_id=make_offering(session).id)
    assert (taken.promoted, waiting.status) == (1, S.ENROLLED)


def test_nobody_loses_a_seat_by_moving_to_where_none_is_left(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    full = make_offering(session, capacity=1)
    make_enrollment(session, person=pupil(), offering=full)
    with pytest.raises(Conflict, match="offering_full"):
        transfer(session, scope, old, offering_id=full.id)
    assert old.status is S.ENROLLED


def offering_that(session: Session, problem: str) -> Offering:
    if problem == "offering_closed":
        return make_offering(session, standing=Standing.CLOSED)
    return make_offering(session, grades=(1, 1))


@pytest.mark.parametrize("problem", ["offering_closed", "not_eligible_grade"])
def test_the_new_offering_must_take_the_person(
    session: Session, scope: Scope, pupil: Pupil, problem: str
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    with pytest.raises(Refusal, match=problem):
        transfer(session, scope, old, offering_id=offering_that(session, problem).id)


def test_a_transfer_leads_somewhere(session: Session, scope: Scope, pupil: Pupil) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    with pytest.raises(Refusal, match="transfer_without_target"):
        transfer(session, scope, old)
    with pytest.raises(NotFound):
        transfer(session, scope, old, offering_id=10**6)


def test_the_person_must_be_at_the_receiving_school(
    session: Session, scope: Scope, pupil: Pupil, places: Places
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    with pytest.raises(Refusal, match="not_member_of_year"):
        transfer(session, scope, old, school=places.sibling.code)


@pytest.mark.parametrize("status", [S.APPLIED, S.WAITLISTED])
def test_only_a_participation_can_be_transferred(
    session: Session, scope: Scope, pupil: Pupil, status: EnrollmentStatus
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), status=status)
    with pytest.raises(Conflict, match="illegal_step"):
        transfer(session, scope, old, offering_id=make_offering(session).id)


def acting(session: Session, role: RoleName, **answering_for: object) -> Scope:
    """The scope of somebody new, which the session takes on."""
    scope = scope_of(session, make_user(session, role=role, **answering_for))
    session.commit()
    use_scope(session, scope)
    return scope


def test_a_coordinator_transfers_within_the_region_only(
    session: Session, pupil: Pupil, places: Places
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    moved_person(session, old.person, places)
    coordinator = acting(session, RoleName.REGIONAL_COORDINATOR, regions=[places.region])
    with pytest.raises(Refusal, match="unknown_school"):
        transfer(session, coordinator, old, school=places.foreign.code)
    taken = transfer(session, coordinator, old, school=places.sibling.code)
    assert taken.enrollment.school_id == places.sibling.id


def test_a_school_cannot_transfer_to_a_school_that_is_not_its_own(
    session: Session, pupil: Pupil, places: Places
) -> None:
    old = make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)
    own = acting(session, RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])
    for code in (places.sibling.code, "nowhere"):
        with pytest.raises(Refusal, match="unknown_school"):
            transfer(session, own, old, school=code)
