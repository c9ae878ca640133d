"""Initiatives, programs and offerings: open to whoever reads figures, seats as far as they may."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.programs.seats import Seats, exact_seats, seat_reader, total_seats
from models.keyset import Page, read_one, read_page
from models.places import Region, School
from models.programs import Initiative, Offering, Program, Standing


@dataclass(frozen=True)
class ProgramLine:
    """A program with its offerings counted."""

    program: Program
    offerings: int
    open_offerings: int
    seats: Seats


@dataclass(frozen=True)
class InitiativeLine:
    """An initiative with its programs."""

    initiative: Initiative
    programs: Sequence[ProgramLine]


@dataclass(frozen=True)
class OfferingLine:
    """An offering with its seats as the reader may know them."""

    offering: Offering
    seats: Seats

    @property
    def region(self) -> str | None:
        """KATO prefix; None where the whole nation is meant."""
        return self.offering.region.code if self.offering.region else None

    @property
    def school(self) -> str | None:
        """The school's code; None where a whole region or the nation is meant."""
        return self.offering.school.code if self.offering.school else None


@dataclass(frozen=True)
class OfferingChoices:
    """What a new offering may be of, and where; `nation` whether also everywhere."""

    programs: Sequence[Program]
    regions: Sequence[Region]
    nation: bool


def initiatives(session: Session, scope: Scope) -> Sequence[Initiative]:
    """The project's initiatives; there are four."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Initiative).order_by(Initiative.id)
    return session.scalars(statement.options(selectinload(Initiative.programs))).all()


def initiative(session: Session, scope: Scope, *, initiative_id: int) -> Initiative:
    """One initiative."""
    scope.require(Permission.READ_FIGURES)
    return read_one(session, Initiative, initiative_id)


def portfolio(session: Session, scope: Scope) -> list[InitiativeLine]:
    """The initiatives, their programs, and how far the programs' seats are taken."""
    lines = program_lines(session, scope)
    return [
        InitiativeLine(found, [lines[program.id] for program in found.programs])
        for found in initiatives(session, scope)
    ]


def program_lines(session: Session, scope: Scope) -> dict[int, ProgramLine]:
    """Every program with its seats, from the counters the database keeps; by id."""
    statement = (
        select(
            Program,
            func.count(Offering.id),
            func.count(Offering.id).filter(Offering.standing == Standing.OPEN),
            func.coalesce(func.sum(Offering.seats_taken), 0),
            func.sum(Offering.capacity),
            func.bool_or(Offering.capacity.is_(None)),
        )
        .outerjoin(Offering, Offering.program_id == Program.id)
        .group_by(Program.id)
    )
    show = exact_seats if scope.reach is Reach.SYSTEM else total_seats
    return {
        program.id: ProgramLine(program, count, opened, show(taken, None if endless else capacity))
        for program, count, opened, taken, capacity, endless in session.execute(statement)
    }


def programs(
    session: Session,
    scope: Scope,
    *,
    initiative_id: int | None = None,
    after: tuple[int] | None = None,
    limit: int = 50,
) -> Page[Program]:
    """A page of programs."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Program)
    if initiative_id is not None:
        statement = statement.where(Program.initiative_id == initiative_id)
    return read_page(session, statement, [Program.id], after=after, limit=limit)


def program(session: Session, scope: Scope, *, program_id: int) -> Program:
    """One program."""
    scope.require(Permission.READ_FIGURES)
    return read_one(session, Program, program_id)


def offerings(
    session: Session,
    scope: Scope,
    *,
    program_id: int | None = None,
    school: str | None = None,
    standing: Standing | None = None,
    after: tuple[int] | None = None,
    limit: int = 50,
) -> Page[OfferingLine]:
    """A page of offerings; `school` is a school's code."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Offering).options(joinedload(Offering.school), joinedload(Offering.region))
    if program_id is not None:
        statement = statement.where(Offering.program_id == program_id)
    if school is not None:
        place = select(School.id).where(School.code == school).scalar_subquery()
        statement = statement.where(Offering.school_id == place)
    if standing is not None:
        statement = statement.where(Offering.standing == standing)
    page = read_page(session, statement, [Offering.id], after=after, limit=limit)
    return Page([*lines(session, scope, page.items)], page.next_key)


def offering(session: Session, scope: Scope, *, offering_id: int) -> OfferingLine:
    """One offering."""
    scope.require(Permission.READ_FIGURES)
    return lines(session, scope, [read_one(session, Offering, offering_id)])[0]


def lines(session: Session, scope: Scope, found: Sequence[Offering]) -> list[OfferingLine]:
    """Offerings with their seats as the reader may know them."""
    reader = seat_reader(session, scope)
    return [OfferingLine(offering, reader.seats(offering)) for offering in found]


def offering_choices(session: Session, scope: Scope) -> OfferingChoices:
    """What whoever acts may offer, and in which regions."""
    everywhere = scope.may(Permission.WRITE_PROGRAMS)
    regions = select(Region).order_by(Region.code)
    if not everywhere:
        regions = regions.where(Region.id.in_(scope.region_ids))
    programs = select(Program).order_by(Program.initiative_id, Program.id)
    return OfferingChoices(
        programs=session.scalars(programs).all(),
        regions=session.scalars(regions).all(),
        nation=everywhere,
    )
