"""Two analyses of a program are about the same people or differ by enough to be told of."""

from datetime import date

import pytest

from edu.outcomes.analyses import service
from edu.outcomes.analyses.comparison import selections
from edu.outcomes.analyses.definition import Definition
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Refusal
from models.people import Person
from models.programs import Offering
from tests.edu.outcomes.analyses.study import Studied
from tests.factories.programs import make_offering


@pytest.fixture
def define(session, scope, study):
    """Saves an analysis of these offerings; none named: all."""

    def defined(*offerings: Offering, name: str = "Lessons"):
        codes = tuple(each.code for each in offerings)
        asked = Definition(program=study.program.code, offerings=codes)
        return service.define(session, scope, name=name, definition=asked)

    return defined


def offering_of(session, study: Studied, people: list[int], *, status=EnrollmentStatus.COMPLETED):
    """A further offering in which these people, who took no part so far, take part."""
    made = make_offering(session, program=study.program, grades=(5, 5))
    days = {"applied_on": date(2026, 9, 10), "enrolled_on": date(2026, 9, 20)}
    for key in people:
        school = session.get(Person, key).school_id
        session.add(
            Enrollment(
                person_id=key, school_id=school, offering_id=made.id, status=status,
                ended_on=date(2027, 4, 1), **days,
            )
        )  # fmt: skip
    session.commit()
    return made


def others(study: Studied, number: int) -> list[int]:
    return [key for key, took in zip(study.people, study.took, strict=True) if not took][:number]


def refused(define, *offerings: Offering) -> Refusal:
    with pytest.raises(Refusal) as caught:
        define(*offerings)
    return caught.value


def test_the_same_people_may_be_asked_about_again(define, study) -> None:
    define()
    assert define(study.offering).id


def test_a_set_that_differs_by_one_child_is_refused_by_name(session, define, study) -> None:
    define(study.offering, name="All of spring")
    alone = offering_of(session, study, others(study, 1))
    found = refused(define, study.offering, alone)
    assert found.code == "selection_too_alike"
    assert found.parameters["found"] == "All of spring"
    assert found.parameters["field"] == "offerings"


def test_a_set_that_differs_by_many_is_not(session, define, study) -> None:
    define(study.offering)
    assert define(study.offering, offering_of(session, study, others(study, 60))).id


def test_many_of_few_schools_are_too_few(session, define, study) -> None:
    define(study.offering)
    ordered = sorted(others(study, 400), key=lambda key: session.get(Person, key).school_id)
    assert refused(define, study.offering, offering_of(session, study, ordered[:40]))


def test_who_does_not_count_in_an_answer_makes_no_set_different(session, define, study) -> None:
    """One child among forty who only applied is one child."""
    define(study.offering)
    few = offering_of(session, study, others(study, 1))
    many = offering_of(session, study, others(study, 41)[1:], status=EnrollmentStatus.WITHDRAWN)
    assert refused(define, study.offering, few, many).code == "selection_too_alike"


def test_a_program_is_asked_about_in_few_ways(session, define, study, monkeypatch) -> None:
    monkeypatch.setattr(selections, "MOST_SELECTIONS", 2)
    free = others(study, 180)
    parts = [offering_of(session, study, free[at::3]) for at in range(3)]
    define(study.offering)
    define(study.offering, parts[0])
    assert refused(define, study.offering, parts[1]).code == "too_many_selections"
    assert define(study.offering, name="Again").id
