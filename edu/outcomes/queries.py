"""Reading Findings. They hold no personal data, and small groups are withheld within them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from models.assessments import Sample
from models.errors import NotFound
from models.keyset import Page, read_page
from models.outcomes import Finding
from models.programs import Program
from models.scores import RunStatus, ScoringRun


def published_run(session: Session) -> ScoringRun | None:
    """The newest published run of the registry's own sittings."""
    return session.scalar(
        select(ScoringRun)
        .where(ScoringRun.status == RunStatus.PUBLISHED, ScoringRun.sample_id.is_(None))
        .order_by(ScoringRun.id.desc())
        .limit(1)
    )


def published_sample_run(session: Session, sample_id: int) -> ScoringRun | None:
    """The newest published run of a sample."""
    return session.scalar(
        select(ScoringRun)
        .where(ScoringRun.status == RunStatus.PUBLISHED, ScoringRun.sample_id == sample_id)
        .order_by(ScoringRun.id.desc())
        .limit(1)
    )


def latest_finding(
    session: Session, *, kind: str, run_id: int, grouping: str | None
) -> Finding | None:
    """The newest Finding of a kind on a run, by one grouping (None: everybody)."""
    return session.scalar(
        select(Finding)
        .where(
            Finding.kind == kind,
            Finding.scoring_run_id == run_id,
            Finding.grouping.is_not_distinct_from(grouping),
        )
        .order_by(Finding.id.desc())
        .limit(1)
    )


def program_findings(session: Session, scope: Scope, *, program_id: int) -> dict[str, Finding]:
    """A program's newest Finding by each grouping; "" is everybody."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(Finding)
        .where(Finding.program_id == program_id, Finding.kind == "gain")
        .order_by(Finding.id)
    )
    return {finding.grouping or "": finding for finding in session.scalars(statement)}


def newest_gains(session: Session, scope: Scope) -> list[tuple[Program, Finding]]:
    """Every program's newest gain of everybody."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(Program, Finding)
        .join(Finding, Finding.program_id == Program.id)
        .where(Finding.kind == "gain", Finding.grouping.is_(None))
        .distinct(Program.id)
        .order_by(Program.id, Finding.id.desc())
    )
    return [(program, finding) for program, finding in session.execute(statement)]


def findings(
    session: Session, scope: Scope, *, after: tuple[int] | None, limit: int
) -> Page[Finding]:
    """All Findings, oldest first."""
    scope.require(Permission.READ_FIGURES)
    return read_page(session, select(Finding), [Finding.id], after=after, limit=limit)


def finding(session: Session, scope: Scope, *, finding_id: int) -> Finding:
    """One Finding."""
    scope.require(Permission.READ_FIGURES)
    found = session.get(Finding, finding_id)
    if found is None:
        raise NotFound("not_found")
    return found


def samples(session: Session, scope: Scope) -> list[Sample]:
    """The anonymous samples, by code."""
    scope.require(Permission.READ_FIGURES)
    return list(session.scalars(select(Sample).order_by(Sample.code)))
