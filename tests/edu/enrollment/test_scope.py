"""Whose enrollments a caller may change, and what crosses the border between schools."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of, system_scope, use_scope
from edu.enrollment import queries, service
from models.accounts import RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Conflict, Forbidden, NotFound
from models.people import Person
from tests.edu.enrollment.conftest import Places
from tests.factories.accounts import make_user
from tests.factories.enrollments import make_enrollment
from tests.factories.people import make_membership
from tests.factories.programs import make_offering

S = EnrollmentStatus
DAY = date(2026, 9, 1)
LATER = date(2026, 10, 1)
Pupil = Callable[..., Person]


@pytest.fixture
def act_as(session: Session) -> Callable[..., Scope]:
    """Lets the session act as somebody new: `act_as(role, schools=[…])`."""

    def acting(role: RoleName, **answering_for: object) -> Scope:
        scope = scope_of(session, make_user(session, role=role, **answering_for))
        session.commit()
        use_scope(session, scope)
        return scope

    return acting


def test_a_seat_freed_by_one_school_goes_to_another_that_waited_longer(
    session: Session, pupil: Pupil, places: Places, act_as: Callable[..., Scope]
) -> None:
    offering = make_offering(session, region=places.region, capacity=1)
    leaving = make_enrollment(session, person=pupil(), offering=offering, on=DAY)
    other = make_enrollment(
        session, person=pupil(school=places.sibling), offering=offering,
        status=S.WAITLISTED, on=date(2026, 9, 2),
    )  # fmt: skip
    own = make_enrollment(
        session, person=pupil(), offering=offering, status=S.WAITLISTED, on=date(2026, 9, 3)
    )
    scope = act_as(RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])
    assert [row.place for row in queries.waitlist(session, scope, offering_id=offering.id)] == [2]
    taken = service.withdraw(session, scope, enrollment_id=leaving.id, on=LATER, reason="illness")
    assert taken.promoted == 1
    session.commit()
    use_scope(session, system_scope())
    assert (other.status, own.status) == (S.ENROLLED, S.WAITLISTED)
    assert other.events[-1].school_id == places.sibling.id


def test_capacity_counts_the_seats_of_schools_one_cannot_see(
    session: Session, pupil: Pupil, places: Places, act_as: Callable[..., Scope]
) -> None:
    offering = make_offering(session, region=places.region, capacity=1)
    make_enrollment(session, person=pupil(school=places.sibling), offering=offering)
    person = pupil()
    scope = act_as(RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])
    enrolled = service.enroll(session, scope, person_id=person.id, offering_id=offering.id, on=DAY)
    assert enrolled.status is S.WAITLISTED


@pytest.mark.parametrize("whose", ["sibling", "foreign"])
def test_people_and_enrollments_of_others_are_as_good_as_absent(
    session: Session, pupil: Pupil, places: Places, act_as: Callable[..., Scope], whose: str
) -> None:
    person = pupil(school=getattr(places, whose))
    offering = make_offering(session)
    enrollment = make_enrollment(session, person=person, offering=make_offering(session))
    person_id, enrollment_id = person.id, enrollment.id
    scope = act_as(RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])
    with pytest.raises(NotFound):
        service.enroll(session, scope, person_id=person_id, offering_id=offering.id, on=DAY)
    for status in (S.WITHDRAWN, S.COMPLETED, S.ENROLLED, S.WAITLISTED):
        with pytest.raises(NotFound):
            service.take_step(
                session, scope, enrollment_id=enrollment_id, status=status, on=LATER, reason="x"
            )
    with pytest.raises(NotFound):
        queries.enrollment(session, scope, enrollment_id=enrollment_id)


@pytest.fixture
def enrolled(session: Session, pupil: Pupil) -> Enrollment:
    return make_enrollment(session, person=pupil(), offering=make_offering(session), on=DAY)


@pytest.fixture
def applied(session: Session, pupil: Pupil) -> Enrollment:
    offering = make_offering(session)
    return make_enrollment(session, person=pupil(), offering=offering, status=S.APPLIED, on=DAY)


@pytest.fixture
def coordinator(places: Places, act_as: Callable[..., Scope]) -> Scope:
    return act_as(RoleName.REGIONAL_COORDINATOR, regions=[places.region])


def test_a_coordinator_selects_but_does_not_keep_the_schools_books(
    session: Session, pupil: Pupil, enrolled: Enrollment, applied: Enrollment, coordinator: Scope
) -> None:
    person, offering = pupil(), make_offering(session)
    scope = coordinator
    with pytest.raises(Forbidden):
        service.apply(session, scope, person_id=person.id, offering_id=offering.id, on=DAY)
    with pytest.raises(Forbidden):
        service.complete(session, scope, enrollment_id=enrolled.id, on=LATER)
    with pytest.raises(Forbidden):
        service.withdraw(session, scope, enrollment_id=enrolled.id, on=LATER, reason="x")
    service.admit(session, scope, enrollment_id=applied.id, on=LATER)
    assert applied.status is S.ENROLLED


def test_a_coordinator_may_turn_an_application_down(
    session: Session, applied: Enrollment, coordinator: Scope
) -> None:
    service.withdraw(
        session, coordinator, enrollment_id=applied.id, on=LATER, reason="not selected"
    )
    assert applied.status is S.WITHDRAWN


@pytest.mark.parametrize(
    "role",
    [
        RoleName.PROGRAM_MANAGER,
        RoleName.HEADQUARTERS_VIEWER,
        RoleName.RESEARCHER,
        RoleName.SYSTEM_ADMINISTRATOR,
    ],
)
def test_readers_of_figures_neither_read_nor_write_records(
    session: Session, enrolled: Enrollment, act_as: Callable[..., Scope], role: RoleName
) -> None:
    person_id, offering_id, enrollment_id = (
        enrolled.person_id, enrolled.offering_id, enrolled.id,
    )  # fmt: skip
    scope = act_as(role)
    with pytest.raises(Forbidden):
        service.enroll(session, scope, person_id=person_id, offering_id=offering_id, on=DAY)
    with pytest.raises(Forbidden):
        service.take_step(
            session, scope, enrollment_id=enrollment_id, status=S.WITHDRAWN, on=LATER, reason="x"
        )
    with pytest.raises(Forbidden):
        queries.enrollments(session, scope)
    with pytest.raises(Forbidden):
        queries.roster(session, scope, offering_id=offering_id)
    with pytest.raises(Forbidden):
        queries.waitlist(session, scope, offering_id=offering_id)


def test_whoever_still_takes_part_for_the_old_school_is_not_enrolled_twice(
    session: Session, pupil: Pupil, places: Places, act_as: Callable[..., Scope]
) -> None:
    offering = make_offering(session)
    person = pupil()
    make_enrollment(session, person=person, offering=offering, on=DAY)
    person.school_id = person.identity.school_id = places.sibling.id
    make_membership(session, person=person)
    person_id, offering_id = person.id, offering.id
    scope = act_as(RoleName.SCHOOL_ADMINISTRATOR, schools=[places.sibling])
    with pytest.raises(Conflict, match="enrolled_elsewhere"):
        service.enroll(session, scope, person_id=person_id, offering_id=offering_id, on=DAY)
    (choice,) = queries.choices(session, scope, person_id=person_id, on=DAY)
    assert choice.obstacle.code == "enrolled_elsewhere"
