"""The JSON contract of findings and samples."""

import pytest
from sqlalchemy import delete, select

from models.accounts import AuditEntry, RoleName
from models.outcomes import Finding
from models.places import School
from models.scores import ScoringRun
from tests.factories.http import csrf
from tests.factories.jobs import do_jobs
from tests.factories.scores import make_scored_cohort, make_scored_sample

API = "/api/v1"
FIELDS = {
    "id", "kind", "program_id", "scoring_run_id", "grouping", "definition", "estimates",
    "suppressed", "missing", "method", "method_version", "data_fingerprint", "software",
    "created_at", "analysis_id", "checks", "report", "seed",
}  # fmt: skip
ESTIMATE = {
    "name", "group", "value", "se", "interval", "n", "n_clusters", "df", "unit", "level",
}  # fmt: skip
READERS = [
    RoleName.SCHOOL_ADMINISTRATOR,
    RoleName.REGIONAL_COORDINATOR,
    RoleName.HEADQUARTERS_VIEWER,
    RoleName.RESEARCHER,
]


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def ask(client, program_id: object):
    body = {"program_id": program_id}
    return client.post(f"{API}/findings/gains", json=body, headers=csrf(client))


def get(client, path: str):
    return client.get(API + path, headers={"Accept-Language": "en"})


def test_gains_are_asked_for_estimated_in_the_background_and_read(app, manager, cohort) -> None:
    answer = ask(manager, cohort.program.id)
    assert answer.status_code == 202
    job = f"/jobs/{answer.json['job_id']}"
    assert get(manager, job).json["status"] == "queued"
    assert get(manager, "/findings").json["items"] == []
    do_jobs(app)
    shown = get(manager, job).json
    assert (shown["status"], shown["title"]) == ("finished", "Estimating gains")
    found = get(manager, f"/findings?program_id={cohort.program.id}").json["items"]
    assert [one["grouping"] for one in found] == ["locality", "language", "sex", "region", None]
    for one in found:
        assert one.keys() == FIELDS
        assert {"group": None, "n": 550}.items() <= one["estimates"][0].items()
        assert all(estimate.keys() == ESTIMATE for estimate in one["estimates"])
        assert get(manager, f"/findings/{one['id']}").json == one


def test_who_asked_for_gains_stands_in_the_audit(manager, session, cohort) -> None:
    job_id = ask(manager, cohort.program.id).json["job_id"]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.actor_id == manager.user.id
    assert entry.detail == {"program": cohort.program.id, "job": job_id}


def test_a_job_that_finds_too_few_people_says_so(app, manager, session) -> None:
    few = make_scored_cohort(session, persons=30, schools=6)
    session.commit()
    job = ask(manager, few.program.id).json["job_id"]
    do_jobs(app)
    shown = get(manager, f"/jobs/{job}").json
    assert (shown["status"], shown["failure"]["code"]) == ("failed", "too_few_persons")
    assert "fewer than 30 people" in shown["failure"]["title"]


def test_without_published_scores_nothing_is_queued(manager, session, cohort) -> None:
    session.execute(delete(ScoringRun))
    session.commit()
    answer = ask(manager, cohort.program.id)
    assert (answer.status_code, answer.json["code"]) == (422, "no_published_scores")


@pytest.mark.parametrize(
    ("program_id", "status"), [(10**9, 404), (0, 422), (2**63, 422), ("x", 422), (None, 422)]
)
def test_an_absent_or_impossible_program_is_refused(manager, cohort, program_id, status) -> None:
    assert ask(manager, program_id).status_code == status


@pytest.mark.parametrize("role", [*READERS, RoleName.SYSTEM_ADMINISTRATOR])
def test_only_a_program_manager_asks_for_gains(sign_in, cohort, role) -> None:
    assert ask(sign_in(role), cohort.program.id).status_code == 403


@pytest.mark.parametrize("role", READERS)
def test_whoever_may_read_figures_reads_findings_and_means(sign_in, session, role) -> None:
    make_scored_sample(session, respondents=300)
    session.commit()
    client = sign_in(role, schools=session.query(School).limit(1).all())
    shown = get(client, "/samples/sample/means?by=sex").json
    assert shown.keys() == FIELDS
    assert [one["group"] for one in shown["estimates"]] == [None, "female", "male"]
    assert get(client, f"/findings/{shown['id']}").json == shown
    assert get(client, "/findings").json["items"] == [shown]
    assert [one["code"] for one in get(client, "/samples").json] == ["sample"]


def test_who_may_not_read_figures_reads_none(sign_in, session) -> None:
    make_scored_sample(session, respondents=300)
    session.commit()
    client = sign_in(RoleName.SYSTEM_ADMINISTRATOR)
    for path in ("/findings", "/findings/1", "/samples", "/samples/sample/means"):
        assert get(client, path).status_code == 403


def test_findings_are_listed_newest_first_in_pages(manager, session, cohort) -> None:
    make_scored_sample(session, respondents=300)
    session.commit()
    ids = [get(manager, f"/samples/sample/means{by}").json["id"] for by in ("", "?by=sex")]
    first = get(manager, "/findings?limit=1").json
    second = get(manager, f"/findings?limit=1&cursor={first['next']}").json
    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    assert get(manager, f"/findings?program_id={cohort.program.id}").json["items"] == []


def test_the_same_question_twice_makes_one_finding(manager, session) -> None:
    make_scored_sample(session, respondents=300)
    session.commit()
    first, again = (get(manager, "/samples/sample/means?by=sex").json for _ in range(2))
    assert again == first
    assert session.query(Finding).count() == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/samples/nothing/means", 404, "unknown_sample"),
        ("/samples/a/b/means", 404, "unknown_sample"),
        ("/samples/a%00b/means", 404, "unknown_sample"),
        ("/samples/sample/means?by=region", 422, "unknown_group"),
        ("/samples/sample/means?by=%00", 422, "invalid_fields"),
        ("/samples/sample/means?surprise=1", 422, "invalid_fields"),
        ("/findings?program_id=0", 422, "invalid_fields"),
        ("/findings?surprise=1", 422, "invalid_fields"),
        ("/findings/1000", 404, "not_found"),
        (f"/findings/{2**63}", 404, "not_found"),
    ],
)
def test_a_bad_question_is_refused_with_a_code(manager, session, path, status, code) -> None:
    make_scored_sample(session, respondents=300)
    session.commit()
    answer = get(manager, path)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_sample_with_a_slash_in_its_name_is_reached(manager, session) -> None:
    make_scored_sample(session, respondents=300, code="kaz/2023 %")
    session.commit()
    assert get(manager, "/samples/kaz/2023 %25/means").json["definition"]["sample"] == "kaz/2023 %"
    assert manager.get("/outcomes/samples/kaz/2023 %25").status_code == 200
