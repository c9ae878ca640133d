import pytest
from flask_babel import lazy_gettext

from edu.jobs import FAILED, FINISHED, JOBS, enqueue, job, write_progress
from models.accounts import RoleName


@pytest.fixture
def made_job():
    """A kind of job whose result is the home page."""

    @job(
        "make",
        title=lazy_gettext("Making"),
        stages={"half": lazy_gettext("half done")},
        leads_to=("preferences.choose_language", "code"),
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
    assert '<progress class="bar"' in page.text
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
