"""Analyses as JSON, and through `edu estimate`."""

import json

import pytest

from models.accounts import RoleName
from tests.factories.http import csrf
from tests.factories.jobs import do_jobs

API = "/api/v1"


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str):
    return client.get(API + path, headers={"Accept-Language": "en"})


def post(client, path: str, **body: object):
    return client.post(API + path, json=body, headers=csrf(client))


def test_an_analysis_is_defined_answered_and_rerun(app, manager, study) -> None:
    answer = post(manager, "/analyses", name="Lessons", program=study.program.code, groups=["sex"])
    assert answer.status_code == 202
    key = answer.json["analysis"]["id"]
    assert get(manager, f"/analyses/{key}/finding").status_code == 404
    do_jobs(app)
    first = get(manager, f"/analyses/{key}/finding").json
    assert first["analysis_id"] == key
    assert first["kind"] == "effect"
    assert len(first["checks"]) == 8
    assert first["report"]["effect"]["estimand"] == "ATT"
    assert post(manager, f"/analyses/{key}/runs").status_code == 202
    do_jobs(app)
    assert get(manager, f"/analyses/{key}/finding").json == first


def test_the_definition_is_enough_to_ask_again(manager, study) -> None:
    asked = {"name": "Lessons", "program": study.program.code, "seed": 5, "comparison": "nation"}
    key = post(manager, "/analyses", **asked).json["analysis"]["id"]
    shown = get(manager, f"/analyses/{key}").json
    assert shown["definition"]["seed"] == 5
    assert shown["definition"]["comparison"] == "nation"
    assert shown["truth"] is None
    assert [one["id"] for one in get(manager, "/analyses").json["items"]] == [key]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"last_wave": "none"}, "unknown_wave"),
        ({"scale": "none"}, "unknown_scale"),
        ({"last_wave": "baseline"}, "two_waves_needed"),
    ],
)
def test_what_cannot_be_answered_is_refused_at_once(manager, study, wrong, code) -> None:
    answer = post(manager, "/analyses", name="x", program=study.program.code, **wrong)
    assert answer.status_code in (409, 422)
    assert answer.json["code"] == code


@pytest.mark.parametrize("role", [RoleName.RESEARCHER, RoleName.SCHOOL_ADMINISTRATOR])
def test_only_managers_define(sign_in, study, role) -> None:
    client = sign_in(role)
    assert post(client, "/analyses", name="x", program=study.program.code).status_code == 403
    assert get(client, "/analyses").status_code == 200


def test_the_command_saves_runs_and_reruns(edu, study) -> None:
    told = edu("estimate", "effect", "--program", study.program.code, "--json")
    assert told.exit_code == 0
    found = json.loads(told.output)
    again = edu("estimate", "run", str(found["analysis_id"]), "--json")
    assert json.loads(again.output) == found
    words = edu("estimate", "run", str(found["analysis_id"])).output
    assert "points more than that of comparable people" in words


def test_the_command_says_what_is_missing(edu, study) -> None:
    told = edu("estimate", "effect", "--program", study.program.code, "--last", "none")
    assert told.exit_code != 0
