"""People as the rules of eligibility see them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from edu.enrollment.rules import Candidate, Place
from models.people import Membership
from models.places import School, SchoolClass


def candidate(
    session: Session, *, person_id: int, school: School, academic_year: str, on: date
) -> Candidate:
    """The person in `school`, with what they are there in the academic year on the day `on`."""
    places = places_of(session, [person_id], academic_year, on)
    return Candidate(
        school_id=school.id,
        school_code=school.code,
        region_id=school.region_id,
        places=places.get((person_id, school.id), ()),
    )


def places_of(
    session: Session, person_ids: Collection[int], academic_year: str, on: date
) -> dict[tuple[int, int], tuple[Place, ...]]:
    """What people are in an academic year, by person and school; what ended before `on` is over."""
    statement = (
        select(Membership.person_id, Membership.school_id, Membership.role, SchoolClass.grade)
        .outerjoin(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(
            Membership.person_id.in_(person_ids),
            Membership.academic_year == academic_year,
            or_(Membership.ended_on.is_(None), Membership.ended_on >= on),
        )
        .order_by(Membership.id)
    )
    found: dict[tuple[int, int], tuple[Place, ...]] = {}
    for person_id, school_id, role, grade in session.execute(statement):
        key = (person_id, school_id)
        found[key] = (*found.get(key, ()), Place(role, grade))
    return found
