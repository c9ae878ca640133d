"""`edu import pisa-…` and `edu pisa cohorts`: counts or every fault, in words or as JSON."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from edu.cli import edu
from models.pisa import Product, SurveyFile, SurveyMean
from tests.factories.pisa import make_cohorts
from tests.factories.pupils import pupil_columns, write_csv

MEANS = "cycle,economy,domain,mean,se,source,status\n"


@pytest.fixture
def run(monkeypatch, settings, database_urls, session):
    """Runs `edu …` on the test database."""
    monkeypatch.setenv("EDU_HOME", str(settings.home))
    monkeypatch.setenv("EDU_DATABASE_URL", database_urls.application)
    monkeypatch.setenv("EDU_DATABASE_OWNER_URL", database_urls.owner)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def command(*arguments: object) -> Result:
        result = CliRunner().invoke(edu, list(map(str, arguments)))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return command


def test_a_table_of_means_comes_in(run, tmp_path, session) -> None:
    path = tmp_path / "means.csv"
    path.write_text(MEANS + "2025,KAZ,reading,390,2,OECD PISA 2025,verified\n")
    result = run("import", "pisa-means", path, "--json")
    assert (result.exit_code, json.loads(result.stdout)["new"]) == (0, 1)
    found = session.scalars(select(SurveyMean).filter_by(cycle=2025)).one()
    assert found.verified


def test_the_figures_known_today_come_with_the_service(run, tmp_path, session) -> None:
    path = tmp_path / "means.csv"
    path.write_text(MEANS + "2025,KAZ,reading,390,2,OECD PISA 2025,verified\n")
    run("import", "pisa-means", path)
    known = session.scalars(select(SurveyMean).filter_by(economy="KAZ", domain="reading"))
    assert sorted(one.cycle for one in known) == [2009, 2012, 2015, 2018, 2022, 2025]


def test_wrong_cells_are_told_with_line_and_column(run, tmp_path) -> None:
    path = tmp_path / "means.csv"
    path.write_text(MEANS + "2025,KAZ,reading,much,0,OECD,verified\n")
    result = run("import", "pisa-means", path)
    assert result.exit_code == 1
    assert "means.csv:2:mean:" in result.output
    assert "means.csv:2:se:" in result.output


def test_a_pupil_file_is_summarized_for_its_product(run, tmp_path, session) -> None:
    path = write_csv(tmp_path / "pupils.csv", pupil_columns())
    options = ("--product", "pisa_for_schools", "--source", "schools' reports")
    result = run("import", "pisa-microdata", path, *options, "--json")
    assert json.loads(result.stdout)["new"] == 3
    assert session.scalars(select(SurveyFile)).one().product is Product.PISA_FOR_SCHOOLS


def test_a_pupil_file_that_lacks_columns_is_refused_with_all_of_them(run, tmp_path) -> None:
    columns = pupil_columns()
    lacking = {"W_FSTUWT", "PV10SCIE", "W_FSTURWT33"}
    path = write_csv(tmp_path / "a.csv", {k: v for k, v in columns.items() if k not in lacking})
    result = run("import", "pisa-microdata", path, "--json")
    told = json.loads(result.stdout)["errors"]
    assert result.exit_code == 1
    assert {one["column"] for one in told} == lacking


def test_options_of_pupils_fit_no_other_file(run, tmp_path) -> None:
    path = tmp_path / "means.csv"
    path.write_text(MEANS)
    result = run("import", "pisa-means", path, "--cycle", 2022)
    assert result.exit_code == 2
    assert "takes no --cycle" in result.output


def test_an_unknown_product_names_the_known_ones(run, tmp_path) -> None:
    path = write_csv(tmp_path / "pupils.csv", pupil_columns())
    result = run("import", "pisa-microdata", path, "--product", "timss")
    assert result.exit_code == 1
    assert "pisa_for_schools" in result.output


def test_cohorts_are_estimated_by_a_command(run, session) -> None:
    make_cohorts(session)
    session.commit()
    result = run("pisa", "cohorts", "--domain", "mathematics")
    assert result.exit_code == 0
    assert "no change of PISA" in result.output
    assert "Almaty" in result.output


def test_a_summary_of_a_file_with_gaps_lists_them(run, tmp_path) -> None:
    columns = pupil_columns()
    columns["PV2MATH"][3] = None
    columns["W_FSTUWT"][5] = None
    said = run("pisa", "summary", write_csv(tmp_path / "gaps.csv", columns)).output
    assert "gaps.csv:5:PV2MATH: Every pupil needs" in said
    assert "1 (7)" in said
