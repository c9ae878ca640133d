"""Files of people: who is new, who is known, who has moved, and the same file twice."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.intake import ImportCount, IncomingFile
from edu.registry.people_importer import import_people
from edu.registry.vault import Sealed
from models.accounts import AuditEntry, RoleName, User
from models.people import LearnerRole, Membership, NoIinReason, Person, PersonIdentity, Sex
from models.places import School, SchoolClass
from tests.factories.accounts import make_user
from tests.factories.people import (
    VAULT,
    make_iin,
    make_membership,
    make_person,
    make_pupil,
    people_file,
    person_line,
)
from tests.factories.places import make_class, make_district, make_school, region

TODAY = date(2026, 11, 20)


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, code="A1", district=make_district(session, region=region(session)))


@pytest.fixture
def other(session: Session, school: School) -> School:
    return make_school(session, code="B1", district=school.district)


@pytest.fixture
def bring(session: Session, scope: Scope) -> Callable[..., ImportCount]:
    def bring_as_system(*lines: str) -> ImportCount:
        return import_people(session, scope, people_file(*lines), vault=VAULT, today=TODAY)

    return bring_as_system


def identity(session: Session, **known: object) -> PersonIdentity:
    session.expire_all()
    return session.scalars(select(PersonIdentity).filter_by(**known)).one()


def test_a_line_becomes_a_person_in_a_class(session: Session, school: School, bring) -> None:
    iin = make_iin()
    line = person_line(
        "A1", surname="Әбіш", given_name="Ерлан", patronymic="Қанатұлы", sex="male", iin=iin
    )
    assert bring(line) == ImportCount(new=3), "a class, a person, a membership"
    found = identity(session, surname="Әбіш")
    assert found.full_name == "Әбіш Ерлан Қанатұлы"
    assert found.person.sex is Sex.MALE
    assert found.person.birth_date == date(2013, 5, 17)
    membership = found.person.memberships[0]
    assert (membership.role, membership.academic_year) == (LearnerRole.PUPIL, "2026-27")
    school_class = membership.school_class
    assert (school_class.name, school_class.grade, school_class.language_code) == ("7 «Ә»", 7, "kk")


def test_the_number_is_kept_encrypted_and_found_by_its_index(
    session: Session, school: School, bring
) -> None:
    iin = make_iin()
    bring(person_line("A1", iin=iin))
    found = identity(session, iin_index=VAULT.index_of(iin))
    assert iin.encode() not in found.iin_cipher
    assert VAULT.open(Sealed(found.iin_index, found.iin_cipher)) == iin
    assert found.no_iin_reason is None


def test_the_same_file_again_changes_nothing(session: Session, school: School, bring) -> None:
    lines = (
        person_line("A1", iin=make_iin()),
        person_line("A1", source_id="j-17"),
        person_line("A1", surname="Ким", given_name="", birth_date="02.03.2014"),
        person_line("A1", role="teacher", **{"class": "", "grade": ""}),
    )
    assert bring(*lines) == ImportCount(new=9)
    session.commit()
    assert bring(*lines) == ImportCount(unchanged=9)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Person)) == 4


def test_a_person_known_by_number_is_changed_not_doubled(
    session: Session, school: School, bring
) -> None:
    iin = make_iin()
    bring(person_line("A1", surname="Әлі", iin=iin))
    count = bring(person_line("A1", surname="Әлиева", iin=iin, grade="8", **{"class": "8 «А»"}))
    assert count == ImportCount(new=1, changed=2), "a new class; the name and the membership"
    assert identity(session, surname="Әлиева").sort_key != ""


def test_a_person_known_by_the_journals_identifier_gets_a_number(
    session: Session, school: School, bring
) -> None:
    person = make_pupil(session, school=school, source_id="j-1")
    iin = make_iin()
    bring(person_line("A1", source_id="j-1", iin=iin))
    found = identity(session, source_id="j-1")
    assert found.person_id == person.id
    assert found.iin_index == VAULT.index_of(iin)
    assert found.no_iin_reason is None


def test_a_person_is_known_by_names_and_birth_date_in_the_own_school_only(
    session: Session, school: School, other: School, bring
) -> None:
    names = {"surname": "Сұлтан", "given_name": "Дана", "birth_date": "2014-05-17"}
    person = make_pupil(session, school=school, surname="СҰЛТАН", given_name="Дана")
    bring(person_line("A1", source_id="j-5", **names))
    assert identity(session, source_id="j-5").person_id == person.id
    bring(person_line("B1", **names))
    assert session.scalar(select(func.count()).select_from(Person)) == 2


def test_a_number_once_known_is_not_erased_by_a_file_without_it(
    session: Session, school: School, bring
) -> None:
    iin = make_iin()
    bring(person_line("A1", surname="Нұр", source_id="j-1", iin=iin))
    line = person_line("A1", surname="Нұр", source_id="j-1")
    assert bring(line) == ImportCount(unchanged=3)
    assert identity(session, source_id="j-1").iin_index == VAULT.index_of(iin)


def test_namesakes_with_different_numbers_are_two_people(
    session: Session, school: School, bring
) -> None:
    names = {"surname": "Ким", "given_name": "Анна"}
    lines = [person_line("A1", iin=make_iin(), **names) for _ in range(2)]
    assert bring(*lines) == ImportCount(new=5)
    assert bring(*lines) == ImportCount(unchanged=5)


def test_a_person_of_another_school_is_moved_by_the_system(
    session: Session, school: School, other: School, bring
) -> None:
    iin = make_iin()
    person = make_person(session, school=other, iin=iin, source_id="old")
    former = make_membership(session, person=person)
    count = bring(person_line("A1", surname="Көшкен", iin=iin))
    assert count == ImportCount(new=2, changed=2), (
        "class and place; the person and the former place"
    )
    session.expire_all()
    assert person.school_id == person.identity.school_id == school.id
    assert person.identity.source_id is None, "an identifier belongs to one school's journal"
    assert former.ended_on == TODAY
    assert bring(person_line("A1", surname="Көшкен", iin=iin)) == ImportCount(unchanged=3)


def test_a_file_of_a_past_year_does_not_move_anybody_back(
    session: Session, school: School, other: School, bring
) -> None:
    iin = make_iin()
    person = make_person(session, school=school, iin=iin)
    make_membership(session, person=person, academic_year="2026-27")
    bring(person_line("B1", surname="Өзге", academic_year="2025-26", iin=iin))
    session.expire_all()
    assert person.school_id == school.id
    assert person.identity.surname != "Өзге"
    years = session.scalars(select(Membership.academic_year).order_by(Membership.academic_year))
    assert years.all() == ["2025-26", "2026-27"]


def test_who_comes_back_has_an_open_membership_again(
    session: Session, school: School, bring
) -> None:
    person = make_person(session, school=school, source_id="j-1")
    make_membership(session, person=person, ended_on=date(2026, 10, 1))
    bring(person_line("A1", source_id="j-1"))
    session.expire_all()
    assert [place.ended_on for place in person.memberships] == [None]


def test_a_class_is_corrected_by_a_later_file(session: Session, school: School, bring) -> None:
    bring(person_line("A1", source_id="j-1", surname="Ким"))
    count = bring(person_line("A1", source_id="j-1", surname="Ким", language="ru", grade="8"))
    assert count == ImportCount(changed=1, unchanged=2)
    school_class = session.scalars(select(SchoolClass)).one()
    assert (school_class.language_code, school_class.grade) == ("ru", 8)


def test_an_academic_year_is_read_however_it_is_written(
    session: Session, school: School, bring
) -> None:
    for written in ("2026-27", "2026/27", "2026-2027", "2026/2027"):
        bring(person_line("A1", surname="Ким", source_id="j-1", academic_year=written))
    assert session.scalars(select(Membership.academic_year)).all() == ["2026-27"]


def test_everybody_the_file_touched_is_named_in_one_audit_entry(
    session: Session, school: School, bring
) -> None:
    session.commit()
    bring(*(person_line("A1") for _ in range(3)))
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert sorted(entry.changed["person"]) == sorted(session.scalars(select(Person.id)))
    assert sorted(entry.changed) == ["import_batch", "membership", "person", "school_class"]
    assert (entry.actor, entry.role) == ("system", "system")


def administrator(session: Session, *schools: School) -> User:
    return make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=list(schools))


def import_as(session: Session, user: User, *lines: str) -> ImportCount:
    file: IncomingFile = people_file(*lines)
    scope = scope_of(session, user)
    return import_people(session, scope, file, vault=VAULT, today=TODAY)


def test_an_administrator_brings_people_under_row_security(
    session: Session, session_of, school: School
) -> None:
    user = administrator(session, school)
    session.commit()
    own = session_of(user)
    lines = [person_line("A1", iin=make_iin()), person_line("A1", source_id="j-1")]
    assert import_as(own, user, *lines) == ImportCount(new=5)
    own.commit()
    assert import_as(own, user, *lines) == ImportCount(unchanged=5)


def test_an_administrator_of_two_schools_moves_people_between_them(
    session: Session, session_of, school: School, other: School
) -> None:
    iin = make_iin()
    person = make_pupil(session, school=other, iin=iin)
    user = administrator(session, school, other)
    make_class(session, school=school)
    session.commit()
    own = session_of(user)
    import_as(own, user, person_line("A1", iin=iin))
    own.commit()
    session.expire_all()
    assert person.school_id == school.id


def test_a_reason_is_kept_where_there_is_no_number(session: Session, school: School, bring) -> None:
    bring(person_line("A1", source_id="j-1", no_iin_reason="stateless"))
    assert identity(session, source_id="j-1").no_iin_reason is NoIinReason.STATELESS
