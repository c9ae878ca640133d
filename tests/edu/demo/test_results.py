"""What the service makes of the nation that `edu demo` loads by default."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu import demo
from edu.accounts.scope import system_scope, use_scope
from edu.demo.catalog import PLANS
from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.true_gains import cells
from models import db
from models.accounts import JobProgress
from models.outcomes import Finding
from models.programs import Program
from models.releases import ExportRequest, ReleaseStatus
from models.scores import RunStatus, ScoringRun

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def nation(app: Flask, load_anew: Callable[..., demo.Loaded]) -> Flask:
    """The application on a database that holds the usual nation."""
    load_anew(people=demo.PEOPLE, seed=demo.SEED)
    return app


@pytest.fixture
def records(nation: Flask) -> Iterator[Session]:
    with nation.app_context():
        engine = db.engine
    with Session(engine) as session:
        use_scope(session, system_scope())
        yield session


def shown(records: Session) -> Iterator[tuple[tuple[str, str | None, str | None], dict]]:
    """Program, grouping and group of every gain that may be shown, with its estimate."""
    codes = {program.id: program.code for program in records.scalars(select(Program))}
    for finding in records.scalars(select(Finding).order_by(Finding.id)):
        for one in finding.estimates:
            if (one["group"] is None) == (finding.grouping is None) and one["name"] == "gain":
                yield (codes[finding.program_id], finding.grouping, one["group"]), one


def test_the_scores_of_both_waves_are_published(records: Session) -> None:
    """Gains are told in the newest ones: those of digital literacy."""
    run = records.scalars(select(ScoringRun).order_by(ScoringRun.id.desc()).limit(1)).one()
    assert run.instrument.code == DIGITAL_LITERACY.code
    assert run.status is RunStatus.PUBLISHED
    assert len(run.wave_ids) == 2
    assert 0.75 < run.reliability["value"] < 0.95


def test_every_measured_program_shows_its_gain(records: Session) -> None:
    everybody = {program for program, grouping, _ in dict(shown(records)) if grouping is None}
    assert everybody == {plan.code for plan in PLANS if plan.effect}


def test_the_school_lessons_show_their_gain_in_most_regions(records: Session) -> None:
    regions = {
        group
        for program, grouping, group in dict(shown(records))
        if (program, grouping) == ("day-of-ai", "region")
    }
    assert 12 <= len(regions) < 20  # and some are too small to be shown


def test_the_intervals_hold_the_true_gains(records: Session) -> None:
    known = {
        (cell.program, cell.group, cell.label): cell.expected.gain_score
        for cell in cells(demo.SEED, demo.PEOPLE)[DIGITAL_LITERACY.code]
    }
    held = {
        key: one["interval"][0] <= known[key] <= one["interval"][1]
        for key, one in shown(records)
        if key in known
    }
    assert len(held) > 40
    assert np.mean(list(held.values())) >= 0.9
    whole = [holds for (_, grouping, _), holds in held.items() if grouping is None]
    assert sum(whole) >= len(whole) - 1  # of six 95 % intervals, two or more miss in 3 % of nations


def test_one_release_waits_for_the_manager_and_one_for_the_worker(records: Session) -> None:
    requests = records.scalars(select(ExportRequest).order_by(ExportRequest.id)).all()
    assert [request.status for request in requests] == [
        ReleaseStatus.APPROVED,
        ReleaseStatus.REQUESTED,
    ]
    assert records.get(JobProgress, requests[0].job_id) is not None
    assert requests[0].requested_by != requests[0].decided_by


def test_the_cohorts_of_the_three_domains_are_told(records: Session) -> None:
    kinds = select(Finding.kind, func.count()).where(Finding.kind.like("cohort%"))
    counts = dict(map(tuple, records.execute(kinds.group_by(Finding.kind))))
    assert set(counts) == {"cohort_means", "cohort_levels", "cohort_changes"}
    assert min(counts.values()) >= 3
