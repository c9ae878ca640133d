"""The life of an analysis: defined once, saved, run as often as asked. Same data, same bits."""

from hashlib import sha256
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.database.columns import whole_tables
from edu.jobs import enqueue
from edu.outcomes.analyses.comparison.arms import Arms, arms_of, eligible_for
from edu.outcomes.analyses.comparison.frames import Register, read_register
from edu.outcomes.analyses.comparison.material import material_of
from edu.outcomes.analyses.comparison.selections import check_selection
from edu.outcomes.analyses.comparison.sources import Source, source_of
from edu.outcomes.analyses.comparison.waves import Waves, read_waves
from edu.outcomes.analyses.definition import Definition, two
from edu.outcomes.analyses.estimates.answers import Question, answer, refuse_without_arms
from edu.outcomes.analyses.queries import latest_answer
from edu.outcomes.keeping import kept
from edu.outcomes.precision import in_tens
from edu.registry.years import academic_year_of
from edu.scoring.progress import Progress, Untold
from models.keyset import read_one
from models.outcomes import Analysis, Finding

JOB = "estimate_effect"
KIND = "effect"
METHOD = "cross-fitted doubly robust"
METHOD_VERSION = "5"
SOFTWARE = ("edu", "numpy", "scipy", "scikit-learn")
# What makes two Findings of an analysis one.
SAME = (
    "definition", "method", "method_version", "seed", "data_fingerprint", "software", "estimates",
    "suppressed", "checks", "report", "missing", "scoring_run_id",
)  # fmt: skip


def define(session: Session, scope: Scope, *, name: str, definition: Definition) -> Analysis:
    """Save an analysis; refuses a definition whose program, offerings or scores are not there, and
    one whose people differ by a few from those of another."""
    scope.require(Permission.WRITE_PROGRAMS)
    two(definition.waves)
    source = source_of(session, definition)
    check_selection(session, source)
    analysis = Analysis(
        name=name,
        program_id=source.program.id,
        definition=definition.as_dict(),
        created_by=scope.actor_id,
    )
    session.add(analysis)
    session.flush()
    audit.note_changed(session, "analysis", [analysis.id])
    return analysis


def define_and_queue(
    session: Session, scope: Scope, *, name: str, definition: Definition
) -> tuple[Analysis, int]:
    """A saved analysis, and the id of the job that runs it."""
    analysis = define(session, scope, name=name, definition=definition)
    return analysis, queue_run(session, scope, analysis_id=analysis.id)


def change(session: Session, scope: Scope, *, analysis_id: int, **changes: Any) -> Analysis:
    """Call an analysis otherwise (`name`), put it away, or bring it back (`archived`)."""
    scope.require(Permission.WRITE_PROGRAMS)
    analysis = read_one(session, Analysis, analysis_id)
    for column, value in changes.items():
        setattr(analysis, column, value)
    session.flush()
    audit.note_changed(session, "analysis", [analysis.id], **changes)
    return analysis


def queue_run(session: Session, scope: Scope, *, analysis_id: int) -> int:
    """Have an analysis run in the background; the id of the job."""
    scope.require(Permission.WRITE_PROGRAMS)
    analysis = read_one(session, Analysis, analysis_id)
    job_id = enqueue(session, JOB, analysis.id, user_id=scope.actor_id)
    audit.note_changed(session, "analysis", [analysis.id], job=job_id)
    return job_id


def run_analysis(
    session: Session, scope: Scope, *, analysis_id: int, progress: Progress | None = None
) -> Finding:
    """Estimate what the analysis asks and keep it; found before, that Finding answers.

    Refuses (waves_not_linked, all_enrolled, no_comparison_group, one_school_in_arm,
    constant_outcome, no_overlap, …) what has no honest answer.
    """
    scope.require(Permission.WRITE_PROGRAMS)
    tell = progress or Untold()
    analysis = read_one(session, Analysis, analysis_id)
    asked = Definition.from_dict(analysis.definition)
    source = source_of(session, asked)
    tell.at("reading")
    with whole_tables(session):
        register, waves = read_register(session, source), read_waves(session, source)
    arms = study_arms(register, source, asked)
    refuse_without_arms(arms)
    material, left_out = material_of(register, arms)
    levels = tuple(level.lower_bound for level in source.scale.levels)
    found = answer(material, Question(asked, arms, levels, waves), tell)
    tell.at("writing")
    analysis.failure = None
    lost = int((~material.finished).sum()) + left_out
    finding = finding_of(analysis, source, found, in_tens(lost) or 0)
    finding.data_fingerprint = fingerprint_of(register, waves)
    return keep(session, scope, finding)


def fingerprint_of(register: Register, waves: Waves | None) -> str:
    """Of all rows that were read."""
    if waves is None:
        return register.fingerprint
    return sha256(f"{register.fingerprint}{waves.fingerprint}".encode()).hexdigest()


def study_arms(register: Register, source: Source, asked: Definition) -> Arms:
    """Who is compared with whom: only offerings that began before the last wave count."""
    last = source.measured.last
    begun = [each for each in source.offerings if each.starts_on <= last.closes_on]
    year = academic_year_of(source.measured.first.opens_on)
    eligible = eligible_for(register, begun, year)
    return arms_of(register, asked.comparison, eligible)


def finding_of(analysis: Analysis, source: Source, found: dict[str, Any], lost: int) -> Finding:
    """The answer as it is kept, with all that made it but the fingerprint of the data."""
    report = found["report"]
    return Finding(
        kind=KIND,
        program_id=analysis.program_id,
        scoring_run_id=source.measured.run.id,
        analysis_id=analysis.id,
        definition=analysis.definition,
        method=METHOD,
        method_version=METHOD_VERSION,
        seed=int(analysis.definition["seed"]),
        software={name: version(name) for name in SOFTWARE},
        estimates=[report["effect"]["estimate"]],
        suppressed=[
            {"group": row["group"], "reason": row["reason"]}
            for one in report["groups"]
            for row in one["suppressed"]
        ],
        checks=found["checks"],
        report=report,
        missing=lost,
    )


def keep(session: Session, scope: Scope, finding: Finding) -> Finding:
    """Store a Finding, unless the analysis' newest says the same."""
    before = latest_answer(session, analysis_id=finding.analysis_id or 0)
    return kept(session, scope, finding, before=before, same=SAME)


def note_failure(session: Session, analysis_id: int, failure: dict[str, Any]) -> None:
    """Why an analysis has no new answer."""
    read_one(session, Analysis, analysis_id).failure = failure


def saved_like(session: Session, definition: Definition) -> Analysis | None:
    """The newest analysis that asks just this."""
    statement = select(Analysis).where(Analysis.definition == definition.as_dict())
    return session.scalar(statement.order_by(Analysis.id.desc()).limit(1))
