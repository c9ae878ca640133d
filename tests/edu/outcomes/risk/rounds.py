"""A program with a round that is over and one that runs; who applied late left more often."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.enrollments import Enrollment, EnrollmentStatus
from models.people import LearnerRole, Membership, Person, PersonIdentity, Sex
from models.places import School
from models.programs import Offering, Program
from tests.factories.places import make_class, make_district, make_school, region
from tests.factories.programs import make_offering, make_program

TODAY = date(2026, 11, 25)
LATE, IN_TIME = 5, 30  # days before the start


@dataclass
class Rounds:
    """What was made. late: of the round that is over, who applied late; left: who left."""

    program: Program
    over: Offering
    running: Offering
    schools: list[School]
    late: np.ndarray
    left: np.ndarray


def make_rounds(
    session: Session,
    *,
    persons: int = 1500,
    schools: int = 30,
    odds: float = 1.5,
    base: float = -2.0,
    still_there: int = 60,
    moved: int = 12,
    without_end: int = 0,
    seed: int = 1,
) -> Rounds:
    """odds: what applying late adds to the log-odds of leaving. still_there: how many take part in
    the round that runs, every other of them late."""
    rng = np.random.default_rng(seed)
    places = put_schools(session, schools)
    program = make_program(session)
    over, running = make_offering(session, program=program), make_offering(session, program=program)
    over.academic_year = "2025-26"
    over.starts_on, over.ends_on = date(2025, 11, 10), date(2026, 4, 20)
    running.starts_on, running.ends_on = date(2026, 10, 26), date(2026, 12, 25)
    session.flush()
    late = rng.random(persons) < 0.3
    left = rng.random(persons) < 1 / (1 + np.exp(-(base + odds * late)))
    ends = np.array(
        [EnrollmentStatus.COMPLETED.value, EnrollmentStatus.WITHDRAWN.value], dtype=object
    )
    status = ends[left.astype(int)]
    status[:moved] = EnrollmentStatus.TRANSFERRED.value
    status[moved : moved + without_end] = EnrollmentStatus.ENROLLED.value
    days = np.where(status == EnrollmentStatus.COMPLETED.value, 161, rng.integers(5, 150, persons))
    put_people(session, places, over, (late, status, days))
    some = np.arange(still_there) % 2 == 0
    enrolled = np.full(still_there, EnrollmentStatus.ENROLLED.value)
    put_people(session, places, running, (some, enrolled, np.zeros(still_there, dtype=int)))
    session.commit()
    return Rounds(program, over, running, places, late, left)


def put_schools(session: Session, number: int) -> list[School]:
    districts = [make_district(session, region=region(session, code)) for code in ("10", "75")]
    return [
        make_school(session, district=districts[place % 2], urban=place % 3 > 0)
        for place in range(number)
    ]


def add(session: Session, table: type, rows: list[dict]) -> list[int]:
    """Ids of new rows, in their order."""
    key = table.person_id if table is PersonIdentity else table.id
    return list(session.scalars(insert(table).returning(key, sort_by_parameter_order=True), rows))


def put_people(session: Session, places: list[School], offering: Offering, what: tuple) -> None:
    """People of all schools in turn, in a class of grade 6, with their enrollment."""
    late, status, days = what
    year = offering.academic_year
    classes = [make_class(session, school=place) for place in places]
    for one in classes:
        one.academic_year, one.grade = year, 6
    session.flush()
    count = len(late)
    home = np.arange(count) % len(places)
    people = add(session, Person, [
        {"school_id": places[at].id, "sex": Sex.MALE if n % 2 else Sex.FEMALE,
         "birth_date": date(2014, 5, 1)}
        for n, at in enumerate(home.tolist())
    ])  # fmt: skip
    add(session, PersonIdentity, [
        {"person_id": key, "school_id": places[at].id, "surname": f"Сынақ{key}",
         "given_name": "Айша", "sort_key": str(key), "no_iin_reason": "not_issued"}
        for key, at in zip(people, home.tolist(), strict=True)
    ])  # fmt: skip
    add(session, Membership, [
        {"person_id": key, "school_id": places[at].id, "academic_year": year,
         "role": LearnerRole.PUPIL, "class_id": classes[at].id}
        for key, at in zip(people, home.tolist(), strict=True)
    ])  # fmt: skip
    add(session, Enrollment, [
        seat(offering, key, places[at].id, (bool(late[n]), str(status[n]), int(days[n])))
        for n, (key, at) in enumerate(zip(people, home.tolist(), strict=True))
    ])  # fmt: skip


def seat(offering: Offering, person: int, school: int, what: tuple[bool, str, int]) -> dict:
    """One enrollment."""
    late, status, days = what
    applied = offering.starts_on - timedelta(LATE if late else IN_TIME)
    over = status != EnrollmentStatus.ENROLLED.value
    return {
        "person_id": person,
        "school_id": school,
        "offering_id": offering.id,
        "status": status,
        "applied_on": applied,
        "enrolled_on": applied + timedelta(2),
        "ended_on": min(offering.starts_on + timedelta(days), offering.ends_on) if over else None,
        "reason": "-" if status in ("withdrawn", "transferred") else None,
    }
