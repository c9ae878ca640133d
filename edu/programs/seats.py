"""How exactly a reader may know the seats taken: exact at home, rounded elsewhere."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from models.places import School
from models.programs import Offering

# Policy (disclosure control): figures for readers without records show no count of 1 to 9, and
# counts of single offerings in tens, so that no difference of two figures gives one away.
SMALLEST_COUNT = 10
ROUNDED_TO = 10


class Precision(StrEnum):
    """How a count is to be read."""

    EXACT = "exact"
    ROUNDED = "rounded"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Seats:
    """Seats taken, as far as they may be shown; `taken` is None where suppressed."""

    taken: int | None
    capacity: int | None
    precision: Precision

    @property
    def share(self) -> float | None:
        """The part of the seats that is taken, where both are known."""
        if self.taken is None or not self.capacity:
            return None
        return min(1.0, self.taken / self.capacity)


def exact_seats(taken: int, capacity: int | None) -> Seats:
    """Seats for somebody who may read the records behind them."""
    return Seats(taken, capacity, Precision.EXACT)


def total_seats(taken: int, capacity: int | None) -> Seats:
    """Seats of many offerings together: exact unless they are few."""
    if 0 < taken < SMALLEST_COUNT:
        return Seats(None, capacity, Precision.SUPPRESSED)
    return Seats(taken, capacity, Precision.EXACT)


def rounded_seats(taken: int, capacity: int | None) -> Seats:
    """Seats of a single offering for somebody who may not read its records."""
    if 0 < taken < SMALLEST_COUNT:
        return Seats(None, capacity, Precision.SUPPRESSED)
    nearest = (taken + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    return Seats(nearest, capacity, Precision.ROUNDED)


@dataclass(frozen=True)
class SeatReader:
    """Shows an offering's seats to one reader."""

    everything: bool
    schools: frozenset[int]
    regions: frozenset[int]

    def seats(self, offering: Offering) -> Seats:
        """The offering's seats as this reader may know them."""
        show = exact_seats if self.is_home(offering) else rounded_seats
        return show(offering.seats_taken, offering.capacity)

    def is_home(self, offering: Offering) -> bool:
        """Whether the reader's own people may take these seats."""
        if self.everything:
            return True
        if offering.school_id is not None:
            return offering.school_id in self.schools
        if offering.region_id is not None:
            return offering.region_id in self.regions
        return bool(self.schools)


def seat_reader(session: Session, scope: Scope) -> SeatReader:
    """The reader of seats that `scope` is."""
    if not scope.may(Permission.READ_RECORDS):
        return SeatReader(everything=False, schools=frozenset(), regions=frozenset())
    regions = select(School.region_id).where(School.id.in_(scope.school_ids)).distinct()
    return SeatReader(
        everything=scope.reach is Reach.SYSTEM,
        schools=frozenset(scope.school_ids),
        regions=frozenset(session.scalars(regions)),
    )
