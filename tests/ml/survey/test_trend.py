"""Trends over cycles: what links cost, and what they do not."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.survey import Cycle, LinkErrors, Trend

CYCLES = [
    Cycle(2009, 405, 3.0, mode="paper"),
    Cycle(2012, 432, 3.0, mode="paper"),
    Cycle(2015, 460, 4.3, comparable=False),
    Cycle(2018, 423, 1.9, mode="computer", coverage=0.92),
    Cycle(2022, 425, 1.7, mode="computer", coverage=0.93),
]
LINKS = LinkErrors({(2018, 2022): 2.24, (2012, 2022): 4.0, (2009, 2022): 5.0})


def test_a_change_carries_both_sampling_errors_and_the_link_once():
    change = Trend().fit(CYCLES, LINKS).change(2018, 2022)
    assert change.value == 2
    assert change.se == pytest.approx(np.sqrt(1.9**2 + 1.7**2 + 2.24**2))


def test_the_change_per_decade_is_the_slope_of_the_line_through_comparable_cycles():
    trend = Trend().fit(CYCLES, LINKS)
    years, values = np.array([2009, 2012, 2018, 2022]), np.array([405, 432, 423, 425])
    slope = np.polyfit(years, values, 1)[0]
    weights = (years - years.mean()) / ((years - years.mean()) ** 2).sum()
    variance = np.array([9 + 25, 9 + 16, 1.9**2 + 2.24**2, 1.7**2])
    assert trend.per_decade_.value == pytest.approx(10 * slope)
    assert trend.per_decade_.se == pytest.approx(10 * np.sqrt(weights**2 @ variance))
    assert [cycle.year for cycle in trend.apart_] == [2015]
    assert [level.group for level in trend.levels_] == ["2009", "2012", "2018", "2022"]


def test_every_published_pair_has_its_own_link_error():
    links = LinkErrors({(2009, 2022): 5.0, (2012, 2022): 4.0, (2009, 2012): 2.0, (2018, 2022): 2.0})
    trend = Trend().fit([cycle for cycle in CYCLES if cycle.year != 2015], links)
    link = trend.covariance_ - np.diag([9.0, 9.0, 1.9**2, 1.7**2])
    assert link[0, 0] + link[1, 1] - 2 * link[0, 1] == pytest.approx(4.0)
    assert link[3].tolist() == pytest.approx([0, 0, 0, 0])
    assert trend.change(2009, 2012).se == pytest.approx(np.sqrt(9 + 9 + 4))


def test_cycles_linked_only_through_the_latest_carry_both_links():
    change = Trend().fit(CYCLES, LINKS).change(2009, 2012)
    assert change.se == pytest.approx(np.sqrt(9 + 9 + 25 + 16))


def test_the_link_cancels_in_changes_of_gaps():
    gaps = [Cycle(2018, 12, 2.0), Cycle(2022, 9, 1.5)]
    assert Trend(quantity="gap").fit(gaps).change(2018, 2022).se == pytest.approx(2.5)


def test_changes_of_shares_need_link_errors_of_their_own():
    shares = [Cycle(2018, 0.51, 0.010), Cycle(2022, 0.50, 0.012)]
    own = LinkErrors({(2018, 2022): 0.008}, of="share")
    change = Trend(quantity="share").fit(shares, own).change(2018, 2022)
    assert change.se == pytest.approx(np.sqrt(0.010**2 + 0.012**2 + 0.008**2))
    with pytest.raises(StatisticsError, match="link_error_of_another_kind"):
        Trend(quantity="share").fit(shares, LINKS)


def test_a_change_of_mode_is_told():
    assert Trend().fit(CYCLES, LINKS).mode_changes_ == (2018,)


def test_a_local_level_lies_between_the_published_values_and_their_mean():
    trend = Trend(model="local_level").fit(CYCLES, LINKS)
    published = np.array([cycle.value for cycle in trend.cycles_])
    levels = np.array([level.value for level in trend.levels_])
    assert np.ptp(levels) < np.ptp(published)
    assert trend.process_sd_ > 0
    errors = np.sqrt(np.diag(trend.covariance_))
    assert all(level.se < 1.2 * error for level, error in zip(trend.levels_, errors, strict=True))


def test_missing_link_errors_are_refused_or_assumed_in_so_many_words():
    known = LinkErrors({(2018, 2022): 2.24})
    with pytest.raises(StatisticsError) as refusal:
        Trend().fit(CYCLES, known)
    assert refusal.value.parameters == {"first": 2009, "second": 2022}
    assumed = Trend().fit(CYCLES, LinkErrors({(2018, 2022): 2.24}, assumed=4.0))
    assert assumed.change(2009, 2022).se == pytest.approx(np.sqrt(9 + 1.7**2 + 16))


def test_what_is_refused():
    trend = Trend().fit(CYCLES, LINKS)
    few = [CYCLES[0], CYCLES[2]]
    wild = LinkErrors({(2009, 2022): 1.0, (2012, 2022): 1.0, (2009, 2012): 9.0, (2018, 2022): 1.0})
    refused = {
        "not_comparable_cycle": lambda: trend.change(2015, 2022),
        "unknown_cycle": lambda: trend.change(2006, 2022),
        "too_few_cycles": lambda: Trend().fit(few, LINKS),
        "cycle_twice": lambda: Trend().fit([*CYCLES, CYCLES[0]], LINKS),
        "invalid_cycle": lambda: Trend().fit([*CYCLES, Cycle(2025, 430, 0.0)], LINKS),
        "unknown_model": lambda: Trend(model="cubic").fit(CYCLES, LINKS),
        "unknown_quantity": lambda: Trend(quantity="rank").fit(CYCLES, LINKS),
        "link_errors_needed": lambda: Trend().fit(CYCLES),
        "link_errors_inconsistent": lambda: Trend().fit(CYCLES, wild),
        "invalid_link_error": lambda: LinkErrors({(2018, 2022): -1.0}),
        "invalid_level": lambda: Trend(level=2.0).fit(CYCLES, LINKS),
    }
    for code, call in refused.items():
        with pytest.raises(StatisticsError) as refusal:
            call()
        assert refusal.value.code == code


def test_the_link_error_of_a_share_is_what_random_shifts_of_the_bound_make_of_it():
    """The OECD's way: the bound is shifted at random by the link error of the means."""
    values = np.random.default_rng(3).normal(430, 85, 200_000)
    shifts = np.random.default_rng(4).normal(0, 3.5, 500)
    simulated = np.std([np.mean(values > 420.07 + shift) for shift in shifts], ddof=1)
    density = np.mean(np.abs(values - 420.07) < 10) / 20
    found = LinkErrors({(2018, 2022): 3.5}, assumed=5.0).of_share(density)
    assert found.published(2018, 2022) == pytest.approx(simulated, rel=0.08)
    assert found.assumed == pytest.approx(5 * density)
    assert found.of == "share"
    with pytest.raises(StatisticsError, match="link_error_of_another_kind"):
        found.of_share(density)


def test_a_change_of_mode_is_told_only_where_both_modes_are_known():
    modes = {2012: "paper", 2018: None, 2022: "computer"}
    cycles = [Cycle(year, 400.0, 2.0, mode=mode) for year, mode in modes.items()]
    assert Trend(quantity="gap").fit(cycles).mode_changes_ == ()
