"""On which published scores a figure rests."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from ml.publication import MIN_PERSONS
from models.assessments import Instrument, Sample, Sitting, Wave
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import NotFound, Refusal
from models.programs import Offering
from models.scores import RunStatus, Score, ScoringRun

# The national project is meant to raise digital literacy.
OUTCOME_SCALE = "digital_literacy"
TAKING_PART = (EnrollmentStatus.ENROLLED, EnrollmentStatus.COMPLETED)


@dataclass(frozen=True)
class MeasuredRun:
    """A published run with the first and the last of its waves, by their dates."""

    run: ScoringRun
    first: Wave
    last: Wave


def run_of_program(session: Session, program_id: int) -> MeasuredRun:
    """The newest published run in whose first and last wave enough participants were scored.

    Nothing ties a program to an instrument but what its participants sat. Where no run has
    enough of them, the newest: the estimate says what is missing. Refuses without a run of two.
    """
    measured = [with_waves(session, run) for run in runs_of_two_waves(session)]
    return next((one for one in measured if holds_program(session, one, program_id)), measured[0])


def runs_of_two_waves(session: Session) -> list[ScoringRun]:
    """The published runs over two or more waves of the registry's people, newest first.

    Those of what the programs are meant to raise come before those of anything else.
    """
    statement = (
        select(ScoringRun)
        .join(ScoringRun.instrument)
        .where(ScoringRun.status == RunStatus.PUBLISHED, ScoringRun.sample_id.is_(None))
        .order_by((Instrument.scale == OUTCOME_SCALE).desc(), ScoringRun.id.desc())
    )
    runs = list(session.scalars(statement))
    if not runs:
        raise Refusal("no_published_scores")
    if not (found := [run for run in runs if len(set(run.wave_ids)) > 1]):
        raise Refusal("one_wave_only")
    return found


def with_waves(session: Session, run: ScoringRun) -> MeasuredRun:
    """A run with its first and last wave."""
    statement = select(Wave).where(Wave.id.in_(run.wave_ids)).order_by(Wave.opens_on, Wave.id)
    waves = list(session.scalars(statement))
    return MeasuredRun(run, waves[0], waves[-1])


def holds_program(session: Session, measured: MeasuredRun, program_id: int) -> bool:
    """Whether a publishable number of participants has both scores."""
    first, last = aliased(Sitting), aliased(Sitting)
    before, after = aliased(Score), aliased(Score)
    run = measured.run.id
    both = (
        select(first.id)
        .join(last, last.person_id == first.person_id)
        .join(before, and_(before.sitting_id == first.id, before.run_id == run))
        .join(after, and_(after.sitting_id == last.id, after.run_id == run))
        .where(first.wave_id == measured.first.id, last.wave_id == measured.last.id)
        .where(before.value.is_not(None), after.value.is_not(None))
        .where(first.person_id.in_(participants(program_id, measured.last)))
        .limit(MIN_PERSONS)
    )
    counted = session.scalar(select(func.count()).select_from(both.subquery()))
    return counted == MIN_PERSONS


def participants(program_id: int, last: Wave) -> Select[int]:
    """The ids of those who took part by the last wave."""
    return (
        select(Enrollment.person_id)
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(Offering.program_id == program_id, *took_part_by(last))
    )


def took_part_by(last: Wave) -> tuple[ColumnElement[bool], ...]:
    """The conditions of an enrollment that can show in the last wave's scores.

    Whoever enrolled after it has gained nothing from the program yet.
    """
    return Enrollment.status.in_(TAKING_PART), Enrollment.enrolled_on <= last.closes_on


def run_of_sample(session: Session, code: str) -> MeasuredRun:
    """The newest published run of a sample; refuses an unknown or unscored one."""
    known = select(Sample).where(Sample.code == code)
    sample = session.scalar(known) if code.isprintable() else None
    if sample is None:
        raise NotFound("unknown_sample", found=code)
    statement = select(ScoringRun).where(
        ScoringRun.status == RunStatus.PUBLISHED, ScoringRun.sample_id == sample.id
    )
    run = session.scalar(statement.order_by(ScoringRun.id.desc()).limit(1))
    if run is None:
        raise Refusal("no_published_scores")
    return with_waves(session, run)
