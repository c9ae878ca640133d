"""Requests and releases, for whoever asked and for whoever decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, distinct, exists, func, select
from sqlalchemy.orm import Session, joinedload

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.export.cohort import scored_and_published
from edu.export.policy import SMALLEST_COUNT
from edu.jobs import JobState, state_of
from models.assessments import Sitting, Wave
from models.enrollments import Enrollment
from models.errors import NotFound
from models.keyset import LARGEST_KEY, Page, read_page
from models.programs import Offering, Program
from models.releases import ExportRequest, ReleaseFile, ReleaseStatus
from models.scores import ScoringRun


@dataclass(frozen=True)
class Builder:
    """What a request may be made of. persons: None where fewer than may be told."""

    programs: Sequence[Program]
    program: Program | None
    waves: Sequence[Wave]
    persons: int | None


@dataclass(frozen=True)
class ExportPage:
    """A request with all that its page shows."""

    request: ExportRequest
    waves: Sequence[Wave]
    persons: int | None
    job: JobState | None
    own: bool
    may_decide: bool


def exports(
    session: Session, scope: Scope, *, after: tuple[int, ...] | None, limit: int
) -> Page[ExportRequest]:
    """The caller's own requests, or everybody's for those who decide; newest first."""
    return read_page(
        session, visible(scope), [ExportRequest.id], after=after, limit=limit, descending=True
    )


def waiting(session: Session, scope: Scope) -> int:
    """How many requests wait for a decision of the caller."""
    if not scope.may(Permission.APPROVE_EXPORT):
        return 0
    statement = select(func.count()).where(
        ExportRequest.status == ReleaseStatus.REQUESTED,
        ExportRequest.requested_by != scope.actor_id,
    )
    return session.scalar(statement) or 0


def export(session: Session, scope: Scope, *, request_id: int) -> ExportRequest:
    """One request."""
    return reachable(session, scope, request_id)


def export_page(session: Session, scope: Scope, *, request_id: int) -> ExportPage:
    """One request with everything about it."""
    request = reachable(session, scope, request_id)
    own = request.requested_by == scope.actor_id
    undecided = request.status is ReleaseStatus.REQUESTED
    return ExportPage(
        request=request,
        waves=chosen_waves(session, request),
        persons=persons_of(session, request.program_id) if undecided else None,
        job=state_of(session, request.job_id) if request.job_id else None,
        own=own,
        may_decide=undecided and not own and scope.may(Permission.APPROVE_EXPORT),
    )


def persons(session: Session, scope: Scope, *, request_id: int) -> int | None:
    """How many persons a requested cohort has; None where too few to be told."""
    return persons_of(session, reachable(session, scope, request_id).program_id)


def release_file(session: Session, scope: Scope, *, request_id: int, name: str) -> ReleaseFile:
    """A file for whoever asked for it, and for nobody else; the reading is noted."""
    request = reachable(session, scope, request_id)
    found = next((file for file in request.files if file.name == name), None)
    if found is None or request.requested_by != scope.actor_id:
        raise NotFound("not_found")
    if request.status is not ReleaseStatus.READY:
        raise NotFound("not_found")
    audit.note_read(session, "release_file", [found.id], file=found.name)
    return found


def builder(session: Session, scope: Scope, *, program_id: int | None) -> Builder:
    """The programs, and for a chosen one its waves and how many persons it has."""
    scope.require(Permission.REQUEST_EXPORT)
    programs = session.scalars(select(Program).order_by(Program.id)).all()
    program = next((one for one in programs if one.id == program_id), None)
    if program is None:
        return Builder(programs, None, (), None)
    waves = waves_to_choose(session, scope, program_id=program.id)
    return Builder(programs, program, waves, persons_of(session, program.id))


def waves_to_choose(session: Session, scope: Scope, *, program_id: int) -> Sequence[Wave]:
    """Waves with published scores that somebody of the program has sat, oldest first."""
    scope.require(Permission.REQUEST_EXPORT)
    sat = (
        exists()
        .where(Sitting.wave_id == Wave.id, Sitting.person_id == Enrollment.person_id)
        .where(Enrollment.offering_id == Offering.id, Offering.program_id == program_id)
    )
    published = exists(select(ScoringRun.id).where(scored_and_published(Wave.id)))
    statement = (
        select(Wave)
        .where(sat, published)
        .options(joinedload(Wave.instrument))
        .order_by(Wave.opens_on, Wave.id)
    )
    return session.scalars(statement).all()


def chosen_waves(session: Session, request: ExportRequest) -> Sequence[Wave]:
    """The waves of a request, oldest first."""
    statement = (
        select(Wave).where(Wave.id.in_(request.wave_ids)).options(joinedload(Wave.instrument))
    )
    return session.scalars(statement.order_by(Wave.opens_on, Wave.id)).all()


def persons_of(session: Session, program_id: int) -> int | None:
    """How many persons have an enrollment in a program; None where too few to be told."""
    found = session.scalar(
        select(func.count(distinct(Enrollment.person_id)))
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(Offering.program_id == program_id)
    )
    return found if found and found >= SMALLEST_COUNT else None


def visible(scope: Scope) -> Select[ExportRequest]:
    """The requests a caller may know of."""
    scope.require(Permission.READ_EXPORTS)
    statement = select(ExportRequest).options(
        joinedload(ExportRequest.program), joinedload(ExportRequest.requester)
    )
    if scope.may(Permission.APPROVE_EXPORT):
        return statement
    return statement.where(ExportRequest.requested_by == scope.actor_id)


def reachable(
    session: Session, scope: Scope, request_id: int, *, for_update: bool = False
) -> ExportRequest:
    """A request the caller may know of; any other answers as an absent one."""
    statement = visible(scope).where(ExportRequest.id == request_id)
    if for_update:
        statement = statement.with_for_update(of=ExportRequest).execution_options(
            populate_existing=True
        )
    found = session.scalar(statement) if 0 < request_id <= LARGEST_KEY else None
    if found is None:
        raise NotFound("not_found")
    return found
