"""The portfolio and its forms."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import RoleName
from models.places import Region
from models.programs import Initiative, Offering, Program, Standing
from tests.factories.http import csrf_token
from tests.factories.programs import make_initiative, make_offering, make_program

SignIn = Callable[..., FlaskClient]


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.text


def post(client: FlaskClient, path: str, **fields: object) -> object:
    token = csrf_token(client)
    return client.post(
        path, data={"csrf_token": token, **fields}, headers={"Accept-Language": "en"}
    )


@pytest.fixture
def manager(sign_in: SignIn) -> FlaskClient:
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.mark.usefixtures("initiatives")
def test_the_page_shows_all_four_initiatives_and_says_which_is_planned(
    session: Session, manager: FlaskClient
) -> None:
    session.commit()
    shown = page(manager, "/programs/")
    assert shown.count("<section") == 4
    assert "Nobody can enroll until the initiative is opened." in shown
    assert shown.count("The programs of this initiative will stand here.") == 4


def test_a_program_shows_its_seats_as_a_bar(session: Session, manager: FlaskClient) -> None:
    offering = make_offering(session, capacity=40)
    offering.seats_taken = 31
    session.commit()
    shown = page(manager, "/programs/")
    assert '<meter class="bar" min="0" max="40" value="31"' in shown
    assert f'href="/programs/{offering.program_id}"' in shown


def test_few_seats_are_said_in_words(session: Session, manager: FlaskClient) -> None:
    make_offering(session, capacity=40).seats_taken = 7
    session.commit()
    shown = page(manager, "/programs/")
    assert "fewer than 10" in shown
    assert 'value="7"' not in shown


def test_only_those_who_may_are_offered_the_forms(
    session: Session, sign_in: SignIn, manager: FlaskClient, abai: Region
) -> None:
    coordinator = sign_in(RoleName.REGIONAL_COORDINATOR, regions=[abai])
    viewer = sign_in(RoleName.HEADQUARTERS_VIEWER)
    assert "/programs/new" in page(manager, "/programs/")
    assert "/programs/new" not in page(coordinator, "/programs/")
    assert "/programs/offerings/new" in page(coordinator, "/programs/")
    assert "/programs/offerings/new" not in page(viewer, "/programs/")
    assert viewer.get("/programs/offerings/new").status_code == 403


def test_a_manager_adds_a_program_then_offers_it(session: Session, manager: FlaskClient) -> None:
    initiative = make_initiative(session)
    session.commit()
    added = post(
        manager, "/programs/new", initiative_id=initiative.id, code="day",
        name_kk="Күн", name_ru="День", name_en="Day",
    )  # fmt: skip
    assert added.status_code == 302
    program = session.scalars(select(Program)).one()
    offered = post(
        manager, "/programs/offerings/new", program_id=program.id, code="day-1",
        academic_year="2026-27", starts_on="2026-09-01", ends_on="2027-05-25",
        capacity="30", roles=["pupil", "teacher"], standing="open", region="", school="",
        min_grade="", max_grade="",
    )  # fmt: skip
    assert offered.location == f"/programs/{program.id}"
    offering = session.scalars(select(Offering)).one()
    assert (offering.capacity, offering.roles) == (30, ["pupil", "teacher"])


def test_a_refused_form_keeps_what_was_typed_and_says_why(
    session: Session, manager: FlaskClient
) -> None:
    program = make_program(session)
    session.commit()
    answer = post(
        manager, "/programs/offerings/new", program_id=program.id, code="day-1",
        academic_year="2026-27", starts_on="2026-09-01", ends_on="2026-08-01",
        roles=["pupil"], standing="open",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "The last day lies before the first." in answer.text
    assert 'value="day-1"' in answer.text
    assert session.scalar(select(func.count()).select_from(Offering)) == 0


def test_a_coordinator_is_offered_their_own_region_only(
    session: Session, sign_in: SignIn, abai: Region
) -> None:
    make_program(session)
    session.commit()
    shown = page(sign_in(RoleName.REGIONAL_COORDINATOR, regions=[abai]), "/programs/offerings/new")
    assert abai.name_en in shown
    assert "Astana" not in shown
    assert "the whole nation" not in shown


def test_a_manager_opens_a_planned_initiative(session: Session, manager: FlaskClient) -> None:
    initiative = make_initiative(session, standing=Standing.PLANNED)
    session.commit()
    assert post(manager, f"/programs/initiatives/{initiative.id}", standing="open").location
    session.refresh(initiative)
    assert initiative.standing is Standing.OPEN


def test_a_form_without_its_token_is_refused(session: Session, manager: FlaskClient) -> None:
    initiative = make_initiative(session)
    session.commit()
    path = f"/programs/initiatives/{initiative.id}"
    assert manager.post(path, data={"standing": "closed"}).status_code == 400
    assert session.scalars(select(Initiative.standing)).one() is Standing.OPEN
