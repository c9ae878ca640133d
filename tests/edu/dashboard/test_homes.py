"""Each role lands on its own home, and sees no more there than it may."""

import pytest
from sqlalchemy.orm import Session

from models.accounts import RoleName
from tests.factories.places import make_class, make_district, make_school, region

ENGLISH = {"Accept-Language": "en"}
HOMES = {
    RoleName.REGIONAL_COORDINATOR: "Welcome",
    RoleName.PROGRAM_MANAGER: "The project today",
    RoleName.HEADQUARTERS_VIEWER: "The project today",
    RoleName.RESEARCHER: "Your research",
    RoleName.SYSTEM_ADMINISTRATOR: "Welcome",
}


@pytest.mark.parametrize("role", HOMES)
def test_every_role_has_its_home(sign_in, role) -> None:
    page = sign_in(role).get("/", headers=ENGLISH)
    assert page.status_code == 200
    assert f"<h1>{HOMES[role]}</h1>" in page.text


def test_a_school_sees_its_own_classes_only(sign_in, session: Session) -> None:
    district = make_district(session, region=region(session))
    own, other = (make_school(session, district=district) for _ in range(2))
    make_class(session, school=own, grade=7, letter="Ә")
    make_class(session, school=other, grade=8, letter="Ғ")
    page = sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[own]).get("/", headers=ENGLISH)
    assert "Your school today" in page.text
    assert own.name_en in page.text
    assert other.name_en not in page.text
    assert "8 «Ғ»" not in page.text


def test_an_empty_school_is_told_the_first_step(sign_in, session: Session) -> None:
    school = make_school(session, district=make_district(session, region=region(session)))
    page = sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[school]).get("/", headers=ENGLISH)
    assert "No classes yet" in page.text
    assert "/people/import" in page.text


def test_strangers_are_sent_to_the_sign_in_page(client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_an_absent_program_answers_404(sign_in) -> None:
    client = sign_in(RoleName.PROGRAM_MANAGER)
    assert client.get("/programs/999999").status_code == 404
    assert client.get(f"/programs/{2**70}").status_code == 404


def test_the_page_of_the_api_shows_its_addresses(client) -> None:
    page = client.get("/api", headers=ENGLISH)
    assert page.status_code == 200
    assert "/api/v1/enrollments" in page.text
