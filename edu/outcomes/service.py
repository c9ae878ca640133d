"""Estimating: definition in, Finding out. The same definition on the same data gives the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.database.columns import whole_tables
from edu.jobs import enqueue
from edu.outcomes.frames import GainFrame, gain_frame, mean_frame, nationwide, sample_groups
from edu.outcomes.groupings import Grouping
from edu.outcomes.keeping import kept
from edu.outcomes.linked import Told
from edu.outcomes.population import LabelArray
from edu.outcomes.precision import in_tens, told
from edu.outcomes.queries import latest_finding
from edu.outcomes.runs import MeasuredRun, run_of_program, run_of_sample, runs_of_two_waves
from edu.scoring.progress import Progress, Untold
from ml.errors import StatisticsError
from ml.growth import GroupEstimates, group_means, paired_gain
from ml.publication import PROTECTS_ANOTHER, Suppressed
from models.errors import Refusal
from models.keyset import read_one
from models.outcomes import Finding
from models.programs import Program

JOB = "estimate_gains"
GAIN = "gain"
MEANS = "means"
METHOD = "CR2"
METHOD_VERSION = "2"
SOFTWARE = ("edu", "numpy", "scipy")
# What makes two Findings one.
SAME = (
    "definition", "method", "method_version", "data_fingerprint", "software", "estimates",
    "suppressed", "missing",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is to be estimated; `definition` is all that is needed to ask it again."""

    kind: str
    run_id: int
    program_id: int | None
    grouping: str | None
    definition: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Measured:
    """A program's participants with their scores, and where those come from.

    gains: by grouping, and of everybody (None), without what would give small groups away.
    """

    program: Program
    on: MeasuredRun
    frame: GainFrame
    gains: Mapping[str | None, GroupEstimates]


def estimate_gains(
    session: Session, scope: Scope, *, program_id: int, by: Grouping | None = None
) -> Finding:
    """Mean gain of a program's participants from the first to the last wave of a published run."""
    scope.require(Permission.WRITE_PROGRAMS)
    measured = measure(session, program_id)
    if by is not None and by not in measured.frame.labels:
        raise StatisticsError("no_group_known", by=by)
    return gain_by(session, scope, measured, by)


def estimate_all_gains(
    session: Session, scope: Scope, *, program_id: int, progress: Progress | None = None
) -> list[Finding]:
    """A program's gain for everybody and by every grouping in which anybody's group is known."""
    scope.require(Permission.WRITE_PROGRAMS)
    tell = progress or Untold()
    tell.at("reading")
    measured = measure(session, program_id)
    wanted: list[Grouping | None] = [None]
    wanted += [grouping for grouping in Grouping if grouping in measured.frame.labels]
    findings = []
    for number, by in enumerate(wanted):
        tell.at("estimating", number, len(wanted))
        findings.append(gain_by(session, scope, measured, by))
    return findings


def queue_gains(session: Session, scope: Scope, *, program_id: int) -> int:
    """Have a program's gains estimated in the background; the id of the job."""
    scope.require(Permission.WRITE_PROGRAMS)
    read_one(session, Program, program_id)
    runs_of_two_waves(session)
    job_id = enqueue(session, JOB, program_id, user_id=scope.actor_id)
    audit.note_changed(session, "finding", [], program=program_id, job=job_id)
    return job_id


def estimate_means(
    session: Session, scope: Scope, *, sample: str, by: str | None = None
) -> Finding:
    """Mean score of an anonymous sample, by one of the groups its respondents are labeled with."""
    scope.require(Permission.READ_FIGURES)
    on = run_of_sample(session, sample)
    with nationwide(session, scope), whole_tables(session):
        frame = mean_frame(session, measured=on)
    groups = labels_of(frame.labels, by)
    found = group_means(frame.values, groups=groups, clusters=frame.schools)
    definition = {"kind": MEANS, "sample": sample, "wave": on.last.code, "by": by}
    asked = Asked(MEANS, on.run.id, None, by, definition)
    return keep(session, scope, asked, found, frame.fingerprint)


