"""Writing the participations of a file: updates, new rows, events, then the seats set free."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.enrollment.history import Ledger, Track
from edu.intake import load_into
from models.waitlist import fill_seats

ENROLLMENTS = {
    "id": "bigint", "person_id": "bigint", "offering_id": "bigint", "school_id": "bigint",
    "status": "text", "applied_on": "date", "waitlisted_on": "date", "enrolled_on": "date",
    "ended_on": "date", "reason": "text", "is_new": "boolean",
}  # fmt: skip
EVENTS = {
    "position": "int", "enrollment_id": "bigint", "school_id": "bigint", "previous": "text",
    "status": "text", "happened_on": "date", "reason": "text",
}  # fmt: skip
NEW_IDS = text(
    """SELECT nextval(pg_get_serial_sequence('enrollment', 'id'))
       FROM generate_series(1, :count)"""
)
# Ends come before beginnings: seats are never exceeded on the way, nor is anybody in twice.
CHANGE = text(
    """UPDATE enrollment SET
         status = incoming.status, waitlisted_on = incoming.waitlisted_on,
         enrolled_on = incoming.enrolled_on, ended_on = incoming.ended_on,
         reason = incoming.reason, version = version + 1
       FROM incoming_enrollment AS incoming
       WHERE NOT incoming.is_new AND enrollment.id = incoming.id"""
)
ADD = text(
    """INSERT INTO enrollment (id, person_id, offering_id, school_id, status, applied_on,
                               waitlisted_on, enrolled_on, ended_on, reason)
       SELECT id, person_id, offering_id, school_id, status, applied_on, waitlisted_on,
              enrolled_on, ended_on, reason
       FROM incoming_enrollment WHERE is_new ORDER BY id"""
)
TELL = text(
    """INSERT INTO enrollment_event (enrollment_id, school_id, previous, status, happened_on,
                                     reason, actor_id)
       SELECT enrollment_id, school_id, previous, status, happened_on, reason, :actor
       FROM incoming_step ORDER BY position"""
)


def write(session: Session, scope: Scope, ledger: Ledger) -> list[int]:
    """Write what the ledger holds and give freed seats to the waitlist; ids of all changed."""
    tracks = list(ledger.written)
    if not tracks:
        return []
    was_new = number_new(session, tracks)
    load_into(session, "incoming_enrollment", ENROLLMENTS, enrollment_rows(tracks, was_new))
    load_into(session, "incoming_step", EVENTS, event_rows(tracks))
    session.execute(CHANGE)
    session.execute(ADD)
    session.execute(TELL, {"actor": scope.actor_id})
    session.expire_all()
    changed = [track.enrollment_id for track in tracks if track.enrollment_id]
    for offering_id, on in sorted(ledger.freed.items()):
        changed += fill_seats(session, offering_id, on=on, actor_id=scope.actor_id)
    return sorted(set(changed))


def number_new(session: Session, tracks: Sequence[Track]) -> set[Track]:
    """Give new participations their ids; which they were."""
    new = [track for track in tracks if track.enrollment_id is None]
    ids = session.scalars(NEW_IDS, {"count": len(new)}).all()
    for track, enrollment_id in zip(new, ids, strict=True):
        track.enrollment_id = enrollment_id
    return set(new)


def enrollment_rows(tracks: Sequence[Track], new: set[Track]) -> Iterator[tuple[Any, ...]]:
    """The participations in the order of `ENROLLMENTS`."""
    for track in tracks:
        yield (
            track.enrollment_id, track.person_id, track.offering_id, track.school_id,
            track.status.value, track.applied_on, track.waitlisted_on, track.enrolled_on,
            track.ended_on, track.reason, track in new,
        )  # fmt: skip


def event_rows(tracks: Sequence[Track]) -> Iterator[tuple[Any, ...]]:
    """The steps in the order of `EVENTS`, each participation's in its own order."""
    position = 0
    for track in tracks:
        for step in track.steps:
            position += 1
            yield (
                position, track.enrollment_id, track.school_id,
                step.previous.value if step.previous else None, step.status.value, step.on,
                step.reason,
            )  # fmt: skip
