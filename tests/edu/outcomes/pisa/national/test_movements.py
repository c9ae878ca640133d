"""Shares of levels and gaps over the cycles: what is drawn, what is told, what stands apart."""

import re

import numpy as np
import pytest

from edu.accounts.scope import system_scope
from edu.intake import IncomingFile
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.levels import NEAR
from edu.outcomes.pisa.microdata.pupils import read_pupils
from edu.outcomes.pisa.microdata.reading import open_files
from edu.outcomes.pisa.microdata.summary import summarize
from edu.outcomes.pisa.national import movements
from edu.outcomes.pisa.national.movements import Known
from edu.outcomes.pisa.published.links_importer import import_link_errors
from ml.survey import scale
from models.accounts import RoleName
from models.pisa import Domain
from tests.factories.pupils import DOMAINS, pupil_columns, write_csv

ENGLISH = {"Accept-Language": "en"}
PISA = "/outcomes/pisa/"
CYCLES = {"05MS": 2012, "06MS": 2015, "07MS": 2018, "08MS": 2022}


def shifted(code: str, points: float, girls: float = 0.0):
    columns = pupil_columns(cycle=code)
    extra = [points + (girls if sex == 1 else 0.0) for sex in columns["ST004D01T"]]
    for domain in DOMAINS:
        for number in range(1, 11):
            own = columns[f"PV{number}{domain}"]
            columns[f"PV{number}{domain}"] = [v + e for v, e in zip(own, extra, strict=True)]
    if code == "05MS":
        columns["ST04Q01"] = columns.pop("ST004D01T")
    return columns


@pytest.fixture
def bring(session, tmp_path):
    def brought(code: str, points: float = 0.0, girls: float = 0.0) -> None:
        path = write_csv(tmp_path / f"{code}.csv", shifted(code, points, girls))
        told = Survey(source=f"OECD PISA {CYCLES[code]}")
        import_microdata(session, system_scope(), open_files(path), survey=told)
        session.commit()

    return brought


@pytest.fixture
def reader(sign_in, known):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str) -> str:
    answer = client.get(PISA + path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text.replace("&#39;", "'").replace("\u00a0", " "))


def found_of(session, domain=Domain.MATHEMATICS):
    summaries = queries.summaries(session, system_scope(), domain=domain)
    links = queries.link_errors(session, system_scope(), domain=domain)
    return summaries, Known(links)


def test_with_one_cycle_the_pages_say_that_there_is_no_change_yet(reader, bring) -> None:
    bring("08MS")
    for path in ("levels", "equity"):
        page = get(reader, path)
        assert "One cycle only" in page
        assert "What changed over the cycles" not in page


def test_shares_are_drawn_over_the_cycles_with_2015_apart(reader, bring) -> None:
    for code in ("06MS", "07MS", "08MS"):
        bring(code, points={"07MS": 60}.get(code, 0))
    page = get(reader, "levels")
    assert "Kazakhstan, Mathematics: below Level 2, cycle by cycle" in page
    assert "Kazakhstan, Mathematics: Level 5 and above, cycle by cycle" in page
    assert "2015 · not comparable" in page
    assert "Below Level 2: changed by +" in page
    for kind in ("svg", "csv", "png", "json"):
        assert reader.get(f"{PISA}charts/below-level-2.{kind}").status_code == 200
        assert reader.get(f"{PISA}charts/level-5.{kind}?domain=reading").status_code == 200


def test_a_gap_is_drawn_over_the_cycles_and_its_link_cancels(reader, bring, session) -> None:
    bring("07MS", girls=60)
    bring("08MS")
    page = get(reader, "equity")
    assert "Kazakhstan, Mathematics: gaps, cycle by cycle" in page
    assert "Girls minus boys: the difference changed by −150.0 points per decade" in page
    assert "One unit of the background index: no change of the difference can be told" in page
    assert reader.get(f"{PISA}charts/gap-trends.csv").status_code == 200
    summaries, known = found_of(session)
    gap = next(one for one in movements.gap_movements(summaries, known) if one.name == "gap_sex")
    assert gap.trend.links_ is None


