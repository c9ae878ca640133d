"""The advice on pages, as JSON and on the command line: always marked as automated."""

import re

import pytest

from edu.outcomes.risk import service
from edu.web import cursor
from models.accounts import RoleName
from tests.edu.outcomes.risk.rounds import TODAY, Rounds, make_rounds
from tests.factories.http import csrf, csrf_token
from tests.factories.jobs import do_jobs

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def rounds(session) -> Rounds:
    made = make_rounds(session)
    made.running.ends_on = TODAY.replace(year=2030)  # so that it runs whenever the test does
    session.commit()
    return made


@pytest.fixture
def learned(session, scope, rounds):
    model = service.learn_risk(session, scope, program_id=rounds.program.id, today=TODAY)
    session.commit()
    return model


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def school(sign_in, rounds):
    return sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[rounds.schools[3]])


def page(client, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def address(rounds: Rounds, rest: str = "") -> str:
    return f"/outcomes/risk/{rounds.program.id}{rest}"


def test_a_manager_has_it_learned_and_reads_the_card(app, manager, rounds) -> None:
    assert "Nothing has been learned about this program yet." in page(manager, address(rounds))
    answer = manager.post(address(rounds), data={"csrf_token": csrf_token(manager)})
    assert answer.status_code == 302
    do_jobs(app)
    card = page(manager, address(rounds))
    assert re.search(r"\d+(\.\d)?% of those who began did not complete \(95% interval", card)
    assert "Schools are advised. The advice decides nothing." in card
    assert card.count(">passed<") == 5
    assert "The formula is never told sex, language, locality or region." in card
    assert "Meant for: deciding whom a school talks to first." in card


@pytest.mark.parametrize("rest", ["", "/people"])
def test_what_a_formula_made_is_marked_for_people_and_machines(
    school, rounds, learned, rest: str
) -> None:
    shown = page(school, address(rounds, rest))
    assert '<meta name="automated-output" content="advice">' in shown
    assert "Automated advice." in shown
    assert "it decides nothing" in shown


def test_a_school_reads_whom_to_talk_to_first_and_why(school, rounds, learned) -> None:
    shown = page(school, address(rounds, "/people"))
    assert "Seats of your people in this program: 2." in shown
    assert shown.count("Сынақ") == 2
    assert "nothing stands out" in shown or "applied" in shown
    assert re.search(r"<b class=\"num\">\d+%</b> <span class=\"quiet\">\(\d+% to \d+%\)", shown)


def test_nobody_under_way_is_said_so(sign_in, session, scope) -> None:
    rounds = make_rounds(session, still_there=2)
    service.learn_risk(session, scope, program_id=rounds.program.id, today=TODAY)
    session.commit()
    other = sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[rounds.schools[9]])
    shown = page(other, address(rounds, "/people"))
    assert "Nobody of your schools takes part in this program at present." in shown


def test_a_list_that_is_not_given_says_why(session, scope, sign_in) -> None:
    rounds = make_rounds(session, odds=0.0, base=-1.5)
    service.learn_risk(session, scope, program_id=rounds.program.id, today=TODAY)
    session.commit()
    client = sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=rounds.schools[:1])
    assert "the advice would not be worth following" in page(client, address(rounds, "/people"))
    assert "No advice is given" in page(client, address(rounds))


def test_a_failed_attempt_says_why_on_the_card_and_in_the_list(
    app, manager, session, rounds
) -> None:
    rounds.over.ends_on = TODAY.replace(year=2030)
    session.commit()
    manager.post(address(rounds), data={"csrf_token": csrf_token(manager)})
    do_jobs(app)
    for path in (address(rounds), "/outcomes/risk/"):
        assert "No offering of" in page(manager, path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("reliability", "svg"), ("influences", "csv"), ("sex", "png"), ("region", "json")],
)
def test_each_picture_can_be_taken_along(manager, rounds, learned, name: str, kind: str) -> None:
    assert manager.get(address(rounds, f"/{name}.{kind}")).status_code == 200
    assert manager.get(address(rounds, f"/nothing.{kind}")).status_code == 404


def test_the_api_gives_card_and_advice(school, rounds, learned) -> None:
    base = f"/api/v1/programs/{rounds.program.id}"
    card = school.get(f"{base}/risk-model").json
    assert card["card"]["advises"] is True
    assert card["card"]["influences"]
    assert "fitted" not in card
    advice = school.get(f"{base}/risk-advice?limit=1").json
    assert advice["automated"]["decides"] is False
    assert advice["count"] == 2
    assert len(advice["items"]) == 1
    first = advice["items"][0]
    assert first["interval"][0] < first["probability"] < first["interval"][1]
    rest = school.get(f"{base}/risk-advice?limit=1&cursor={advice['next']}").json
    assert rest["items"][0]["enrollment_id"] != first["enrollment_id"]
    assert rest["next"] is None


def test_the_api_has_it_learned_by_managers_only(app, manager, school, rounds) -> None:
    path = f"/api/v1/programs/{rounds.program.id}/risk-model"
    assert school.post(path, headers=csrf(school)).status_code == 403
    assert manager.get(path).status_code == 404
    assert manager.post(path, headers=csrf(manager)).status_code == 202
    do_jobs(app)
    assert manager.get(path).status_code == 200
    assert manager.get(path.replace("model", "advice")).status_code == 403


def test_a_bad_cursor_or_program_is_refused(school, rounds, learned) -> None:
    base = f"/api/v1/programs/{rounds.program.id}"
    assert school.get(f"{base}/risk-advice?cursor=x").status_code in (400, 422)
    assert school.get("/api/v1/programs/999/risk-advice").status_code == 404
    assert school.get(f"{base}/risk-advice?limit=0").status_code == 422
    nowhere = cursor.encode((float("nan"), 1))
    assert school.get(f"{base}/risk-advice?cursor={nowhere}").status_code in (400, 422)


def test_the_command_learns_and_lists(edu, rounds) -> None:
    told = edu("estimate", "risk", "--program", rounds.program.code)
    assert told.exit_code == 0
    assert "did not complete" in told.output
    listed = edu(
        "estimate", "risk", "--program", rounds.program.code, "--school", rounds.schools[3].code
    )
    assert listed.exit_code == 0
    assert "Automated advice." in listed.output
    assert "Сынақ" not in listed.output


def test_the_command_refuses_what_it_does_not_know(edu, rounds) -> None:
    assert edu("estimate", "risk", "--program", "none").exit_code != 0
    code = rounds.program.code
    assert edu("estimate", "risk", "--program", code, "--school", "none").exit_code != 0
