"""Runs and item reports for people."""

import pytest

from edu.scoring import service
from models.accounts import RoleName
from models.scores import RunStatus, ScoringRun
from tests.edu.scoring.conftest import answers
from tests.factories.assessments import make_instrument
from tests.factories.http import csrf_token

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def post(client, path: str, **fields: str):
    return client.post(path, data={**fields, "csrf_token": csrf_token(client)}, headers=ENGLISH)


def test_an_empty_list_offers_the_first_step_to_those_who_may(manager, sign_in) -> None:
    assert 'href="/scoring/new"' in get(manager, "/scoring/")
    page = get(sign_in(RoleName.RESEARCHER), "/scoring/")
    assert "No scores yet" in page
    assert 'href="/scoring/new"' not in page


def test_a_run_says_how_far_its_scores_can_be_relied_on(manager, finished) -> None:
    page = get(manager, f"/scoring/{finished.id}")
    assert "60 of 60 sittings have a score" in page
    assert f"{finished.reliability['value']:.2f}" in page
    assert finished.data_fingerprint in page
    assert page.count('<th scope="row">q') == 6
    assert f'href="/scoring/{finished.id}"' in get(manager, "/scoring/")


def test_who_may_decide_publishes_with_a_button(manager, session, finished) -> None:
    assert f'action="/scoring/{finished.id}/publish"' in get(manager, f"/scoring/{finished.id}")
    assert post(manager, f"/scoring/{finished.id}/publish").status_code == 302
    session.refresh(finished)
    assert finished.status is RunStatus.PUBLISHED
    assert "/publish" not in get(manager, f"/scoring/{finished.id}")


def test_who_asked_for_a_run_is_told_that_a_second_person_decides(
    manager, session, finished
) -> None:
    finished.created_by = manager.user.id
    session.commit()
    page = get(manager, f"/scoring/{finished.id}")
    assert f'action="/scoring/{finished.id}/publish"' not in page
    assert "a second person must publish it" in page
    assert post(manager, f"/scoring/{finished.id}/publish").status_code == 403
    assert post(manager, f"/scoring/{finished.id}/discard").status_code == 302


def test_others_see_no_buttons(sign_in, finished) -> None:
    page = get(sign_in(RoleName.RESEARCHER), f"/scoring/{finished.id}")
    assert "/publish" not in page
    assert "/discard" not in page


def test_scoring_is_started_from_the_list_of_instruments(manager, session, sit) -> None:
    sat = sit(answers(40, 4))
    assert f'value="{sat.instrument.code}"' in get(manager, "/scoring/new")
    answer = post(manager, "/scoring/new", instruments=sat.instrument.code)
    assert answer.status_code == 302
    assert answer.location.startswith("/jobs/")
    assert session.query(ScoringRun).one().created_by == manager.user.id


def test_what_nobody_has_sat_is_not_offered_for_scoring(manager, session) -> None:
    instrument = make_instrument(session)
    session.commit()
    page = get(manager, "/scoring/new")
    assert "Nothing to score yet" in page
    assert instrument.code not in page


def test_a_sample_is_offered_for_scoring(manager, sit_anonymously) -> None:
    sat = sit_anonymously(answers(3, 3))
    page = get(manager, "/scoring/new")
    assert 'name="sample" value="pilot"' in page
    assert f'name="instruments" value="{sat.instrument.code}"' not in page


def test_a_refusal_is_told_on_the_page(manager) -> None:
    answer = post(manager, "/scoring/new", instruments="nothing")
    assert answer.status_code == 422
    assert "There is no instrument nothing" in answer.text


def test_three_sittings_show_no_figures_and_say_why(manager, session, scope, sit) -> None:
    run = service.start_run(
        session, scope, asked=service.Asked(instruments=[sit(answers(3, 4)).instrument.code])
    )
    service.run_scoring(session, scope, run_id=run.id)
    session.commit()
    page = get(manager, f"/scoring/{run.id}")
    assert "how reliable it is cannot be told" in page
    assert "fewer than 30 people: no figures are shown" in page.lower()


def test_a_failed_run_says_why(manager, session, scope, sit) -> None:
    run = service.start_run(
        session, scope, asked=service.Asked(instruments=[sit(answers(3, 4)).instrument.code])
    )
    service.note_failure(session, run_id=run.id, failure={"code": "no_responses", "parameters": {}})
    session.commit()
    assert "There are no responses to score yet" in get(manager, f"/scoring/{run.id}")
