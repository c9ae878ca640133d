"""The trail: one entry per transaction that touched records, naming all it changed or read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import Session, SessionTransaction

from edu.accounts.scope import Scope
from models.accounts import AuditEntry

PENDING = "audit"
SAVEPOINTS = "edu savepoints of the audit trail"


Mark = tuple[dict[str, int], dict[str, int], dict[str, Any]]


@dataclass
class Trail:
    """What the present transaction has touched so far."""

    changed: dict[str, list[int]] = field(default_factory=dict)
    read: dict[str, list[int]] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)

    def mark(self) -> Mark:
        """How far the trail is."""
        return counts(self.changed), counts(self.read), dict(self.detail)

    def return_to(self, mark: Mark) -> None:
        """Forget what came after the mark."""
        changed, read, self.detail = mark[0], mark[1], dict(mark[2])
        self.changed = {kind: self.changed[kind][:number] for kind, number in changed.items()}
        self.read = {kind: self.read[kind][:number] for kind, number in read.items()}


def counts(ids: Mapping[str, list[int]]) -> dict[str, int]:
    """How many records of each kind."""
    return {kind: len(found) for kind, found in ids.items()}


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


@event.listens_for(Session, "after_transaction_create")
def remember_entry(session: Session, transaction: SessionTransaction) -> None:
    """How far the trail was when a savepoint was set."""
    if transaction.nested:
        trail = session.info.get(PENDING) or Trail()
        session.info.setdefault(SAVEPOINTS, {})[transaction] = trail.mark()


@event.listens_for(Session, "after_rollback")
def forget_entry(session: Session) -> None:
    """What was undone was not done: all of it, or what came after the savepoint."""
    transaction = session.get_nested_transaction()
    if transaction is None:
        session.info.pop(PENDING, None)
        return
    trail: Trail | None = session.info.get(PENDING)
    if trail is not None:
        trail.return_to(session.info[SAVEPOINTS][transaction])


@event.listens_for(Session, "after_transaction_end")
def forget_savepoint(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint that is over."""
    session.info.get(SAVEPOINTS, {}).pop(transaction, None)
