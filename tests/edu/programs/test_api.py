"""Programs and offerings over HTTP: who may, what is answered, what is refused."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.accounts import RoleName
from models.places import Region, School
from models.programs import Offering, Standing
from tests.factories.http import csrf
from tests.factories.places import region
from tests.factories.programs import make_initiative, make_offering, make_program

API = "/api/v1"
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def manager(sign_in: SignIn) -> FlaskClient:
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def offering(session: Session) -> Offering:
    offering = make_offering(session, capacity=30)
    session.commit()
    return offering


def post(client: FlaskClient, path: str, body: object) -> object:
    return client.post(API + path, json=body, headers=csrf(client))


def patch(client: FlaskClient, path: str, body: object, tag: str | None = None) -> object:
    headers = csrf(client) | ({"If-Match": tag} if tag else {})
    return client.patch(API + path, json=body, headers=headers)


def new_offering(session: Session, **changes: object) -> dict[str, object]:
    program = make_program(session)
    session.commit()
    return {
        "program_id": program.id, "code": "day-1", "academic_year": "2026-27",
        "starts_on": "2026-09-01", "ends_on": "2027-05-25", **changes,
    }  # fmt: skip


def test_the_initiatives_are_listed_with_their_standing(
    session: Session, manager: FlaskClient
) -> None:
    make_initiative(session, standing=Standing.PLANNED)
    session.commit()
    assert [row["standing"] for row in manager.get(f"{API}/initiatives").json] == ["planned"]


def test_programs_are_read_page_by_page(session: Session, manager: FlaskClient) -> None:
    codes = [make_program(session).code for _ in range(5)]
    session.commit()
    found, following = [], ""
    while following is not None:
        page = manager.get(f"{API}/programs?limit=2&cursor={following}").json
        found += [row["code"] for row in page["items"]]
        following = page["next"]
    assert found == codes


def test_programs_of_one_initiative(session: Session, manager: FlaskClient) -> None:
    wanted = make_program(session)
    make_program(session)
    session.commit()
    answer = manager.get(f"{API}/programs?initiative_id={wanted.initiative_id}")
    assert [row["id"] for row in answer.json["items"]] == [wanted.id]


def test_offerings_by_program_school_and_standing(
    session: Session, manager: FlaskClient, school: School
) -> None:
    wanted = make_offering(session, school=school)
    make_offering(session, standing=Standing.CLOSED)
    session.commit()

    def ids(query: str) -> list[int]:
        return [row["id"] for row in manager.get(f"{API}/offerings?{query}").json["items"]]

    assert ids(f"program_id={wanted.program_id}") == [wanted.id]
    assert ids(f"school={school.code}") == [wanted.id]
    assert ids("standing=open") == [wanted.id]
    assert ids("school=nowhere") == []
    assert len(ids("")) == 2


def test_an_offering_tells_its_place_and_terms(
    session: Session, manager: FlaskClient, school: School
) -> None:
    offering = make_offering(session, school=school, capacity=30, grades=(4, 4))
    session.commit()
    shown = manager.get(f"{API}/offerings/{offering.id}").json
    assert shown["school"] == school.code
    assert shown["region"] == "10"
    assert (shown["min_grade"], shown["roles"], shown["standing"]) == (4, ["pupil"], "open")
    assert shown["seats"] == {"taken": 0, "capacity": 30, "precision": "rounded"}


@pytest.mark.parametrize("kind", ["initiatives", "programs", "offerings"])
@pytest.mark.parametrize("key", [0, 77777, 2**63, 10**40])
def test_what_does_not_exist_answers_404(manager: FlaskClient, kind: str, key: int) -> None:
    assert manager.get(f"{API}/{kind}/{key}").status_code == 404


def test_a_manager_offers_a_program(session: Session, manager: FlaskClient) -> None:
    answer = post(manager, "/offerings", new_offering(session, capacity=30, standing="open"))
    assert answer.status_code == 201
    assert answer.json["seats"]["capacity"] == 30
    assert manager.get(f"{API}/offerings/{answer.json['id']}").json["standing"] == "open"


def test_a_manager_adds_a_program(session: Session, manager: FlaskClient) -> None:
    initiative = make_initiative(session)
    session.commit()
    names = {"name_kk": "Ә", "name_ru": "Э", "name_en": "A"}
    body = {"initiative_id": initiative.id, "code": "day", **names}
    assert post(manager, "/programs", body).status_code == 201
    again = post(manager, "/programs", body)
    assert (again.status_code, again.json["code"]) == (409, "program_code_taken")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"academic_year": "2026-28"}, "academic_year"),
        ({"academic_year": "٢٠٢٦-٢٧"}, "academic_year"),
        ({"starts_on": "01.09.2026"}, "starts_on"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10**12}, "capacity"),
        ({"min_grade": 13}, "min_grade"),
        ({"roles": ["king"]}, "roles"),
        ({"code": "with space"}, "code"),
        ({"program_id": 2**63}, "program_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_names_the_field(
    session: Session, manager: FlaskClient, changes: dict[str, object], field: str
) -> None:
    answer = post(manager, "/offerings", new_offering(session, **changes))
    assert answer.status_code == 422
    assert field in [error["field"].split(".")[1] for error in answer.json["errors"]]


def test_an_unknown_filter_is_refused(manager: FlaskClient) -> None:
    assert manager.get(f"{API}/offerings?colour=red").status_code == 422


def test_a_change_needs_the_version_it_changes(manager: FlaskClient, offering: Offering) -> None:
    path = f"/offerings/{offering.id}"
    assert patch(manager, path, {"capacity": 40}).status_code == 428
    assert patch(manager, path, {"capacity": 40}, '"stale"').status_code == 412
    tag = manager.get(API + path).headers["ETag"]
    changed = patch(manager, path, {"capacity": 40}, tag)
    assert (changed.status_code, changed.json["seats"]["capacity"]) == (200, 40)
    assert patch(manager, path, {"capacity": 50}, tag).status_code == 412
    assert patch(manager, path, {"capacity": 50}, changed.headers["ETag"]).status_code == 200


def test_an_unchanged_offering_is_not_sent_again(manager: FlaskClient, offering: Offering) -> None:
    path = f"{API}/offerings/{offering.id}"
    tag = manager.get(path).headers["ETag"]
    assert manager.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_planned_initiative_is_opened_by_its_manager(
    session: Session, manager: FlaskClient
) -> None:
    initiative = make_initiative(session, standing=Standing.PLANNED)
    session.commit()
    path = f"/initiatives/{initiative.id}"
    tag = manager.get(API + path).headers["ETag"]
    assert patch(manager, path, {"standing": "open"}, tag).json["standing"] == "open"


def test_without_a_token_nothing_is_written(session: Session, manager: FlaskClient) -> None:
    answer = manager.post(f"{API}/offerings", json=new_offering(session))
    assert answer.status_code == 400
    assert manager.get(f"{API}/offerings").json["items"] == []


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (RoleName.SCHOOL_ADMINISTRATOR, "read"),
        (RoleName.REGIONAL_COORDINATOR, "read offer"),
        (RoleName.PROGRAM_MANAGER, "read offer add"),
        (RoleName.HEADQUARTERS_VIEWER, "read"),
        (RoleName.RESEARCHER, "read"),
        (RoleName.SYSTEM_ADMINISTRATOR, ""),
    ],
)
def test_who_may_read_offer_and_add_programs(
    session: Session, sign_in: SignIn, school: School, role: RoleName, allowed: str
) -> None:
    client = sign_in(role, **places_of(role, school))
    offering = new_offering(session, region="10")
    program = {"initiative_id": 1, "code": "x", "name_kk": "x", "name_ru": "x", "name_en": "x"}
    done = {
        "read": client.get(f"{API}/offerings").status_code == 200,
        "offer": post(client, "/offerings", offering).status_code == 201,
        "add": post(client, "/programs", program).status_code == 201,
    }
    assert [name for name, succeeded in done.items() if succeeded] == allowed.split()


def places_of(role: RoleName, school: School) -> dict[str, object]:
    if role is RoleName.SCHOOL_ADMINISTRATOR:
        return {"schools": [school]}
    return {"regions": [school.region]} if role is RoleName.REGIONAL_COORDINATOR else {}


def test_a_coordinator_changes_no_offering_of_another_region(
    session: Session, sign_in: SignIn, abai: Region
) -> None:
    foreign = make_offering(session, region=region(session, "71"), capacity=30)
    session.commit()
    client = sign_in(RoleName.REGIONAL_COORDINATOR, regions=[abai])
    path = f"/offerings/{foreign.id}"
    tag = client.get(API + path).headers["ETag"]
    answer = patch(client, path, {"capacity": 99}, tag)
    assert (answer.status_code, answer.json["code"]) == (403, "offering_outside_region")


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get(f"{API}/offerings").status_code == 401
