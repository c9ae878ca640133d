"""On which published scores an analysis rests: two waves on one scale, in one calibrated run."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.outcomes.analyses.definition import Definition
from edu.outcomes.runs import MeasuredRun
from models.assessments import Instrument, Wave
from models.errors import NotFound, Refusal
from models.programs import Offering, Program
from models.scores import RunStatus, Scale, ScoringRun


@dataclass(frozen=True)
class Source:
    """A program, those of its offerings that count, and the run that tells its outcomes."""

    program: Program
    offerings: tuple[Offering, ...]
    measured: MeasuredRun
    scale: Scale


def source_of(session: Session, asked: Definition) -> Source:
    """What the definition names; refuses what is not there."""
    program = session.scalar(select(Program).where(Program.code == asked.program))
    if program is None:
        raise NotFound("unknown_program", field="program", found=asked.program)
    measured = run_over(session, asked)
    if measured.run.scale is None:
        raise Refusal("waves_not_linked", first=asked.waves[0], last=asked.waves[1])
    return Source(
        program=program,
        offerings=offerings_of(program, asked.offerings),
        measured=measured,
        scale=measured.run.scale,
    )


def offerings_of(program: Program, codes: tuple[str, ...]) -> tuple[Offering, ...]:
    """The offerings with these codes, all where none is named."""
    known = {offering.code: offering for offering in program.offerings}
    if missing := [code for code in codes if code not in known]:
        raise Refusal("unknown_offerings", field="offerings", found=missing)
    chosen = [known[code] for code in codes] if codes else list(known.values())
    return tuple(sorted(chosen, key=lambda offering: offering.id))


def run_over(session: Session, asked: Definition) -> MeasuredRun:
    """The newest published calibration of the scale that holds both waves.

    Two runs of one scale are linked, but plausible values that change together come of one only:
    waves of different runs are refused, as are those that only have shares of points.
    """
    runs = published_runs(session, asked.scale)
    if not runs:
        check_scale(session, asked.scale)
        raise Refusal("no_published_scores", field="scale")
    check_waves(session, asked)
    for run in runs:
        waves = waves_of(session, run, asked.waves)
        if run.scale_id is not None and waves is not None:
            return MeasuredRun(run, *waves)
    raise Refusal("waves_not_linked", first=asked.waves[0], last=asked.waves[1])


def check_scale(session: Session, code: str) -> None:
    """Refuses a scale that nobody knows."""
    known = sorted(set(session.scalars(select(Scale.code))))
    if code not in known:
        raise Refusal("unknown_scale", field="scale", found=code, expected=known)


def check_waves(session: Session, asked: Definition) -> None:
    """Refuses a wave that no instrument of the scale has."""
    statement = select(Wave.code).join(Wave.instrument).where(Instrument.scale == asked.scale)
    known = sorted(set(session.scalars(statement)))
    for field, code in zip(("first_wave", "last_wave"), asked.waves, strict=True):
        if code not in known:
            raise Refusal("unknown_wave", field=field, found=code, expected=known)


def published_runs(session: Session, scale: str) -> list[ScoringRun]:
    """Of the registry's people, newest first."""
    statement = (
        select(ScoringRun)
        .join(ScoringRun.instrument)
        .where(ScoringRun.status == RunStatus.PUBLISHED, ScoringRun.sample_id.is_(None))
        .where(Instrument.scale == scale)
        .order_by(ScoringRun.id.desc())
    )
    return list(session.scalars(statement))


def waves_of(session: Session, run: ScoringRun, codes: tuple[str, str]) -> tuple[Wave, Wave] | None:
    """The run's waves with these codes, in that order; None unless it holds both."""
    statement = select(Wave).where(Wave.id.in_(run.wave_ids), Wave.code.in_(codes))
    found = list(session.scalars(statement.order_by(Wave.opens_on, Wave.id)))
    if len({wave.code for wave in found}) < 2 or len(found) > 2:
        return None
    if found[0].code != codes[0]:
        raise Refusal("waves_reversed", field="last_wave", first=codes[0], last=codes[1])
    return found[0], found[1]
