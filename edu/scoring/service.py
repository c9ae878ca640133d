"""The life of a scoring run: asked for, computed, published or discarded by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.database.columns import whole_tables
from edu.jobs import enqueue
from edu.scoring import calibrated
from edu.scoring.calibration import AUTOMATIC, MODELS
from edu.scoring.linking import METHODS as LINKING_METHODS
from edu.scoring.linking import published
from edu.scoring.matrix import read_matrix
from edu.scoring.progress import Progress, Untold
from edu.scoring.scales import scale_for
from edu.scoring.scored import Scored, score_classically
from edu.scoring.writing import write
from models.assessments import Instrument, Respondent, Sample, Sitting, Wave
from models.base import utc_now
from models.errors import Conflict, Forbidden, Refusal
from models.keyset import read_one
from models.scores import RunStatus, Scale, ScoringRun

JOB = "score"
METHOD_VERSION = "1"
SOFTWARE = ("edu", "numpy", "scipy")
MOST_DRAWS = 50
LARGEST_SEED = 2**31


class Method(StrEnum):
    """How responses become scores."""

    CLASSICAL = "classical"
    IRT = "irt"


@dataclass(frozen=True)
class Asked:
    """What to score, all by codes: waves of instruments (all that were sat, where none is named)
    or of a sample. Model, linking and draws concern a calibrated run.
    """

    instruments: Sequence[str] = ()
    waves: Sequence[str] = ()
    sample: str | None = None
    method: Method = Method.CLASSICAL
    model: str = AUTOMATIC
    linking: str = LINKING_METHODS[0]
    n_draws: int = 10
    seed: int = 1


def start_run(session: Session, scope: Scope, *, asked: Asked) -> ScoringRun:
    """A queued run; refuses what could not be computed whatever the answers are."""
    scope.require(Permission.DECIDE_FINDINGS)
    sample = find_sample(session, asked.sample) if asked.sample else None
    instruments = find_instruments(session, asked.instruments, sample)
    scale = check_method(session, asked, instruments)
    wave_ids = find_waves(session, instruments, sample, asked.waves)
    if not wave_ids:
        raise Refusal("no_responses")
    run = ScoringRun(
        instrument_id=instruments[0].id,
        sample_id=sample.id if sample else None,
        scale_id=scale.id if scale else None,
        wave_ids=wave_ids,
        definition=definition(asked, instruments, scale),
        method=asked.method.value,
        method_version=METHOD_VERSION,
        seed=asked.seed,
        status=RunStatus.QUEUED,
        software={name: version(name) for name in SOFTWARE},
        created_by=scope.actor_id,
    )
    session.add(run)
    session.flush()
    audit.note_changed(session, "scoring_run", [run.id])
    return run


def queue_run(session: Session, scope: Scope, *, asked: Asked) -> tuple[ScoringRun, int]:
    """A run to be computed in the background, and the id of its job."""
    run = start_run(session, scope, asked=asked)
    return run, enqueue(session, JOB, run.id, user_id=scope.actor_id)


def definition(
    asked: Asked, instruments: Sequence[Instrument], scale: Scale | None
) -> dict[str, Any]:
    """All that is needed to ask for the run again."""
    known: dict[str, Any] = {
        "instruments": [instrument.code for instrument in instruments],
        "waves": list(asked.waves),
        "sample": asked.sample,
        "method": asked.method.value,
        "seed": asked.seed,
    }
    if scale is None:
        return known
    return known | {
        "scale": [scale.code, scale.version],
        "model": asked.model,
        "linking": asked.linking,
        "n_draws": asked.n_draws,
    }


def check_method(session: Session, asked: Asked, instruments: Sequence[Instrument]) -> Scale | None:
    """The scale of a calibrated run; refuses choices that do not exist or go together."""
    if not 0 <= asked.seed < LARGEST_SEED:
        raise Refusal("invalid_seed", found=asked.seed)
    if asked.method is Method.CLASSICAL:
        if len(instruments) > 1:
            raise Refusal("classical_takes_one_instrument", found=len(instruments))
        return None
    if asked.model not in MODELS:
        raise Refusal("unknown_model", found=asked.model, expected=list(MODELS))
    if asked.linking not in LINKING_METHODS:
        raise Refusal("unknown_method", found=asked.linking, expected=list(LINKING_METHODS))
    if not 1 <= asked.n_draws <= MOST_DRAWS:
        raise Refusal("too_many_draws", found=asked.n_draws, most=MOST_DRAWS)
    codes = sorted({instrument.scale for instrument in instruments})
    if len(codes) > 1:
        raise Refusal("instruments_of_several_scales", found=codes)
    return scale_for(session, codes[0])


def find_instruments(
    session: Session, codes: Sequence[str], sample: Sample | None
) -> list[Instrument]:
    """The instruments with these codes, or the sample's; or a refusal."""
    if sample is not None:
        if codes and list(codes) != [sample.instrument.code]:
            raise Refusal(
                "sample_of_other_instrument", found=list(codes), expected=sample.instrument.code
            )
        return [sample.instrument]
    return [find_instrument(session, code) for code in dict.fromkeys(codes or [""])]


