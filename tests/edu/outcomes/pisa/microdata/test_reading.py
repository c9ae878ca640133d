"""Pupils and their schools from two files: joined by the school, refused where that fails."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from edu.accounts.scope import system_scope
from edu.cli import edu
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.pupils import read_pupils
from edu.outcomes.pisa.microdata.reading import open_files
from edu.outcomes.pisa.microdata.summary import summarize
from models.errors import Refusal
from models.pisa import SurveyFile
from tests.factories.pupils import (
    pupil_columns,
    school_columns,
    write_csv,
    write_parquet,
    write_sav,
)


@pytest.fixture(scope="module")
def columns():
    return pupil_columns()


@pytest.fixture
def pupils(tmp_path, columns):
    return write_csv(tmp_path / "pupils.csv", columns)


def gaps(pupils, schools=None) -> dict[str, dict]:
    read = read_pupils(open_files(pupils, schools), cycle=None, economy=None)
    return {
        one.domain: figure
        for one in summarize(read)
        for figure in one.estimates
        if figure["name"] == "gap_locality"
    }


def refused(pupils, schools) -> tuple[str, dict]:
    with pytest.raises(Refusal) as caught:
        read_pupils(open_files(pupils, schools), cycle=None, economy=None)
    return caught.value.code, dict(caught.value.parameters)


def test_town_and_village_come_from_the_schools_file(tmp_path, columns, pupils) -> None:
    pytest.importorskip("pandas")
    told = dict(zip(*list(school_columns().values())[1:], strict=True))
    at_once = {**columns, "SC001Q01TA": [told[int(school)] for school in columns["CNTSCHID"]]}
    expected = gaps(write_csv(tmp_path / "at_once.csv", at_once))
    assert set(expected) == {"mathematics", "reading", "science"}
    assert gaps(pupils) == {}
    for write, name in ((write_csv, "s.csv"), (write_parquet, "s.parquet"), (write_sav, "s.sav")):
        assert gaps(pupils, write(tmp_path / name, school_columns())) == expected


def test_the_same_number_in_two_countries_is_two_schools(tmp_path, columns) -> None:
    numbers = [f"{row % 12:05d}" for row in range(240)]
    halves = {**columns, "CNT": ["KAZ"] * 120 + ["UZB"] * 120, "CNTSCHID": numbers}
    schools = {
        "cnt": ["KAZ"] * 12 + ["UZB"] * 12,
        "cntschid": [*range(12), *range(12)],
        "SC001Q01TA": [1] * 12 + [4] * 12,
    }
    file = open_files(write_csv(tmp_path / "p.csv", halves), write_csv(tmp_path / "s.csv", schools))
    read = read_pupils(file, cycle=None, economy=None)
    assert read.labels["locality"].tolist() == ["rural"] * 120 + ["urban"] * 120


def test_schools_that_the_file_lacks_are_named(tmp_path, pupils) -> None:
    fewer = {name: cells[:10] for name, cells in school_columns().items()}
    code, told = refused(pupils, write_csv(tmp_path / "s.csv", fewer))
    assert (code, told["number"]) == ("schools_without_row", 2)
    assert told["found"] == "KAZ 39800001, KAZ 39800002"


def test_a_school_that_stands_twice_is_refused(tmp_path, pupils) -> None:
    twice = {name: [*cells, cells[3]] for name, cells in school_columns().items()}
    code, told = refused(pupils, write_csv(tmp_path / "s.csv", twice))
    assert (code, told["found"]) == ("school_row_twice", "KAZ 39800009")


def test_files_without_a_common_school_number_are_refused(tmp_path, pupils) -> None:
    nameless = {"CNT": ["KAZ"], "SC001Q01TA": [1]}
    code, told = refused(pupils, write_csv(tmp_path / "s.csv", nameless))
    assert (code, told["expected"]) == ("school_key_missing", "CNTSCHID / SCHOOLID")


def test_the_same_pupils_with_their_schools_are_summarized_anew(session, tmp_path, pupils) -> None:
    def brought(schools=None):
        file = open_files(pupils, schools)
        return import_microdata(session, system_scope(), file, survey=Survey(source="OECD"))

    schools = write_csv(tmp_path / "s.csv", school_columns())
    assert (brought().new, brought().unchanged) == (3, 3)
    assert (brought(schools).new, brought(schools).unchanged) == (3, 3)
    kept = session.scalars(select(SurveyFile).order_by(SurveyFile.id)).all()
    assert [one.columns["schools"] for one in kept] == [None, "s.csv"]


def test_a_weight_has_no_codes_of_missing_values(tmp_path, columns) -> None:
    heavy = {
        name: [10_000 * cell for cell in cells] if name.startswith("W_") else cells
        for name, cells in columns.items()
    }
    read = read_pupils(open_files(write_csv(tmp_path / "a.csv", heavy)), cycle=None, economy=None)
    assert read.design.weights.min() == 10_000


def test_the_command_divides_by_a_column_of_the_schools(tmp_path, pupils) -> None:
    schools = write_csv(tmp_path / "s.csv", school_columns())
    asked = ["pisa", "summary", str(pupils), "--schools", str(schools), "--by", "SC001Q01TA"]
    answer = CliRunner().invoke(edu, [*asked, "--domain", "math", "--json"])
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.output)["figures"]
    assert {one["group"]: one["n"] for one in figures} == {1: 120, 2: 20, 3: 20, 4: 40, 5: 40}


def test_a_schools_file_that_does_not_tell_town_from_village_is_refused(tmp_path, pupils) -> None:
    silent = {name: cells for name, cells in school_columns().items() if name != "SC001Q01TA"}
    code, told = refused(pupils, write_csv(tmp_path / "s.csv", silent))
    assert (code, told["expected"]) == ("schools_without_locality", "SC001Q01TA")
    worded = {**school_columns(), "SC001Q01TA": ["village", "town"] * 6}
    code, told = refused(pupils, write_csv(tmp_path / "w.csv", worded))
    assert (code, told["found"]) == ("locality_unreadable", "town, village")


def test_levels_need_no_cycle_where_the_file_says_it(pupils) -> None:
    asked = ["pisa", "summary", str(pupils), "--statistic", "levels", "--domain", "math", "--json"]
    answer = CliRunner().invoke(edu, asked)
    assert answer.exit_code == 0, answer.output
    assert len(json.loads(answer.output)["figures"]) == 9
