"""`edu import responses` and `edu score`, on the tests' own database."""

import contextlib
import json

import pytest
from click.testing import CliRunner
from flask_babel import force_locale

from edu.cli.importing import import_file
from edu.cli.scoring import score
from models.scores import RunStatus, ScoringRun
from tests.edu.scoring.nation import sit_test

MAPPING = {
    "instrument": "survey",
    "wave": "2026",
    "person": None,
    "school": "school",
    "items": ["q1", "q2", "q3"],
    "range": [0, 1],
    "groups": {},
    "sample": "pilot",
}


@pytest.fixture
def call(app, session, monkeypatch):
    """Runs a command in a transaction of the test's session; its exit status and its JSON."""

    @contextlib.contextmanager
    def as_system():
        with app.app_context(), force_locale("en"):
            yield session
            session.commit()

    monkeypatch.setattr("edu.cli.application.as_system", as_system)

    def run(command, *arguments: object):
        result = CliRunner().invoke(command, [*map(str, arguments), "--json"])
        return result.exit_code, json.loads(result.stdout)

    return run


@pytest.fixture
def files(tmp_path):
    """A file of 60 anonymous respondents in six schools, and its mapping."""

    def write(first: str = "1,0,1", **changes: object):
        rows = [f"{line % 6},{line % 2},{line % 3 // 2},{line % 5 // 3}" for line in range(59)]
        path = tmp_path / "answers.csv"
        path.write_text("\n".join(["school,q1,q2,q3", f"0,{first}", *rows]) + "\n")
        mapping = tmp_path / "mapping.json"
        mapping.write_text(json.dumps(MAPPING | changes))
        return path, "--mapping", mapping

    return write


def test_a_sample_is_brought_in_scored_and_published(call, files, session) -> None:
    status, answer = call(import_file, "responses", *files())
    assert (status, answer["new"], answer["errors"]) == (0, 60, [])
    assert answer["scoring"]["status"] == "published"
    assert (answer["scoring"]["sittings"], answer["scoring"]["scored"]) == (60, 60)
    run = session.query(ScoringRun).one()
    assert (run.status, run.created_by, run.decided_by) == (RunStatus.PUBLISHED, None, None)


def test_the_same_file_again_scores_nothing_anew(call, files, session) -> None:
    first = call(import_file, "responses", *files())[1]
    again = call(import_file, "responses", *files())[1]
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 60)
    assert again["scoring"] == first["scoring"]
    assert session.query(ScoringRun).count() == 1


def test_a_corrected_file_is_scored_anew(call, files, session) -> None:
    first = call(import_file, "responses", *files())[1]
    again = call(import_file, "responses", *files("0,0,0"))[1]
    assert (again["new"], again["changed"]) == (0, 1)
    assert again["scoring"]["run"] != first["scoring"]["run"]
    assert again["scoring"]["data_fingerprint"] != first["scoring"]["data_fingerprint"]


def test_responses_without_a_score_stay_brought_in(call, files, tmp_path, session) -> None:
    path, option, mapping = files()
    path.write_text("school,q1,q2,q3\n1,,,\n")
    status, answer = call(import_file, "responses", path, option, mapping)
    assert (status, answer["new"]) == (0, 1)
    assert answer["scoring"]["error"]["code"] == "no_data"
    assert session.query(ScoringRun).count() == 0


def test_a_file_with_errors_scores_nothing(call, files, session) -> None:
    status, answer = call(import_file, "responses", *files("7,0,0"))
    assert status == 1
    (error,) = answer["errors"]
    assert (error["line"], error["column"], error["code"]) == (2, "q1", "response_out_of_range")
    assert "scoring" not in answer
    assert session.query(ScoringRun).count() == 0


def test_a_mapping_with_errors_is_named_with_its_key(call, files) -> None:
    status, answer = call(import_file, "responses", *files(range=[4, 1]))
    assert status == 1
    (error,) = answer["errors"]
    assert (error["file"], error["column"]) == ("mapping.json", "range")


def test_scoring_by_name_may_publish_at_once(call, files) -> None:
    call(import_file, "responses", *files())
    status, answer = call(score, "--sample", "pilot")
    assert (status, answer["status"]) == (0, "finished")
    status, answer = call(score, "survey", "--sample", "pilot", "--wave", "2026", "--publish")
    assert (status, answer["status"], answer["instruments"]) == (0, "published", ["survey"])


def test_an_unknown_instrument_is_refused(call) -> None:
    status, answer = call(score, "nothing")
    assert (status, answer["error"]["code"]) == (1, "unknown_instrument")


def test_a_test_is_placed_on_its_scale_by_a_command(call, session, clean) -> None:
    sit_test(session)
    status, answer = call(score, "test", "--method", "irt", "--draws", "3", "--publish")
    assert (status, answer["status"], answer["scale"]) == (0, "published", "digital_literacy")
    assert answer["report"]["n_draws"] == 3
    assert answer["report"]["waves"][0]["mean"] == pytest.approx(500)


def test_a_model_that_does_not_exist_is_refused_with_those_there_are(call, session, clean) -> None:
    sit_test(session, persons=20)
    status, answer = call(score, "test", "--method", "irt", "--model", "4pl")
    assert (status, answer["error"]["code"]) == (1, "unknown_model")
