"""People as the rules of eligibility see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, select
from sqlalchemy.orm import Session

from edu.enrollment.rules import Candidate, Place
from models.people import LearnerRole, Membership
from models.places import School, SchoolClass


@dataclass(frozen=True)
class Stay:
    """A person's place in a school in one academic year, and the day it ended, if it did."""

    role: LearnerRole
    grade: int | None
    ended_on: date | None


Stays = Mapping[tuple[int, int, str], tuple[Stay, ...]]


def read_stays(session: Session, person_ids: Collection[int], years: Collection[str]) -> Stays:
    """The stays of people in some academic years, by person, school and year."""
    people = bindparam("people", list(person_ids), type_=ARRAY(BigInteger))
    statement = (
        select(
            Membership.person_id,
            Membership.school_id,
            Membership.academic_year,
            Membership.role,
            SchoolClass.grade,
            Membership.ended_on,
        )
        .outerjoin(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(Membership.person_id == any_(people), Membership.academic_year.in_(years))
        .order_by(Membership.id)
    )
    found: dict[tuple[int, int, str], tuple[Stay, ...]] = {}
    for person_id, school_id, year, role, grade, ended_on in session.execute(statement):
        key = (person_id, school_id, year)
        found[key] = (*found.get(key, ()), Stay(role, grade, ended_on))
    return found


def candidate_at(
    stays: Stays, *, person_id: int, school: School, academic_year: str, on: date
) -> Candidate:
    """The person in `school`; what ended before the day `on` counts no more."""
    own = stays.get((person_id, school.id, academic_year), ())
    return Candidate(
        school_id=school.id,
        school_code=school.code,
        region_id=school.region_id,
        places=tuple(
            Place(stay.role, stay.grade)
            for stay in own
            if stay.ended_on is None or stay.ended_on >= on
        ),
    )


def enrolled_elsewhere(
    session: Session, person_ids: Collection[int], offering_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Which of the caller's people take part in which offerings for a school out of reach."""
    arrays = (
        bindparam(name, list(ids), type_=ARRAY(BigInteger))
        for name, ids in (("people", person_ids), ("offerings", offering_ids))
    )
    known = func.enrolled_elsewhere(*arrays).table_valued("person_id", "offering_id")
    rows = session.execute(select(known.c.person_id, known.c.offering_id))
    return {(row.person_id, row.offering_id) for row in rows}
