"""The person's page with its enrollments, the list, the file."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.people import Person
from models.programs import Offering
from tests.edu.enrollment.conftest import Places
from tests.factories.enrollments import make_enrollment
from tests.factories.http import csrf_token
from tests.factories.programs import make_offering

S = EnrollmentStatus
R = RoleName
NEVER_OVER = date(2999, 5, 25)  # whenever the tests run, the offering is not over
SignIn = Callable[..., FlaskClient]
Pupil = Callable[..., Person]


def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("language", "en")
    return client


@pytest.fixture
def office(sign_in: SignIn, places: Places) -> FlaskClient:
    return english(sign_in(R.SCHOOL_ADMINISTRATOR, schools=[places.own]))


@pytest.fixture
def coordinator(sign_in: SignIn, places: Places) -> FlaskClient:
    return english(sign_in(R.REGIONAL_COORDINATOR, regions=[places.region]))


@pytest.fixture
def offering(session: Session) -> Offering:
    offering = make_offering(session, code="day", capacity=1)
    offering.ends_on = NEVER_OVER
    session.commit()
    return offering


@pytest.fixture
def enrolled(session: Session, pupil: Pupil, offering: Offering) -> Enrollment:
    enrollment = make_enrollment(session, person=pupil(surname="Әбіш"), offering=offering)
    session.commit()
    return enrollment


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def post(client: FlaskClient, path: str, **fields: object) -> Any:
    data = {"csrf_token": csrf_token(client), **fields}
    return client.post(path, data=data, follow_redirects=True)


def status_of(session: Session, enrollment_id: int) -> EnrollmentStatus:
    session.rollback()
    return session.get_one(Enrollment, enrollment_id).status


def test_a_person_without_enrollments_is_told_what_they_may_join(
    session: Session, office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    person_id = pupil().id
    session.commit()
    shown = page(office, f"/people/{person_id}")
    assert "This person takes part in no program yet." in shown
    assert f'<option value="{offering.id}">' in shown


def test_what_does_not_fit_is_explained_before_and_not_offered(
    session: Session, office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    offering.min_grade = 9
    person_id = pupil(grade=7).id
    session.commit()
    shown = page(office, f"/people/{person_id}")
    assert "No open offering fits this person today." in shown
    assert "The offering is for grades ≥ 9; the person is in grade 7." in shown
    assert f'<option value="{offering.id}">' not in shown


def test_offerings_of_other_places_are_not_mentioned(
    session: Session, office: FlaskClient, pupil: Pupil, places: Places
) -> None:
    for place in ({"school": places.sibling}, {"region": places.foreign.region}):
        make_offering(session, code=f"far-{len(place)}-{next(iter(place))}", **place)
    person_id = pupil().id
    session.commit()
    assert "far-" not in page(office, f"/people/{person_id}")


def test_the_form_enrolls_and_the_next_one_is_told_to_wait(
    session: Session, office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    first, second = pupil().id, pupil().id
    session.commit()
    choice = {"offering_id": offering.id, "date": "2026-09-01"}
    assert "The person was enrolled." in post(office, f"/people/{first}/enrollments", **choice).text
    told = post(office, f"/people/{second}/enrollments", **choice).text
    assert "No seat is left: the person waits and will be enrolled in turn." in told
    assert "number 1 in line" in told


def test_the_history_stands_folded_below_the_state(
    session: Session, office: FlaskClient, enrolled: Enrollment
) -> None:
    post(
        office, f"/enrollments/{enrolled.id}/step", status="withdrawn", date="2026-10-01",
        reason="moved to another city",
    )  # fmt: skip
    shown = page(office, f"/people/{enrolled.person_id}")
    assert "History: 2 steps" in shown
    assert "moved to another city" in shown
    assert 'state-withdrawn">withdrawn' in shown


def test_a_withdrawal_says_beforehand_what_will_happen(
    session: Session, office: FlaskClient, enrolled: Enrollment, pupil: Pupil
) -> None:
    waiting = make_enrollment(
        session, person=pupil(), offering=enrolled.offering, status=S.WAITLISTED
    )
    session.commit()
    assert "its place goes at once to the next on the waitlist" in page(
        office, f"/people/{enrolled.person_id}"
    )
    assert "The application ends; nobody else is touched." in page(
        office, f"/people/{waiting.person_id}"
    )
    told = post(
        office, f"/enrollments/{enrolled.id}/step", status="withdrawn", date="2026-10-01",
        reason="illness",
    ).text  # fmt: skip
    assert "1 person moved up from the waitlist." in told
    assert status_of(session, waiting.id) is S.ENROLLED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "withdrawn", "date": "2026-10-01"}, "Say why"),
        ({"status": "withdrawn", "date": "2026-08-01", "reason": "x"}, "lies before the last one"),
        ({"status": "waitlisted", "date": "2026-10-01"}, "cannot follow here"),
        ({"status": "asleep", "date": "2026-10-01"}, "Choose one of"),
        ({"status": "completed", "date": "soon"}, "Write a date"),
    ],
)
def test_a_refused_step_changes_nothing_and_says_why(
    session: Session, office: FlaskClient, enrolled: Enrollment, fields: dict[str, str], said: str
) -> None:
    assert said in post(office, f"/enrollments/{enrolled.id}/step", **fields).text
    assert status_of(session, enrolled.id) is S.ENROLLED


def test_a_completion_is_recorded(
    session: Session, office: FlaskClient, enrolled: Enrollment
) -> None:
    told = post(
        office, f"/enrollments/{enrolled.id}/step", status="completed", date="2026-12-20"
    ).text
    assert "the person is now completed" in told
    assert status_of(session, enrolled.id) is S.COMPLETED


def test_a_coordinator_sees_only_the_buttons_they_may_press(
    session: Session, coordinator: FlaskClient, enrolled: Enrollment, pupil: Pupil
) -> None:
    applied = make_enrollment(session, person=pupil(), offering=enrolled.offering, status=S.APPLIED)
    session.commit()
    of_enrolled = page(coordinator, f"/people/{enrolled.person_id}")
    assert "Record the completion" not in of_enrolled
    assert "Enroll in …" not in of_enrolled
    assert "Give a place" in page(coordinator, f"/people/{applied.person_id}")


def test_a_form_without_its_token_is_refused(
    session: Session, office: FlaskClient, enrolled: Enrollment
) -> None:
    fields = {"status": "completed", "date": "2026-12-20"}
    assert office.post(f"/enrollments/{enrolled.id}/step", data=fields).status_code == 400
    assert status_of(session, enrolled.id) is S.ENROLLED


def test_the_list_is_narrowed_by_state_and_program(
    session: Session, office: FlaskClient, enrolled: Enrollment, pupil: Pupil
) -> None:
    other = make_enrollment(
        session, person=pupil(surname="Жүніс"), offering=make_offering(session), status=S.APPLIED
    )
    session.commit()
    program_id = other.offering.program_id
    everything = page(office, "/enrollments/")
    assert everything.index("Жүніс") < everything.index("Әбіш"), "the newest first"
    for query in ("status=applied", f"program_id={program_id}"):
        shown = page(office, f"/enrollments/?{query}")
        assert "Жүніс" in shown
        assert "Әбіш" not in shown
    assert "Әбіш" in page(office, "/enrollments/?status=nonsense")


def test_an_empty_list_says_what_will_stand_there(office: FlaskClient) -> None:
    assert "No enrollment here" in page(office, "/enrollments/")


@pytest.mark.parametrize(
    "role", [R.PROGRAM_MANAGER, R.HEADQUARTERS_VIEWER, R.RESEARCHER, R.SYSTEM_ADMINISTRATOR]
)
@pytest.mark.parametrize("path", ["/enrollments/", "/enrollments/import", "/people/{person}"])
def test_readers_of_figures_see_no_names(
    sign_in: SignIn, enrolled: Enrollment, role: RoleName, path: str
) -> None:
    answer = sign_in(role).get(path.format(person=enrolled.person_id))
    assert answer.status_code == 403
    assert "Әбіш" not in answer.text


def bring(client: FlaskClient, content: str) -> Any:
    data = {
        "csrf_token": csrf_token(client),
        "file": (BytesIO(content.encode()), "enrollments.csv"),
    }
    return client.post("/enrollments/import", data=data)


def test_a_file_is_brought_by_form(
    session: Session, office: FlaskClient, offering: Offering, pupil: Pupil
) -> None:
    pupil(source_id="7")
    session.commit()
    assert "Check and save" in page(office, "/enrollments/import")
    answer = bring(office, "source_id,offering,date,status,reason\n7,day,2026-09-01,enrolled,\n")
    assert (answer.status_code, "enrollments.csv was saved." in answer.text) == (200, True)
    assert session.scalars(select(Enrollment)).one().offering_id == offering.id


def test_a_bad_file_shows_every_problem(office: FlaskClient, offering: Offering) -> None:
    answer = bring(office, "source_id,offering,date,status,reason\n7,nothing,x,enrolled,\n")
    assert answer.status_code == 422
    for said in (
        "Nothing of enrollments.csv was saved: 3 problems were found.",
        "There is no offering with the code “nothing”.",
        "Nobody of yours is known under this source_id.",
        "Write a date as 2026-09-01 or 01.09.2026",
    ):
        assert said.lower() in re.sub(r"\s+", " ", answer.text).lower()
    assert offering.seats_taken == 0
