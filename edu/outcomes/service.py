"""Estimating: definition in, Finding out. The same definition on the same data gives the same."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.outcomes.frames import gain_frame, mean_frame, sample_groups
from edu.outcomes.groupings import Grouping
from edu.outcomes.queries import latest_finding, published_run, published_sample_run
from ml.growth import GroupEstimates, group_means, paired_gain
from models.assessments import Sample, Wave
from models.errors import NotFound, Refusal
from models.outcomes import Finding
from models.programs import Program
from models.scores import ScoringRun

METHOD = "CR2"
METHOD_VERSION = "1"


@dataclass(frozen=True)
class Asked:
    """What is to be estimated; `definition` is all that is needed to ask it again."""

    kind: str
    run: ScoringRun
    program_id: int | None
    grouping: str | None
    definition: dict[str, Any]


def estimate_gains(
    session: Session, scope: Scope, *, program_id: int, by: Grouping | None = None
) -> Finding:
    """Mean gain of a program's participants between the two last waves of the newest run."""
    scope.require(Permission.WRITE_PROGRAMS)
    program = session.get(Program, program_id)
    if program is None:
        raise NotFound("not_found")
    run = published_run(session)
    if run is None:
        raise Refusal("no_published_scores")
    waves = first_and_last(session, run)
    frame = gain_frame(session, program_id=program_id, run_id=run.id, waves=waves, by=by)
    found = paired_gain(frame.pre, frame.post, groups=frame.groups, clusters=frame.schools)
    definition = {
        "kind": "gain",
        "program": program.code,
        "instrument": run.instrument.code,
        "waves": list(waves),
        "by": by.value if by else None,
    }
    asked = Asked("gain", run, program_id, by.value if by else None, definition)
    return keep(session, scope, asked, found, frame.fingerprint)


def estimate_all_gains(session: Session, scope: Scope, *, program_id: int) -> list[Finding]:
    """A program's gain for everybody and by every grouping."""
    groupings: list[Grouping | None] = [None, *Grouping]
    return [
        estimate_gains(session, scope, program_id=program_id, by=grouping) for grouping in groupings
    ]


def estimate_means(
    session: Session, scope: Scope, *, sample: str, by: str | None = None
) -> Finding:
    """Mean score of an anonymous sample, by one of the groups its respondents are labeled with.

    Asked again on the same scores, the Finding made before answers.
    """
    scope.require(Permission.READ_FIGURES)
    run = run_of_sample(session, sample)
    if by is not None and by not in (known := sample_groups(session, run.sample_id or 0)):
        raise Refusal("unknown_group", found=by, expected=known)
    before = latest_finding(session, kind="means", run_id=run.id, grouping=by)
    if before is not None and before.method_version == METHOD_VERSION:
        return before
    frame = mean_frame(session, run_id=run.id, by=by)
    found = group_means(frame.values, groups=frame.groups, clusters=frame.schools)
    definition = {"kind": "means", "sample": sample, "run": run.id, "by": by}
    asked = Asked("means", run, None, by, definition)
    return keep(session, scope, asked, found, frame.fingerprint)


def run_of_sample(session: Session, code: str) -> ScoringRun:
    """The published run of a sample; refuses an unknown or unscored one."""
    sample = session.scalar(select(Sample).where(Sample.code == code))
    if sample is None:
        raise NotFound("unknown_sample", found=code)
    run = published_sample_run(session, sample.id)
    if run is None:
        raise Refusal("no_published_scores")
    return run


def first_and_last(session: Session, run: ScoringRun) -> tuple[int, int]:
    """The run's first and last wave by their dates; refuses a single wave."""
    statement = select(Wave.id).where(Wave.id.in_(run.wave_ids)).order_by(Wave.opens_on, Wave.id)
    waves = list(session.scalars(statement))
    if len(waves) < 2:
        raise Refusal("one_wave_only", found=len(waves))
    return waves[0], waves[-1]


def keep(
    session: Session, scope: Scope, asked: Asked, found: GroupEstimates, fingerprint: str
) -> Finding:
    """Store what was found with all that made it."""
    shown = [*([found.total] if found.total else []), *found.estimates]
    estimates = {(one.group, one.name): one for one in shown}
    finding = Finding(
        kind=asked.kind,
        program_id=asked.program_id,
        scoring_run_id=asked.run.id,
        grouping=asked.grouping,
        definition=asked.definition,
        method=METHOD,
        method_version=METHOD_VERSION,
        data_fingerprint=fingerprint,
        software=software(),
        estimates=[one.as_dict() for one in estimates.values()],
        suppressed=[{"group": one.group, "reason": one.reason} for one in found.suppressed],
        missing=found.n_missing,
        created_by=scope.actor_id,
    )
    session.add(finding)
    session.flush()
    audit.note_changed(session, "finding", [finding.id])
    return finding


def software() -> dict[str, str]:
    """The versions behind a number."""
    return {name: version(name) for name in ("edu", "numpy", "scipy")}