def find_instrument(session: Session, code: str) -> Instrument:
    """The instrument with this code, or a refusal."""
    found = session.scalar(select(Instrument).where(Instrument.code == code))
    if found is None:
        raise Refusal("unknown_instrument", found=code)
    return found


def find_sample(session: Session, code: str) -> Sample:
    """The sample with this code, or a refusal."""
    found = session.scalar(select(Sample).where(Sample.code == code))
    if found is None:
        raise Refusal("unknown_sample", found=code)
    return found


def find_waves(
    session: Session,
    instruments: Sequence[Instrument],
    sample: Sample | None,
    codes: Sequence[str],
) -> list[int]:
    """The ids of the waves named; else of all waves that the people, or the sample, sat."""
    waves = [wave for instrument in instruments for wave in instrument.waves]
    known = {wave.code for wave in waves}
    if unknown := [code for code in codes if code not in known]:
        raise Refusal("unknown_wave", found=unknown, expected=sorted(known))
    if codes:
        return sorted(wave.id for wave in waves if wave.code in codes)
    sat = select(Sitting.id).where(Sitting.wave_id == Wave.id)
    if sample is None:
        sat = sat.where(Sitting.person_id.is_not(None))
    else:
        sat = sat.join(Respondent).where(Respondent.sample_id == sample.id)
    statement = select(Wave.id).where(Wave.id.in_([wave.id for wave in waves]), sat.exists())
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
    found = compute(session, run, tell)
    tell.at("writing")
    write(session, run, found)
    audit.note_changed(session, "scoring_run", [run.id], scored=run.scored_count)
    return run


def compute(session: Session, run: ScoringRun, tell: Progress) -> Scored:
    """The scores by the run's own method."""
    if run.method == Method.IRT:
        with whole_tables(session):
            return calibrated.score_calibrated(session, asked_for(session, run), tell)
    tell.at("reading")
    matrix = read_matrix(
        session,
        wave_ids=run.wave_ids,
        sample_id=run.sample_id,
        items=len(run.instrument.items),
    )
    tell.at("computing")
    return score_classically(matrix, run.instrument)


def asked_for(session: Session, run: ScoringRun) -> calibrated.Asked:
    """What a calibrated run was asked for, read from its own definition."""
    kept = run.definition
    waves = select(Wave).where(Wave.id.in_(run.wave_ids)).order_by(Wave.opens_on, Wave.id)
    if run.scale is None:
        raise Refusal("unknown_scale", found="", expected=[])
    return calibrated.Asked(
        instruments=tuple(find_instrument(session, code) for code in kept["instruments"]),
        waves=tuple(session.scalars(waves)),
        sample_id=run.sample_id,
        scale=run.scale,
        model=kept["model"],
        linking=kept["linking"],
        n_draws=kept["n_draws"],
        seed=run.seed,
    )


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
    if status is RunStatus.PUBLISHED:
        check_scale_is_free(session, run)
    run.status = status
    run.decided_by = scope.actor_id
    run.decided_at = utc_now()
    session.flush()
    audit.note_changed(session, "scoring_run", [run.id], decision=status.value)
    return run


def check_scale_is_free(session: Session, run: ScoringRun) -> None:
    """Refuse a second run that would define its scale: two rulers of one name."""
    if run.scale_id is None or not run.report or run.report["link"]["reference"] is not None:
        return
    session.execute(select(Scale.id).where(Scale.id == run.scale_id).with_for_update())
    if defining := published(session, run.scale_id):
        raise Conflict("scale_defined_meanwhile", found=defining[0].id)


def locked(session: Session, run_id: int, status: RunStatus) -> ScoringRun:
    """The run, held until the transaction ends; refuses one that is past `status`."""
    run = read_one(session, ScoringRun, run_id)
    session.refresh(run, with_for_update=True)
    if run.status is not status:
        raise Conflict("run_in_other_state", found=run.status, expected=status)
    return run
