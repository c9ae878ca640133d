"""Enrollments over HTTP: what is answered, to whom, and what is refused."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import AuditEntry, RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.people import Person
from models.programs import Offering
from tests.edu.enrollment.conftest import Places
from tests.factories.enrollments import make_enrollment
from tests.factories.http import csrf
from tests.factories.programs import make_offering

API = "/api/v1"
S = EnrollmentStatus
SignIn = Callable[..., FlaskClient]
Pupil = Callable[..., Person]


@pytest.fixture
def school_office(sign_in: SignIn, places: Places) -> FlaskClient:
    return sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])


@pytest.fixture
def offering(session: Session) -> Offering:
    offering = make_offering(session, code="day", capacity=1)
    session.commit()
    return offering


@pytest.fixture
def enrolled(session: Session, pupil: Pupil, offering: Offering) -> Enrollment:
    enrollment = make_enrollment(session, person=pupil(), offering=offering)
    session.commit()
    return enrollment


def post(client: FlaskClient, path: str, body: object, tag: str | None = None) -> object:
    headers = csrf(client) | ({"If-Match": tag} if tag else {})
    return client.post(API + path, json=body, headers=headers)


def step(client: FlaskClient, enrollment_id: int, status: str, reason: str | None = None) -> object:
    """A step from the version the client has just read."""
    tag = client.get(f"{API}/enrollments/{enrollment_id}").headers.get("ETag", '"none"')
    body = {"status": status, "date": "2026-10-01", "reason": reason}
    body = {name: value for name, value in body.items() if value is not None}
    return post(client, f"/enrollments/{enrollment_id}/steps", body, tag)


def person_of(session: Session, pupil: Pupil, **details: object) -> int:
    person_id = pupil(**details).id
    session.commit()
    return person_id


def test_a_person_is_enrolled_and_the_next_one_waits(
    session: Session, school_office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    answers = []
    for _ in range(2):
        body = {
            "person_id": person_of(session, pupil), "offering_id": offering.id,
            "date": "2026-09-01",
        }  # fmt: skip
        answers.append(post(school_office, "/enrollments", body))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json["status"] for answer in answers] == ["enrolled", "waitlisted"]
    assert [event["status"] for event in answers[1].json["events"]] == ["applied", "waitlisted"]
    assert answers[1].json["events"][1]["reason"] == "no_seat_left"


def test_an_application_may_wait_for_its_decision(
    session: Session, school_office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    body = {
        "person_id": person_of(session, pupil), "offering_id": offering.id,
        "date": "2026-09-01", "status": "applied",
    }  # fmt: skip
    applied = post(school_office, "/enrollments", body).json
    assert applied["status"] == "applied"
    assert step(school_office, applied["id"], "enrolled").json["status"] == "enrolled"


def test_a_step_needs_the_version_it_starts_from(
    school_office: FlaskClient, enrolled: Enrollment
) -> None:
    path = f"/enrollments/{enrolled.id}"
    body = {"status": "completed", "date": "2026-12-20"}
    assert post(school_office, f"{path}/steps", body).status_code == 428
    assert post(school_office, f"{path}/steps", body, '"stale"').status_code == 412
    tag = school_office.get(API + path).headers["ETag"]
    done = post(school_office, f"{path}/steps", body, tag)
    assert (done.status_code, done.json["status"], done.json["version"]) == (200, "completed", 2)
    assert post(school_office, f"{path}/steps", body, tag).status_code == 412


def test_an_unchanged_enrollment_is_not_sent_again(
    school_office: FlaskClient, enrolled: Enrollment
) -> None:
    path = f"{API}/enrollments/{enrolled.id}"
    tag = school_office.get(path).headers["ETag"]
    assert school_office.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_an_illegal_step_says_what_can_follow(
    school_office: FlaskClient, enrolled: Enrollment
) -> None:
    answer = step(school_office, enrolled.id, "waitlisted")
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_step")
    assert answer.json["parameters"]["expected"] == ["completed", "transferred", "withdrawn"]
    assert answer.content_type == "application/problem+json"


def test_a_withdrawal_without_a_reason_is_refused(
    school_office: FlaskClient, enrolled: Enrollment
) -> None:
    answer = step(school_office, enrolled.id, "withdrawn")
    assert (answer.status_code, answer.json["code"]) == (409, "reason_required")


def test_a_transfer_answers_with_the_new_enrollment(
    session: Session, school_office: FlaskClient, enrolled: Enrollment
) -> None:
    target = make_offering(session)
    session.commit()
    path = f"/enrollments/{enrolled.id}"
    body = {"offering_id": target.id, "date": "2026-10-01", "reason": "another grade"}
    assert post(school_office, f"{path}/transfer", body).status_code == 428
    tag = school_office.get(API + path).headers["ETag"]
    new = post(school_office, f"{path}/transfer", body, tag)
    assert (new.status_code, new.json["offering_id"], new.json["status"]) == (
        201, target.id, "enrolled",
    )  # fmt: skip
    assert new.json["events"][0]["linked_id"] == enrolled.id
    old = school_office.get(API + path).json
    assert (old["status"], old["events"][-1]["linked_id"]) == ("transferred", new.json["id"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person_id": 0}, "person_id"),
        ({"person_id": "x"}, "person_id"),
        ({"offering_id": 2**63}, "offering_id"),
        ({"date": "soon"}, "date"),
        ({"status": "completed"}, "status"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_bad_input_names_the_field(
    school_office: FlaskClient, offering: Offering, change: dict[str, object], field: str
) -> None:
    body = {"person_id": 1, "offering_id": offering.id, "date": "2026-09-01", **change}
    answer = post(school_office, "/enrollments", body)
    assert answer.status_code == 422
    assert [error["field"].split(".")[1] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize("body", ["", "[]", "null", '{"person_id":', "\x00"])
def test_a_body_that_is_no_object_is_refused(school_office: FlaskClient, body: str) -> None:
    headers = {**csrf(school_office), "Content-Type": "application/json"}
    answer = school_office.post(f"{API}/enrollments", data=body, headers=headers)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "query", ["mood=good", "status=asleep", "limit=0", "limit=201", "cursor=x", "school_id=0"]
)
def test_a_list_is_asked_for_properly(school_office: FlaskClient, query: str) -> None:
    assert school_office.get(f"{API}/enrollments?{query}").status_code == 422


def test_the_list_is_read_page_by_page_newest_first(
    session: Session, school_office: FlaskClient, pupil: Pupil
) -> None:
    offering = make_offering(session)
    made = [make_enrollment(session, person=pupil(), offering=offering).id for _ in range(5)]
    session.commit()
    found, following = [], ""
    while following is not None:
        page = school_office.get(f"{API}/enrollments?limit=2&cursor={following}").json
        found += [row["id"] for row in page["items"]]
        following = page["next"]
    assert found == made[::-1]


def test_the_list_is_narrowed(
    session: Session, school_office: FlaskClient, pupil: Pupil, enrolled: Enrollment
) -> None:
    other = make_enrollment(
        session, person=pupil(), offering=make_offering(session), status=S.APPLIED
    )
    session.commit()

    def ids(query: str) -> list[int]:
        return [row["id"] for row in school_office.get(f"{API}/enrollments?{query}").json["items"]]

    assert ids("status=applied") == [other.id]
    assert ids(f"offering_id={enrolled.offering_id}") == [enrolled.id]
    assert ids(f"program_id={other.offering.program_id}") == [other.id]
    assert ids(f"person_id={enrolled.person_id}") == [enrolled.id]
    assert ids(f"school_id={enrolled.school_id}&status=enrolled") == [enrolled.id]
    assert ids("school_id=99999") == []


def test_the_roster_and_the_waitlist_name_the_schools_own_people(
    session: Session, school_office: FlaskClient, pupil: Pupil, places: Places, offering: Offering
) -> None:
    for surname, school in (("Ә", places.own), ("А", places.own), ("Б", places.sibling)):
        person = pupil(surname=surname, school=school)
        make_enrollment(session, person=person, offering=offering, status=S.WAITLISTED)
    session.commit()
    path = f"{API}/offerings/{offering.id}"
    first = school_office.get(f"{path}/roster?limit=1").json
    rest = school_office.get(f"{path}/roster?cursor={first['next']}").json
    assert [row["name"][0] for row in first["items"] + rest["items"]] == ["А", "Ә"]
    waiting = school_office.get(f"{path}/waitlist").json
    assert [(row["place"], row["enrollment"]["name"][0]) for row in waiting] == [
        (1, "Ә"), (2, "А"),
    ]  # fmt: skip
    assert school_office.get(f"{API}/offerings/987654/roster").status_code == 404
    assert school_office.get(f"{API}/offerings/{10**30}/waitlist").status_code == 404


def test_counts_hide_what_is_small_from_a_manager_and_nothing_from_the_school(
    session: Session, sign_in: SignIn, school_office: FlaskClient, enrolled: Enrollment
) -> None:
    query = f"{API}/enrollments/counts?program_id={enrolled.offering.program_id}"
    exact = school_office.get(query).json
    assert (exact["total"], exact["counts"]["enrolled"], exact["suppressed"]) == (1, 1, False)
    manager = sign_in(RoleName.PROGRAM_MANAGER)
    shown = manager.get(query).json
    assert (shown["total"], shown["counts"]["enrolled"], shown["suppressed"]) == (None, None, True)
    assert shown["rows"][0]["name_en"] == "Abai Region"
    by_school = manager.get(f"{query}&by=school")
    assert (by_school.status_code, by_school.json["code"]) == (422, "region_needed")
    assert manager.get(f"{query}&by=school&region=10").json["rows"][0]["total"] is None


def bring(client: FlaskClient, content: str) -> object:
    data = {"file": (BytesIO(content.encode()), "enrollments.csv")}
    return client.post(f"{API}/imports/enrollments", data=data, headers=csrf(client))


def test_a_file_is_brought_in_twice_and_recorded_once(
    session: Session, school_office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    person_of(session, pupil, source_id="7")
    content = "source_id,offering,date,status,reason\n7,day,2026-09-01,enrolled,\n"
    first, second = bring(school_office, content), bring(school_office, content)
    assert (first.status_code, first.json["new"], second.json["unchanged"]) == (200, 1, 1)
    assert session.scalar(select(func.count()).select_from(Enrollment)) == 1


def test_a_bad_file_answers_with_every_error_and_its_mend(
    session: Session, school_office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    person_of(session, pupil, source_id="7", grade=3)
    offering.min_grade = 7
    session.commit()
    content = "source_id;offering;date;status;reason\n7;day;01.09.2026;enrolled;\n8;day;x;asleep;\n"
    answer = bring(school_office, content)
    assert (answer.status_code, answer.json["code"]) == (422, "file_refused")
    assert [(error["line"], error["column"], error["code"]) for error in answer.json["errors"]] == [
        (2, "offering", "not_eligible_grade"),
        (3, "date", "unreadable_value"),
        (3, "status", "unknown_choice"),
        (3, "source_id", "unknown_person"),
    ]
    grade = answer.json["errors"][0]
    assert (grade["found"], grade["expected"]) == ("3", "≥ 7")
    assert all(error["message"] and error["file"] for error in answer.json["errors"])


def test_reading_names_is_audited(
    session: Session, school_office: FlaskClient, enrolled: Enrollment
) -> None:
    school_office.get(f"{API}/offerings/{enrolled.offering_id}/roster")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.read == {"person": [enrolled.person_id], "enrollment": [enrolled.id]}
    assert entry.actor == school_office.user.email
