"""Regions with intervals and ranks, schools only as a spread, growth percentiles by group."""

import json
import re

import pytest
from sqlalchemy import select

from models.accounts import RoleName
from models.places import School
from tests.edu.outcomes.analyses.study import make_study

REGIONS = ("10", "15", "75", "79")


@pytest.fixture
def studied(session, run):
    """900 pupils of four regions; schools differ by 5 points, participants gain 20 more."""
    finding = run(make_study(session, regions=REGIONS))
    session.commit()
    return finding


@pytest.fixture
def page(sign_in, studied) -> str:
    client = sign_in(RoleName.HEADQUARTERS_VIEWER)
    address = f"/outcomes/analyses/{studied.analysis_id}"
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def test_regions_carry_interval_ranks_and_n(studied) -> None:
    regions = studied.report["regions"]
    assert [row["estimate"]["group"] for row in regions["rows"]] == list(REGIONS)
    assert (
        sum(row["estimate"]["n"] for row in regions["rows"])
        == studied.report["arms"]["treated"]["n"]
    )
    for row in regions["rows"]:
        low, high = row["estimate"]["interval"]
        assert low < 30 < high
        assert 1 <= row["ranks"][0] <= row["ranks"][1] <= 4
    # All regions gain alike, so hardly anything may be said of their order.
    assert sum(high - low for low, high in (row["ranks"] for row in regions["rows"])) >= 8


def test_two_regions_are_too_few_to_compare(study, run) -> None:
    assert run(study).report["regions"]["refused"]["code"] == "too_few_groups"


def test_schools_are_a_spread_and_no_names(session, studied, page) -> None:
    schools = studied.report["schools"]
    low, high = schools["spread"]["interval"]
    assert low < 5 < high
    share = schools["share"]
    assert share["interval"][0] < 25 / (25 + 625) < share["interval"][1]
    assert "Schools are not named: too few people stand behind each." in page
    told = json.dumps(studied.report) + page
    assert not any(school.name_en in told for school in session.scalars(select(School)))


def test_the_page_lists_regions_in_a_fixed_order_with_ranks(page) -> None:
    assert "What those who took part gained, by region" in page
    table = page.partition("Rank, from–to")[2].partition("</table>")[0]
    names = re.findall(r'<th scope="row">([^<]+)</th>', table)
    assert names == ["Abai Region", "Aktobe Region", "Almaty", "Shymkent"]
    assert re.search(r'<td class="num">1–[234]</td>', table)


def test_growth_stands_beside_people_who_started_alike(studied, page) -> None:
    growth = studied.report["growth"]
    low, high = growth["mean"]["interval"]
    # 20 points at a spread of about 26 within and between schools: Phi(20 / (26 sqrt 2)) is 0.71.
    assert low < 71 < high
    assert high - low < 20
    assert growth["mean"]["n"] == studied.report["arms"]["treated"]["n"]
    # All answer in one language: a group that is everybody tells nothing of its own.
    assert {one["grouping"] for one in growth["groups"]} == {"sex", "locality", "region"}
    assert "grew more than people who started alike and did not" in page
    assert "growth alone does not say what caused it" in page


def test_without_an_effect_growth_is_in_the_middle(session, run) -> None:
    low, high = run(make_study(session, effect=0.0)).report["growth"]["mean"]["interval"]
    assert low < 50 < high


def test_the_share_on_track_is_told_where_the_scale_has_levels(studied, page) -> None:
    share = studied.report["growth"]["on_track"]
    assert 0 < share["interval"][0] < share["value"] < share["interval"][1] < 1
    assert share["unit"] == "share"
    assert "would reach the next level of the scale" in page


def test_too_few_to_grow_beside_are_said_to_be(session, run) -> None:
    growth = run(make_study(session, share=0.85)).report["growth"]
    assert growth["refused"]["code"] == "too_few_for_growth"


@pytest.mark.parametrize("name", ["growth", "regions"])
def test_their_pictures_can_be_taken_along(sign_in, studied, name: str) -> None:
    client = sign_in(RoleName.RESEARCHER)
    answer = client.get(f"/outcomes/analyses/{studied.analysis_id}/{name}.csv")
    assert answer.status_code == 200