def test_a_single_comparable_cycle_beside_2015_is_no_trend(reader, bring) -> None:
    bring("06MS")
    bring("08MS")
    page = get(reader, "levels")
    assert "Below Level 2: There are 1 comparable cycles; at least 2 are needed." in page


@pytest.mark.usefixtures("known")
def test_the_link_error_of_a_share_is_how_many_pupils_a_shift_moves_across(
    bring, session, tmp_path
) -> None:
    bring("07MS")
    bring("08MS")
    summaries, known = found_of(session)
    links = movements.share_links(summaries, known, "2")
    pupils = read_pupils(open_files(tmp_path / "08MS.csv"), cycle=None, economy=None)
    bound = scale("mathematics", 2022).baseline
    values, weights = pupils.values["mathematics"], pupils.design.weights
    shares = [
        float(np.average((values + shift > bound).mean(axis=1), weights=weights))
        for shift in (-NEAR, NEAR)
    ]
    published = next(link for link in known.links if link.to_cycle == 2022).error
    expected = published * (shares[1] - shares[0]) / (2 * NEAR)
    assert links.published(2018, 2022) == pytest.approx(expected)


def test_a_published_link_error_of_the_share_replaces_the_derived_one(bring, session) -> None:
    bring("07MS")
    bring("08MS")
    line = "2018,2022,mathematics,2,OECD,verified,share"  # percentage points
    head = "from_cycle,to_cycle,domain,link_error,source,status,quantity"
    import_link_errors(
        session, system_scope(), IncomingFile("links.csv", "\n".join([head, line]).encode())
    )
    summaries, known = found_of(session)
    assert movements.share_links(summaries, known, "2").published(2018, 2022) == 0.02
    assert movements.share_links(summaries, known, "5").published(2018, 2022) != 0.02


def test_a_gap_between_other_languages_stands_apart(bring, session) -> None:
    bring("07MS")
    bring("08MS")
    summaries, known = found_of(session)
    for fields in summaries[0].estimates:
        if fields["name"] == "gap_language":
            fields["between"] = ["tatar", "uzbek"]
    gaps = {one.name: one for one in movements.gap_movements(summaries, known)}
    assert [step.apart for step in gaps["gap_language"].steps] == ["other_groups", ""]
    assert gaps["gap_language"].trend is None


def test_a_summary_tells_the_shares_near_and_above_the_bounds(tmp_path) -> None:
    path = write_csv(tmp_path / "a.csv", pupil_columns())
    pupils = read_pupils(open_files(path), cycle=None, economy=None)
    names = {f["name"] for one in summarize(pupils) for f in one.estimates}
    assert {"share_level_2_and_above", "share_level_5_and_above"} <= names
    assert {"near_level_2", "near_level_5"} <= names


def test_without_a_file_nothing_is_said_of_changes(reader) -> None:
    page = get(reader, "levels?domain=science")
    assert "No pupil file of Kazakhstan yet" in page
    assert "One cycle only" not in page


def test_background_over_the_cycles_needs_no_link(reader, bring) -> None:
    bring("07MS")
    bring("08MS")
    page = get(reader, "equity")
    assert "Kazakhstan, Mathematics: the strength of background, cycle by cycle" in page
    assert "Resilient pupils: no change can be told" in page
    assert "girls minus boys · 2018" not in page
    assert reader.get(f"{PISA}charts/background-trends.csv").status_code == 200


def test_no_share_lies_below_nothing() -> None:
    fields = {
        "name": "level_6", "value": 0.001, "se": 0.002, "interval": [-0.003, 0.005], "n": 900,
        "df": 60.0, "unit": "share", "level": 0.95,
    }  # fmt: skip
    assert movements.figure(fields).interval == (0.0, 0.005)


def test_a_file_of_too_few_is_told_from_no_file(reader, session, tmp_path) -> None:
    file = open_files(write_csv(tmp_path / "tiny.csv", pupil_columns(pupils=20)))
    import_microdata(session, system_scope(), file, survey=Survey())
    session.commit()
    assert "Too few pupils to show" in get(reader, "levels")
