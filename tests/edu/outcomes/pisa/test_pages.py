"""PISA for people: what every page must say, and what no page may."""

import io
import re

import pytest
from sqlalchemy import select

from edu.accounts.scope import system_scope
from edu.outcomes.pisa.cohorts import service
from edu.outcomes.pisa.cohorts.concordance_importer import import_concordance
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.reading import open_files
from models.accounts import RoleName
from models.pisa import Domain, SurveyMean
from tests.edu.outcomes.pisa.cohorts.test_concordance import file_of
from tests.factories.http import csrf_token
from tests.factories.jobs import do_jobs
from tests.factories.pisa import make_cohorts
from tests.factories.pupils import pupil_columns, write_csv

ENGLISH = {"Accept-Language": "en"}
PISA = "/outcomes/pisa/"


@pytest.fixture
def manager(sign_in, known):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str = "") -> str:
    answer = client.get(PISA + path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


@pytest.fixture
def pupils(session, tmp_path):
    """An official file of Kazakhstan, summarized."""
    file = open_files(write_csv(tmp_path / "CY08MSP.csv", pupil_columns()))
    import_microdata(session, system_scope(), file, survey=Survey(source="OECD PISA 2022"))
    session.commit()


@pytest.fixture
def run(session):
    made = make_cohorts(session)
    service.estimate_cohorts(session, system_scope(), run_id=made.id)
    session.commit()
    return made


def test_the_outcomes_lead_to_pisa(manager) -> None:
    page = manager.get("/outcomes/", headers=ENGLISH).text
    assert 'href="/outcomes/pisa/"' in page


def test_the_series_sets_2015_apart_and_marks_what_is_not_verified(manager) -> None:
    page = get(manager)
    assert "Mathematics rose by 9 points per decade" in page
    assert "Reading: no change can be told" in page
    assert "not comparable" in page
    assert "18 figures shown here are not verified" in page
    assert (
        "no link error of 2009–2022, 2012–2022 is among the sources; 5 points are assumed" in page
    )


def test_the_projection_is_titled_if_this_held(manager) -> None:
    page = get(manager)
    assert ">If this held: where the series would go</h2>" in page
    assert "not a promise" in page
    assert "the own cohorts 0%, as they are not linked to PISA" in page


def test_ranks_are_told_as_ranges_with_named_neighbors(manager) -> None:
    page = get(manager, "?domain=science")
    assert "Kazakhstan's rank among the 38 economies at hand is 35;" in page.replace("&#39;", "'")
    for neighbor in ("Iceland", "Greece", "Colombia", "Mexico"):
        assert neighbor in page


def test_every_page_says_what_it_cannot_say(manager, run, pupils) -> None:
    for path in ("", "levels", "equity", "cohorts"):
        page = get(manager, path).replace("&#39;", "'")
        assert re.search(r"can and cannot say", page), path
    assert "that a program changed a rank" in get(manager)


def test_without_a_pupil_file_the_page_says_how_to_bring_one(manager) -> None:
    page = get(manager, "levels")
    assert "No pupil file of Kazakhstan yet" in page
    assert "edu import pisa-microdata" in page


def test_levels_and_gaps_come_from_pupil_files(manager, pupils) -> None:
    levels = get(manager, "levels?domain=reading")
    assert "Kazakhstan, Reading: levels by cycle" in levels
    assert "Level 1c" in levels
    equity = get(manager, "equity?domain=reading")
    for row in ("girls minus boys · 2022", "resilient pupils · 2022", "test in 610 minus in 600"):
        assert row in equity


def test_other_products_stand_alone(manager, session, tmp_path) -> None:
    from models.pisa import Product

    file = open_files(write_csv(tmp_path / "a.csv", pupil_columns()))
    told = Survey(product=Product.PISA_FOR_SCHOOLS, source="schools")
    import_microdata(session, system_scope(), file, survey=told)
    session.commit()
    assert "No pupil file of Kazakhstan yet" in get(manager, "levels")
    assert "PISA for Schools" in get(manager, "sources")


def test_cohorts_are_estimated_by_the_button(app, manager, session) -> None:
    make_cohorts(session)
    session.commit()
    assert "Not estimated yet" in get(manager, "cohorts")
    token = csrf_token(manager)
    answer = manager.post(f"{PISA}cohorts/mathematics", data={"csrf_token": token})
    do_jobs(app)
    done = manager.get(answer.location)
    assert done.status_code == 302
    assert manager.get(done.location).location == f"{PISA}cohorts?domain=mathematics"
    page = get(manager, "cohorts?domain=mathematics")
    assert re.search(r"those who sat both waves rose by \d\d points of the own scale", page)
    assert "no change of PISA" in page
    assert "own, not linked to PISA" in page
    assert "The link error of 2.0 points" in page


def test_an_unlinked_cohort_says_nothing_about_pisa(manager, run) -> None:
    page = get(manager, "cohorts").replace("&#39;", "'")
    assert "none: not linked by items in common with PISA, nor by pupils who took both" in page
    assert "what these pupils would score in PISA" in page
    assert "on the scale of PISA, link error included" not in page


def test_a_linked_cohort_is_read_on_the_scale_of_pisa(manager, session, run) -> None:
    import_concordance(session, system_scope(), file_of())
    session.commit()
    page = get(manager, "cohorts")
    assert "by a concordance sample of 200 pupils in 20 schools" in page
    assert "Wave endline:" in page
    assert "on the scale of PISA, link error included" in page
    assert "Mathematics: cohorts are linked to PISA, but how far they cover" in get(manager)


CHARTS = [
    "series", "projection", "ranks", "levels", "gaps", "background", "waves", "cohort-levels",
    "region-changes", "region-means",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["svg", "csv", "json"])
def test_every_chart_can_be_taken_along(manager, run, pupils, kind) -> None:
    for name in CHARTS:
        answer = manager.get(f"{PISA}charts/{name}.{kind}?domain=mathematics", headers=ENGLISH)
        assert answer.status_code == 200, name
        assert answer.headers["Content-Disposition"].endswith(f".{kind}")


def test_the_rank_by_the_means_alone_is_called_no_result(manager) -> None:
    named = "Rank by the means alone, no result"
    table = manager.get(f"{PISA}charts/ranks.csv", headers=ENGLISH).text
    assert table.splitlines()[0].split(",", 1)[1].startswith(f'"{named}"')
    assert f'<th scope="col" class="num">{named}</th>' in get(manager)


def test_a_chart_is_a_picture_too(manager) -> None:
    answer = manager.get(f"{PISA}charts/series.png")
    assert answer.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "charts/nothing.svg",
        "charts/series.pdf",
        "charts/waves.svg",
        "?domain=history",
        "levels?economy=%00",
        "charts/gaps.csv?economy=%00",
    ],
)
def test_what_is_not_there_is_not_found(manager, path) -> None:
    assert manager.get(PISA + path).status_code == 404


