"""`edu estimate`: one JSON object or a table, and refusals."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from edu.cli import edu
from models.accounts import AuditEntry
from models.outcomes import Finding
from tests.factories.programs import make_program
from tests.factories.scores import make_scored_cohort, make_scored_sample


@pytest.fixture
def estimate(monkeypatch, settings, database_urls, session):
    """Runs `edu estimate …` on the test database."""
    monkeypatch.setenv("EDU_HOME", str(settings.home))
    monkeypatch.setenv("EDU_DATABASE_URL", database_urls.application)
    monkeypatch.setenv("EDU_DATABASE_OWNER_URL", database_urls.owner)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(edu, ["estimate", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def cohort(session):
    made = make_scored_cohort(session, persons=600)
    session.commit()
    return made


def test_gains_are_one_json_object_and_kept(session, estimate, cohort) -> None:
    result = estimate("gains", "--program", cohort.program.code, "--by", "sex", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    kept = session.scalars(select(Finding)).one()
    assert (answer["id"], answer["data_fingerprint"]) == (kept.id, kept.data_fingerprint)
    assert answer["estimates"] == kept.estimates
    assert [one["group"] for one in answer["estimates"]] == [None, "female", "male"]
    assert (answer["method"], answer["missing"], answer["suppressed"]) == ("CR2", 50, [])
    assert answer["software"].keys() == {"edu", "numpy", "scipy"}
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.changed) == ("system", {"finding": [kept.id]})
    again = json.loads(
        estimate("gains", "--program", cohort.program.code, "--by", "sex", "--json").stdout
    )
    assert again == answer


def test_a_person_reads_a_table(estimate, cohort) -> None:
    result = estimate("gains", "--program", cohort.program.code, "--by", "sex")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Gain by sex"
    assert [line.split()[0] for line in lines[3:6]] == ["All", "female", "male"]
    assert len({len(line) for line in lines[2:6]}) == 1
    assert "CR2" in lines[-1]


def test_withheld_groups_stand_in_the_table_with_a_word(session, estimate) -> None:
    cohort = make_scored_cohort(session, persons=400, schools=9)
    session.commit()
    result = estimate("gains", "--program", cohort.program.code, "--by", "region")
    assert result.stdout.count("too few to show") == 2


def test_means_of_a_sample(session, estimate) -> None:
    make_scored_sample(session, respondents=300)
    session.commit()
    answer = json.loads(estimate("means", "--sample", "sample", "--by", "sex", "--json").stdout)
    assert answer["definition"]["by"] == "sex"
    assert [one["name"] for one in answer["estimates"]] == ["mean"] * 3
    everybody = json.loads(estimate("means", "--sample", "sample", "--json").stdout)
    assert everybody["estimates"] == answer["estimates"][:1]
    assert "Mean score" in estimate("means", "--sample", "sample").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("gains", "--program", "nothing"), "unknown_program"),
        (("gains", "--program", "empty"), "no_published_scores"),
        (("means", "--sample", "nothing"), "unknown_sample"),
        (("means", "--sample", "sample", "--by", "region"), "unknown_group"),
    ],
)
def test_a_refusal_is_one_json_object_or_one_sentence(session, estimate, arguments, code) -> None:
    make_program(session).code = "empty"
    make_scored_sample(session, respondents=300)
    session.commit()
    result = estimate(*arguments, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == code
    words = estimate(*arguments)
    assert (words.exit_code, words.stdout, words.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("effect", "--program", "nope"), "There is no program “nope”. Take one from the page"),
        (("run", "99999"), "“99999” is neither the number of a saved analysis nor a file"),
        (("run", "9" * 18), "Take the number from the address of an analysis' page"),
        (("run", "nope.json"), "“nope.json” is neither the number of a saved analysis"),
    ],
)
def test_what_was_asked_for_and_is_not_there_is_named(estimate, arguments, told) -> None:
    refused = estimate(*arguments)
    assert refused.exit_code == 1
    assert told in refused.stderr


def test_one_wave_and_too_few_people_are_refused(session, estimate) -> None:
    few = make_scored_cohort(session, persons=30, schools=6)
    session.commit()
    result = estimate("gains", "--program", few.program.code, "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (1, "too_few_persons")


@pytest.mark.parametrize(
    "arguments", [("gains",), ("means",), ("gains", "--program", "a", "--by", "color")]
)
def test_what_is_missing_or_not_a_grouping_is_a_matter_of_usage(estimate, arguments) -> None:
    assert estimate(*arguments).exit_code == 2
