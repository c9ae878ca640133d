"""Reading instruments and waves, and the sittings within a scope."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from models.assessments import Instrument, Sitting, Wave
from models.errors import NotFound
from models.keyset import Page, read_one, read_page
from models.people import Person


@dataclass(frozen=True)
class WaveCount:
    """A wave and how many persons within the scope have sat it."""

    wave: Wave
    sittings: int


def instruments(
    session: Session, scope: Scope, *, after: tuple[str] | None, limit: int
) -> Page[Instrument]:
    """All instruments, by code."""
    scope.require(Permission.READ_FIGURES)
    return read_page(session, select(Instrument), [Instrument.code], after=after, limit=limit)


def instrument(session: Session, scope: Scope, *, instrument_id: int) -> Instrument:
    """One instrument with its items and waves."""
    scope.require(Permission.READ_FIGURES)
    return read_one(session, Instrument, instrument_id)


def waves(
    session: Session,
    scope: Scope,
    *,
    instrument_id: int | None = None,
    after: tuple[int] | None,
    limit: int,
) -> Page[Wave]:
    """Waves of one instrument or of all, oldest first."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Wave)
    if instrument_id is not None:
        statement = statement.where(Wave.instrument_id == instrument_id)
    return read_page(session, statement, [Wave.id], after=after, limit=limit)


def wave(session: Session, scope: Scope, *, wave_id: int) -> Wave:
    """One wave."""
    scope.require(Permission.READ_FIGURES)
    return read_one(session, Wave, wave_id)


def wave_counts(session: Session, scope: Scope, *, instrument_id: int) -> list[WaveCount]:
    """The rows of each wave's response matrix, as far as the scope reaches."""
    scope.require(Permission.READ_FIGURES)
    counted = (
        select(Sitting.wave_id, func.count().label("sittings"))
        .where(Sitting.person_id.is_not(None))
        .group_by(Sitting.wave_id)
        .subquery()
    )
    statement = (
        select(Wave, func.coalesce(counted.c.sittings, 0))
        .outerjoin(counted, counted.c.wave_id == Wave.id)
        .where(Wave.instrument_id == instrument_id)
        .order_by(Wave.opens_on, Wave.id)
    )
    return [WaveCount(found, sittings) for found, sittings in session.execute(statement)]


def sittings_of_wave(
    session: Session, scope: Scope, *, wave_id: int, after: tuple[int, int] | None, limit: int
) -> Page[Sitting]:
    """The sittings of a wave in the schools of the scope, school by school."""
    scope.require(Permission.READ_RECORDS)
    wave(session, scope, wave_id=wave_id)
    statement = select(Sitting).where(Sitting.wave_id == wave_id, Sitting.school_id.is_not(None))
    if scope.reach is not Reach.SYSTEM:
        statement = statement.where(Sitting.school_id.in_(scope.school_ids))
    keys = [Sitting.school_id, Sitting.id]
    page = read_page(session, statement, keys, after=after, limit=limit)
    audit.note_read(session, "sitting", [sitting.id for sitting in page.items])
    return page


def sittings_of_person(session: Session, scope: Scope, *, person_id: int) -> list[Sitting]:
    """What one person has sat, oldest wave first."""
    scope.require(Permission.READ_RECORDS)
    read_one(session, Person, person_id)
    statement = (
        select(Sitting)
        .join(Sitting.wave)
        .where(Sitting.person_id == person_id)
        .order_by(Wave.opens_on, Sitting.id)
    )
    found = list(session.scalars(statement))
    audit.note_read(session, "sitting", [sitting.id for sitting in found])
    return found


def sitting(session: Session, scope: Scope, *, sitting_id: int) -> Sitting:
    """One sitting of a person."""
    scope.require(Permission.READ_RECORDS)
    found = read_one(session, Sitting, sitting_id)
    if found.person_id is None:
        raise NotFound("not_found")
    audit.note_read(session, "sitting", [found.id])
    return found
