"""`edu import`: counts or errors, in words or as one JSON object, and the exit status."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.cli import edu
from models.accounts import AuditEntry
from models.people import Person
from models.places import School
from tests.edu.registry.bad_people import BAD
from tests.factories.people import make_iin, people_file, person_line, schools_file
from tests.factories.places import make_district, make_school, region

SCHOOLS = schools_file(
    "A1,№1 мектеп,Школа №1,School No. 1,10,Абай ауданы,1,ordinary",
    "B1,№2 мектеп,Школа №2,School No. 2,75,Алатау ауданы,1,gymnasium",
)


@pytest.fixture
def bring(tmp_path, monkeypatch, settings, database_urls, session: Session):
    """Runs `edu import KIND` on the test database."""
    monkeypatch.setenv("EDU_HOME", str(settings.home))
    monkeypatch.setenv("EDU_DATABASE_URL", database_urls.application)
    monkeypatch.setenv("EDU_DATABASE_OWNER_URL", database_urls.owner)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(kind: str, content: bytes, *options: str) -> Result:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content)
        result = CliRunner().invoke(edu, ["import", kind, str(path), *options])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def school(session: Session) -> School:
    school = make_school(
        session, code="A1", district=make_district(session, region=region(session))
    )
    session.commit()
    return school


def test_schools_and_people_come_in_and_the_same_files_again_change_nothing(
    session: Session, bring
) -> None:
    people = people_file(person_line("A1", iin=make_iin()), person_line("B1")).content
    rest = {"changed": 0, "conflicts": 0, "errors": []}
    for kind, content, count in (("schools", SCHOOLS.content, 4), ("people", people, 6)):
        first = bring(kind, content, "--json")
        assert (first.exit_code, json.loads(first.stdout)) == (
            0,
            {"new": count, "unchanged": 0, **rest},
        )
        again = bring(kind, content, "--json")
        assert json.loads(again.stdout) == {"new": 0, "unchanged": count, **rest}
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["import schools"] * 2 + ["import people"] * 2
    assert {entry.actor for entry in entries} == {"system"}


def test_a_person_reads_the_counts_in_a_sentence(bring) -> None:
    result = bring("schools", SCHOOLS.content)
    assert result.stdout == "schools.csv: 4 new, 0 changed, 0 unchanged, 0 in conflict.\n"


@pytest.mark.parametrize(
    "name",
    [
        "an empty file",
        "another encoding",
        "a missing column",
        "an unknown school",
        "a wrong check digit",
        "a person twice, by number",
        "neither number nor reason",
    ],
)
def test_a_bad_file_fails_with_its_errors_and_writes_nothing(
    session: Session, bring, school: School, name: str
) -> None:
    bad = BAD[name]
    result = bring("people", bad.content, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    error = answer.pop("errors")[0]
    assert answer == {"new": 0, "changed": 0, "unchanged": 0, "conflicts": 0}
    assert sorted(error) == ["code", "column", "expected", "file", "found", "line"]
    assert (error["file"], error["line"]) == ("people.csv", bad.line)
    assert (error["column"], error["code"]) == (bad.column, bad.code)
    assert error["found"].startswith(bad.found)
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_the_errors_are_said_in_words_with_their_place(bring, school: School) -> None:
    content = people_file(person_line("X9", sex="x"), person_line("A1", no_iin_reason="")).content
    result = bring("people", content)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "people.csv:2:sex: “x” is not known here. Write one of: female, male.",
        "people.csv:2:school_code: The school X9 is not known here. Check its code.",
        "people.csv:3:iin: Give the IIN, or choose a reason why there is none.",
        "Nothing of people.csv was saved: problems found: 3.",
    ]


def test_a_file_that_does_not_exist_or_a_kind_unknown_is_a_matter_of_usage(bring) -> None:
    assert CliRunner().invoke(edu, ["import", "people", "nowhere.csv"]).exit_code == 2
    assert bring("pupils", b"").exit_code == 2
    assert bring("people", b"", "--mapping", "nowhere.json").exit_code == 2
    assert bring("responses", b"").exit_code == 2
