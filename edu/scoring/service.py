"""The life of a scoring run: asked for, computed, published or discarded by a second person."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Protocol

import numpy as np
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.intake import load_into
from edu.jobs import enqueue
from edu.scoring.computation import Coding, Computed, compute
from edu.scoring.matrix import ResponseMatrix, read_matrix
from models.assessments import Instrument, Respondent, Sample, Sitting, Wave
from models.base import utc_now
from models.errors import Conflict, Forbidden, Refusal
from models.keyset import read_one
from models.scores import ItemStatistic, RunStatus, ScoringRun

JOB = "score"
METHOD = "classical"
METHOD_VERSION = "1"
SOFTWARE = ("edu", "numpy", "scipy")
INCOMING = {"sitting_id": "bigint", "value": "double precision", "se": "double precision"}
# The school of a score is the school of its sitting, read where the row policies hold.
WRITE_SCORES = text("""
    INSERT INTO score (run_id, sitting_id, school_id, value, se)
    SELECT :run, sitting.id, sitting.school_id, incoming.value, incoming.se
    FROM incoming_score AS incoming JOIN sitting ON sitting.id = incoming.sitting_id
    ORDER BY sitting.id
""")


class Progress(Protocol):
    """How far a run is, for whoever asked for it."""

    def at(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done."""


