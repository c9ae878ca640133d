"""Bad files of people, brought in by the system: precise errors, and nothing written."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.intake import FileRefused, IncomingFile
from edu.registry.people_importer import import_people
from edu.web.messages import MESSAGES, sentence
from models.accounts import AuditEntry, RoleName
from models.errors import Forbidden
from models.intake import ImportBatch
from models.people import Membership, Person, PersonIdentity
from models.places import School, SchoolClass
from tests.edu.registry.bad_people import BAD, Bad
from tests.factories.accounts import make_user
from tests.factories.people import VAULT, make_iin, make_pupil, people_file, person_line
from tests.factories.places import make_district, make_school, region

WRITTEN = (Person, Membership, SchoolClass, ImportBatch)


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, code="A1", district=make_district(session, region=region(session)))


def errors_of(session: Session, scope: Scope, file: IncomingFile) -> tuple[dict, ...]:
    with pytest.raises(FileRefused) as caught:
        import_people(session, scope, file, vault=VAULT, today=date(2026, 11, 20))
    return caught.value.errors


def brief(errors: tuple[dict, ...]) -> list[tuple]:
    return [(error["line"], error["column"], error["code"], error["found"]) for error in errors]


def counts(session: Session) -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(kind)) for kind in WRITTEN]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_with_its_place_and_its_mend(
    session: Session, scope: Scope, school: School, bad: Bad
) -> None:
    before = counts(session)
    errors = errors_of(session, scope, IncomingFile("people.csv", bad.content))
    error = errors[0]
    assert (error["file"], error["line"], error["column"]) == ("people.csv", bad.line, bad.column)
    assert error["code"] == bad.code
    assert error["found"].startswith(bad.found)
    assert counts(session) == before
    assert all(each["expected"] for each in errors if each["code"] != "broken_quotes")


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_each_error_has_a_sentence_without_gaps(
    app, session: Session, scope: Scope, school: School, bad: Bad
) -> None:
    errors = errors_of(session, scope, IncomingFile("people.csv", bad.content))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for error in errors:
            assert error["code"] in MESSAGES
            said = sentence(error["code"], error)
            assert said
            assert "%(" not in said


@pytest.mark.parametrize(
    "column", ["school_code", "class", "surname", "given_name", "patronymic", "iin", "source_id"]
)
@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ue000", "\uffff", "\U000e0100\x7f"])
def test_signs_that_cannot_be_kept_are_refused_in_every_column(
    session: Session, scope: Scope, school: School, column: str, sign: str
) -> None:
    file = people_file(person_line("A1", **{column: f"A1{sign}"}))
    assert (2, column, "unstorable_text") in [
        each[:3] for each in brief(errors_of(session, scope, file))
    ]


def test_a_lone_surrogate_is_not_utf_8(session: Session, scope: Scope, school: School) -> None:
    content = people_file(person_line("A1")).content.replace(b"A1", b"A1\xed\xa0\x80")
    errors = errors_of(session, scope, IncomingFile("people.csv", content))
    assert brief(errors) == [(2, None, "wrong_encoding", errors[0]["found"])]
    assert errors[0]["found"].startswith("byte 0xED")


def test_marks_of_direction_and_decomposed_letters_make_no_second_person(
    session: Session, scope: Scope, school: School
) -> None:
    for surname, source_id in (("Йсаев", "j-1"), ("\u202eИ\u0306саев\u200f", "\u200fj-1")):
        line = person_line("A1", surname=surname, source_id=source_id)
        import_people(session, scope, people_file(line), vault=VAULT)
    assert session.scalars(select(PersonIdentity.surname)).all() == ["Йсаев"]


def test_all_errors_of_a_file_come_at_once_in_the_order_of_its_lines(
    session: Session, scope: Scope, school: School
) -> None:
    iin = make_iin()
    file = people_file(
        person_line("X9", sex="x", iin=iin),
        person_line("A1", birth_date="", no_iin_reason=""),
        person_line("A1", iin=iin, surname="=1"),
    )
    assert brief(errors_of(session, scope, file)) == [
        (2, "sex", "unknown_choice", "x"),
        (2, "school_code", "unknown_school", "X9"),
        (3, "birth_date", "value_missing", ""),
        (3, "iin", "iin_or_reason", ""),
        (4, "surname", "name_signs", "=1"),
        (4, "iin", "person_twice", f"{iin[:4]}•••••••{iin[-1]}"),
    ]


def test_what_the_database_knows_is_checked_in_the_same_reading(
    session: Session, scope: Scope, school: School
) -> None:
    make_pupil(session, school=school, iin=make_iin(), source_id="j-1", surname="Әлі")
    known = make_pupil(session, school=school, surname="Ким", source_id="j-2")
    for _ in range(2):
        make_pupil(session, school=school, surname="Егіз")
    file = people_file(
        person_line("A1", iin=make_iin(), source_id="j-1"),
        person_line("A1", surname="Егіз", birth_date="2014-05-17"),
        person_line("A1", surname="Ким", source_id="j-2", sex="x"),
        person_line("A1", surname="Ким", birth_date=str(known.birth_date)),
    )
    assert brief(errors_of(session, scope, file)) == [
        (2, "source_id", "source_id_taken", "j-1"),
        (3, "surname", "person_ambiguous", "Егіз Айша"),
        (4, "sex", "unknown_choice", "x"),
    ]


def test_two_lines_that_mean_one_known_person_are_refused(
    session: Session, scope: Scope, school: School
) -> None:
    iin = make_iin()
    make_pupil(session, school=school, surname="Ким", source_id="j-1", iin=iin)
    file = people_file(
        person_line("A1", surname="Ким", iin=iin),
        person_line("A1", surname="Кима", source_id="j-1"),
    )
    assert brief(errors_of(session, scope, file)) == [(3, "surname", "person_twice", "Кима Айша")]


def test_an_administrator_learns_only_that_a_person_is_elsewhere(
    session: Session, session_of, school: School
) -> None:
    far = make_school(session, code="B1", district=school.district)
    iin = make_iin()
    make_pupil(session, school=far, iin=iin, source_id="far", surname="Жасырын")
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    session.commit()
    own = session_of(user)
    file = people_file(person_line("A1", iin=iin), person_line("B1"))
    errors = errors_of(own, scope_of(own, user), file)
    assert brief(errors) == [
        (2, "iin", "person_elsewhere", f"{iin[:4]}•••••••{iin[-1]}"),
        (3, "school_code", "unknown_school", "B1"),
    ]
    assert "Жасырын" not in str(errors)


def test_who_may_not_write_brings_no_people(session: Session, school: School) -> None:
    user = make_user(session, role=RoleName.REGIONAL_COORDINATOR, regions=[school.region])
    with pytest.raises(Forbidden):
        import_people(session, scope_of(session, user), people_file(person_line("A1")), vault=VAULT)


def test_no_number_reaches_an_error_or_the_audit(
    session: Session, scope: Scope, school: School
) -> None:
    iin = make_iin()
    with pytest.raises(FileRefused) as caught:
        import_people(
            session,
            scope,
            people_file(person_line("A1", iin=iin, sex="x"), person_line("A1", iin=iin)),
            vault=VAULT,
        )
    assert iin not in str(caught.value)
    assert iin not in str(caught.value.errors)
    session.rollback()
    make_school(session, code="A1", district=make_district(session, region=region(session)))
    import_people(session, scope, people_file(person_line("A1", iin=iin)), vault=VAULT)
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert iin not in str([entry.changed, entry.read, entry.detail])
