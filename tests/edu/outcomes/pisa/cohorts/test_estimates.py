"""Cohorts by wave and region: Rubin's rules, the link once, small regions withheld."""

import numpy as np
import pytest

from edu.accounts.scope import system_scope
from edu.charts import chart_csv
from edu.outcomes.pisa.cohorts import estimates as cohorts
from edu.outcomes.pisa.cohorts import service
from edu.outcomes.pisa.cohorts.estimates import Level, level_shares
from edu.outcomes.pisa.cohorts.frames import CohortFrame, cohort_frame
from edu.outcomes.pisa.cohorts.pictures import Cohorts, changes_chart
from ml.estimate import Estimate
from ml.growth import group_means, paired_gain
from models.errors import Refusal
from models.pisa import Domain
from models.scores import RunStatus
from tests.factories.pisa import DRAWS, LINK_ERROR, make_cohorts


@pytest.fixture
def run(session):
    made = make_cohorts(session)
    session.commit()
    return made


def found(session, run) -> dict[str, list[Estimate]]:
    made = service.estimate_cohorts(session, system_scope(), run_id=run.id)
    return {one.kind: [Estimate.from_dict(each) for each in one.estimates] for one in made}


def total(estimates: list[Estimate], group: str | None = None) -> Estimate:
    return next(one for one in estimates if one.group == group)


def test_means_combine_every_draw(session, run) -> None:
    frame = cohort_frame(session, run=run)
    rows = frame.rows_of(0)
    values, schools = frame.values[rows], frame.schools[rows]
    draws = [group_means(values[:, k], clusters=schools).estimates[0] for k in range(DRAWS)]
    means, errors = [one.value for one in draws], [one.se for one in draws]
    mean = total(found(session, run)["cohort_means"], "baseline")
    assert mean.value == pytest.approx(np.mean(means), rel=1e-12)
    variance = np.mean(np.square(errors)) + (1 + 1 / DRAWS) * np.var(means, ddof=1)
    assert mean.se == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert mean.n == rows.sum()
    assert mean.n_clusters == 20


def test_the_link_error_is_in_every_change_once(session, run) -> None:
    frame = cohort_frame(session, run=run)
    first, last = frame.pairs()
    draws = [
        paired_gain(
            frame.values[first, k], frame.values[last, k], clusters=frame.schools[last]
        ).estimates[0]
        for k in range(DRAWS)
    ]
    between = np.var([one.value for one in draws], ddof=1)
    within = np.mean([one.se**2 for one in draws])
    change = total(found(session, run)["cohort_changes"])
    expected = np.sqrt(within + (1 + 1 / DRAWS) * between + LINK_ERROR**2)
    assert change.se == pytest.approx(expected, rel=1e-12)
    assert change.interval[0] < 20 < change.interval[1]


def test_regions_stand_beside_the_whole(session, run) -> None:
    changes = found(session, run)["cohort_changes"]
    assert [one.group for one in changes] == [None, "10", "75"]
    assert changes[1].n + changes[2].n == changes[0].n


def test_levels_add_up_and_begin_strictly_above_their_bounds() -> None:
    values = np.array([[400.0], [420.07], [420.08], [500.0]]).repeat(20, axis=0)
    n = len(values)
    frame = CohortFrame(
        waves=("one",),
        persons=np.arange(n),
        place=np.zeros(n, dtype=np.int64),
        schools=np.arange(n) % 7,
        regions=np.array(["10"] * n, dtype=object),
        values=values,
        fingerprint="",
    )
    shares = level_shares(frame, 0, [Level("2", 420.07), Level("3", 482.38), Level("9", 600)])
    assert [one.name for one in shares] == ["level_0", "level_2", "level_3", "level_9"]
    assert [one.value for one in shares] == pytest.approx([0.5, 0.25, 0.25, 0.0])
    assert shares[-1].interval == (0.0, pytest.approx(3 / n))


def test_a_region_of_four_schools_is_withheld_and_its_neighbor_with_it(session) -> None:
    run = make_cohorts(session, schools=8)
    made = service.estimate_cohorts(session, system_scope(), run_id=run.id)
    changes = next(one for one in made if one.kind == "cohort_changes")
    assert [row["group"] for row in changes.suppressed] == ["10", "75"]
    assert [one["group"] for one in changes.estimates] == [None]


def test_a_region_of_five_schools_has_an_interval_that_says_something() -> None:
    """However far the draws lie apart: ten of them say well enough how far."""
    random = np.random.default_rng(1)
    schools = np.repeat(np.arange(5), 8)
    values = random.normal(size=40)[:, None] + 40 * random.normal(size=(1, 10))
    made = cohorts.over_draws(
        lambda k: group_means(values[:, k], groups=["a"] * 40, clusters=schools), 10
    )
    (found,) = made.estimates
    assert found.df >= 4
    low, high = found.interval
    assert high - low < 6 * found.se


def test_waves_without_a_link_are_not_compared(session) -> None:
    run = make_cohorts(session, link_error=None)
    assert set(found(session, run)) == {"cohort_means", "cohort_levels"}


def test_the_same_scores_give_the_same_findings(session, run) -> None:
    first = service.estimate_cohorts(session, system_scope(), run_id=run.id)
    again = service.estimate_cohorts(session, system_scope(), run_id=run.id)
    assert [one.id for one in again] == [one.id for one in first]


def test_a_domain_without_scores_on_its_scale_is_told(session) -> None:
    with pytest.raises(Refusal, match="no_scores_on_scale"):
        service.queue_cohorts(session, system_scope(), domain=Domain.READING)


def test_only_published_runs_on_a_scale_are_estimated(session) -> None:
    from tests.factories.scores import make_scored_cohort

    classical = make_scored_cohort(session, persons=100).run
    assert classical.status is RunStatus.PUBLISHED
    with pytest.raises(Refusal, match="no_plausible_values"):
        service.estimate_cohorts(session, system_scope(), run_id=classical.id)


@pytest.mark.parametrize("reason", ["too_uncertain", "not_estimable"])
def test_an_uncertain_region_is_told_apart_from_a_small_one(session, run, reason) -> None:
    found = service.estimate_cohorts(session, system_scope(), run_id=run.id)
    changes = next(one for one in found if one.kind == "cohort_changes")
    changes.suppressed = [
        {"group": "10", "reason": reason},
        {"group": "75", "reason": "too_few_clusters"},
    ]
    chart = changes_chart(Cohorts("mathematics", run.scale, {changes.kind: changes}), str)
    words = {row.label: row.why for row in chart.table.rows if row.suppressed}
    assert words == {"10": "too uncertain to show", "75": "too few to show"}
    assert "too uncertain to show" in chart_csv(chart)
    assert "too uncertain" in chart.svg
