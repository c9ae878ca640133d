"""Projections say what would follow, and how little is known."""

import numpy as np
import pytest
from scipy import stats

from ml.errors import StatisticsError
from ml.survey import CohortSignal, Cycle, LinkErrors, Trend, project
from tests.ml.survey.test_trend import CYCLES, LINKS

SIGNAL = CohortSignal(change=12, se=3, link_error=2, coverage=0.3, discount=0.5)


@pytest.fixture
def kazakhstan() -> Trend:
    return Trend().fit(CYCLES, LINKS)


def test_with_equal_errors_it_is_the_prediction_interval_of_the_textbook():
    years, se = np.array([2006, 2009, 2012, 2015, 2018]), 2.0
    values = np.array([400.0, 430, 395, 440, 420])
    cycles = [Cycle(int(y), v, se) for y, v in zip(years, values, strict=True)]
    trend = Trend(quantity="gap").fit(cycles)
    (forecast,) = project(trend, [2022]).forecasts
    line = stats.linregress(years, values)
    residual = np.sqrt(((values - line.intercept - line.slope * years) ** 2).sum() / 3)
    spread = ((years - years.mean()) ** 2).sum()
    error = residual * np.sqrt(1 + 1 / 5 + (2022 - years.mean()) ** 2 / spread)
    margin = stats.t.ppf(0.95, 3) * error
    assert forecast.value == pytest.approx(line.intercept + line.slope * 2022)
    assert forecast.df == 3
    assert forecast.interval[1] - forecast.value == pytest.approx(margin)


def test_it_is_never_surer_than_measurement_allows():
    """Values that lie on a line by chance do not make the future certain."""
    cycles = [Cycle(2006 + 3 * i, 400.0 + i, 2.0) for i in range(5)]
    (forecast,) = project(Trend(quantity="gap").fit(cycles), [2021]).forecasts
    assert forecast.se > 2.0 * np.sqrt(1 + 1 / 5)
    assert forecast.df == np.inf


def test_four_points_say_little_and_this_is_said(kazakhstan):
    projection = project(kazakhstan, [2025, 2029])
    assert projection.title == "if_this_held"
    assert projection.warnings == ("few_cycles",)
    assert projection.n_cycles == 4
    near, far = projection.forecasts
    assert near.interval[1] - near.interval[0] > 80
    assert far.se > near.se


def test_the_error_of_a_normal_distribution_with_the_same_interval(kazakhstan):
    (forecast,) = project(kazakhstan, [2025]).forecasts
    assert forecast.normal_se == pytest.approx(
        (forecast.interval[1] - forecast.value) / stats.norm.ppf(0.95)
    )
    assert forecast.normal_se > forecast.se


def test_the_cohorts_count_by_coverage_and_precision_and_their_weight_is_shown(kazakhstan):
    (alone,) = project(kazakhstan, [2025]).forecasts
    (both,) = project(kazakhstan, [2025], cohort=SIGNAL).forecasts
    trend, cohort = both.sources
    assert (trend.name, cohort.name) == ("trend", "cohort")
    assert trend.weight + cohort.weight == pytest.approx(1)
    assert 0 < cohort.weight < SIGNAL.coverage
    assert cohort.value == 425 + 0.5 * 12
    assert both.value == pytest.approx(trend.weight * alone.value + cohort.weight * cohort.value)
    assert min(trend.se, cohort.se) <= both.se <= max(trend.se, cohort.se)


def test_cohorts_that_cover_nobody_change_nothing(kazakhstan):
    nobody = CohortSignal(change=30, se=1, link_error=1, coverage=0, discount=1)
    (alone,) = project(kazakhstan, [2025]).forecasts
    (both,) = project(kazakhstan, [2025], cohort=nobody).forecasts
    assert both.interval == pytest.approx(alone.interval)


def test_what_selection_would_explain_does_not_count(kazakhstan):
    vacuous = CohortSignal(change=0.5, se=2, link_error=1, coverage=1, discount=0)
    (alone,) = project(kazakhstan, [2025]).forecasts
    (both,) = project(kazakhstan, [2025], cohort=vacuous).forecasts
    assert [source.weight for source in both.sources] == [1, 0]
    assert both.interval == pytest.approx(alone.interval)


@pytest.mark.parametrize("model", ["linear", "local_level"])
def test_with_the_cohorts_too_the_further_ahead_the_less_sure(model):
    trend = Trend(model=model).fit(CYCLES, LINKS)
    strong = CohortSignal(change=12, se=2, link_error=1, coverage=1, discount=1)
    found = project(trend, [2025, 2029, 2041], cohort=strong).forecasts
    widths = [one.interval[1] - one.interval[0] for one in found]
    assert widths == sorted(widths)
    assert widths[2] > 1.2 * widths[0]
    alone = project(trend, [2025, 2029]).forecasts
    step = alone[1].value - alone[0].value
    assert found[1].sources[1].value - found[0].sources[1].value == pytest.approx(step)


def test_a_local_level_stays_where_it_is_and_widens(kazakhstan):
    trend = Trend(model="local_level").fit(CYCLES, LINKS)
    near, far = project(trend, [2025, 2028]).forecasts
    assert near.value == far.value
    assert far.se > near.se


def test_what_is_refused(kazakhstan):
    two = Trend().fit(CYCLES[3:], LinkErrors({(2018, 2022): 2.24}))
    refused = {
        "too_few_cycles": lambda: project(two, [2025]),
        "year_not_ahead": lambda: project(kazakhstan, [2022]),
        "invalid_level": lambda: project(kazakhstan, [2025], level=0),
        "invalid_link_error": lambda: project(kazakhstan, [2025], link_error=-1),
        "invalid_signal": lambda: CohortSignal(1, 1, 1, coverage=2, discount=1),
    }
    for code, call in refused.items():
        with pytest.raises(StatisticsError) as refusal:
            call()
        assert refusal.value.code == code
