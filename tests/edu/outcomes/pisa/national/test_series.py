"""Series, projections and ranks: what enters, what stays apart, what is assumed."""

from itertools import pairwise

import pytest
from sqlalchemy import delete, select

from edu.accounts.scope import system_scope
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.national.series import (
    ASSUMED_LINK_ERROR,
    coming_cycles,
    national_series,
    projections,
    ranking,
)
from ml.errors import StatisticsError
from models.pisa import KAZAKHSTAN, Domain, Product, SurveyMean


def series_of(session, domain: Domain = Domain.MATHEMATICS):
    return national_series(session, system_scope(), domain=domain)


def test_2015_stands_apart_and_never_in_the_trend(known) -> None:
    for domain in Domain:
        found = series_of(known, domain)
        assert [one.cycle for one in found.figures] == [2009, 2012, 2015, 2018, 2022]
        assert [cycle.year for cycle in found.trend.cycles_] == [2009, 2012, 2018, 2022]
        assert [cycle.year for cycle in found.trend.apart_] == [2015]


def test_a_row_that_says_2015_is_comparable_changes_nothing(known) -> None:
    before = series_of(known).trend.per_decade_
    known.scalars(
        select(SurveyMean).filter_by(cycle=2015, domain="mathematics")
    ).one().comparable = True
    known.flush()
    assert series_of(known).trend.per_decade_ == before


def test_link_errors_that_nobody_published_are_named(known) -> None:
    found = series_of(known)
    assert found.assumed == ((2009, 2022), (2012, 2022))
    assert found.trend.links_.between(2009, 2022) == ASSUMED_LINK_ERROR
    assert found.trend.links_.between(2018, 2022) == 2.24


def test_what_was_recalled_is_not_verified(known) -> None:
    assert len(series_of(known).unverified) == 6
    others = queries.means(known, system_scope(), domain=Domain.READING, cycle=2022)
    assert {one.economy for one in others if not one.verified} == {KAZAKHSTAN}


def test_a_new_cycle_moves_the_horizon(known) -> None:
    assert coming_cycles(2022) == [2025, 2029]
    assert coming_cycles(2025) == [2029, 2033]
    known.add(
        SurveyMean(
            product=Product.PISA, cycle=2025, economy=KAZAKHSTAN, domain=Domain.SCIENCE,
            mean=430, se=2, source="OECD", status="verified",
        )
    )  # fmt: skip
    known.flush()
    ahead = projections(series_of(known, Domain.SCIENCE))
    assert [one.year for one in ahead[0.95].forecasts] == [2029, 2033]


def test_the_fan_is_nested_and_says_how_little_is_known(known) -> None:
    ahead = projections(series_of(known))
    first = [ahead[level].forecasts[0].interval for level in sorted(ahead)]
    assert all(wide[0] < narrow[0] < narrow[1] < wide[1] for narrow, wide in pairwise(first))
    assert {each.title for each in ahead.values()} == {"if_this_held"}
    assert all(each.warnings == ("few_cycles",) for each in ahead.values())


def test_one_comparable_cycle_makes_no_trend(known) -> None:
    known.execute(delete(SurveyMean).where(SurveyMean.cycle.in_([2009, 2012, 2018])))
    found = series_of(known)
    assert found.trend is None
    assert found.refusal.code == "too_few_cycles"
    with pytest.raises(StatisticsError, match="too_few_cycles"):
        projections(found)


def test_ranks_are_ranges_among_those_at_hand(known) -> None:
    found = ranking(known, system_scope(), domain=Domain.MATHEMATICS)
    assert (found.cycle, len(found.ranks), found.own.point) == (2022, 38, 34)
    assert found.own.marginal == (33, 34)
    year, (low, high) = found.projected
    assert year == 2025
    assert low < 33 <= high


def test_products_are_never_ranked_together(known) -> None:
    known.add(
        SurveyMean(
            product=Product.PISA_FOR_SCHOOLS, cycle=2022, economy="ABC", domain=Domain.MATHEMATICS,
            mean=600, se=2, source="school", status="verified",
        )
    )  # fmt: skip
    known.flush()
    found = ranking(known, system_scope(), domain=Domain.MATHEMATICS)
    assert "ABC" not in {one.label for one in found.ranks}


def test_without_figures_there_is_no_ranking(session) -> None:
    assert ranking(session, system_scope(), domain=Domain.READING) is None
