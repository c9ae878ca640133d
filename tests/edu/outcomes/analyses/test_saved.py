"""A definition taken along from one analysis is read back as another, or every wrong field told."""

import io
import json

import pytest
from sqlalchemy import func, select

from edu.outcomes.analyses.saved import read_definition
from models.accounts import RoleName
from models.outcomes import Analysis
from tests.factories.http import csrf, csrf_token

ENGLISH = {"Accept-Language": "en"}
# What is wrong in a definition, at which field that is said, and how.
WRONG = [
    ({"color": "blue"}, "color", "This field is not known here."),
    ({"folds": 1}, "folds", "Choose between 2 and 20."),
    ({"seed": "x"}, "seed", "Write a whole number here."),
    ({"comparison": "moon"}, "comparison", "Choose one of: same_regions"),
    ({"groups": ["sex", "eyes"]}, "groups", "Choose one of: region"),
    ({"waves": ["baseline"]}, "waves", "Give exactly 2."),
    ({"version": 2}, "version", "The definition is of version 2"),
    ({"program": "none"}, "program", "There is no program “none”."),
    ({"scale": "none"}, "scale", "The scale none is not registered."),
    ({"offerings": ["none"]}, "offerings", "The program has no offerings with these codes"),
    ({"waves": ["none", "endline"]}, "first_wave", "The instrument has no wave none."),
    ({"waves": ["endline", "endline"]}, "last_wave", "Name two different waves"),
]


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def taken(session, manager, study, defined) -> dict:
    """The definition that a page offers."""
    analysis = defined(study, seed=7, folds=4, offerings=(study.offering.code,))
    session.commit()
    answer = manager.get(f"/outcomes/analyses/{analysis.id}/definition.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.json


def analyses(session) -> list[Analysis]:
    session.expire_all()
    return list(session.scalars(select(Analysis).order_by(Analysis.id)))


def load(client, content: bytes):
    fields = {"csrf_token": csrf_token(client), "file": (io.BytesIO(content), "a.json")}
    return client.post("/outcomes/analyses/new/definition", data=fields, headers=ENGLISH)


def test_the_page_loads_what_it_offered(session, manager, taken) -> None:
    assert load(manager, json.dumps(taken).encode()).status_code == 302
    first, again = analyses(session)
    assert (first.name, first.definition) == (again.name, again.definition)


def test_the_api_takes_what_the_page_offered(session, manager, taken) -> None:
    answer = manager.post("/api/v1/analyses", json=taken, headers=csrf(manager))
    assert answer.status_code == 202
    assert answer.json["analysis"]["definition"] == analyses(session)[0].definition


def test_the_command_runs_a_file_once_saved(session, edu, study, taken, tmp_path) -> None:
    path = tmp_path / "definition.json"
    path.write_text(json.dumps(taken | {"seed": 8}), encoding="utf-8")
    first, again = (edu("estimate", "run", str(path), "--json") for _ in range(2))
    assert first.exit_code == 0
    assert json.loads(first.output) == json.loads(again.output)
    assert [each.definition["seed"] for each in analyses(session)] == [7, 8]


def test_the_command_names_every_wrong_field(session, edu, study, taken, tmp_path) -> None:
    path = tmp_path / "definition.json"
    path.write_text(json.dumps(taken | {"folds": 1, "color": "blue"}), encoding="utf-8")
    told = edu("estimate", "run", str(path))
    assert told.exit_code == 1
    assert "folds: Choose between 2 and 20." in told.output
    assert "color: This field is not known here." in told.output
    told = edu("estimate", "run", "nowhere.json", "--json")
    assert json.loads(told.output)["error"]["code"] == "no_such_analysis"
    assert session.scalar(select(func.count(Analysis.id))) == 1


def test_every_wrong_field_is_named(session, manager, taken) -> None:
    for wrong, field, text in WRONG:
        answer = load(manager, json.dumps(taken | wrong).encode())
        assert answer.status_code == 422
        assert f"<code>{field}</code>: {text}" in answer.text
    assert len(analyses(session)) == 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "it goes wrong in line 1, column 1"),
        (b'{"name":\n oops}', "it goes wrong in line 2, column 2"),
        (b"[1]", "The file is JSON, but no definition."),
        (b'{"seed": ' + b"9" * 5000 + b"}", "The file is JSON, but no definition."),
        (b"[" * 100_000, "The file is JSON, but no definition."),
        (b'{"seed": 1, "seed": 2}', "The definition says “seed” twice."),
        (b'{\n"name": "\xff"}', "The file is not text in UTF-8: it goes wrong in line 2."),
        (b" " * 1_000_001, "A definition has at most 1,000,000 bytes."),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_definition_says_why(app, content: bytes, text: str) -> None:
    with app.test_request_context(headers=ENGLISH):
        assert text in (read_definition(content).problem or "")


def test_only_managers_load(sign_in, study) -> None:
    client = sign_in(RoleName.RESEARCHER)
    assert load(client, b"{}").status_code == 403
