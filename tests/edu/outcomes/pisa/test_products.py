"""PISA for Schools and MODO: on pages of their own, named as what they are, never with PISA."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from edu.accounts.scope import system_scope
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.levels import scale_of
from edu.outcomes.pisa.microdata.pupils import read_pupils
from edu.outcomes.pisa.microdata.reading import open_files
from edu.outcomes.pisa.microdata.summary import QUANTILES, summarize
from ml.survey import Mean, Quantile, estimate
from models.accounts import RoleName
from models.pisa import Product, SurveyFile
from tests.factories.pupils import pupil_columns, write_csv

ENGLISH = {"Accept-Language": "en"}
PISA = "/outcomes/pisa/"
SCHOOLS, MODO = Product.PISA_FOR_SCHOOLS, Product.MODO
ALONE = "its figures join no series, no rank and no projection."


@pytest.fixture
def reader(sign_in, known):
    return sign_in(RoleName.HEADQUARTERS_VIEWER)


@pytest.fixture
def bring(session, tmp_path):
    def brought(product: Product, *, code: str = "08MS", pupils: int = 240, **changed) -> None:
        columns = {**pupil_columns(cycle=code, pupils=pupils), **changed}
        file = open_files(write_csv(tmp_path / f"{product}{code}.csv", columns))
        told = Survey(product=product, source=f"{product} {code}")
        import_microdata(session, system_scope(), file, survey=told)
        session.commit()

    return brought


def get(client, path: str) -> str:
    answer = client.get(PISA + path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text.replace("&#39;", "'").replace("&amp;", "&"))


def taken(client, name: str, **wanted) -> str:
    address = f"{PISA}charts/{name}.csv"
    answer = client.get(address, query_string=wanted, headers=ENGLISH)
    assert answer.status_code == 200, name
    return answer.text


@pytest.mark.parametrize("page", ["levels", "equity"])
@pytest.mark.parametrize("product", [SCHOOLS, MODO])
def test_a_page_of_another_product_says_that_it_is_not_pisa(reader, bring, page, product) -> None:
    bring(product)
    shown = get(reader, f"{page}?product={product}")
    name = {SCHOOLS: "PISA for Schools", MODO: "MODO, the national monitoring of achievement"}
    assert re.search(rf"<title>\s*{name[product]}, not PISA: ", shown)
    lead = re.search(r'class="lead-sentence">(.*?)</p>', shown)[1]
    assert f"{name[product]} is not PISA: {ALONE}" in lead
    titles = re.findall(r'<h2 class="chart-title"[^>]*>(.*?)</h2>', shown)
    assert titles
    assert all(title.startswith(f"{name[product]}, not PISA: ") for title in titles)
    told = re.findall(r"<desc[^>]*>(.*?)</desc>", shown)
    assert told
    assert all(ALONE in one for one in told)
    sources = re.findall(r'class="chart-source">Source: (.*?)</p>', shown)
    assert len(sources) == len(titles)
    assert all(ALONE in one for one in sources)


def test_pisa_says_nothing_of_being_another_product(reader, bring) -> None:
    bring(Product.PISA)
    for page in ("levels", "equity", "levels?product=pisa"):
        shown = get(reader, page)
        assert "not PISA" not in shown
        assert "product=" not in shown
        assert ALONE not in shown


def test_products_are_offered_once_another_than_pisa_has_a_file(reader, bring) -> None:
    bring(Product.PISA)
    assert 'aria-label="Product"' not in get(reader, "levels")
    bring(MODO)
    shown = get(reader, "levels?domain=reading")
    assert 'href="/outcomes/pisa/levels?domain=reading&product=modo"' in shown
    assert "PISA for Schools" not in shown
    there = get(reader, "levels?domain=reading&product=modo")
    assert 'href="/outcomes/pisa/levels?domain=reading">PISA</a>' in there


def test_the_product_is_kept_between_domains_economies_tabs_and_files(reader, bring) -> None:
    bring(SCHOOLS, CNT=["KAZ"] * 120 + ["NLD"] * 120)
    shown = get(reader, "levels?product=pisa_for_schools&domain=reading&economy=NLD")
    links = re.findall(r'href="(/outcomes/pisa/[^"]*)"', shown)
    kept = [one for one in links if "product=pisa_for_schools" in one]
    base = "/outcomes/pisa/"
    for wanted in (
        "levels?domain=science&economy=NLD&product=pisa_for_schools",
        "levels?domain=reading&economy=KAZ&product=pisa_for_schools",
        "equity?domain=reading&product=pisa_for_schools",
        "charts/levels.svg?domain=reading&economy=NLD&product=pisa_for_schools",
    ):
        assert base + wanted in kept
    assert not [one for one in kept if re.match(rf"{base}(\?|cohorts|sources)", one)]


def test_products_are_never_merged(reader, bring, session) -> None:
    bring(Product.PISA)
    bring(SCHOOLS, pupils=180)
    bring(MODO, pupils=120)
    for product, n in (("pisa", "240"), ("pisa_for_schools", "180")):
        rows = list(csv.DictReader(io.StringIO(taken(reader, "levels", product=product)[1:])))
        assert {row["n"] for row in rows} == {n}, product
    assert "not PISA" not in get(reader, "")
    found = queries.summaries(session, system_scope(), domain="mathematics")
    assert [one.file.row_count for one in found] == [240]
    assert queries.economies(session, system_scope(), product=MODO) == ["KAZ"]


@pytest.mark.parametrize("product", [SCHOOLS, MODO])
def test_no_change_over_the_cycles_is_told_of_another_product(reader, bring, product) -> None:
    bring(product, code="07MS")
    bring(product)
    for page in ("levels", "equity"):
        shown = get(reader, f"{page}?product={product}")
        assert "No change over the cycles is told" in shown
        assert "no link errors between the cycles of this product are known" in shown
        assert "per decade" not in shown
        assert "cycle by cycle" not in shown
    for name in ("below-level-2", "gap-trends", "background-trends"):
        address = f"{PISA}charts/{name}.svg?product={product}"
        assert reader.get(address).status_code == 404, name


def test_an_unknown_product_is_not_found(reader) -> None:
    for path in ("levels?product=timss", "equity?product=timss", "charts/levels.svg?product=timss"):
        assert reader.get(PISA + path).status_code == 404


def test_a_product_without_a_file_says_how_to_bring_one(reader) -> None:
    shown = get(reader, "levels?product=modo")
    assert "No pupil file of Kazakhstan yet" in shown
    assert "edu import pisa-microdata FILE.sav --product modo" in shown
    assert 'href="/outcomes/pisa/levels?domain=mathematics">PISA</a>' in shown


def test_modo_is_not_cut_by_the_bounds_of_pisa(tmp_path) -> None:
    path = write_csv(tmp_path / "modo.csv", pupil_columns())
    pupils = read_pupils(open_files(path), cycle=None, economy=None)
    for one in summarize(pupils, MODO):
        names = {fields["name"] for fields in one.estimates}
        assert {"mean", "p5", "p95", "gap_sex", "slope"} <= names
        assert not [name for name in names if re.match("level_|share_|near_|gap_language", name)]


def test_modo_has_its_mean_and_quantiles_in_place_of_levels(reader, bring, tmp_path) -> None:
    bring(MODO)
    shown = get(reader, "levels?product=modo")
    assert "Kazakhstan, Mathematics: mean and percentiles (2022)" in shown
    assert "Scores on this scale have no levels of PISA" in shown
    assert "Level 2" not in shown
    pupils = read_pupils(open_files(tmp_path / "modo08MS.csv"), cycle=None, economy=None)
    statistics = [Mean(), *map(Quantile, QUANTILES)]
    found = estimate(pupils.values["mathematics"], pupils.design, statistics)
    rows = list(csv.reader(io.StringIO(taken(reader, "scores", product="modo")[1:])))[1:]
    names = {"mean": "Mean", **{f"p{p}": f"Percentile {p}" for p in (5, 10, 25, 50, 75, 90, 95)}}
    written = {row[0]: [float(cell) for cell in row[1:4]] for row in rows}
    expected = {names[one.name]: [one.value, *one.interval()] for one in found}
    assert written.keys() == expected.keys()
    for name, figures in expected.items():
        assert written[name] == pytest.approx(figures, rel=1e-6), name


def test_levels_that_modo_once_was_given_are_not_shown(reader, bring, session) -> None:
    bring(Product.PISA)
    session.scalars(select(SurveyFile)).one().product = MODO
    session.commit()
    shown = get(reader, "levels?product=modo")
    assert "levels by cycle" not in shown
    assert "mean and percentiles" in shown


@pytest.mark.parametrize("kind", ["svg", "png", "csv", "json"])
def test_charts_of_other_products_can_be_taken_along(reader, bring, kind) -> None:
    bring(SCHOOLS)
    bring(MODO)
    for name, product in (
        ("levels", SCHOOLS), ("gaps", SCHOOLS), ("background", SCHOOLS),
        ("scores", MODO), ("gaps", MODO), ("background", MODO),
    ):  # fmt: skip
        address = f"{PISA}charts/{name}.{kind}?product={product}"
        answer = reader.get(address, headers=ENGLISH)
        assert answer.status_code == 200, name
        if kind == "svg":
            assert "not PISA: Kazakhstan, Mathematics" in answer.text


def test_schools_tested_between_two_cycles_have_the_levels_of_the_one_before() -> None:
    assert (
        scale_of(SCHOOLS, "mathematics", 2020).levels
        == scale_of(SCHOOLS, "mathematics", 2018).levels
    )
    assert scale_of(Product.PISA, "mathematics", 2000) is None
    assert scale_of(MODO, "mathematics", 2022) is None


def test_kazakhstan_in_2015_is_set_apart_in_pisa_alone(reader, bring) -> None:
    bring(SCHOOLS, code="06MS")
    assert "2015 · not comparable" not in get(reader, "levels?product=pisa_for_schools")
