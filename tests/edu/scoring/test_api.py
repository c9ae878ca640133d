"""The JSON contract of scoring runs."""

import subprocess
import sys

import pytest

from edu.scoring import service
from models.accounts import RoleName
from models.places import School
from models.scores import RunStatus, ScoringRun
from tests.edu.scoring.conftest import answers
from tests.factories.http import csrf

API = "/api/v1/scoring-runs"


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def post(client, path: str, body: object = None):
    return client.post(API + path, json=body, headers=csrf(client))


def test_a_run_is_asked_for_and_computed_in_the_background(manager, session, scope, sit) -> None:
    sat = sit(answers(40, 4))
    answer = post(manager, "", {"instruments": [sat.instrument.code]})
    assert answer.status_code == 202
    assert answer.json["run"]["status"] == "queued"
    job = manager.get(f"/api/v1/jobs/{answer.json['job_id']}").json
    assert (job["name"], job["record_id"]) == ("score", answer.json["run"]["id"])
    service.run_scoring(session, scope, run_id=answer.json["run"]["id"])
    session.commit()
    shown = manager.get(f"{API}/{answer.json['run']['id']}").json
    assert (shown["status"], shown["scored_count"]) == ("finished", 40)
    assert shown["reliability"]["interval"][0] < shown["reliability"]["value"]


def test_the_web_service_knows_the_job_and_its_page() -> None:
    code = "import edu.app; from edu.jobs import JOBS; print(JOBS['score'].leads_to)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "('scoring.show', 'run_id')"


def test_the_job_computes_the_run(manager, session, sit) -> None:
    from edu.scoring.jobs import score
    from edu.scoring.service import Untold

    sat = sit(answers(40, 4))
    run_id = post(manager, "", {"instruments": [sat.instrument.code]}).json["run"]["id"]
    score(session, run_id, Untold())
    assert session.get(ScoringRun, run_id).status is RunStatus.FINISHED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_fields"),
        ({"instruments": ["nothing"]}, "unknown_instrument"),
        ({"sample": "nothing"}, "unknown_sample"),
        ({"instruments": [3]}, "invalid_fields"),
        ({"instruments": ["a"], "surprise": 1}, "invalid_fields"),
    ],
)
def test_a_run_over_nothing_is_refused(manager, body, code) -> None:
    answer = post(manager, "", body)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_items_are_reported_in_order(manager, finished) -> None:
    report = manager.get(f"{API}/{finished.id}/items").json
    assert [row["item"] for row in report] == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert all(0 < row["difficulty"] < 1 for row in report)


def test_a_run_is_published_once(manager, session, finished) -> None:
    assert post(manager, f"/{finished.id}/publish").json["status"] == "published"
    answer = post(manager, f"/{finished.id}/discard")
    assert (answer.status_code, answer.json["code"]) == (409, "run_in_other_state")
    session.refresh(finished)
    assert (finished.status, finished.decided_by) == (RunStatus.PUBLISHED, manager.user.id)


def test_nobody_publishes_a_run_they_asked_for(manager, session, finished) -> None:
    finished.created_by = manager.user.id
    session.commit()
    answer = post(manager, f"/{finished.id}/publish")
    assert (answer.status_code, answer.json["code"]) == (403, "own_run")
    assert post(manager, f"/{finished.id}/discard").json["status"] == "discarded"


def test_runs_are_listed_newest_first(manager, session, scope, finished) -> None:
    later = service.start_run(
        session, scope, asked=service.Asked(instruments=[finished.instrument.code])
    )
    session.commit()
    first = manager.get(f"{API}?limit=1").json
    second = manager.get(f"{API}?limit=1&cursor={first['next']}").json
    assert [one["id"] for one in first["items"] + second["items"]] == [later.id, finished.id]


def test_an_unpublished_run_is_absent_for_a_school(sign_in, session, scope, finished) -> None:
    office = sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[session.query(School).first()])
    absent = office.get(f"{API}/{10**12}")
    for path in (f"{API}/{finished.id}", f"{API}/{finished.id}/items"):
        assert (office.get(path).status_code, office.get(path).data) == (404, absent.data)
    service.publish(session, scope, run_id=finished.id)
    session.commit()
    assert office.get(f"{API}/{finished.id}").json["status"] == "published"


@pytest.mark.parametrize(
    "role",
    [
        RoleName.SCHOOL_ADMINISTRATOR,
        RoleName.REGIONAL_COORDINATOR,
        RoleName.HEADQUARTERS_VIEWER,
        RoleName.RESEARCHER,
        RoleName.SYSTEM_ADMINISTRATOR,
    ],
)
def test_only_program_managers_score_and_decide(sign_in, finished, role) -> None:
    client = sign_in(role)
    for path in ("", f"/{finished.id}/publish", f"/{finished.id}/discard"):
        assert post(client, path, {"instruments": ["a"]}).status_code == 403


def test_an_impossible_id_is_absent(manager) -> None:
    for path in ("", "/items"):
        assert manager.get(f"{API}/{2**63}{path}").status_code == 404
    assert post(manager, f"/{2**63}/publish").status_code == 404


def test_a_run_that_is_canceled_says_so_and_keeps_nothing(manager, session, sit) -> None:
    sat = sit(answers(40, 4))
    asked = post(manager, "", {"instruments": [sat.instrument.code]}).json
    answer = manager.post(f"/api/v1/jobs/{asked['job_id']}/cancel", headers=csrf(manager))
    assert answer.status_code == 200
    told = manager.get(f"{API}/{asked['run']['id']}").json
    assert (told["status"], told["failure"]["code"]) == ("failed", "cancelled")
    assert told["scored_count"] is None
