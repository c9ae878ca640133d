"""Registering one person, correcting them, and looking at their number."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.registry.service import PersonChange, change, register, unmask_iin
from models.accounts import AuditEntry, RoleName
from models.errors import Conflict, Forbidden, NotFound, Refusal
from models.people import LearnerRole, NoIinReason, Person, Sex
from models.places import School
from tests.factories.accounts import make_user
from tests.factories.people import VAULT, make_iin, make_person, make_pupil
from tests.factories.places import make_class, make_district, make_school, region

TODAY = date(2026, 11, 20)
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, district=make_district(session, region=region(session)))


@pytest.fixture
def own(session: Session, school: School) -> Scope:
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    return scope_of(session, user)


def add(session: Session, scope: Scope, school: School, **details: object):
    person = {
        "school_id": school.id, "academic_year": "2026-27", "role": LearnerRole.PUPIL,
        "surname": "Әбіш", "given_name": "Ерлан", "birth_date": date(2014, 5, 17),
        "sex": Sex.MALE, "no_iin_reason": None if details.get("iin") else NoIinReason.NOT_ISSUED,
    }  # fmt: skip
    return register(session, scope, vault=VAULT, today=TODAY, **(person | details))


def refusal_of(call, *arguments: object, **details: object) -> tuple[str, object]:
    with pytest.raises(Refusal) as caught:
        call(*arguments, **details)
    return caught.value.code, caught.value.parameters.get("field")


def test_a_person_is_registered_with_a_place_in_the_school(
    session: Session, own: Scope, school: School
) -> None:
    school_class = make_class(session, school=school)
    added = add(session, own, school, class_id=school_class.id, patronymic="Қанатұлы")
    session.commit()
    person = session.get(Person, added.person_id)
    assert person.identity.full_name == "Әбіш Ерлан Қанатұлы"
    assert person.memberships[0].school_class is school_class
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.changed == {
        "person": [person.id],
        "membership": [person.memberships[0].id],
    }


def test_one_name_is_enough(session: Session, own: Scope, school: School) -> None:
    added = add(session, own, school, surname=None, given_name="Айсұлу")
    assert session.get(Person, added.person_id).identity.full_name == "Айсұлу"
    assert refusal_of(add, session, own, school, surname=None, given_name="") == (
        "name_missing",
        "surname",
    )


def test_a_number_that_tells_another_birth_date_is_taken_with_a_warning(
    session: Session, own: Scope, school: School
) -> None:
    added = add(session, own, school, iin="310101500006")
    assert added.warnings == ("iin_birth_date_differs",)
    assert unmask_iin(session, own, vault=VAULT, person_id=added.person_id) == "310101500006"


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"iin": "310101500007"}, ("iin_checksum", "iin")),
        ({"iin": "31010150000"}, ("iin_length", "iin")),
        ({"no_iin_reason": None}, ("iin_or_reason", "iin")),
        (
            {"iin": "310101500006", "no_iin_reason": NoIinReason.STATELESS},
            ("iin_and_reason", "no_iin_reason"),
        ),
        ({"surname": "Ким2"}, ("name_signs", "surname")),
        ({"patronymic": "<b>"}, ("name_signs", "patronymic")),
        ({"birth_date": date(2026, 11, 21)}, ("birth_date_impossible", "birth_date")),
        ({"birth_date": date(1899, 12, 31)}, ("birth_date_impossible", "birth_date")),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(
    session: Session, own: Scope, school: School, details: dict, expected: tuple[str, str]
) -> None:
    assert refusal_of(add, session, own, school, **details) == expected


def test_a_class_must_fit_the_school_the_year_and_the_role(
    session: Session, own: Scope, school: School
) -> None:
    far = make_class(session, school=make_school(session, district=school.district))
    near = make_class(session, school=school)
    assert refusal_of(add, session, own, school, class_id=far.id) == ("class_elsewhere", "class_id")
    assert refusal_of(add, session, own, school, class_id=10**9)[0] == "class_elsewhere"
    assert (
        refusal_of(add, session, own, school, class_id=near.id, academic_year="2025-26")[0]
        == "class_of_other_year"
    )
    assert (
        refusal_of(add, session, own, school, class_id=near.id, role=LearnerRole.TEACHER)[0]
        == "class_not_for_role"
    )


def test_a_known_number_is_refused_at_home_and_elsewhere(
    session: Session, session_of, school: School
) -> None:
    far = make_school(session, district=school.district)
    here, there = make_iin(), make_iin()
    make_person(session, school=school, iin=here)
    make_person(session, school=far, iin=there)
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    session.commit()
    mine = session_of(user)
    scope = scope_of(mine, user)
    assert refusal_of(add, mine, scope, school, iin=here) == ("iin_taken", "iin")
    assert refusal_of(add, mine, scope, school, iin=there) == ("person_elsewhere", "iin")


def test_a_namesake_of_the_same_birthday_must_be_told_apart(
    session: Session, own: Scope, school: School
) -> None:
    add(session, own, school, source_id="j-1")
    assert refusal_of(add, session, own, school)[0] == "person_known"
    assert refusal_of(add, session, own, school, source_id="j-1") == (
        "source_id_taken",
        "source_id",
    )
    add(session, own, school, source_id="j-2")


def test_nobody_is_registered_at_a_foreign_school_or_without_the_right(
    session: Session, own: Scope, school: School
) -> None:
    far = make_school(session, district=school.district)
    with pytest.raises(NotFound):
        add(session, own, far)
    coordinator = make_user(session, role=RoleName.REGIONAL_COORDINATOR, regions=[region(session)])
    with pytest.raises(Forbidden):
        add(session, scope_of(session, coordinator), school)


def correct(session: Session, scope: Scope, person: Person, **changes: object):
    return change(
        session,
        scope,
        vault=VAULT,
        person_id=person.id,
        today=TODAY,
        changes=PersonChange(**changes),
    )


def test_a_correction_changes_what_was_given_and_nothing_else(
    session: Session, own: Scope, school: School
) -> None:
    person = make_pupil(session, school=school, surname="Әли", given_name="Дана", source_id="j")
    correct(session, own, person, surname="Әлі", birth_date=date(2013, 1, 2))
    session.commit()
    assert person.identity.full_name == "Әлі Дана"
    assert person.birth_date == date(2013, 1, 2)
    assert person.identity.source_id == "j"
    assert person.identity.no_iin_reason is NoIinReason.NOT_ISSUED
    assert session.scalars(select(AuditEntry)).one().changed == {"person": [person.id]}


def test_a_number_takes_the_place_of_its_reason_and_back(
    session: Session, own: Scope, school: School
) -> None:
    person = make_pupil(session, school=school)
    correct(session, own, person, iin=make_iin())
    assert person.identity.no_iin_reason is None
    assert refusal_of(correct, session, own, person, no_iin_reason=NoIinReason.STATELESS) == (
        "iin_and_reason",
        "no_iin_reason",
    )
    session.rollback()
    person = make_pupil(session, school=school_again(session), iin=make_iin())
    scope = scope_of(session, administrator(session, person.school))
    assert refusal_of(correct, session, scope, person, iin=None) == ("iin_or_reason", "iin")
    correct(session, scope, person, iin=None, no_iin_reason=NoIinReason.STATELESS)
    assert person.identity.iin_cipher is None


def school_again(session: Session) -> School:
    return make_school(session, district=make_district(session, region=region(session)))


def administrator(session: Session, school: School):
    return make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])


def test_the_own_number_given_again_is_no_conflict(
    session: Session, own: Scope, school: School
) -> None:
    iin = make_iin()
    person = make_pupil(session, school=school, iin=iin)
    correct(session, own, person, iin=iin)
    other = make_pupil(session, school=school)
    with pytest.raises(Conflict):
        correct(session, own, other, iin=iin)


def test_a_person_out_of_reach_answers_as_an_absent_one(
    session: Session, own: Scope, school: School
) -> None:
    far = make_pupil(session, school=make_school(session, district=school.district))
    for person_id in (far.id, 10**9, 0, 2**63, 2**80):
        with pytest.raises(NotFound):
            unmask_iin(session, own, vault=VAULT, person_id=person_id)


def test_looking_at_a_number_is_audited(session: Session, own: Scope, school: School) -> None:
    iin = make_iin()
    person = make_pupil(session, school=school, iin=iin)
    session.commit()
    assert unmask_iin(session, own, vault=VAULT, person_id=person.id) == iin
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.read == {"iin": [person.id]}
    assert iin not in str(entry.detail)


def test_two_who_register_one_number_at_once_make_one_person(
    session: Session, session_of, school: School
) -> None:
    user = administrator(session, school)
    session.commit()
    first, second = session_of(user), session_of(user)
    scope = scope_of(first, user)
    iin = make_iin()
    add(first, scope, school, iin=iin)
    outcome: list[object] = []

    def race() -> None:
        try:
            outcome.append(add(second, scope, school, iin=iin, surname="Басқа"))
        except Conflict as conflict:
            outcome.append(conflict.code)

    thread = Thread(target=race)
    thread.start()
    while thread.is_alive() and not session.scalar(WAITING):
        session.rollback()
    first.commit()
    thread.join(10)
    assert outcome in (["conflict"], ["iin_taken"])
