"""Findings for people: overview, a sample, and the gains on a program's page."""

import re

import pytest

from edu.outcomes.presentation import finding_chart
from models.accounts import RoleName
from models.outcomes import Finding
from tests.factories.http import csrf_token
from tests.factories.jobs import do_jobs
from tests.factories.scores import make_scored_cohort, make_scored_sample

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def estimate(app, client, program_id: int) -> str:
    """Press the button and let the worker do it; the page of the job."""
    answer = client.post(
        f"/outcomes/programs/{program_id}", data={"csrf_token": csrf_token(client)}
    )
    assert answer.status_code == 302
    do_jobs(app)
    return answer.location


def test_an_empty_overview_says_what_will_be_here(manager) -> None:
    page = get(manager, "/outcomes/")
    assert "No gains yet" in page
    assert "Respondents without names" in page


def test_the_button_leads_over_the_job_to_the_gains(app, manager, cohort) -> None:
    address = f"/programs/{cohort.program.id}"
    assert "No gains yet" in get(manager, address)
    job = estimate(app, manager, cohort.program.id)
    done = manager.get(job)
    assert (done.status_code, done.location) == (302, address)
    page = get(manager, address)
    for title in ("Gain by region", "Gain by sex", "Gain by language of instruction"):
        assert page.count(f">{title}</h2>") == 1
    assert re.search(r"Participants gained 5\.\d+ points of 100 .*people: 550, schools: 20", page)
    assert "This is a difference, not an effect" in page
    assert "50 people: without a score" in page
    overview = get(manager, "/outcomes/")
    assert "Programs measured: 1; participants gained in 1 of them." in overview
    assert f'href="{address}"' in overview
    assert "550" in overview


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (-4.0, "Participants lost [34][.]"),
        (0.0, "cannot be told"),
        (4.0, "Participants gained [34][.]"),
    ],
)
def test_the_sentence_says_no_more_than_the_interval(app, manager, session, gain, words) -> None:
    cohort = make_scored_cohort(session, persons=300, gain=gain)
    session.commit()
    estimate(app, manager, cohort.program.id)
    assert re.search(words, get(manager, f"/programs/{cohort.program.id}"))


def test_withheld_groups_are_named_without_numbers(app, manager, session) -> None:
    cohort = make_scored_cohort(session, persons=400, schools=9)
    session.commit()
    estimate(app, manager, cohort.program.id)
    finding = session.query(Finding).filter_by(grouping="region").one()
    rows = finding_chart_rows(app, session, finding)
    assert [(row.label, row.suppressed) for row in rows[1:]] == [
        ("Abai Region", True),
        ("Almaty", True),
    ]


def finding_chart_rows(app, session, finding):
    with app.test_request_context(headers=ENGLISH):
        return finding_chart(session, finding).table.rows


@pytest.mark.parametrize("role", [RoleName.SCHOOL_ADMINISTRATOR, RoleName.RESEARCHER])
def test_readers_see_gains_but_no_button(app, manager, sign_in, cohort, role) -> None:
    estimate(app, manager, cohort.program.id)
    reader = sign_in(role)
    page = get(reader, f"/programs/{cohort.program.id}")
    assert "Gain by sex" in page
    assert "/outcomes/programs/" not in page
    answer = reader.post(
        f"/outcomes/programs/{cohort.program.id}", data={"csrf_token": csrf_token(reader)}
    )
    assert answer.status_code == 403
    assert cohort.program.name_en in get(reader, "/outcomes/")


def test_a_button_pressed_without_scores_is_answered_with_a_sentence(manager, session) -> None:
    from tests.factories.programs import make_program

    program = make_program(session)
    session.commit()
    token = csrf_token(manager)
    answer = manager.post(
        f"/outcomes/programs/{program.id}", data={"csrf_token": token}, headers=ENGLISH
    )
    assert answer.status_code == 422
    assert "There are no published scores yet" in answer.text


@pytest.mark.parametrize("program_id", [10**9, 2**63])
def test_an_absent_program_cannot_be_estimated(manager, program_id) -> None:
    token = csrf_token(manager)
    answer = manager.post(f"/outcomes/programs/{program_id}", data={"csrf_token": token})
    assert answer.status_code == 404


@pytest.fixture
def sample(session):
    made = make_scored_sample(session, respondents=300)
    session.commit()
    return made


@pytest.mark.parametrize("role", [RoleName.SCHOOL_ADMINISTRATOR, RoleName.PROGRAM_MANAGER])
def test_a_sample_shows_its_mean_and_by_what_it_can_be_divided(sign_in, sample, role) -> None:
    reader = sign_in(role)
    assert 'href="/outcomes/samples/sample"' in get(reader, "/outcomes/")
    page = get(reader, "/outcomes/samples/sample")
    assert re.search(r"The mean score is \d\d\.\d points of 100 .*people: 277, schools: 20", page)
    assert 'href="/outcomes/samples/sample?by=sex"' in page
    assert "home &#34;A&#34; %" in page


def test_a_sample_by_group_names_its_groups(manager, sample) -> None:
    page = get(manager, "/outcomes/samples/sample?by=sex")
    assert ">Mean score by sex</h2>" in page
    for row in ("All", "female", "male"):
        assert re.search(f'<th scope="row">{row}</th><td class="num">\\d\\d\\.\\d', page)
    careful = get(manager, "/outcomes/samples/sample?by=home+%22A%22+%25")
    assert "Mean score by “home &#34;A&#34; %”" in careful


def test_an_unknown_sample_or_group_is_told_in_a_sentence(manager, sample) -> None:
    absent = manager.get("/outcomes/samples/nothing", headers=ENGLISH)
    assert absent.status_code == 404
    assert "There is no sample named “nothing”" in absent.text
    wrong = manager.get("/outcomes/samples/sample?by=region", headers=ENGLISH)
    assert wrong.status_code == 422
    assert "There is no group “region” in this sample" in wrong.text


def test_a_sample_without_scores_says_what_to_do(manager, session) -> None:
    from tests.factories.assessments import make_instrument, make_sample

    make_sample(session, instrument=make_instrument(session), code="raw")
    session.commit()
    answer = manager.get("/outcomes/samples/raw", headers=ENGLISH)
    assert answer.status_code == 422
    assert "There are no published scores yet" in answer.text
