"""Asking for a release, deciding on it, and noting that there will be none."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.export.queries import reachable, waves_to_choose
from edu.jobs import CANCELLED, enqueue
from models.base import utc_now
from models.errors import Conflict, Forbidden, Refusal
from models.programs import Program
from models.releases import ExportRequest, ReleaseStatus

BUILD = "build_release"
INTERNAL = "internal"


def request_export(
    session: Session, scope: Scope, *, program_id: int, wave_ids: Sequence[int], purpose: str
) -> ExportRequest:
    """Ask for the anonymized cohort of a program with the scores of some waves."""
    scope.require(Permission.REQUEST_EXPORT)
    actor = person_of(scope)
    if session.scalar(select(Program.id).where(Program.id == program_id)) is None:
        raise Refusal("unknown_program", field="program_id", found=program_id)
    offered = {wave.id for wave in waves_to_choose(session, scope, program_id=program_id)}
    chosen = sorted(set(wave_ids))
    if missing := [wave_id for wave_id in chosen if wave_id not in offered]:
        raise Refusal("wave_without_scores", field="wave_ids", found=missing)
    request = ExportRequest(
        requested_by=actor,
        program_id=program_id,
        wave_ids=chosen,
        purpose=purpose,
        status=ReleaseStatus.REQUESTED,
    )
    session.add(request)
    session.flush()
    audit.note_changed(session, "export_request", [request.id])
    return request


def approve(session: Session, scope: Scope, *, request_id: int, note: str) -> ExportRequest:
    """Approve somebody else's request; its files are made in the background."""
    request = decide(session, scope, request_id, ReleaseStatus.APPROVED, note)
    request.job_id = enqueue(session, BUILD, request.id, user_id=request.requested_by)
    session.flush()
    return request


def reject(session: Session, scope: Scope, *, request_id: int, note: str) -> ExportRequest:
    """Reject somebody else's request."""
    return decide(session, scope, request_id, ReleaseStatus.REJECTED, note)


def decide(
    session: Session, scope: Scope, request_id: int, status: ReleaseStatus, note: str
) -> ExportRequest:
    """Record the second person's decision; of two at the same time, one is refused."""
    scope.require(Permission.APPROVE_EXPORT)
    actor = person_of(scope)
    request = reachable(session, scope, request_id, for_update=True)
    if request.requested_by == actor:
        raise Forbidden("own_request")
    if request.status is not ReleaseStatus.REQUESTED:
        raise Conflict("export_decided")
    request.status = status
    request.decided_by = actor
    request.decided_at = utc_now()
    request.decision_note = note
    session.flush()
    audit.note_changed(session, "export_request", [request.id], decision=status.value)
    return request


def note_failure(session: Session, *, request_id: int, failure: dict[str, Any]) -> None:
    """Say on the request why there is no release: refused by a rule, a fault of ours, canceled."""
    request = session.get_one(ExportRequest, request_id)
    unruled = failure["code"] in (INTERNAL, CANCELLED)
    request.status = ReleaseStatus.FAILED if unruled else ReleaseStatus.REFUSED
    request.refusal = failure
    session.flush()
    audit.note_changed(session, "export_request", [request.id], failure=failure["code"])


def person_of(scope: Scope) -> int:
    """The user who acts: a command has no hand to raise."""
    if scope.actor_id is None:
        raise Forbidden("forbidden")
    return scope.actor_id
