"""An analysis may be renamed and put away; what it asks and found stays."""

import pytest
from sqlalchemy import select

from models.accounts import AuditEntry, RoleName
from models.outcomes import Analysis
from tests.factories.http import csrf, csrf_token

ENGLISH = {"Accept-Language": "en"}
LIST = "/outcomes/analyses/"


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def analysis(session, study, defined) -> Analysis:
    made = defined(study)
    session.commit()
    return made


def shown(client, path: str) -> str:
    return client.get(path, headers=ENGLISH).text


def save(client, analysis: Analysis, **fields: str):
    form = {"csrf_token": csrf_token(client), **fields}
    return client.post(f"{LIST}{analysis.id}", data=form, headers=ENGLISH)


def test_it_is_renamed_and_the_audit_knows(session, manager, analysis) -> None:
    assert save(manager, analysis, name="Lessons of spring").status_code == 302
    session.expire_all()
    assert (analysis.name, analysis.archived) == ("Lessons of spring", False)
    assert "Lessons of spring" in shown(manager, LIST)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.changed == {"analysis": [analysis.id]}


def test_without_a_name_nothing_changes_and_the_field_says_why(session, manager, analysis) -> None:
    answer = save(manager, analysis, name="")
    assert answer.status_code == 422
    assert "name-error" in answer.text
    session.expire_all()
    assert analysis.name == "Lessons"


def test_put_away_it_stands_in_no_list_but_can_be_read_and_brought_back(manager, analysis) -> None:
    assert "put away" not in shown(manager, LIST)
    save(manager, analysis, name="A mistake", archived="true")
    assert "A mistake" not in shown(manager, LIST)
    assert "Analyses that were put away" in shown(manager, LIST)
    assert "A mistake" in shown(manager, LIST + "?archived=")
    assert "This analysis was put away" in shown(manager, f"{LIST}{analysis.id}")
    assert manager.get("/api/v1/analyses").json["items"] == []
    assert len(manager.get("/api/v1/analyses?archived=true").json["items"]) == 1
    save(manager, analysis, name="No mistake")
    assert "No mistake" in shown(manager, LIST)


def test_the_api_changes_only_what_is_named(session, manager, analysis) -> None:
    path = f"/api/v1/analyses/{analysis.id}"
    answer = manager.patch(path, json={"archived": True}, headers=csrf(manager))
    assert (answer.status_code, answer.json["name"]) == (200, "Lessons")
    assert answer.json["archived"] is True
    wrong = manager.patch(path, json={"definition": {}}, headers=csrf(manager))
    assert wrong.status_code == 422


def test_only_who_may_define_may_change(session, sign_in, analysis) -> None:
    viewer = sign_in(RoleName.RESEARCHER)
    assert save(viewer, analysis, name="Mine").status_code == 403
    assert "Rename or put away" not in shown(viewer, f"{LIST}{analysis.id}")


def test_the_form_can_name_no_groups(session, manager, study) -> None:
    fields = {
        "csrf_token": csrf_token(manager), "name": "One", "program": study.program.code,
        "scale": "digital_literacy", "first_wave": "baseline", "last_wave": "endline",
        "comparison": "nation", "estimand": "ATT", "groups": "",
    }  # fmt: skip
    assert manager.post(f"{LIST}new", data=fields).status_code == 302
    assert session.scalars(select(Analysis)).one().definition["groups"] == []


def test_all_usual_groups_are_ticked_at_first(manager, study) -> None:
    assert shown(manager, f"{LIST}new").count(" checked") == 4
