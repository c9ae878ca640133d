"""The page of an analysis: one sentence first, whose words change with the checks."""

import re

import pytest

from edu.web.messages import MESSAGES
from models.accounts import RoleName
from models.outcomes import Analysis
from tests.edu.outcomes.analyses.study import make_study
from tests.factories.http import csrf_token
from tests.factories.jobs import do_jobs

ENGLISH = {"Accept-Language": "en"}
READERS = [
    RoleName.SCHOOL_ADMINISTRATOR,
    RoleName.REGIONAL_COORDINATOR,
    RoleName.HEADQUARTERS_VIEWER,
    RoleName.RESEARCHER,
]


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def post(client, path: str, **fields: object):
    return client.post(path, data={"csrf_token": csrf_token(client), **fields}, headers=ENGLISH)


def page_of(client, finding) -> str:
    return get(client, f"/outcomes/analyses/{finding.analysis_id}")


def test_what_passes_every_check_is_called_an_effect(session, manager, study, run) -> None:
    finding = run(study)
    session.commit()
    page = page_of(manager, finding)
    assert re.search(r"of those who took part rose by \d+\.\d points more", page)
    assert "This is an effect, as far as records can show: all 8 checks passed." in page
    assert "not an effect" not in page
    assert page.count(">passed<") == 8


def test_the_list_says_that_the_last_run_failed_and_why(session, manager, study, run) -> None:
    analysis = session.get(Analysis, run(study).analysis_id)
    analysis.failure = {"code": "no_overlap", "parameters": {}}
    session.commit()
    page = get(manager, "/outcomes/analyses/").replace("&#39;", "'")
    assert f"The last run failed: {MESSAGES['no_overlap']}" in page
    assert "What stands below is older." in page
    assert "of those who took part rose by" in page


def test_an_analysis_that_never_answered_says_why_in_the_list(session, manager, study, defined):
    defined(study).failure = {"code": "no_overlap", "parameters": {}}
    session.commit()
    page = get(manager, "/outcomes/analyses/")
    assert "The last run failed: " in page
    assert "What stands below is older." not in page
    assert "No answer yet." not in page


def test_counts_stand_without_a_plural_and_not_apart_from_their_n(
    session, manager, study, run
) -> None:
    finding = run(study)
    session.commit()
    page = manager.get(f"/outcomes/analyses/{finding.analysis_id}", headers=ENGLISH).text
    assert re.search(r"; people: \d+, schools: \d+\)", page)
    assert re.search(r"95% interval [^<]+; n\u00a0=\u00a0\d+</span>", page)


def test_what_fails_a_check_is_called_a_difference_with_its_reason(session, manager, run) -> None:
    finding = run(make_study(session, drift=30.0))
    session.commit()
    page = page_of(manager, finding)
    assert "This is a difference, not an effect, because" in page
    assert "the groups already differed before the program" in page
    assert ">not passed<" in page


def test_views_that_disagree_are_told_as_a_paradox(session, manager, run) -> None:
    finding = run(make_study(session, drift=40.0, closing=0.5))
    session.commit()
    page = page_of(manager, finding)
    assert re.search(
        r"The two views disagree: the groups differ by \d+(\.\d)? points in what they gained, but"
        r" by \d+(\.\d)? points among people who started alike.",
        page,
    )


def test_views_that_agree_are_not(session, manager, run) -> None:
    finding = run(make_study(session, drift=0.0, closing=0.5))
    session.commit()
    assert "views disagree" not in page_of(manager, finding)


def test_what_may_be_zero_is_not_told_as_a_change(session, manager, run) -> None:
    finding = run(make_study(session, effect=0.0))
    session.commit()
    assert "gained more or less than comparable people cannot be told" in page_of(manager, finding)


def test_the_page_shows_views_groups_flow_and_method(session, manager, study, run) -> None:
    finding = run(study)
    session.commit()
    page = page_of(manager, finding)
    for text in (
        "at an equal true first score (errors in variables)",
        "within schools (random intercepts)",
        "By sex",
        "By locality",
        "Those they are compared with",
        "began the program",
        finding.data_fingerprint,
    ):
        assert text in page
    assert "true effect" not in page


def test_the_truth_is_shown_beside_the_estimate_of_an_invented_nation_only(
    session, manager, study, run
) -> None:
    finding = run(study)
    session.get(Analysis, finding.analysis_id).truth = {"effect": 20.0}
    session.commit()
    page = page_of(manager, finding)
    assert "the true effect, known because this nation is invented" in page
    assert "inside the interval" in page


def test_small_groups_are_withheld_and_so_is_what_would_give_them_away(
    session, manager, run
) -> None:
    finding = run(make_study(session, persons=480, schools=12))
    session.commit()
    localities = next(g for g in finding.report["groups"] if g["grouping"] == "locality")
    withheld = {one["reason"] for one in localities["suppressed"]}
    assert withheld <= {"too_few_persons", "too_few_clusters", "protects_another"}
    assert [one["group"] for one in localities["suppressed"]] == ["rural", "urban"]
    assert "too few to show" in page_of(manager, finding)


def test_an_analysis_is_defined_run_and_shown(app, manager, study) -> None:
    form = get(manager, f"/outcomes/analyses/new?program={study.program.code}")
    assert f'value="{study.program.code}" selected' in form
    asked = {
        "name": "Lessons of spring", "program": study.program.code, "scale": "digital_literacy",
        "first_wave": "baseline", "last_wave": "endline", "comparison": "same_schools",
        "estimand": "ATT", "groups": ["sex"],
    }  # fmt: skip
    answer = post(manager, "/outcomes/analyses/new", **asked)
    assert answer.status_code == 302
    do_jobs(app)
    page = manager.get(answer.location).location
    assert "Lessons of spring" in get(manager, page)
    assert "Lessons of spring" in get(manager, "/outcomes/analyses/")
    assert "Lessons of spring" in get(manager, f"/programs/{study.program.id}")


def test_what_cannot_be_asked_is_said_on_the_form(manager, study) -> None:
    asked = {"name": "x", "program": study.program.code, "first_wave": "baseline",
             "last_wave": "baseline"}  # fmt: skip
    answer = post(manager, "/outcomes/analyses/new", **asked)
    assert answer.status_code == 422
    assert "Name two different waves" in answer.text


def test_what_was_refused_is_said_with_its_mend(app, session, manager, defined) -> None:
    analysis = defined(make_study(session, share=1.0))
    session.commit()
    post(manager, f"/outcomes/analyses/{analysis.id}/run")
    do_jobs(app)
    page = get(manager, f"/outcomes/analyses/{analysis.id}")
    assert "Everybody takes part, so there is nobody to compare with." in page


@pytest.mark.parametrize("kind", ["svg", "png", "csv", "json"])
def test_pictures_can_be_taken_along(session, manager, study, run, kind: str) -> None:
    finding = run(study)
    session.commit()
    address = f"/outcomes/analyses/{finding.analysis_id}/views.{kind}"
    answer = manager.get(address)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert manager.get(address.replace("views", "nothing")).status_code == 404


@pytest.mark.parametrize("role", READERS)
def test_readers_see_but_do_not_run(session, sign_in, study, run, role: RoleName) -> None:
    finding = run(study)
    session.commit()
    client = sign_in(role)
    page = page_of(client, finding)
    assert "Run again" not in page
    assert post(client, f"/outcomes/analyses/{finding.analysis_id}/run").status_code == 403
    assert client.get("/outcomes/analyses/new").status_code == 403
