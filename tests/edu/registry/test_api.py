"""People and places over HTTP: who may, what is answered, what is refused."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.registry.vault import Vault
from models.accounts import AuditEntry, RoleName
from models.people import Person
from models.places import School
from tests.edu.registry.bad_people import BAD, Bad
from tests.factories.http import csrf
from tests.factories.people import (
    make_iin,
    make_pupil,
    people_file,
    person_line,
    schools_file,
)
from tests.factories.places import make_class, make_district, make_school, region

API = "/api/v1"
R = RoleName
SignIn = Callable[..., FlaskClient]
HOSTILE = {
    "NUL": "Ким\x00",
    "surrogate": "Ким\ud800",
    "escape": "Ким\x1b[31m",
    "private": "Ким\ue000",
    "noncharacter": "Ким\uffff",
}


@pytest.fixture
def school(session: Session) -> School:
    school = make_school(
        session, code="A1", district=make_district(session, region=region(session))
    )
    session.commit()
    return school


@pytest.fixture
def office(sign_in: SignIn, school: School) -> FlaskClient:
    return sign_in(R.SCHOOL_ADMINISTRATOR, schools=[school])


@pytest.fixture
def app_vault(app) -> Vault:
    keys = app.extensions["edu-settings"].keys
    return Vault(keys.iin_encryption_key, keys.iin_index_key)


def new_person(school: School, **changes: object) -> dict[str, Any]:
    return {
        "school_id": school.id, "academic_year": "2026-27", "role": "pupil", "surname": "Әбіш",
        "given_name": "Ерлан", "birth_date": "2014-05-17", "sex": "male",
        "no_iin_reason": "not_issued", **changes,
    }  # fmt: skip


def post(client: FlaskClient, path: str, body: object = None) -> Any:
    return client.post(API + path, json=body, headers=csrf(client))


def patch(client: FlaskClient, path: str, body: object, tag: str | None = None) -> Any:
    headers = csrf(client) | ({"If-Match": tag} if tag else {})
    return client.patch(API + path, json=body, headers=headers)


def upload(client: FlaskClient, kind: str, content: bytes, name: str = "people.csv") -> Any:
    data = {"file": (io.BytesIO(content), name)}
    return client.post(f"{API}/imports/{kind}", data=data, headers=csrf(client))


def test_a_person_is_registered_read_and_corrected(office: FlaskClient, school: School) -> None:
    made = post(office, "/people", new_person(school))
    assert made.status_code == 201
    path = f"/people/{made.json['id']}"
    shown = office.get(API + path)
    assert shown.json["surname"] == "Әбіш"
    assert shown.json["memberships"][0]["academic_year"] == "2026-27"
    changed = patch(office, path, {"surname": "Әбішев"}, shown.headers["ETag"])
    assert changed.status_code == 200
    again = office.get(API + path)
    assert again.json["surname"] == "Әбішев"
    assert again.headers["ETag"] == changed.headers["ETag"]


def test_a_correction_says_which_version_it_means(office: FlaskClient, school: School) -> None:
    path = f"/people/{post(office, '/people', new_person(school)).json['id']}"
    tag = office.get(API + path).headers["ETag"]
    assert patch(office, path, {"surname": "Бек"}).status_code == 428
    assert patch(office, path, {"surname": "Бек"}, tag).status_code == 200
    assert patch(office, path, {"surname": "Дос"}, tag).status_code == 412
    assert office.get(API + path).json["surname"] == "Бек"


def test_a_number_is_taken_kept_hidden_and_shown_on_request_only(
    session: Session, office: FlaskClient, school: School
) -> None:
    body = new_person(school, iin="310101 500006", no_iin_reason=None)
    made = post(office, "/people", body)
    assert [warning["code"] for warning in made.json["warnings"]] == ["iin_birth_date_differs"]
    assert made.json["warnings"][0]["message"]
    path = f"/people/{made.json['id']}"
    assert "310101500006" not in office.get(API + path).text
    assert office.get(API + path).json["iin_masked"] == "••••••••••••"
    assert "310101500006" not in office.get(f"{API}/people").text
    unmasked = post(office, f"{path}/iin")
    assert unmasked.json == {"iin": "310101500006"}
    assert unmasked.headers["Cache-Control"] == "no-store"
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert entries[-1].read == {"iin": [made.json["id"]]}
    assert all("310101500006" not in str(vars(entry)) for entry in entries)


def test_a_refused_number_is_not_repeated(office: FlaskClient, school: School) -> None:
    answer = post(office, "/people", new_person(school, iin="310101500007", no_iin_reason=None))
    assert (answer.status_code, answer.json["code"]) == (422, "iin_checksum")
    assert answer.json["parameters"] == {"field": "iin", "found": "3101•••••••7"}
    assert "310101500007" not in answer.text


def test_a_person_known_elsewhere_is_a_conflict_that_tells_nothing_more(
    session: Session, office: FlaskClient, school: School, app_vault: Vault
) -> None:
    far = make_school(session, district=make_district(session, region=region(session, "75")))
    iin = make_iin()
    make_pupil(session, school=far, iin=iin, surname="Жасырын", vault=app_vault)
    session.commit()
    answer = post(office, "/people", new_person(school, iin=iin, no_iin_reason=None))
    assert (answer.status_code, answer.json["code"]) == (409, "person_elsewhere")
    assert "Жасырын" not in answer.text


@pytest.mark.parametrize(
    "field", ["surname", "given_name", "patronymic", "iin", "source_id", "academic_year"]
)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_text_that_cannot_be_kept_is_refused_in_every_field(
    office: FlaskClient, school: School, field: str, text: str
) -> None:
    answer = post(office, "/people", new_person(school, **{field: text}))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == f"json.{field}"


def test_a_search_with_hostile_text_is_refused_too(office: FlaskClient) -> None:
    for text in HOSTILE.values():
        answer = office.get(f"{API}/people", query_string={"name": text.encode("utf-8", "replace")})
        assert answer.status_code in (200, 422)
    assert office.get(f"{API}/people", query_string={"name": "\x00"}).status_code == 422


def test_names_are_composed_and_freed_of_marks_of_direction(
    office: FlaskClient, school: School
) -> None:
    body = new_person(school, surname="\u202eЙсаев\u200f", given_name="И\u0306са")
    made = post(office, "/people", body)
    shown = office.get(f"{API}/people/{made.json['id']}").json
    assert (shown["surname"], shown["given_name"]) == ("Йсаев", "Йса")


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": 1},
        {"sex": "x"},
        {"role": None},
        {"birth_date": "17.05.2014"},
        {"academic_year": "2026-29"},
        {"school_id": 2**63},
        {"school_id": "one"},
        {"class_id": -1},
        {"surname": "я" * 256},
        {"surname": ["Ким"]},
        {"source_id": "x" * 129},
        {"birth_date": "2090-01-01"},
        {"surname": None, "given_name": None},
    ],
)
def test_a_wrong_body_is_unprocessable(
    office: FlaskClient, school: School, changes: dict[str, Any]
) -> None:
    answer = post(office, "/people", new_person(school, **changes))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("person_id", ["0", str(10**9), str(2**63), str(2**200)])
def test_an_impossible_person_is_not_found(office: FlaskClient, person_id: str) -> None:
    assert office.get(f"{API}/people/{person_id}").status_code == 404
    assert post(office, f"/people/{person_id}/iin").status_code == 404
    assert patch(office, f"/people/{person_id}", {}, "x").status_code == 404


def test_a_foreign_person_and_school_answer_as_absent_ones(
    session: Session, office: FlaskClient, school: School
) -> None:
    far = make_school(session, district=school.district)
    person = make_pupil(session, school=far)
    session.commit()
    foreign = office.get(f"{API}/people/{person.id}")
    absent = office.get(f"{API}/people/999999")
    assert (foreign.status_code, foreign.json) == (404, absent.json)
    assert post(office, f"/people/{person.id}/iin").status_code == 404
    assert patch(office, f"/people/{person.id}", {"surname": "Ким"}, "x").status_code == 404
    assert post(office, "/people", new_person(far)).status_code == 404
    assert office.get(f"{API}/schools/{far.id}").status_code == 404
    assert office.get(f"{API}/people", query_string={"school_id": far.id}).json["items"] == []


READS, WRITES, BRINGS_SCHOOLS = "reads records", "writes records", "brings schools"
MAY = {
    R.SCHOOL_ADMINISTRATOR: {READS, WRITES},
    R.REGIONAL_COORDINATOR: {READS, BRINGS_SCHOOLS},
    R.PROGRAM_MANAGER: set(),
    R.HEADQUARTERS_VIEWER: set(),
    R.RESEARCHER: set(),
    R.SYSTEM_ADMINISTRATOR: set(),
}


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_what_the_matrix_says(
    session: Session, sign_in: SignIn, school: School, role: RoleName
) -> None:
    person = make_pupil(session, school=school)
    places = {
        R.SCHOOL_ADMINISTRATOR: {"schools": [school]},
        R.REGIONAL_COORDINATOR: {"regions": [school.region]},
    }
    client = sign_in(role, **places.get(role, {}))
    schools = schools_file("A1,м,ш,s,10,Аудан,1,ordinary").content
    answers = {
        READS: [
            client.get(f"{API}/people"),
            client.get(f"{API}/people/{person.id}"),
            client.get(f"{API}/classes"),
        ],
        WRITES: [
            post(client, "/people", new_person(school)),
            post(client, f"/people/{person.id}/iin"),
            upload(client, "people", people_file(person_line("A1")).content),
        ],
        BRINGS_SCHOOLS: [upload(client, "schools", schools)],
    }
    for right, each in answers.items():
        assert {answer.status_code < 400 for answer in each} == {right in MAY[role]}
        assert right in MAY[role] or {answer.status_code for answer in each} == {403}
    assert client.get(f"{API}/regions").status_code == 200


def test_without_a_token_nothing_is_written(office: FlaskClient, school: School) -> None:
    assert office.post(f"{API}/people", json=new_person(school)).status_code == 400


def test_the_list_is_paged_and_its_cursor_is_checked(
    session: Session, office: FlaskClient, school: School
) -> None:
    for surname in ("Бек", "Әлі", "Абай"):
        make_pupil(session, school=school, surname=surname)
    session.commit()
    first = office.get(f"{API}/people?limit=2").json
    second = office.get(f"{API}/people", query_string={"limit": 2, "cursor": first["next"]}).json
    surnames = [row["surname"] for row in first["items"] + second["items"]]
    assert surnames == ["Абай", "Әлі", "Бек"]
    assert second["next"] is None
    for wrong in ("cursor=x", "limit=0", "limit=201", "role=x", "class_id=0", "iin=310101500006"):
        assert office.get(f"{API}/people?{wrong}").status_code == 422


def test_places_are_listed_and_narrowed(
    session: Session, office: FlaskClient, sign_in: SignIn, school: School
) -> None:
    far = make_school(session, district=make_district(session, region=region(session, "75")))
    make_class(session, school=school)
    make_class(session, school=far)
    session.commit()
    assert len(office.get(f"{API}/regions").json) == 20
    assert [row["code"] for row in office.get(f"{API}/schools").json["items"]] == ["A1"]
    assert [row["name"] for row in office.get(f"{API}/classes").json["items"]] == ["7 «Ә»"]
    near = office.get(f"{API}/districts?region_id={school.region_id}").json["items"]
    assert [row["id"] for row in near] == [school.district_id]
    assert office.get(f"{API}/classes?academic_year=2026/2027").json["items"] != []
    assert office.get(f"{API}/classes?academic_year=2026").status_code == 422
    manager = sign_in(R.PROGRAM_MANAGER)
    assert len(manager.get(f"{API}/schools").json["items"]) == 2
    assert manager.get(f"{API}/schools/{far.id}").json["code"] == far.code
    assert manager.get(f"{API}/schools/{2**63}").status_code == 404


def test_a_file_is_brought_and_the_same_file_again_changes_nothing(
    office: FlaskClient, school: School
) -> None:
    content = people_file(person_line("A1", iin=make_iin()), person_line("A1")).content
    nothing = {"changed": 0, "conflicts": 0}
    assert upload(office, "people", content).json == {"new": 5, "unchanged": 0, **nothing}
    assert upload(office, "people", content).json == {"new": 0, "unchanged": 5, **nothing}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_whole(
    session: Session, office: FlaskClient, school: School, bad: Bad
) -> None:
    answer = upload(office, "people", bad.content)
    assert (answer.status_code, answer.json["code"]) == (422, "file_refused")
    error = answer.json["errors"][0]
    assert sorted(error) == ["code", "column", "expected", "file", "found", "line", "message"]
    assert (error["line"], error["column"], error["code"]) == (bad.line, bad.column, bad.code)
    assert error["message"]
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_person_of_another_school_in_a_file_is_refused(
    session: Session, office: FlaskClient, school: School, app_vault: Vault
) -> None:
    far = make_school(session, code="B1", district=school.district)
    iin = make_iin()
    make_pupil(session, school=far, iin=iin, vault=app_vault)
    session.commit()
    answer = upload(office, "people", people_file(person_line("A1", iin=iin)).content)
    assert [error["code"] for error in answer.json["errors"]] == ["person_elsewhere"]
    answer = upload(office, "people", people_file(person_line("B1")).content)
    assert [error["code"] for error in answer.json["errors"]] == ["unknown_school"]


def test_an_upload_without_a_file_or_with_a_hostile_name_is_answered(
    office: FlaskClient, school: School
) -> None:
    assert office.post(f"{API}/imports/people", headers=csrf(office)).status_code == 422
    named = upload(office, "people", b"", name="\u202e\x07<b>.csv")
    assert named.status_code == 422
    assert "\u202e" not in named.text
