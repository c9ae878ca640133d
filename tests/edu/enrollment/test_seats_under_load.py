"""Seats hold when many schools enroll at the same moment."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of, system_scope, use_scope
from edu.enrollment import service
from models import db
from models.accounts import RoleName
from models.enrollments import SEATED, Enrollment, EnrollmentEvent, EnrollmentStatus
from models.errors import Conflict
from models.people import Person
from models.places import School
from models.programs import Offering
from tests.factories.accounts import make_user
from tests.factories.enrollments import make_enrollment
from tests.factories.people import make_pupil
from tests.factories.places import make_district, make_school, region
from tests.factories.programs import make_offering

S = EnrollmentStatus
DAY = date(2026, 9, 1)
ATTEMPTS = 1000
THREADS = 16
SEATS = 30


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def schools(session: Session) -> list[School]:
    district = make_district(session, region=region(session))
    return [make_school(session, district=district) for _ in range(4)]


def admin_of(session: Session, school: School) -> Scope:
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    return scope_of(session, user)


def add_pupils(session: Session, schools: Sequence[School], count: int) -> list[tuple[int, int]]:
    """Ids of new pupils, each with the position of their school."""
    rows = session.execute(
        text(
            """WITH made AS (
                 INSERT INTO person (school_id, sex, birth_date)
                 SELECT (CAST(:schools AS bigint[]))[1 + n % :schools_count], 'female', '2014-05-17'
                 FROM generate_series(1, :count) AS n RETURNING id, school_id
               ), placed AS (
                 INSERT INTO membership (person_id, school_id, academic_year, role)
                 SELECT id, school_id, '2026-27', 'pupil' FROM made)
               SELECT id, school_id FROM made"""
        ),
        {
            "schools": [school.id for school in schools],
            "schools_count": len(schools),
            "count": count,
        },
    )
    position = {school.id: number for number, school in enumerate(schools)}
    return [(person_id, position[school_id]) for person_id, school_id in rows]


def in_threads(work: Callable[[int, int], object], jobs: Sequence[tuple[int, int]]) -> list[object]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, *zip(*jobs, strict=True)))


def statuses(session: Session, offering: Offering) -> Counter[str]:
    session.rollback()
    found = select(Enrollment.status).where(Enrollment.offering_id == offering.id)
    return Counter(session.scalars(found))


@pytest.mark.parametrize("run", range(3))
def test_thirty_seats_stay_thirty_whoever_comes_at_once(
    session: Session, engine: Engine, schools: list[School], run: int
) -> None:
    offering = make_offering(session, capacity=SEATS)
    scopes = [admin_of(session, school) for school in schools]
    people = add_pupils(session, schools, ATTEMPTS)
    offering_id = offering.id
    session.commit()

    def attempt(person_id: int, school: int) -> EnrollmentStatus:
        with Session(engine) as own:
            use_scope(own, scopes[school])
            enrolled = service.enroll(
                own, scopes[school], person_id=person_id, offering_id=offering_id, on=DAY
            )
            own.commit()
            return enrolled.status

    answered = Counter(in_threads(attempt, people))
    assert answered == {S.ENROLLED: SEATS, S.WAITLISTED: ATTEMPTS - SEATS}
    assert statuses(session, offering) == answered
    assert session.get(Offering, offering.id).seats_taken == SEATS


def test_without_the_guard_the_same_seats_are_oversold(
    session: Session, engine: Engine, schools: list[School]
) -> None:
    """The control: count, then insert, on an offering that the database does not limit."""
    offering = make_offering(session, capacity=None)
    people = add_pupils(session, schools, 2 * THREADS)
    offering_id = offering.id
    session.commit()
    counted = Barrier(THREADS, timeout=60)

    def attempt(person_id: int, school: int) -> None:
        with Session(engine) as own:
            use_scope(own, system_scope())
            taken = own.scalar(
                select(func.count()).where(
                    Enrollment.offering_id == offering_id, Enrollment.status.in_(SEATED)
                )
            )
            counted.wait()
            if taken < SEATS:
                make_enrollment(
                    own,
                    person=own.get(Person, person_id),
                    offering=own.get(Offering, offering_id),
                )
            own.commit()

    in_threads(attempt, people)
    assert statuses(session, offering)[S.ENROLLED] > SEATS


def test_withdrawals_and_applications_at_once_leave_every_seat_taken_once(
    session: Session, engine: Engine, schools: list[School]
) -> None:
    offering = make_offering(session, capacity=SEATS)
    scopes = [admin_of(session, school) for school in schools]
    first = add_pupils(session, schools, 2 * SEATS)
    system = system_scope()
    for person_id, _ in first:
        service.enroll(session, system, person_id=person_id, offering_id=offering.id, on=DAY)
    seated = select(Enrollment.id, Enrollment.school_id).where(Enrollment.status == S.ENROLLED)
    by_id = {school.id: number for number, school in enumerate(schools)}
    leaving = [(key, by_id[school_id]) for key, school_id in session.execute(seated)]
    coming = add_pupils(session, schools, SEATS)
    offering_id = offering.id
    session.commit()

    def act(key: int, school: int, leaves: bool) -> None:
        with Session(engine) as own:
            scope = scopes[school]
            use_scope(own, scope)
            if leaves:
                service.withdraw(own, scope, enrollment_id=key, on=DAY, reason="left")
            else:
                service.enroll(own, scope, person_id=key, offering_id=offering_id, on=DAY)
            own.commit()

    jobs = [(*job, True) for job in leaving] + [(*job, False) for job in coming]
    mixed = [job for pair in zip(jobs[:SEATS], jobs[SEATS:], strict=True) for job in pair]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(act, *zip(*mixed, strict=True)))
    assert statuses(session, offering) == {
        S.ENROLLED: SEATS, S.WAITLISTED: SEATS, S.WITHDRAWN: SEATS,
    }  # fmt: skip
    promoted = select(func.count()).where(EnrollmentEvent.reason == "promoted_from_waitlist")
    assert session.scalar(promoted) == SEATS


def test_one_person_asking_many_times_at_once_is_enrolled_once(
    session: Session, engine: Engine, schools: list[School]
) -> None:
    offering = make_offering(session, capacity=SEATS)
    person = make_pupil(session, school=schools[0])
    scope = admin_of(session, schools[0])
    jobs = [(person.id, offering.id)] * 40
    session.commit()

    def attempt(person_id: int, offering_id: int) -> str:
        with Session(engine) as own:
            use_scope(own, scope)
            try:
                service.enroll(own, scope, person_id=person_id, offering_id=offering_id, on=DAY)
                own.commit()
            except Conflict as refused:
                return refused.code
            return "enrolled"

    answers = Counter(in_threads(attempt, jobs))
    assert answers == {"enrolled": 1, "already_enrolled": 39}
