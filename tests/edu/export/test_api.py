import pytest
from sqlalchemy import select

from models.accounts import RoleName
from models.releases import ExportRequest
from tests.factories.http import csrf
from tests.factories.jobs import do_jobs
from tests.factories.releases import make_cohort, make_request

EXPORTS = "/api/v1/exports"


@pytest.fixture
def small(session):
    made = make_cohort(session, persons=60)
    session.commit()
    return made


@pytest.fixture
def reader(clients):
    return clients(RoleName.RESEARCHER)


@pytest.fixture
def decider(clients):
    return clients(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def asked(session, small, reader):
    request = make_request(session, program=small.program, waves=small.waves, by=reader.user)
    session.commit()
    return request


def post(client, path, **body):
    return client.post(path, json=body, headers=csrf(client))


def test_a_cohort_is_asked_for_approved_built_and_downloaded(app, reader, decider, small):
    wave_ids = [wave.id for wave in small.waves]
    asked = post(
        reader, EXPORTS, program_id=small.program.id, wave_ids=wave_ids, purpose="Gains by sex"
    )
    assert (asked.status_code, asked.json["status"]) == (201, "requested")
    path = f"{EXPORTS}/{asked.json['id']}"
    assert decider.get(f"{path}/persons").json == {"persons": 60}

    decided = post(decider, f"{path}/decision", decision="approve", note="Clear")
    assert (decided.status_code, decided.json["status"]) == (200, "approved")
    job = f"/api/v1/jobs/{decided.json['job_id']}"
    assert reader.get(job).json["status"] == "queued"
    assert decider.get(job).status_code == 404
    do_jobs(app)
    assert reader.get(job).json["status"] == "finished"

    ready = reader.get(path).json
    assert ready["status"] == "ready"
    assert ready["risk"]["k"] >= 10
    assert {file["name"] for file in ready["files"]} >= {"cohort.csv", "cohort.parquet"}
    answer = reader.get(f"{path}/files/cohort.csv")
    assert answer.status_code == 200
    assert answer.text.startswith('"person","sex","birth","place"')


def test_making_a_release_is_canceled_by_whoever_asked_for_it(app, reader, decider, asked):
    path = f"{EXPORTS}/{asked.id}"
    job_id = post(decider, f"{path}/decision", decision="approve", note="Clear").json["job_id"]
    button = f'action="/jobs/{job_id}/cancel"'
    assert button in reader.get(f"/exports/{asked.id}").text
    assert button not in decider.get(f"/exports/{asked.id}").text

    assert post(decider, f"/api/v1/jobs/{job_id}/cancel").status_code == 404
    assert post(reader, f"/api/v1/jobs/{job_id}/cancel").status_code == 200
    do_jobs(app)

    shown = reader.get(path).json
    assert (shown["status"], shown["refusal"]["code"]) == ("failed", "cancelled")
    assert shown["files"] == []


def test_a_request_with_wrong_fields_names_them(session, reader, small):
    answer = post(reader, EXPORTS, program_id=0, wave_ids=[], purpose="\x00")

    assert answer.status_code == 422
    assert {error["field"].split(".")[-1] for error in answer.json["errors"]} >= {
        "program_id",
        "wave_ids",
        "purpose",
    }
    assert session.scalars(select(ExportRequest)).all() == []


def test_a_wave_of_another_program_is_refused_with_a_sentence(reader, small):
    answer = post(reader, EXPORTS, program_id=small.program.id, wave_ids=[2**62], purpose="Gains")

    assert (answer.status_code, answer.json["code"]) == (422, "wave_without_scores")
    assert "no published scores" in answer.json["title"]


def test_a_decision_is_one_of_two_words(decider, asked):
    answer = post(decider, f"{EXPORTS}/{asked.id}/decision", decision="perhaps", note="Clear")

    assert answer.status_code == 422


def test_a_second_decision_is_a_conflict(decider, asked):
    path = f"{EXPORTS}/{asked.id}/decision"
    assert post(decider, path, decision="reject", note="No").status_code == 200

    answer = post(decider, path, decision="approve", note="Yes")

    assert (answer.status_code, answer.json["code"]) == (409, "export_decided")


def test_a_researcher_may_not_decide(reader, asked):
    answer = post(reader, f"{EXPORTS}/{asked.id}/decision", decision="approve", note="Yes")

    assert answer.status_code == 403


@pytest.mark.parametrize("tail", ["", "/persons", "/files/cohort.csv"])
def test_another_researchers_request_answers_as_an_absent_one(clients, asked, tail):
    other = clients(RoleName.RESEARCHER)

    assert other.get(f"{EXPORTS}/{asked.id}{tail}").status_code == 404
    assert other.get(f"{EXPORTS}/{asked.id + 1}{tail}").status_code == 404
    assert other.get(f"{EXPORTS}/{2**63}{tail}").status_code == 404


@pytest.fixture
def asked_again(session, small, reader, asked):
    request = make_request(session, program=small.program, waves=small.waves, by=reader.user)
    session.commit()
    return request


def test_the_list_is_the_callers_own_and_continues(clients, reader, decider, asked, asked_again):

    first = reader.get(f"{EXPORTS}?limit=1").json
    rest = reader.get(f"{EXPORTS}?limit=1&cursor={first['next']}").json

    assert [one["id"] for one in first["items"] + rest["items"]] == [asked_again.id, asked.id]
    assert rest["next"] is None
    assert len(decider.get(EXPORTS).json["items"]) == 2
    assert clients(RoleName.RESEARCHER).get(EXPORTS).json["items"] == []
    assert reader.get(f"{EXPORTS}?color=red").status_code == 422


@pytest.mark.parametrize(
    "role",
    [RoleName.SCHOOL_ADMINISTRATOR, RoleName.HEADQUARTERS_VIEWER, RoleName.SYSTEM_ADMINISTRATOR],
)
def test_others_have_no_exports(clients, role):
    assert clients(role).get(EXPORTS).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(EXPORTS).status_code == 401
