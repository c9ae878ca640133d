"""What the best of all 15-year-olds reach: by which coverage, over which cycles, in which words."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import select

from edu.accounts.scope import system_scope
from edu.intake import ImportCount
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.population import OF_ALL
from edu.outcomes.pisa.microdata.pupils import read_pupils
from edu.outcomes.pisa.microdata.reading import open_files
from edu.outcomes.pisa.microdata.summary import summarize
from edu.outcomes.pisa.national import movements
from edu.outcomes.pisa.national.movements import Known
from edu.outcomes.pisa.national.series import ASSUMED_LINK_ERROR
from ml.survey import estimate, quantile_of_all
from models.accounts import RoleName
from models.pisa import KAZAKHSTAN, Domain, Product, SurveyMean
from tests.factories.pupils import Columns, pupil_columns, write_csv

ENGLISH = {"Accept-Language": "en"}
PISA = "/outcomes/pisa/"
MATHEMATICS = Domain.MATHEMATICS


@pytest.fixture
def reader(sign_in, known):
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def bring(session, tmp_path):
    def brought(code: str, *, product: Product = Product.PISA, **changed) -> ImportCount:
        columns: Columns = {**pupil_columns(cycle=code), **changed}
        file = open_files(write_csv(tmp_path / f"{code}.csv", columns))
        told = Survey(product=product, source=f"OECD PISA {code}")
        count = import_microdata(session, system_scope(), file, survey=told)
        session.commit()
        return count

    return brought


@pytest.fixture
def cover(session, known):
    def covered(shares: dict[int, float | None], *domains: Domain) -> None:
        for cycle, share in shares.items():
            for domain in domains or Domain:
                figures = select(SurveyMean).filter_by(
                    economy=KAZAKHSTAN, cycle=cycle, domain=domain, product=Product.PISA
                )
                session.scalars(figures).one().coverage = share
        session.commit()

    return covered


def get(client, path: str) -> str:
    answer = client.get(PISA + path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text.replace("&#39;", "'").replace("\u00a0", " "))


def kept(session, domain: Domain = MATHEMATICS) -> dict[str, dict]:
    newest = queries.summaries(session, system_scope(), domain=domain)[-1]
    return {one["name"]: one for one in newest.estimates if one["name"] in OF_ALL}


def found_of(session, apart: Sequence[int] = ()):
    summaries = queries.summaries(session, system_scope(), domain=MATHEMATICS)
    links = queries.link_errors(session, system_scope(), domain=MATHEMATICS)
    return movements.of_all_movements(summaries, Known(links, [set_apart(year) for year in apart]))


def set_apart(year: int) -> SurveyMean:
    return SurveyMean(cycle=year, comparable=False)


def test_the_figures_are_those_of_the_library(bring, cover, session, tmp_path) -> None:
    cover({2022: 0.85})
    bring("08MS")
    pupils = read_pupils(open_files(tmp_path / "08MS.csv"), cycle=None, economy=None)
    for domain in Domain:
        for name, p in OF_ALL.items():
            (expected,) = estimate(pupils.values[domain], pupils.design, quantile_of_all(p, 0.85))
            figure = kept(session, domain)[name]
            assert (figure["value"], figure["se"]) == (expected.value, expected.se)
            assert figure["coverage"] == 0.85
            assert figure["unit"] == "points"


def test_each_economy_is_told_by_its_own_coverage(tmp_path) -> None:
    mixed = {**pupil_columns(), "CNT": ["KAZ"] * 80 + ["NLD"] * 80 + ["FRA"] * 80}
    pupils = read_pupils(open_files(write_csv(tmp_path / "a.csv", mixed)), cycle=None, economy=None)
    coverage = {"KAZ": {"mathematics": 0.9}, "NLD": {"mathematics": 0.6}}
    summaries = summarize(pupils, coverage=coverage)
    told = {
        one.economy: {f["name"]: f for f in one.estimates if f["name"] in OF_ALL}
        for one in summaries
        if one.domain == "mathematics"
    }
    assert told["FRA"] == {}
    for economy, share in (("KAZ", 0.9), ("NLD", 0.6)):
        for name, p in OF_ALL.items():
            found = estimate(
                pupils.values["mathematics"],
                pupils.design,
                quantile_of_all(p, share),
                by=pupils.economies,
            )
            expected = next(one for one in found if one.group == economy)
            figure = told[economy][name]
            assert figure["value"] == expected.value
            assert figure["se"] == pytest.approx(expected.se, rel=1e-12)
            assert figure["coverage"] == share


def test_where_everybody_is_covered_the_figures_are_plain_quantiles(bring, cover, session) -> None:
    cover({2022: 1.0})
    bring("08MS")
    (newest,) = queries.summaries(session, system_scope(), domain=MATHEMATICS)
    plain = {one["name"]: one["value"] for one in newest.estimates}
    assert plain["of_all_p75"] == plain["p75"]
    assert plain["of_all_p50"] == plain["p50"]


def test_a_score_among_those_left_out_is_skipped(bring, cover, session, reader) -> None:
    cover({2022: 0.4})
    bring("08MS")
    assert kept(session).keys() == {"of_all_p75"}
    page = get(reader, "levels")
    assert "In 2022 the sample stood for 40% of all 15-year-olds only" in page
    assert "was not known" not in page


def test_one_domains_coverage_speaks_for_the_cycle(bring, cover, session) -> None:
    cover({2022: 0.85}, Domain.READING)
    bring("08MS")
    assert kept(session, Domain.SCIENCE)["of_all_p75"]["coverage"] == 0.85


def test_a_file_is_summarized_anew_once_the_coverage_is_known_or_changed(
    bring, cover, session
) -> None:
    assert bring("08MS") == ImportCount(new=3)
    assert kept(session) == {}
    assert bring("08MS") == ImportCount(unchanged=3)
    for share in (0.85, 0.9):
        cover({2022: share})
        assert bring("08MS") == ImportCount(new=3)
        assert {one["coverage"] for one in kept(session).values()} == {share}
        assert bring("08MS") == ImportCount(unchanged=3)
    cover({2018: 0.8})
    assert bring("08MS") == ImportCount(unchanged=3)
    cover({2022: None})
    assert bring("08MS") == ImportCount(new=3)
    assert kept(session) == {}


def test_a_coverage_that_allows_no_score_is_not_asked_again_and_again(bring, cover) -> None:
    cover({2022: 0.2})
    assert bring("08MS") == ImportCount(new=3)
    assert bring("08MS") == ImportCount(unchanged=3)


def test_other_products_have_no_such_figures(bring, cover, session, reader) -> None:
    cover({2022: 0.85})
    bring("08MS", product=Product.PISA_FOR_SCHOOLS)
    found = queries.summaries(session, system_scope(), product=Product.PISA_FOR_SCHOOLS)
    assert not [f for one in found for f in one.estimates if f["name"] in OF_ALL]
    assert "15-year-olds reach" not in get(reader, "levels?product=pisa_for_schools")


def test_the_scores_are_drawn_and_told_over_the_cycles_with_2015_apart(
    bring, cover, reader, session
) -> None:
    cover({2015: 0.9, 2018: 0.92, 2022: 0.85})
    for code in ("06MS", "07MS", "08MS"):
        bring(code)
    page = get(reader, "levels")
    title = "Kazakhstan, Mathematics: what the best of all 15-year-olds reach, cycle by cycle"
    assert title in page
    assert page.index("Level 5 and above, cycle by cycle") < page.index(title)
    for name in ("Best quarter", "Best half"):
        assert f"{name} of all 15-year-olds: " in page
    assert "Of all 15-year-olds the samples stood for 90% (2015), 92% (2018), 85% (2022)" in page
    assert "is not shown for" not in page
    for movement in found_of(session):
        assert [(step.cycle, step.apart) for step in movement.steps] == [
            (2015, "not_comparable"), (2018, ""), (2022, ""),
        ]  # fmt: skip
        assert [cycle.year for cycle in movement.trend.cycles_] == [2018, 2022]
    for kind in ("svg", "png", "csv", "json"):
        assert reader.get(f"{PISA}charts/of-all.{kind}").status_code == 200


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (100.0, r"Best quarter of all 15-year-olds: the score that they reach changed by \+\d+\.\d "
                r"points per decade \(95% interval \+\d+\.\d to \+\d+\.\d\)\."),
        (0.0, "Best quarter of all 15-year-olds: no change of the score that they reach can be "
              "told, its 95% interval per decade is −"),
    ],
)  # fmt: skip
def test_a_change_is_told_no_more_than_its_interval_allows(
    bring, cover, reader, points, said
) -> None:
    cover({2018: 0.9, 2022: 0.9})
    bring("07MS")
    later = pupil_columns()
    for name in [name for name in later if name.startswith("PV")]:
        later[name] = (np.array(later[name]) + points).tolist()
    bring("08MS", **later)
    assert re.search(said, get(reader, "levels"))


def test_the_change_has_the_link_error_of_means(bring, cover, session) -> None:
    cover({2009: 0.8, 2018: 0.9, 2022: 0.9})
    bring("07MS")
    bring("08MS")
    published = next(
        link.error
        for link in queries.link_errors(session, system_scope(), domain=MATHEMATICS)
        if (link.from_cycle, link.to_cycle) == (2018, 2022)
    )
    movement = found_of(session)[0]
    first, last = (step.estimate for step in movement.steps)
    expected = 2.5 * np.sqrt(first.se**2 + last.se**2 + published**2)
    assert movement.trend.per_decade_.se == pytest.approx(expected)
    assert movement.trend.links_.assumed == ASSUMED_LINK_ERROR
    assert movement.assumed == ()


def test_without_a_coverage_one_sentence_says_so_and_how_to_mend_it(bring, cover, reader) -> None:
    for code in ("07MS", "08MS"):
        bring(code)
    page = get(reader, "levels")
    said = "What the best quarter of all 15-year-olds reach is not shown for 2018, 2022: "
    mend = "Bring the means with their coverage, then the file again."
    assert page.count(said) == page.count(mend) == 1
    assert "what the best of all 15-year-olds reach" not in page
    assert reader.get(f"{PISA}charts/of-all.svg").status_code == 404
    assert said not in get(reader, "equity")
    cover({2022: 0.85})
    bring("08MS")
    assert "is not shown for 2018: " in get(reader, "levels")


def test_with_a_single_file_the_sentence_stands_too(bring, reader) -> None:
    bring("08MS")
    page = get(reader, "levels")
    assert "One cycle only" in page
    assert "is not shown for 2022: " in page


def test_another_coverage_known_since_asks_for_the_file_again(
    bring, cover, sign_in, session
) -> None:
    cover({2018: 0.92, 2022: 0.88})
    bring("07MS")
    bring("08MS")
    client = sign_in(RoleName.PROGRAM_MANAGER)
    assert "Another coverage" not in get(client, "levels")
    cover({2022: 0.6})
    session.commit()
    assert "Another coverage of 2022 became known after the pupil file came in." in get(
        client, "levels"
    )