class Untold:
    """Nobody waits for news."""

    def at(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say nothing."""


def start_run(
    session: Session,
    scope: Scope,
    *,
    instrument: str | None = None,
    waves: Sequence[str] = (),
    sample: str | None = None,
    seed: int = 1,
) -> ScoringRun:
    """A queued run over waves of an instrument (all, where none is named) or over a sample.

    The classical score draws nothing at random; `seed` is kept with the run all the same.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    known = find_sample(session, sample) if sample else None
    scored = known.instrument if known else find_instrument(session, instrument)
    if known and instrument not in (None, scored.code):
        raise Refusal("sample_of_other_instrument", found=instrument, expected=scored.code)
    wave_ids = find_waves(session, scored, known, waves)
    if not wave_ids:
        raise Refusal("no_responses")
    run = ScoringRun(
        instrument_id=scored.id,
        sample_id=known.id if known else None,
        wave_ids=wave_ids,
        method=METHOD,
        method_version=METHOD_VERSION,
        seed=seed,
        status=RunStatus.QUEUED,
        software={name: version(name) for name in SOFTWARE},
        created_by=scope.actor_id,
    )
    session.add(run)
    session.flush()
    audit.note_changed(session, "scoring_run", [run.id])
    return run


def queue_run(
    session: Session,
    scope: Scope,
    *,
    instrument: str | None = None,
    waves: Sequence[str] = (),
    sample: str | None = None,
) -> tuple[ScoringRun, int]:
    """A run to be computed in the background, and the id of its job."""
    run = start_run(session, scope, instrument=instrument, waves=waves, sample=sample)
    return run, enqueue(session, JOB, run.id, user_id=scope.actor_id)


def find_instrument(session: Session, code: str | None) -> Instrument:
    """The instrument with this code, or a refusal."""
    found = session.scalar(select(Instrument).where(Instrument.code == code))
    if found is None:
        raise Refusal("unknown_instrument", found=code or "")
    return found


def find_sample(session: Session, code: str) -> Sample:
    """The sample with this code, or a refusal."""
    found = session.scalar(select(Sample).where(Sample.code == code))
    if found is None:
        raise Refusal("unknown_sample", found=code)
    return found


def find_waves(
    session: Session, instrument: Instrument, sample: Sample | None, codes: Sequence[str]
) -> list[int]:
    """The ids of the waves named; else of all waves that the people, or the sample, sat."""
    known = {wave.code: wave.id for wave in instrument.waves}
    if unknown := [code for code in codes if code not in known]:
        raise Refusal("unknown_wave", found=unknown, expected=sorted(known))
    if codes:
        return sorted({known[code] for code in codes})
    sat = select(Sitting.id).where(Sitting.wave_id == Wave.id)
    if sample is None:
        sat = sat.where(Sitting.person_id.is_not(None))
    else:
        sat = sat.join(Respondent).where(Respondent.sample_id == sample.id)
    statement = select(Wave.id).where(Wave.instrument_id == instrument.id, sat.exists())
    return list(session.scalars(statement.order_by(Wave.id)))


def run_scoring(
    session: Session, scope: Scope, *, run_id: int, progress: Progress | None = None
) -> ScoringRun:
    """Compute a queued run and keep its scores; the same data give the same scores.

    Only the system sees all the sittings and may write scores for every school.
    """
    if scope.reach is not Reach.SYSTEM:
        raise Forbidden("forbidden")
    tell = progress or Untold()
    run = locked(session, run_id, RunStatus.QUEUED)
    instrument = run.instrument
    tell.at("reading")
    matrix = read_matrix(
        session, wave_ids=run.wave_ids, sample_id=run.sample_id, items=len(instrument.items)
    )
    tell.at("computing")
    coding = Coding(instrument.range_low, instrument.range_high, instrument.omission_rule)
    found = compute(matrix, coding)
    tell.at("writing")
    load_into(session, "incoming_score", INCOMING, score_rows(matrix, found))
    session.execute(WRITE_SCORES, {"run": run.id})
    write_items(session, run, found)
    finish(run, matrix, found)
    session.flush()
    audit.note_changed(session, "scoring_run", [run.id], scored=found.scored)
    return run


def score_rows(
    matrix: ResponseMatrix, found: Computed
) -> Iterator[tuple[int, float | None, float | None]]:
    """Rows in the order of `INCOMING`; no number where there is none."""
    columns = (
        matrix.sitting_ids.tolist(),
        found.values.tolist(),
        found.errors.tolist(),
        np.isnan(found.values).tolist(),
        np.isnan(found.errors).tolist(),
    )
    for sitting_id, value, error, no_value, no_error in zip(*columns, strict=True):
        yield sitting_id, None if no_value else value, None if no_error else error


def write_items(session: Session, run: ScoringRun, found: Computed) -> None:
    """Keep what was found about each item."""
    rows = [
        {
            "run_id": run.id,
            "item_id": item.id,
            "answered": figures.answered,
            "difficulty": figures.difficulty,
            "discrimination": figures.discrimination,
            "omitted_share": figures.omitted_share,
            "not_reached_share": figures.not_reached_share,
            "warnings": list(figures.warnings),
        }
        for item, figures in zip(run.instrument.items, found.items, strict=True)
    ]
    session.execute(insert(ItemStatistic), rows)


def finish(run: ScoringRun, matrix: ResponseMatrix, found: Computed) -> None:
    """What the run now knows of itself."""
    reliability, error = found.reliability, found.error_of_measurement
    run.reliability = reliability.as_dict() if reliability else None
    run.error_of_measurement = error.as_dict() if error else None
    run.warnings = list(found.warnings)
    run.sitting_count = len(matrix.sitting_ids)
    run.scored_count = found.scored
    run.data_fingerprint = matrix.fingerprint
    run.status = RunStatus.FINISHED
    run.finished_at = utc_now()


def note_failure(session: Session, *, run_id: int, failure: dict[str, object]) -> None:
    """There will be no scores: keep the reason with the run."""
    run = locked(session, run_id, RunStatus.QUEUED)
    run.status = RunStatus.FAILED
    run.failure = failure
    run.finished_at = utc_now()
    session.flush()


def publish(session: Session, scope: Scope, *, run_id: int) -> ScoringRun:
    """Let everybody use the scores; nobody publishes a run they asked for, save the system."""
    return decide(session, scope, run_id, RunStatus.PUBLISHED)


def discard(session: Session, scope: Scope, *, run_id: int) -> ScoringRun:
    """Set the scores aside for good."""
    return decide(session, scope, run_id, RunStatus.DISCARDED)


def decide(session: Session, scope: Scope, run_id: int, status: RunStatus) -> ScoringRun:
    """A person's decision on a finished run."""
    scope.require(Permission.DECIDE_FINDINGS)
    run = locked(session, run_id, RunStatus.FINISHED)
    own = scope.reach is not Reach.SYSTEM and run.created_by == scope.actor_id
    if own and status is RunStatus.PUBLISHED:
        raise Forbidden("own_run")
    run.status = status
    run.decided_by = scope.actor_id
    run.decided_at = utc_now()
    session.flush()
    audit.note_changed(session, "scoring_run", [run.id], decision=status.value)
    return run


def locked(session: Session, run_id: int, status: RunStatus) -> ScoringRun:
    """The run, held until the transaction ends; refuses one that is past `status`."""
    run = read_one(session, ScoringRun, run_id)
    session.refresh(run, with_for_update=True)
    if run.status is not status:
        raise Conflict("run_in_other_state", found=run.status, expected=status)
    return run