def test_the_sources_page_shows_every_status_and_takes_tables(manager) -> None:
    page = get(manager, "sources")
    assert "mean and share above Level 2 confirmed; standard error recalled" in page
    assert page.count("not verified</span>") == 18
    assert "rank 46–47" in page
    table = b"cycle,economy,domain,mean,se,source,status\n2025,KAZ,reading,390,2,OECD,verified\n"
    good = bring(manager, table)
    assert good.status_code == 200
    assert "1 new, 0 changed, 0 unchanged" in good.text
    bad = bring(manager, table.replace(b"390", b"much"))
    assert bad.status_code == 422
    assert "1 problem was found" in bad.text


def bring(client, content: bytes):
    data = {"csrf_token": csrf_token(client), "file": (io.BytesIO(content), "means.csv")}
    return client.post(f"{PISA}sources/means", data=data, headers=ENGLISH)


@pytest.mark.parametrize("role", [RoleName.SCHOOL_ADMINISTRATOR, RoleName.RESEARCHER])
def test_readers_see_the_pages_but_no_buttons(sign_in, known, run, role) -> None:
    reader = sign_in(role)
    assert "Estimate the cohorts" not in get(reader, "cohorts")
    assert "Bring a table" not in get(reader, "sources")
    token = csrf_token(reader)
    answer = reader.post(f"{PISA}cohorts/mathematics", data={"csrf_token": token})
    assert answer.status_code == 403


def test_an_empty_service_says_what_will_stand_here(sign_in) -> None:
    reader = sign_in(RoleName.HEADQUARTERS_VIEWER)
    assert "No figures yet" in get(reader)
    assert "Once a test of this domain is scored" in get(reader, "cohorts")
    assert get(reader, "sources")


def test_the_line_and_the_local_level_stand_beside_each_other(manager) -> None:
    line = get(manager)
    assert "Two ways to carry a series on" in line
    assert re.search(r"Mathematics 2025: \d+ \(\d+ to \d+\) by the line, 42\d \(", line)
    assert "The line runs through the comparable cycles" in line
    level = get(manager, "?model=local_level")
    assert "which may wander from cycle to cycle" in level
    assert "charts/projection-local_level.svg" in level
    assert manager.get(f"{PISA}charts/projection-local_level.csv").status_code == 200
    assert manager.get(f"{PISA}?model=cubic").status_code == 404


def test_the_overview_tells_which_part_of_all_children_the_samples_stood_for(
    session, manager
) -> None:
    unknown = "of all 15-year-olds the samples stood for is not among the sources"
    assert unknown in get(manager, "")
    figures = select(SurveyMean).where(
        SurveyMean.economy == "KAZ", SurveyMean.domain == Domain.MATHEMATICS
    )
    for one in session.scalars(figures):
        if one.cycle in (2018, 2022):
            one.coverage = {2018: 0.92, 2022: 0.85}[one.cycle]
    session.commit()
    shown = get(manager, "")
    assert unknown not in shown
    assert "the samples stood for 92% (2018), 85% (2022)" in shown


def test_the_usual_range_of_ranks_is_told_as_promising_too_much(manager) -> None:
    shown = get(manager, "")
    told = re.search(r"often printed, (\d+)–(\d+), promises too much", shown)
    kept = re.search(r"economies at hand is (\d+)–(\d+);", shown)
    assert int(kept[1]) <= int(told[1])
    assert int(told[2]) <= int(kept[2])