def groupings_of_sample(session: Session, scope: Scope, *, sample: str) -> list[str]:
    """By what a sample can be divided."""
    scope.require(Permission.READ_FIGURES)
    on = run_of_sample(session, sample)
    with nationwide(session, scope):
        return sample_groups(session, on.run.sample_id)


def measure(session: Session, program_id: int) -> Measured:
    """Read what a program's gains are estimated from."""
    program = read_one(session, Program, program_id)
    with whole_tables(session):
        on = run_of_program(session, program_id)
        frame = gain_frame(session, program_id=program_id, measured=on)
    return Measured(program, on, frame, gains_of(frame))


def gains_of(frame: GainFrame) -> dict[str | None, GroupEstimates]:
    """The gains by every grouping that is known. Groups that lie within those of another grouping
    are looked at together with them."""
    groupings: list[str | None] = [None, *frame.labels]
    found = {
        by: paired_gain(
            frame.pre, frame.post, groups=frame.labels[by] if by else None, clusters=frame.schools
        )
        for by in groupings
    }
    told = Told(
        frame.scored,
        {
            by: {str(one.group) for one in each.estimates if one.group is not None}
            for by, each in found.items()
            if by
        },
    )
    hidden = told.withheld()
    return {by: without(each, hidden.get(by or "", set())) for by, each in found.items()}


def without(found: GroupEstimates, gone: Collection[str]) -> GroupEstimates:
    """The same, these groups withheld as they would give others away."""
    hidden = [str(one.group) for one in found.estimates if one.group in gone]
    return replace(
        found,
        estimates=tuple(one for one in found.estimates if one.group not in gone),
        suppressed=(*found.suppressed, *(Suppressed(name, PROTECTS_ANOTHER) for name in hidden)),
    )


def gain_by(session: Session, scope: Scope, measured: Measured, by: Grouping | None) -> Finding:
    """Estimate and keep one breakdown."""
    frame, on = measured.frame, measured.on
    grouping = by.value if by else None
    found = measured.gains[grouping]
    definition = {
        "kind": GAIN,
        "program": measured.program.code,
        "instrument": on.run.instrument.code,
        "waves": [on.first.code, on.last.code],
        "by": grouping,
    }
    asked = Asked(GAIN, on.run.id, measured.program.id, grouping, definition)
    return keep(session, scope, asked, found, frame.fingerprint)


def labels_of(labels: Mapping[str, LabelArray], by: str | None) -> LabelArray | None:
    """The labels of a grouping, None for everybody together."""
    if by is None:
        return None
    if not labels:
        raise Refusal("sample_without_groups")
    if by not in labels:
        raise Refusal("unknown_group", found=by, expected=sorted(labels))
    return labels[by]


def keep(
    session: Session, scope: Scope, asked: Asked, found: GroupEstimates, fingerprint: str
) -> Finding:
    """Store what was found with all that made it; found before, that Finding answers."""
    estimates = ([found.total] if found.total else []) + [
        one for one in found.estimates if one.group is not None
    ]
    plain = [one.as_dict() for one in estimates]
    if asked.program_id is not None:
        plain = [told(one.as_dict(), people=one.n) for one in estimates]
    finding = Finding(
        kind=asked.kind,
        program_id=asked.program_id,
        scoring_run_id=asked.run_id,
        grouping=asked.grouping,
        definition=dict(asked.definition),
        method=METHOD,
        method_version=METHOD_VERSION,
        data_fingerprint=fingerprint,
        software={name: version(name) for name in SOFTWARE},
        estimates=plain,
        suppressed=[{"group": one.group, "reason": one.reason} for one in found.suppressed],
        missing=found.n_missing if asked.program_id is None else in_tens(found.n_missing),
    )
    before = latest_finding(session, like=finding)
    return kept(session, scope, finding, before=before, same=SAME)
