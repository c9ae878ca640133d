"""The trail: one entry per transaction that touched records, naming all it changed or read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from models.accounts import AuditEntry

PENDING = "audit"


@dataclass
class Trail:
    """What the present transaction has touched so far."""

    changed: dict[str, list[int]] = field(default_factory=dict)
    read: dict[str, list[int]] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)


def name_action(session: Session, action: str, request_id: str | None = None) -> None:
    """Say what the session is doing: a route, a command or a job."""
    session.info["action"] = action
    session.info["request_id"] = request_id


def note_changed(session: Session, kind: str, ids: Iterable[int], **detail: object) -> None:
    """Add records to those the present transaction changed."""
    trail = pending(session)
    trail.changed.setdefault(kind, []).extend(ids)
    trail.detail.update(detail)


def note_read(session: Session, kind: str, ids: Iterable[int], **detail: object) -> None:
    """Add personal records to those the present transaction showed."""
    trail = pending(session)
    trail.read.setdefault(kind, []).extend(ids)
    trail.detail.update(detail)


def pending(session: Session) -> Trail:
    """The trail of the present transaction."""
    trail: Trail = session.info.setdefault(PENDING, Trail())
    return trail


@event.listens_for(Session, "before_commit")
def write_entry(session: Session) -> None:
    """Write the entry with the change it tells of: both are kept or neither."""
    trail: Trail | None = session.info.get(PENDING)
    if trail is None or session.in_nested_transaction():
        return
    del session.info[PENDING]
    scope: Scope | None = session.info.get("scope")
    session.execute(
        insert(AuditEntry).values(
            actor_id=scope.actor_id if scope else None,
            actor=scope.actor if scope else "nobody",
            role=scope.role.value if scope else "",
            action=session.info.get("action", ""),
            changed=trail.changed,
            read=trail.read,
            request_id=session.info.get("request_id"),
            detail=trail.detail,
        )
    )


@event.listens_for(Session, "after_rollback")
def forget_entry(session: Session) -> None:
    """What was undone was not done."""
    session.info.pop(PENDING, None)
