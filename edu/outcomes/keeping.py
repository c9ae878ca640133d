"""Keeping what was found: a Finding that says what is known already is not kept again."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Scope
from models.outcomes import Finding


def kept(
    session: Session, scope: Scope, finding: Finding, *, before: Finding | None, same: Sequence[str]
) -> Finding:
    """The Finding, stored; or the one before it, where the two agree in these columns."""
    if before is not None and all(getattr(before, name) == getattr(finding, name) for name in same):
        return before
    finding.created_by = scope.actor_id
    session.add(finding)
    session.flush()
    audit.note_changed(session, "finding", [finding.id])
    return finding
