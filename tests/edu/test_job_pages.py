from dataclasses import replace

import pytest
from flask_babel import lazy_gettext
from sqlalchemy import func, select

from edu.jobs import CANCELLED, FAILED, FINISHED, JOBS, enqueue, job, write_progress
from edu.jobs.performing import claim
from models.accounts import AuditEntry, JobProgress, RoleName
from tests.factories.http import csrf, csrf_token


@pytest.fixture
def made_job():
    """A kind of job whose result is the home page."""

    @job(
        "make",
        title=lazy_gettext("Making"),
        stages={"half": lazy_gettext("half done")},
        leads_to=("preferences.choose_language", "code"),
        trace=(lazy_gettext("Iteration"), lazy_gettext("Log-likelihood")),
    )
    def run(session, record_id, progress):
        pass

    yield
    del JOBS["make"]


@pytest.fixture
def asker(sign_in):
    return sign_in(RoleName.RESEARCHER)


@pytest.fixture
def job_id(session, asker, made_job):
    job_id = enqueue(session, "make", 5, user_id=asker.user.id)
    session.commit()
    return job_id


def set_stage(session, job_id, **values):
    write_progress(session, job_id, **values)
    session.commit()


def test_whoever_asked_for_a_job_reads_how_far_it_is(session, asker, job_id):
    set_stage(session, job_id, stage="half", done=3, total=6)

    answer = asker.get(f"/api/v1/jobs/{job_id}", headers={"Accept-Language": "en"})

    assert answer.status_code == 200
    shown = answer.json
    assert (shown["status"], shown["stage"], shown["done"], shown["total"]) == (
        "running",
        "half",
        3,
        6,
    )
    assert (shown["title"], shown["stage_title"], shown["failure"]) == ("Making", "half done", None)


def test_a_waiting_job_is_queued(asker, job_id):
    assert asker.get(f"/api/v1/jobs/{job_id}").json["status"] == "queued"


@pytest.mark.parametrize("path", ["/api/v1/jobs/{}", "/jobs/{}"])
def test_somebody_elses_job_answers_as_an_absent_one(sign_in, job_id, path):
    other = sign_in(RoleName.SYSTEM_ADMINISTRATOR)

    assert other.get(path.format(job_id)).status_code == 404
    assert other.get(path.format(job_id + 1)).status_code == 404
    assert other.get(path.format(2**63)).status_code == 404


def test_a_job_of_the_system_is_nobodys_to_see(session, asker, made_job):
    system_job = enqueue(session, "make", 5, user_id=None)
    session.commit()

    assert asker.get(f"/api/v1/jobs/{system_job}").status_code == 404


def test_a_failed_job_says_why_in_the_callers_language(session, asker, job_id):
    failure = {"code": "not_found", "parameters": {}}
    set_stage(session, job_id, stage=FAILED, failure=failure)

    shown = asker.get(f"/api/v1/jobs/{job_id}", headers={"Accept-Language": "en"}).json

    assert shown["status"] == "failed"
    assert shown["failure"]["code"] == "not_found"
    assert shown["failure"]["title"] == "There is nothing here, or it is not yours to see."


def test_the_page_looks_again_by_itself_until_it_is_asked_not_to(session, asker, job_id):
    set_stage(session, job_id, stage="half", done=3, total=6)

    page = asker.get(f"/jobs/{job_id}")
    assert page.headers["Refresh"] == "2"
    assert '<progress class="bar ' in page.text
    assert 'max="6"' in page.text
    assert "Refresh" not in asker.get(f"/jobs/{job_id}?still=1").headers


def test_the_page_of_a_finished_job_goes_on_to_the_result(session, asker, job_id):
    set_stage(session, job_id, stage=FINISHED)

    answer = asker.get(f"/jobs/{job_id}")

    assert answer.status_code == 302
    assert answer.location == "/language/5"


def test_the_page_of_a_failed_job_stays_and_says_why(session, asker, job_id):
    set_stage(session, job_id, stage=FAILED, failure={"code": "not_found", "parameters": {}})

    page = asker.get(f"/jobs/{job_id}", headers={"Accept-Language": "en"})

    assert page.status_code == 200
    assert "There is nothing here, or it is not yours to see." in page.text
    assert "Refresh" not in page.headers


@pytest.fixture
def at_work(session, job_id):
    """Somebody is at work on the job until this transaction ends."""
    set_stage(session, job_id, stage="half", done=3, total=6)
    claim(session, job_id)


def cancel(client, job_id):
    return client.post(
        f"/api/v1/jobs/{job_id}/cancel", headers=csrf(client) | {"Accept-Language": "en"}
    )


