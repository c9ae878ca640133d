"""The office's pages: the list, the form for one person, the file of many."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.registry.vault import Vault
from models.accounts import AuditEntry, RoleName
from models.people import Person, PersonIdentity
from models.places import School
from tests.factories.http import csrf_token
from tests.factories.people import make_iin, make_pupil, people_file, person_line
from tests.factories.places import make_class, make_district, make_school, region

R = RoleName
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def school(session: Session) -> School:
    school = make_school(
        session, code="A1", district=make_district(session, region=region(session))
    )
    session.commit()
    return school


@pytest.fixture
def office(sign_in: SignIn, school: School) -> FlaskClient:
    return english(sign_in(R.SCHOOL_ADMINISTRATOR, schools=[school]))


def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("language", "en")
    return client


def post(client: FlaskClient, path: str, **fields: object) -> Any:
    return client.post(path, data={"csrf_token": csrf_token(client), **fields})


def typed(school: School, **changes: object) -> dict[str, object]:
    return {
        "school_id": school.id, "academic_year": "2026-27", "role": "pupil", "surname": "Әбіш",
        "given_name": "Ерлан", "patronymic": "", "birth_date": "2014-05-17", "sex": "male",
        "iin": "", "no_iin_reason": "not_issued", "class_id": "", "source_id": "", **changes,
    }  # fmt: skip


def shown_names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)


def test_an_empty_list_offers_the_first_steps(office: FlaskClient) -> None:
    page = office.get("/people/").text
    assert "No people yet" in page
    assert 'href="/people/import"' in page
    assert 'href="/people/new"' in page


def test_the_list_shows_people_by_pages_and_links_each(
    session: Session, office: FlaskClient, school: School
) -> None:
    people = [make_pupil(session, school=school, surname=f"Ә{'б' * n}") for n in range(52)]
    session.commit()
    first = office.get("/people/").text
    assert len(shown_names(first)) == 50
    assert f'href="/people/{people[0].id}"' in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = office.get(following[1].replace("&amp;", "&")).text
    assert len(shown_names(second)) == 2
    assert 'rel="next"' not in second


def test_the_list_is_narrowed_in_the_address(
    session: Session, office: FlaskClient, school: School
) -> None:
    school_class = make_class(session, school=school)
    make_pupil(session, school=school, surname="Әлиев", school_class=school_class)
    make_pupil(session, school=school, surname="Бек")
    session.commit()
    assert shown_names(office.get("/people/?name=әл").text) == ["Әлиев Айша"]
    narrowed = office.get(f"/people/?class_id={school_class.id}&role=pupil").text
    assert shown_names(narrowed) == ["Әлиев Айша"]
    assert f'<option value="{school_class.id}" selected>' in narrowed
    assert "Nobody fits" in office.get("/people/?name=Яя").text
    assert len(shown_names(office.get("/people/?role=nonsense&class_id=x").text)) == 2


def test_a_coordinator_sees_the_region_without_buttons_to_write(
    session: Session, sign_in: SignIn, school: School
) -> None:
    make_pupil(session, school=school, surname="Әлиев")
    other = make_school(session, district=school.district)
    make_pupil(session, school=other, surname="Бек")
    session.commit()
    page = english(sign_in(R.REGIONAL_COORDINATOR, regions=[school.region])).get("/people/").text
    assert shown_names(page) == ["Әлиев Айша", "Бек Айша"]
    assert other.name_en in page
    assert "/people/new" not in page


@pytest.mark.parametrize(
    "role", [R.PROGRAM_MANAGER, R.HEADQUARTERS_VIEWER, R.RESEARCHER, R.SYSTEM_ADMINISTRATOR]
)
def test_others_have_neither_the_tab_nor_the_pages(sign_in: SignIn, role: RoleName) -> None:
    client = sign_in(role)
    for path in ("/people/", "/people/new", "/people/import"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert 'href="/people/"' not in answer.text


def test_a_person_is_registered_and_then_shown(
    session: Session, office: FlaskClient, school: School
) -> None:
    school_class = make_class(session, school=school)
    session.commit()
    assert school_class.name in office.get("/people/new").text
    answer = post(office, "/people/new", **typed(school, class_id=school_class.id))
    identity = session.scalars(select(PersonIdentity)).one()
    assert answer.status_code == 302
    assert answer.location == f"/people/{identity.person_id}"
    assert identity.full_name == "Әбіш Ерлан"


def test_a_form_comes_back_with_every_error_beside_its_field(
    session: Session, office: FlaskClient, school: School
) -> None:
    wrong = typed(school, surname="Ким2", iin="310101500007", no_iin_reason="", birth_date="x")
    answer = post(office, "/people/new", **wrong)
    assert answer.status_code == 422
    for field in ("surname", "iin", "birth_date"):
        assert f'id="{field}-error"' in answer.text
    assert 'value="Ким2"' in answer.text
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_what_only_the_registry_knows_comes_back_beside_its_field_too(
    session: Session, office: FlaskClient, school: School, app
) -> None:
    keys = app.extensions["edu-settings"].keys
    iin = make_iin()
    own = Vault(keys.iin_encryption_key, keys.iin_index_key)
    make_pupil(session, school=school, iin=iin, vault=own)
    session.commit()
    answer = post(office, "/people/new", **typed(school, iin=iin, no_iin_reason=""))
    assert answer.status_code == 422
    assert "Another person of your school has this IIN." in answer.text


def test_hostile_text_in_the_form_is_refused_not_fatal(office: FlaskClient, school: School) -> None:
    for field in ("surname", "given_name", "patronymic", "iin", "source_id", "academic_year"):
        answer = post(office, "/people/new", **typed(school, **{field: "Ким\x00"}))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text


def test_a_number_is_shown_on_request_and_never_kept_by_the_browser(
    session: Session, office: FlaskClient, school: School
) -> None:
    post(office, "/people/new", **typed(school, iin="310101500006", no_iin_reason=""))
    person_id = session.scalars(select(Person.id)).one()
    answer = post(office, f"/people/{person_id}/iin")
    assert "310101500006" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    read = [entry.read for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert read[-1] == {"iin": [person_id], "person": [person_id]}
    assert office.get(f"/people/{person_id}/iin").status_code == 405


def bring(client: FlaskClient, content: bytes, name: str = "people.csv") -> Any:
    return post(client, "/people/import", file=(io.BytesIO(content), name))


def test_a_file_is_brought_and_its_counts_are_shown(office: FlaskClient, school: School) -> None:
    answer = bring(office, people_file(person_line("A1")).content)
    assert answer.status_code == 200
    assert "people.csv was saved." in answer.text
    assert "<b>3</b><span>new</span>" in answer.text


def test_a_bad_file_shows_all_that_is_wrong_and_saves_nothing(
    session: Session, office: FlaskClient, school: School
) -> None:
    lines = (person_line("X9", sex="x"), person_line("A1", iin="310101500007"))
    answer = bring(office, people_file(*lines).content, name="<b>.csv")
    assert answer.status_code == 422
    assert "Nothing of &lt;b&gt;.csv was saved: 3 problems were found." in answer.text
    assert "3101•••••••7" in answer.text
    assert "310101500007" not in answer.text
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_no_file_at_all_is_an_empty_file(office: FlaskClient) -> None:
    answer = post(office, "/people/import")
    assert answer.status_code == 422
    assert "is empty" in answer.text
