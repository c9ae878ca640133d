"""The waitlist: one for all schools of an offering, which no single school's scope could read."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import BigInteger, Date, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from models.enrollments import Enrollment

FILL_SEATS = text("SELECT * FROM fill_seats(:offering, :day, :actor)").bindparams(
    bindparam("offering", type_=BigInteger),
    bindparam("day", type_=Date),
    bindparam("actor", type_=BigInteger),
)


def fill_seats(
    session: Session, offering_id: int, *, on: date, actor_id: int | None
) -> tuple[int, ...]:
    """Enroll those who applied first while there are free seats; returns their enrollments' ids.

    Does nothing for an offering that is not open, or is over by the day `on`. Locks the offering.
    """
    session.flush()
    values = {"offering": offering_id, "day": on, "actor": actor_id}
    promoted = tuple(session.scalars(FILL_SEATS, values))
    for enrollment_id in promoted:
        known = session.identity_map.get(identity_key(Enrollment, enrollment_id))
        if known is not None:
            session.expire(known)
    return promoted


def waitlist_places(session: Session, offering_ids: Collection[int]) -> dict[int, int]:
    """The place, from 1, of each waiting enrollment in reach, by the enrollment's id."""
    wanted = bindparam("wanted", list(offering_ids), type_=ARRAY(BigInteger))
    places = func.waitlist_places(wanted).table_valued("enrollment_id", "place")
    rows = session.execute(select(places.c.enrollment_id, places.c.place))
    return {row.enrollment_id: row.place for row in rows}