def test_a_job_shows_what_it_came_through(session, asker, job_id):
    set_stage(session, job_id, stage="half", trace=[[1, -20.5], [2, -12.25]])

    assert asker.get(f"/api/v1/jobs/{job_id}").json["trace"] == [[1, -20.5], [2, -12.25]]


@pytest.mark.parametrize(
    "trace",
    [
        [[1, -20.5], [2, -12.25]],
        [[1, -20.5], [2, -20.5]],
        [[7, 1e-9], [7, 2e-9]],
        [[x, x**0.5] for x in range(200)],
    ],
    ids=["two points", "a level one", "one place", "a long one"],
)
@pytest.mark.parametrize("stage", ["half", FAILED])
def test_the_page_draws_what_the_job_came_through(session, asker, job_id, trace, stage):
    set_stage(session, job_id, stage=stage, trace=trace)

    page = asker.get(f"/jobs/{job_id}", headers={"Accept-Language": "en"}).text

    assert "How it converges" in page
    assert "Log-likelihood" in page
    assert page.count("<svg") >= 2


def test_the_page_draws_no_line_without_two_points_or_without_names_for_them(
    session, asker, job_id, monkeypatch
):
    set_stage(session, job_id, stage="half", trace=[[1, -20.5]])
    assert "<figure" not in asker.get(f"/jobs/{job_id}").text

    set_stage(session, job_id, trace=[[1, -20.5], [2, -12.25]])
    monkeypatch.setitem(JOBS, "make", replace(JOBS["make"], trace=None))
    assert "<figure" not in asker.get(f"/jobs/{job_id}").text


def test_a_waiting_job_is_canceled_at_once_and_it_is_noted_who_did_it(session, asker, job_id):
    answer = cancel(asker, job_id)

    assert answer.status_code == 200
    shown = answer.json
    assert (shown["status"], shown["failure"]["code"]) == ("failed", "cancelled")
    assert shown["failure"]["title"].startswith("This was canceled. Nothing of it was kept")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == asker.user.id)).one()
    assert (entry.action, entry.changed) == ("POST jobs.cancel_job", {"job": [job_id]})


def test_a_running_job_is_asked_to_end(asker, job_id, at_work):
    shown = cancel(asker, job_id).json

    assert (shown["status"], shown["stage"], shown["cancel_asked"]) == ("running", "half", True)


@pytest.mark.parametrize("failure", [None, {"code": CANCELLED, "parameters": {}}])
def test_a_job_that_is_over_cannot_be_canceled(session, asker, job_id, failure):
    set_stage(session, job_id, stage=FAILED if failure else FINISHED, failure=failure)

    answer = cancel(asker, job_id)

    assert (answer.status_code, answer.json["code"]) == (409, "job_over")


@pytest.mark.parametrize("path", ["/api/v1/jobs/{}/cancel", "/jobs/{}/cancel"])
def test_nobody_cancels_the_job_of_somebody_else(session, sign_in, job_id, path):
    other = sign_in(RoleName.SYSTEM_ADMINISTRATOR)

    for number in (job_id, job_id + 1, 2**63):
        assert other.post(path.format(number), headers=csrf(other)).status_code == 404
    session.rollback()
    assert not session.get_one(JobProgress, job_id, populate_existing=True).cancel_asked


def test_the_page_cancels_by_a_form_and_says_so(asker, job_id):
    page = asker.get(f"/jobs/{job_id}", headers={"Accept-Language": "en"})
    assert f'action="/jobs/{job_id}/cancel"' in page.text
    assert "nothing of it is kept; it can be started again" in page.text

    data = {"csrf_token": csrf_token(asker)}
    page = asker.post(
        f"/jobs/{job_id}/cancel",
        data=data,
        headers={"Accept-Language": "en"},
        follow_redirects=True,
    )

    assert page.status_code == 200
    assert "This was canceled. Nothing of it was kept" in page.text
    assert "/cancel" not in page.text
    assert "Refresh" not in page.headers


def test_the_form_without_its_token_cancels_nothing(session, asker, job_id):
    assert asker.post(f"/jobs/{job_id}/cancel").status_code == 400
    assert session.scalar(select(func.count()).where(JobProgress.cancel_asked)) == 0


def test_a_job_that_is_being_canceled_has_no_button_and_says_so(asker, job_id, at_work):
    cancel(asker, job_id)

    page = asker.get(f"/jobs/{job_id}", headers={"Accept-Language": "en"})

    assert "This is being canceled. Nothing of it will be kept." in page.text
    assert f"/jobs/{job_id}/cancel" not in page.text
    assert page.headers["Refresh"] == "2"
