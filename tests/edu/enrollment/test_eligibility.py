"""Whom an offering is for, and how precisely a refusal says what is not met."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.enrollment import service
from models.errors import Refusal
from models.people import LearnerRole, Person
from models.programs import Offering
from tests.edu.enrollment.conftest import Places
from tests.factories.people import make_membership, make_person
from tests.factories.programs import make_offering

DAY = date(2026, 9, 1)
Pupil = Callable[..., Person]


def refusal(session: Session, scope: Scope, person: Person, offering: Offering) -> Refusal | None:
    try:
        service.enroll(session, scope, person_id=person.id, offering_id=offering.id, on=DAY)
    except Refusal as refused:
        return refused
    return None


def test_a_grade_outside_the_range_is_named_with_the_range(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, grades=(8, 9))
    refused = refusal(session, scope, pupil(grade=7), offering)
    assert (refused.code, refused.parameters["found"], refused.parameters["expected"]) == (
        "not_eligible_grade", 7, "8–9",
    )  # fmt: skip
    assert refusal(session, scope, pupil(grade=8), offering) is None
    assert refusal(session, scope, pupil(grade=9), offering) is None


@pytest.mark.parametrize(
    ("grades", "expected"), [((4, 4), "4"), ((None, 4), "≤ 4"), ((6, None), "≥ 6")]
)
def test_a_range_may_have_one_end(
    session: Session, scope: Scope, pupil: Pupil, grades: tuple[int, int], expected: str
) -> None:
    offering = make_offering(session, grades=grades)
    refused = refusal(session, scope, pupil(grade=5), offering)
    assert (refused.code, refused.parameters["expected"]) == ("not_eligible_grade", expected)


def test_the_grade_is_that_of_the_offerings_own_year(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, grades=(7, 7))
    offering.academic_year = "2027-28"
    refused = refusal(session, scope, pupil(grade=7), offering)
    assert (refused.code, refused.parameters["expected"]) == ("not_member_of_year", "2027-28")


def test_a_pupil_without_a_class_has_no_grade_to_check(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    assert refusal(session, scope, pupil(grade=None), make_offering(session)) is None
    refused = refusal(session, scope, pupil(grade=None), make_offering(session, grades=(7, 9)))
    assert refused.code == "class_unknown"


def test_a_role_that_is_not_meant_is_named_with_those_that_are(
    session: Session, scope: Scope, pupil: Pupil
) -> None:
    offering = make_offering(session, roles=[LearnerRole.TEACHER, LearnerRole.STUDENT])
    refused = refusal(session, scope, pupil(), offering)
    assert (refused.code, refused.parameters["found"], refused.parameters["expected"]) == (
        "not_eligible_role", ["pupil"], ["teacher", "student"],
    )  # fmt: skip


def test_a_teacher_has_no_grade(session: Session, scope: Scope, pupil: Pupil) -> None:
    offering = make_offering(session, roles=[LearnerRole.TEACHER, LearnerRole.PUPIL], grades=(4, 4))
    assert refusal(session, scope, pupil(grade=None, role=LearnerRole.TEACHER), offering) is None


def test_one_fitting_role_is_enough(session: Session, scope: Scope, pupil: Pupil) -> None:
    person = pupil(grade=11)
    make_membership(session, person=person, role=LearnerRole.TEACHER)
    offering = make_offering(session, roles=[LearnerRole.TEACHER, LearnerRole.PUPIL], grades=(4, 4))
    assert refusal(session, scope, person, offering) is None


def test_a_membership_that_has_ended_counts_no_more(
    session: Session, scope: Scope, places: Places
) -> None:
    left, leaving = (make_person(session, school=places.own) for _ in range(2))
    make_membership(session, person=left, ended_on=date(2026, 8, 31))
    make_membership(session, person=leaving, ended_on=date(2026, 12, 31))
    assert refusal(session, scope, left, make_offering(session)).code == "not_member_of_year"
    assert refusal(session, scope, leaving, make_offering(session)) is None


def test_a_schools_own_offering_is_for_its_own_people(
    session: Session, scope: Scope, pupil: Pupil, places: Places
) -> None:
    offering = make_offering(session, school=places.own)
    assert refusal(session, scope, pupil(), offering) is None
    refused = refusal(session, scope, pupil(school=places.sibling), offering)
    assert (refused.code, refused.parameters["found"], refused.parameters["expected"]) == (
        "person_of_another_school", places.sibling.code, places.own.code,
    )  # fmt: skip


def test_a_regions_offering_is_for_its_schools(
    session: Session, scope: Scope, pupil: Pupil, places: Places
) -> None:
    offering = make_offering(session, region=places.region)
    assert refusal(session, scope, pupil(school=places.sibling), offering) is None
    refused = refusal(session, scope, pupil(school=places.foreign), offering)
    assert refused.code == "person_of_another_region"


def test_a_refused_person_leaves_no_trace(session: Session, scope: Scope, pupil: Pupil) -> None:
    from models.enrollments import Enrollment

    refusal(session, scope, pupil(grade=7), make_offering(session, grades=(8, 9)))
    assert session.query(Enrollment).count() == 0
