"""Reading Findings. They hold no personal data, and small groups are withheld within them."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from models.assessments import Sample
from models.errors import NotFound
from models.keyset import Page, read_one, read_page
from models.outcomes import Finding
from models.programs import Program


def latest_finding(session: Session, *, like: Finding) -> Finding | None:
    """The newest Finding of the same kind, run, program and grouping."""
    statement = select(Finding).where(
        Finding.kind == like.kind,
        Finding.scoring_run_id == like.scoring_run_id,
        Finding.program_id.is_not_distinct_from(like.program_id),
        Finding.grouping.is_not_distinct_from(like.grouping),
    )
    return session.scalar(statement.order_by(Finding.id.desc()).limit(1))


def program_findings(session: Session, scope: Scope, *, program_id: int) -> dict[str, Finding]:
    """A program's newest gain by each grouping; "" is everybody."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(Finding)
        .where(Finding.program_id == program_id, Finding.kind == "gain")
        .ext(distinct_on(Finding.grouping))
        .order_by(Finding.grouping, Finding.id.desc())
    )
    return {finding.grouping or "": finding for finding in session.scalars(statement)}


def newest_gains(session: Session, scope: Scope) -> list[tuple[Program, Finding]]:
    """Every program's newest gain of everybody."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(Program, Finding)
        .join(Finding, Finding.program_id == Program.id)
        .where(Finding.kind == "gain", Finding.grouping.is_(None))
        .ext(distinct_on(Program.id))
        .order_by(Program.id, Finding.id.desc())
    )
    return [(program, finding) for program, finding in session.execute(statement)]


def findings(
    session: Session,
    scope: Scope,
    *,
    program_id: int | None = None,
    after: tuple[int] | None,
    limit: int,
) -> Page[Finding]:
    """Findings of a program, or all, newest first."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Finding)
    if program_id is not None:
        statement = statement.where(Finding.program_id == program_id)
    return read_page(session, statement, [Finding.id], after=after, limit=limit, descending=True)


def finding(session: Session, scope: Scope, *, finding_id: int) -> Finding:
    """One Finding."""
    scope.require(Permission.READ_FIGURES)
    return read_one(session, Finding, finding_id)


def samples(session: Session, scope: Scope) -> list[Sample]:
    """The anonymous samples, by code."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Sample).options(joinedload(Sample.instrument)).order_by(Sample.code)
    return list(session.scalars(statement))


def program_with_code(session: Session, scope: Scope, *, code: str) -> Program:
    """The program with this code."""
    scope.require(Permission.READ_FIGURES)
    found = session.scalar(select(Program).where(Program.code == code))
    if found is None:
        raise NotFound("unknown_program", found=code)
    return found
