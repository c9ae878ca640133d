"""Files of people of the registry."""

import pytest
from sqlalchemy import select

from edu.accounts.scope import scope_of
from models.accounts import RoleName
from models.assessments import OMITTED, Sitting, WaveStanding
from tests.factories.accounts import make_user
from tests.factories.assessments import make_instrument, make_sitting, make_wave
from tests.factories.people import make_person
from tests.factories.places import make_district, make_school, region

HEADER = "school,pupil,q1,q2\n"
IIN = "310101500006"  # born in 2031: nobody yet


@pytest.fixture
def school(session):
    return make_school(session, district=make_district(session, region=region(session)), code="A")


@pytest.fixture
def other_school(session):
    return make_school(session, district=make_district(session, region=region(session)), code="B")


@pytest.fixture
def wave(session):
    return make_wave(session, instrument=make_instrument(session, code="test", items=2))


@pytest.fixture
def pupils(session, school):
    return [make_person(session, school=school, source_id=f"p{number}") for number in (1, 2)]


@pytest.fixture
def persons(session, scope, bringing_as, pupils, wave):
    return bringing_as(session, scope)


def answers(session, wave):
    statement = select(Sitting).where(Sitting.wave_id == wave.id).order_by(Sitting.person_id)
    return [(one.person_id, one.responses) for one in session.scalars(statement)]


def test_people_are_found_by_the_identifier_of_their_school(
    persons, session, pupils, wave, school
) -> None:
    count = persons.bring(HEADER + "A,p2,1,0\nA,p1,,1\n")
    assert (count.new, count.changed) == (2, 0)
    assert answers(session, wave) == [(pupils[0].id, [OMITTED, 1]), (pupils[1].id, [1, 0])]
    assert set(session.scalars(select(Sitting.school_id))) == {school.id}


def test_people_are_found_by_their_number(persons, session, pupils, wave) -> None:
    pupil = make_person(session, school=pupils[0].school, iin=IIN, vault=persons.vault)
    persons.bring(HEADER + f"A,{IIN},1,1\n", person_is="iin")
    assert answers(session, wave) == [(pupil.id, [1, 1])]


def test_a_number_is_never_repeated_in_a_problem(persons) -> None:
    found = persons.problems(HEADER + f"A,{IIN},1,1\nA,{IIN[:-1]}5,1,1\n", person_is="iin")
    assert [one["code"] for one in found] == ["person_not_in_school", "iin_checksum"]
    assert IIN not in str(found)
    assert f"{IIN[:-1]}5" not in str(found)


def test_the_same_file_again_changes_nothing(persons, session, wave) -> None:
    text = HEADER + "A,p1,1,0\nA,p2,1,1\n"
    persons.bring(text)
    before = answers(session, wave)
    count = persons.bring(text)
    assert (count.new, count.changed, count.unchanged) == (0, 0, 2)
    assert answers(session, wave) == before


def test_a_corrected_line_changes_its_sitting(persons, session, pupils, wave) -> None:
    persons.bring(HEADER + "A,p1,1,0\nA,p2,1,1\n")
    count = persons.bring(HEADER + "A,p1,0,0\nA,p2,1,1\n")
    assert (count.new, count.changed, count.unchanged) == (0, 1, 1)
    assert answers(session, wave)[0] == (pupils[0].id, [0, 0])


def test_columns_stand_in_any_order(persons, session, pupils, wave) -> None:
    persons.bring("q2,pupil,q1,school\n0,p1,1,A\n")
    assert answers(session, wave) == [(pupils[0].id, [1, 0])]


def test_all_problems_are_told_at_once_and_nothing_is_written(
    persons, session, wave, other_school
) -> None:
    make_person(session, school=other_school, source_id="p9")
    text = HEADER + "A,p1,1,0\nX,p1,1,0\nA,nobody,1,0\nA,p1,0,0\nA,p2,7,0\nA,p9,1,1\n,p2,1,1\n"
    assert persons.codes(text) == [
        (3, "school", "unknown_school"),
        (4, "pupil", "person_not_in_school"),
        (5, "pupil", "person_twice"),
        (6, "q1", "response_out_of_range"),
        (7, "pupil", "person_not_in_school"),
        (8, "school", "value_missing"),
    ]
    assert answers(session, wave) == []


def test_instrument_and_wave_must_exist(persons, wave) -> None:
    text = HEADER + "A,p1,1,0\n"
    assert persons.codes(text, instrument="nothing") == [(None, "instrument", "unknown_instrument")]
    assert persons.codes(text, wave="endline") == [(None, "wave", "unknown_wave")]


def test_a_closed_wave_takes_no_file(persons, session, wave) -> None:
    wave.standing = WaveStanding.CLOSED
    assert persons.codes(HEADER + "A,p1,1,0\n") == [(None, "wave", "wave_closed")]
    assert answers(session, wave) == []


def test_the_language_of_a_sitting_may_stand_in_a_column(persons, session, wave) -> None:
    text = "school,pupil,q1,q2,written\nA,p1,1,0,RU\nA,p2,1,0,\n"
    persons.bring(text, language="written")
    languages = session.scalars(select(Sitting.language).order_by(Sitting.person_id)).all()
    assert languages == ["ru", None]
    assert persons.codes(text.replace("RU", "en"), language="written") == [
        (2, "written", "unknown_choice")
    ]


@pytest.fixture
def own(session, session_of, bringing_as, pupils, wave):
    """The administrator of school A brings files in."""
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[pupils[0].school])
    session.commit()
    own_session = session_of(user)
    return bringing_as(own_session, scope_of(own_session, user))


def test_a_school_brings_its_own_people(own, session, pupils, wave) -> None:
    assert own.bring(HEADER + "A,p1,1,0\n").new == 1
    assert own.bring(HEADER + "A,p1,0,0\n").changed == 1
    own.session.commit()
    assert answers(session, wave) == [(pupils[0].id, [0, 0])]


def test_a_person_of_another_school_answers_as_an_absent_one(own, session, other_school) -> None:
    make_person(session, school=other_school, source_id="q1")
    session.commit()
    assert own.codes(HEADER + "B,q1,1,0\nC,q1,1,0\nA,q1,1,0\n") == [
        (2, "school", "unknown_school"),
        (3, "school", "unknown_school"),
        (4, "pupil", "person_not_in_school"),
    ]


def test_who_sat_the_wave_in_a_former_school_cannot_sit_it_again(
    own, session, other_school, school, wave
) -> None:
    moved = make_person(session, school=other_school, source_id="moved")
    make_sitting(session, wave=wave, person=moved, responses=[1, 1])
    moved.school_id = moved.identity.school_id = school.id
    session.commit()
    assert own.codes(HEADER + "A,p1,1,0\nA,moved,1,0\n") == [(3, "pupil", "already_sat")]
    assert own.session.scalars(select(Sitting)).all() == []
