"""The audit trail tells of what was kept, and of nothing that was undone."""

from sqlalchemy import select

from edu.accounts import audit
from models.accounts import AuditEntry


def entries(session) -> list[tuple[dict, dict]]:
    session.commit()
    statement = select(AuditEntry.changed, AuditEntry.detail).order_by(AuditEntry.id)
    return [tuple(row) for row in session.execute(statement)]


def attempt(session, *ids: int, **detail: object) -> None:
    """Changes that are undone."""
    savepoint = session.begin_nested()
    audit.note_changed(session, "thing", ids, **detail)
    savepoint.rollback()


def test_what_came_before_an_undone_savepoint_is_still_told(session) -> None:
    audit.note_changed(session, "thing", [1], made="early")
    attempt(session, 2, made="late", more=True)
    audit.note_changed(session, "thing", [3])
    assert entries(session) == [({"thing": [1, 3]}, {"made": "early"})]


def test_a_savepoint_that_was_kept_is_told(session) -> None:
    with session.begin_nested():
        audit.note_changed(session, "thing", [1])
    attempt(session, 2)
    assert entries(session) == [({"thing": [1]}, {})]


def test_a_savepoint_within_an_undone_one_is_undone_too(session) -> None:
    audit.note_changed(session, "other", [7])
    savepoint = session.begin_nested()
    with session.begin_nested():
        audit.note_changed(session, "thing", [1])
    savepoint.rollback()
    assert entries(session) == [({"other": [7]}, {})]


def test_nothing_is_told_of_a_transaction_that_was_undone(session) -> None:
    session.scalars(select(AuditEntry)).all()
    audit.note_changed(session, "thing", [1])
    session.rollback()
    assert entries(session) == []
