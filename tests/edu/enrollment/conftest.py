from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.people import LearnerRole, Person
from models.places import Region, School
from tests.factories.people import make_membership, make_person
from tests.factories.places import make_class, make_district, make_school, region

DAY = date(2026, 9, 1)


@dataclass(frozen=True)
class Places:
    """A school, one beside it, and one in another region."""

    own: School
    sibling: School
    foreign: School

    @property
    def region(self) -> Region:
        return self.own.region


@pytest.fixture
def places(session: Session) -> Places:
    here = make_district(session, region=region(session, "10"))
    there = make_district(session, region=region(session, "71"))
    own, sibling = (make_school(session, district=here) for _ in range(2))
    return Places(own, sibling, make_school(session, district=there))


@pytest.fixture
def school(places: Places) -> School:
    return places.own


@pytest.fixture
def pupil(session: Session, school: School) -> Callable[..., Person]:
    """Makes pupils of the academic year 2026-27: `pupil(grade=7, school=…)`."""
    classes: dict[tuple[int, int], object] = {}

    def made(
        *,
        grade: int | None = 7,
        school: School = school,
        role: LearnerRole = LearnerRole.PUPIL,
        **details: object,
    ) -> Person:
        person = make_person(session, school=school, **details)
        key = (school.id, grade)
        if grade is not None and key not in classes:
            classes[key] = make_class(session, school=school, grade=grade)
        make_membership(session, person=person, school_class=classes.get(key), role=role)
        return person

    return made
