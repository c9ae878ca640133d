"""Reading analyses and their answers. They hold no personal data; small groups are withheld."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from models.errors import NotFound
from models.keyset import Page, read_one, read_page
from models.outcomes import Analysis, Finding


def analyses(
    session: Session,
    scope: Scope,
    *,
    program_id: int | None = None,
    archived: bool = False,
    after: tuple[int] | None = None,
    limit: int = 50,
) -> Page[Analysis]:
    """Analyses of a program, or all, newest first; those put away only by themselves."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Analysis).options(joinedload(Analysis.program))
    statement = statement.where(Analysis.archived == archived)
    if program_id is not None:
        statement = statement.where(Analysis.program_id == program_id)
    return read_page(session, statement, [Analysis.id], after=after, limit=limit, descending=True)


def analysis(session: Session, scope: Scope, *, analysis_id: int) -> Analysis:
    """One analysis."""
    scope.require(Permission.READ_FIGURES)
    return read_one(session, Analysis, analysis_id)


def any_archived(session: Session, scope: Scope) -> bool:
    """Whether an analysis was put away."""
    scope.require(Permission.READ_FIGURES)
    return bool(session.scalar(select(exists().where(Analysis.archived))))


def answers(session: Session, scope: Scope, *, analysis_ids: Sequence[int]) -> dict[int, Finding]:
    """The newest Finding of each of these analyses that has one."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(Finding)
        .where(Finding.analysis_id.in_(analysis_ids), Finding.report.is_not(None))
        .ext(distinct_on(Finding.analysis_id))
        .order_by(Finding.analysis_id, Finding.id.desc())
    )
    return {finding.analysis_id or 0: finding for finding in session.scalars(statement)}


def answer(session: Session, scope: Scope, *, analysis_id: int) -> Finding:
    """The newest Finding of an analysis; absent (NotFound) before the first."""
    analysis(session, scope, analysis_id=analysis_id)
    found = latest_answer(session, analysis_id=analysis_id)
    if found is None:
        raise NotFound("not_found")
    return found


def latest_answer(session: Session, *, analysis_id: int) -> Finding | None:
    """The newest Finding of an analysis; one whose report was taken away answers nothing."""
    statement = select(Finding).where(
        Finding.analysis_id == analysis_id, Finding.report.is_not(None)
    )
    return session.scalar(statement.order_by(Finding.id.desc()).limit(1))
