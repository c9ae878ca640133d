"""Who reaches whose enrollments: own, of a sibling school, of another region, of nobody."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.accounts import RoleName
from models.enrollments import EnrollmentStatus
from models.people import Person
from tests.edu.enrollment.conftest import Places
from tests.factories.enrollments import make_enrollment
from tests.factories.http import csrf
from tests.factories.programs import make_offering

API = "/api/v1"
R = RoleName
S = EnrollmentStatus
WHOSE = ("own", "sibling", "foreign", "absent")
REACH = {
    R.SCHOOL_ADMINISTRATOR: {"own"},
    R.REGIONAL_COORDINATOR: {"own", "sibling"},
    R.PROGRAM_MANAGER: set(),
    R.HEADQUARTERS_VIEWER: set(),
    R.RESEARCHER: set(),
    R.SYSTEM_ADMINISTRATOR: set(),
}
READS = {R.SCHOOL_ADMINISTRATOR, R.REGIONAL_COORDINATOR}
COMPLETES = {R.SCHOOL_ADMINISTRATOR}


@pytest.fixture(params=sorted(REACH))
def role(request: pytest.FixtureRequest) -> RoleName:
    return RoleName(request.param)


@pytest.fixture
def client(role: RoleName, sign_in: Callable[..., FlaskClient], places: Places) -> FlaskClient:
    answering_for = {
        R.SCHOOL_ADMINISTRATOR: {"schools": [places.own]},
        R.REGIONAL_COORDINATOR: {"regions": [places.region]},
    }
    return sign_in(role, **answering_for.get(role, {}))


@pytest.fixture
def enrollments(
    session: Session, places: Places, pupil: Callable[..., Person]
) -> dict[str, tuple[int, int]]:
    """By whose it is: the ids of an enrollment and of its person; also an offering to enroll in."""
    offering = make_offering(session)
    made = {"absent": (10**9, 10**9), "another offering": (0, make_offering(session).id)}
    for whose in WHOSE[:3]:
        person = pupil(school=getattr(places, whose))
        made[whose] = (make_enrollment(session, person=person, offering=offering).id, person.id)
    session.commit()
    return made


def expected(role: RoleName, allowed: set[RoleName], success: int) -> dict[str, int]:
    """What each request is answered with, by whose record it asks for."""
    if role not in allowed:
        return dict.fromkeys(WHOSE, 403)
    return {whose: success if whose in REACH[role] else 404 for whose in WHOSE}


def test_reading_one(
    role: RoleName, client: FlaskClient, enrollments: dict[str, tuple[int, int]]
) -> None:
    answers = {
        whose: client.get(f"{API}/enrollments/{enrollments[whose][0]}").status_code
        for whose in WHOSE
    }
    assert answers == expected(role, READS, 200)


def completed(client: FlaskClient, enrollment_id: int) -> int:
    path = f"{API}/enrollments/{enrollment_id}"
    tag = client.get(path).headers.get("ETag", '"none"')
    body = {"status": "completed", "date": "2026-12-20"}
    headers = {**csrf(client), "If-Match": tag}
    return client.post(f"{path}/steps", json=body, headers=headers).status_code


def test_taking_a_step(
    role: RoleName, client: FlaskClient, enrollments: dict[str, tuple[int, int]]
) -> None:
    answers = {whose: completed(client, enrollments[whose][0]) for whose in WHOSE}
    wanted = expected(role, READS, 200)
    if role not in COMPLETES:  # a region decides on applications, the school on participations
        wanted = {whose: 403 if status == 200 else status for whose, status in wanted.items()}
    assert answers == wanted


def test_enrolling_somebody(
    role: RoleName, client: FlaskClient, enrollments: dict[str, tuple[int, int]]
) -> None:
    _, offering_id = enrollments["another offering"]
    answers = {}
    for whose in WHOSE:
        person_id = enrollments[whose][1]
        body = {"person_id": person_id, "offering_id": offering_id, "date": "2026-09-01"}
        answer = client.post(f"{API}/enrollments", json=body, headers=csrf(client))
        answers[whose] = answer.status_code
    assert answers == expected(role, COMPLETES, 201)


def test_the_page_of_a_person(
    role: RoleName, client: FlaskClient, enrollments: dict[str, tuple[int, int]]
) -> None:
    answers = {whose: client.get(f"/people/{enrollments[whose][1]}").status_code for whose in WHOSE}
    assert answers == expected(role, READS, 200)


def test_a_list_holds_what_is_in_reach(
    role: RoleName, client: FlaskClient, enrollments: dict[str, tuple[int, int]]
) -> None:
    answer = client.get(f"{API}/enrollments")
    if role not in READS:
        assert answer.status_code == 403
        return
    shown = {row["id"] for row in answer.json["items"]}
    assert shown == {enrollments[whose][0] for whose in REACH[role]}


@pytest.mark.parametrize("path", ["enrollments", "enrollments/1/steps", "imports/enrollments"])
def test_without_a_token_nothing_is_taken(role: RoleName, client: FlaskClient, path: str) -> None:
    assert client.post(f"{API}/{path}", json={}).status_code in (400, 403)


@pytest.mark.parametrize("role", sorted(READS), indirect=True)
def test_a_foreign_answer_is_word_for_word_an_absent_one(
    client: FlaskClient, enrollments: dict[str, tuple[int, int]]
) -> None:
    foreign, absent = (
        client.get(f"{API}/enrollments/{enrollments[whose][0]}") for whose in ("foreign", "absent")
    )
    assert (foreign.data, foreign.status_code) == (absent.data, absent.status_code)
