"""Pupil files: three formats with one answer, codes of missing values, and complete refusals."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from edu.accounts.scope import system_scope
from edu.cli import edu
from edu.intake import FileRefused, ImportCount
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.pupils import read_pupils
from edu.outcomes.pisa.microdata.reading import open_files
from edu.outcomes.pisa.microdata.summary import summarize
from models.errors import Refusal
from models.pisa import Product, Standing, SurveyFile, SurveySummary
from tests.factories.pupils import pupil_columns, write_csv, write_parquet, write_sav


@pytest.fixture(scope="module")
def columns():
    return pupil_columns()


def summed(path) -> dict[str, float]:
    pupils = read_pupils(open_files(path), cycle=None, economy=None)
    return {
        f"{one.domain} {figure['name']} {part}": figure[part]
        for one in summarize(pupils)
        for figure in one.estimates
        for part in ("value", "se")
    }


def refusals(path, **told) -> list[tuple]:
    with pytest.raises(FileRefused) as refused:
        read_pupils(open_files(path), **{"cycle": None, "economy": None, **told})
    return [(error["column"], error["code"], error["found"]) for error in refused.value.errors]


def test_the_three_formats_say_the_same(tmp_path, columns) -> None:
    pytest.importorskip("pandas")
    labels = {"variable_value_labels": {"LANGTEST_COG": {600: "Kazakh", 610: "Russian"}}}
    as_csv = summed(write_csv(tmp_path / "a.csv", columns))
    assert len(as_csv) > 120
    assert summed(write_parquet(tmp_path / "a.parquet", columns)) == pytest.approx(as_csv)
    assert summed(write_sav(tmp_path / "a.sav", columns, **labels)) == pytest.approx(as_csv)
    semicolons = write_csv(tmp_path / "b.csv", columns, delimiter=";", comma=True)
    assert summed(semicolons) == pytest.approx(as_csv)


def test_languages_of_spss_have_their_names(tmp_path, columns) -> None:
    pytest.importorskip("pandas")
    labels = {"variable_value_labels": {"LANGTEST_COG": {600: "Kazakh", 610: "Russian"}}}
    path = write_sav(tmp_path / "a.sav", columns, **labels)
    pupils = read_pupils(open_files(path), cycle=None, economy=None)
    gap = next(
        figure
        for one in summarize(pupils)
        for figure in one.estimates
        if figure["name"] == "gap_language"
    )
    assert gap["between"] == ["Russian", "Kazakh"]


def test_older_cycles_are_known_by_their_own_names(tmp_path) -> None:
    older = pupil_columns(values=5)
    renamed = {
        name.replace("W_FSTURWT", "W_FSTR").replace("CNTSCHID", "SCHOOLID"): cells
        for name, cells in older.items()
        if name != "CYC"
    }
    renamed["ST04Q01"] = renamed.pop("ST004D01T")
    path = write_csv(tmp_path / "old.csv", renamed)
    with pytest.raises(Refusal, match="cycle_not_told"):
        read_pupils(open_files(path), cycle=None, economy=None)
    pupils = read_pupils(open_files(path), cycle=2012, economy=None)
    assert set(pupils.labels["sex"]) == {"girl", "boy"}
    assert pupils.columns.replicates[0] == "W_FSTR1"
    # before 2015 nothing is said of languages: items were not fair to them by themselves
    assert not [one for each in summarize(pupils) for one in each.estimates
                if one["name"] == "gap_language"]  # fmt: skip


def test_sas_codes_and_old_codes_are_missing(tmp_path, columns) -> None:
    coded = {**columns, "ESCS": [".M", ".", ".n", 9999, 997, *columns["ESCS"][5:]]}
    coded["ST004D01T"] = [7, 8, 9, "", ".I", *columns["ST004D01T"][5:]]
    path = write_csv(tmp_path / "sas.csv", coded)
    pupils = read_pupils(open_files(path), cycle=None, economy=None)
    assert np.isnan(pupils.index[:5]).all()
    assert not np.isnan(pupils.index[5:]).any()
    assert pupils.labels["sex"][:5].tolist() == [None] * 5


def test_a_file_without_columns_is_refused_with_the_complete_list(tmp_path, columns) -> None:
    lacking = {"W_FSTUWT", "W_FSTURWT7", "W_FSTURWT80", "PV3READ"}
    path = write_csv(
        tmp_path / "a.csv", {name: c for name, c in columns.items() if name not in lacking}
    )
    assert {column for column, _, _ in refusals(path)} == lacking


def test_a_file_with_gaps_is_refused_with_the_complete_list(tmp_path, columns) -> None:
    holes = {
        **columns,
        "PV2MATH": [None, ".M", *columns["PV2MATH"][2:]],
        "PV9SCIE": [9997, *columns["PV9SCIE"][1:]],
        "W_FSTURWT4": [*columns["W_FSTURWT4"][:-1], "NA"],
    }
    assert refusals(write_csv(tmp_path / "a.csv", holes)) == [
        ("PV2MATH", "pupil_values_missing", "2 (2, 3)"),
        ("PV9SCIE", "pupil_values_missing", "1 (2)"),
        ("W_FSTURWT4", "pupil_values_missing", "1 (241)"),
    ]


def test_a_cell_that_is_no_number_is_shown(tmp_path, columns) -> None:
    path = write_csv(tmp_path / "a.csv", {**columns, "ESCS": ["low", *columns["ESCS"][1:]]})
    with pytest.raises(Refusal) as refused:
        read_pupils(open_files(path), cycle=None, economy=None)
    assert refused.value.code == "pupil_cells_unreadable"
    assert refused.value.parameters["found"] == "'low' (2)"


@pytest.mark.parametrize("name", ["a.xlsx", "a.sav", "a.parquet", "a.csv"])
def test_what_is_no_pupil_file_is_refused_in_a_sentence(tmp_path, name) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(Refusal, match="pupil_file"):
        open_files(path)


def test_a_wrong_cycle_is_refused(tmp_path, columns) -> None:
    with pytest.raises(Refusal, match="cycle_told_twice"):
        read_pupils(open_files(write_csv(tmp_path / "a.csv", columns)), cycle=2018, economy=None)


def test_an_economy_is_told_by_its_code(tmp_path, columns) -> None:
    path = write_csv(tmp_path / "pupils.csv", columns)
    with pytest.raises(Refusal, match="economy_no_code"):
        read_pupils(open_files(path), cycle=2022, economy="Netherlands")


def test_too_few_pupils_or_schools_are_not_told(tmp_path) -> None:
    few = pupil_columns(pupils=240, schools=4)
    pupils = read_pupils(open_files(write_csv(tmp_path / "a.csv", few)), cycle=None, economy=None)
    found = list(summarize(pupils))
    assert [one.estimates for one in found] == [(), (), ()]
    assert {row["reason"] for one in found for row in one.suppressed} == {"too_few_clusters"}


def test_a_small_group_is_withheld_alone(tmp_path, columns) -> None:
    few = {**columns, "ST004D01T": [1] * 20 + [2] * 220}
    pupils = read_pupils(open_files(write_csv(tmp_path / "a.csv", few)), cycle=None, economy=None)
    one = next(summarize(pupils))
    assert {"group": "gap_sex", "reason": "too_few_persons"} in one.suppressed
    assert "mean" in {figure["name"] for figure in one.estimates}


def test_a_file_is_summarized_once_and_its_rows_are_not_kept(session, tmp_path, columns) -> None:
    file = open_files(write_csv(tmp_path / "a.csv", columns))
    count = import_microdata(session, system_scope(), file, survey=Survey())
    assert count == ImportCount(new=3)
    again = import_microdata(session, system_scope(), file, survey=Survey())
    assert again == ImportCount(unchanged=3)
    kept = session.scalars(select(SurveyFile)).one()
    assert (kept.cycle, kept.row_count, kept.product) == (2022, 240, Product.PISA)
    assert not kept.verified
    assert {one.economy for one in session.scalars(select(SurveySummary))} == {"KAZ"}


def test_the_netherlands_of_2003_by_the_command(shared_data) -> None:
    path = str(shared_data / "pisa" / "pisa2003_NLD.parquet")
    result = CliRunner().invoke(
        edu, ["pisa", "summary", path, "--by", "ST03Q01", "--domain", "MATH", "--json"]
    )
    assert result.exit_code == 0
    girls, boys = json.loads(result.stdout)["figures"]
    assert boys["value"] - girls["value"] == pytest.approx(5.115685698, rel=1e-8)
    assert (girls["n"], boys["n"]) == (1977, 2015)


def test_the_netherlands_of_2003_as_a_table(shared_data) -> None:
    path = str(shared_data / "pisa" / "pisa2003_NLD.parquet")
    result = CliRunner().invoke(edu, ["pisa", "summary", path, "--statistic", "sd"])
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()][1] == [
        "MATH", "sd", "92.517", "2.331", "3992",
    ]  # fmt: skip


def test_a_column_that_the_file_lacks_is_told(tmp_path, columns) -> None:
    path = write_csv(tmp_path / "a.csv", columns)
    result = CliRunner().invoke(edu, ["pisa", "summary", str(path), "--by", "ST04Q01"])
    assert result.exit_code == 1
    assert "ST04Q01" in result.stderr


def bring(session, path, **told) -> ImportCount:
    return import_microdata(session, system_scope(), open_files(path), survey=Survey(**told))


def shown_rows(session) -> list[int]:
    return [
        one.file.row_count
        for one in queries.summaries(session, system_scope(), domain="mathematics")
    ]


def test_codes_stored_as_doubles_keep_all_their_digits(tmp_path, columns) -> None:
    stored = {**columns, "CNTSCHID": [float(code) for code in columns["CNTSCHID"]]}
    pupils = read_pupils(
        open_files(write_parquet(tmp_path / "a.parquet", stored)), cycle=None, economy=None
    )
    assert set(pupils.schools) == set(columns["CNTSCHID"])


def test_a_file_that_took_anothers_place_gives_it_back(session, tmp_path, columns) -> None:
    right = write_csv(tmp_path / "right.csv", columns)
    wrong = write_csv(tmp_path / "wrong.csv", pupil_columns(pupils=180))
    assert bring(session, right) == ImportCount(new=3)
    bring(session, wrong)
    assert shown_rows(session) == [180]
    assert bring(session, right) == ImportCount(new=3)
    assert shown_rows(session) == [240]
    assert bring(session, right) == ImportCount(unchanged=3)


def test_a_file_of_which_nothing_may_be_shown_displaces_nothing(session, tmp_path, columns) -> None:
    bring(session, write_csv(tmp_path / "right.csv", columns))
    bring(session, write_csv(tmp_path / "tiny.csv", pupil_columns(pupils=20)))
    assert shown_rows(session) == [240]


def test_the_same_file_told_otherwise_is_taken_anew(session, tmp_path, columns) -> None:
    path = write_csv(tmp_path / "a.csv", columns)
    bring(session, path)
    assert bring(session, path, source="OECD") == ImportCount(new=3)
    assert bring(session, path, source="OECD", status=Standing.VERIFIED) == ImportCount(new=3)
    newest = session.scalars(select(SurveyFile).order_by(SurveyFile.id.desc())).first()
    assert (newest.source, newest.verified) == ("OECD", True)


def test_a_source_alone_verifies_nothing(session, tmp_path, columns) -> None:
    bring(session, write_csv(tmp_path / "a.csv", columns), source="somebody said so")
    assert not session.scalars(select(SurveyFile)).one().verified


def test_cycles_that_never_were_and_several_at_once_are_refused(session, tmp_path) -> None:
    plain = {name: cells for name, cells in pupil_columns().items() if name != "CYC"}
    path = write_csv(tmp_path / "a.csv", plain)
    for year in (1850, 2017):
        with pytest.raises(Refusal, match="no_such_cycle"):
            bring(session, path, cycle=year)
    mixed = {**pupil_columns(), "CYC": ["07MS"] + ["08MS"] * 239}
    with pytest.raises(Refusal, match="several_cycles") as refusal:
        bring(session, write_csv(tmp_path / "b.csv", mixed))
    assert refusal.value.parameters["found"] == ["2018", "2022"]


def test_economies_without_a_code_and_files_without_pupils_are_refused(session, tmp_path) -> None:
    named = {**pupil_columns(), "CNT": ["Kazakhstan"] * 240}
    with pytest.raises(Refusal, match="economy_no_code"):
        bring(session, write_csv(tmp_path / "a.csv", named))
    nobody = {name: [] for name in pupil_columns()}
    with pytest.raises(Refusal, match="pupil_file_empty"):
        bring(session, write_csv(tmp_path / "b.csv", nobody), cycle=2022)
    utf16 = tmp_path / "c.csv"
    utf16.write_bytes(write_csv(tmp_path / "d.csv", pupil_columns()).read_text().encode("utf-16"))
    with pytest.raises(Refusal, match="pupil_file_broken"):
        bring(session, utf16)
