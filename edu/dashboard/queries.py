"""What the homes show, within the reader's scope."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from edu.accounts.scope import Scope
from edu.programs.seats import Seats, total_seats
from models.enrollments import ACTIVE, Enrollment, EnrollmentStatus
from models.keyset import read_one
from models.people import Membership
from models.places import LanguageOfInstruction, School, SchoolClass
from models.programs import Initiative, Offering, Program
from models.releases import ExportRequest

NEWEST = 5
TAKING_PART = (EnrollmentStatus.ENROLLED, EnrollmentStatus.COMPLETED)


@dataclass(frozen=True)
class ClassLine:
    """A class, how many are in it, and how many of them take part in each program."""

    school_class: SchoolClass
    people: int
    taking_part: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SchoolHome:
    """A school administrator's day."""

    schools: Sequence[School]
    academic_year: str | None
    people: int
    classes: Sequence[ClassLine]
    programs: Sequence[Program]
    by_status: dict[EnrollmentStatus, int]
    languages: dict[str, LanguageOfInstruction]

    @property
    def taking_part(self) -> int:
        """Enrollments that hold a seat."""
        return sum(self.by_status.get(status, 0) for status in TAKING_PART)

    @property
    def active(self) -> int:
        """Enrollments that are not at their end."""
        return sum(self.by_status.get(status, 0) for status in ACTIVE)


@dataclass(frozen=True)
class ProgramLine:
    """A program with its offerings counted."""

    program: Program
    offerings: int
    open_offerings: int
    seats: Seats


def school_home(session: Session, scope: Scope) -> SchoolHome:
    """The classes of the newest academic year of the caller's schools."""
    schools = session.scalars(
        select(School).where(School.id.in_(scope.school_ids)).order_by(School.id)
    ).all()
    year = session.scalar(
        select(func.max(Membership.academic_year)).where(Membership.school_id.in_(scope.school_ids))
    )
    taking_part = class_programs(session, scope, year)
    used = {program_id for parts in taking_part.values() for program_id in parts}
    return SchoolHome(
        schools=schools,
        academic_year=year,
        people=people_of(session, scope, year),
        classes=class_lines(session, scope, year, taking_part),
        programs=session.scalars(
            select(Program).where(Program.id.in_(used)).order_by(Program.id)
        ).all(),
        by_status=status_counts(session, Enrollment.school_id.in_(scope.school_ids)),
        languages={one.code: one for one in session.scalars(select(LanguageOfInstruction))},
    )


def people_of(session: Session, scope: Scope, year: str | None) -> int:
    """People of the caller's schools in an academic year."""
    return (
        session.scalar(
            select(func.count(distinct(Membership.person_id))).where(
                Membership.school_id.in_(scope.school_ids),
                Membership.academic_year == year,
                Membership.ended_on.is_(None),
            )
        )
        or 0
    )


def class_lines(
    session: Session, scope: Scope, year: str | None, taking_part: dict[int, dict[int, int]]
) -> list[ClassLine]:
    """The classes in order of grade and name."""
    statement = (
        select(SchoolClass, func.count(Membership.id))
        .outerjoin(
            Membership,
            (Membership.class_id == SchoolClass.id) & Membership.ended_on.is_(None),
        )
        .where(SchoolClass.school_id.in_(scope.school_ids), SchoolClass.academic_year == year)
        .group_by(SchoolClass.id)
        .order_by(SchoolClass.grade, SchoolClass.name)
    )
    return [
        ClassLine(school_class, people, taking_part.get(school_class.id, {}))
        for school_class, people in session.execute(statement)
    ]


def class_programs(session: Session, scope: Scope, year: str | None) -> dict[int, dict[int, int]]:
    """By class and program: how many members take part."""
    statement = (
        select(
            Membership.class_id,
            Offering.program_id,
            func.count(distinct(Membership.person_id)),
        )
        .join(Enrollment, Enrollment.person_id == Membership.person_id)
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(
            Membership.school_id.in_(scope.school_ids),
            Membership.academic_year == year,
            Membership.ended_on.is_(None),
            Membership.class_id.is_not(None),
            Enrollment.status.in_(TAKING_PART),
        )
        .group_by(Membership.class_id, Offering.program_id)
    )
    found: dict[int, dict[int, int]] = {}
    for class_id, program_id, people in session.execute(statement):
        if class_id is not None:
            found.setdefault(class_id, {})[program_id] = people
    return found


def status_counts(
    session: Session, *conditions: ColumnElement[bool]
) -> dict[EnrollmentStatus, int]:
    """How many enrollments are in each state."""
    statement = select(Enrollment.status, func.count()).where(*conditions)
    rows = session.execute(statement.group_by(Enrollment.status))
    return {row[0]: row[1] for row in rows}


def initiatives(session: Session) -> Sequence[Initiative]:
    """The initiatives with their programs."""
    statement = select(Initiative).options(selectinload(Initiative.programs))
    return session.scalars(statement.order_by(Initiative.id)).all()


def own_requests(session: Session, scope: Scope) -> Sequence[ExportRequest]:
    """The caller's newest requests for cohorts."""
    statement = (
        select(ExportRequest)
        .where(ExportRequest.requested_by == scope.actor_id)
        .options(joinedload(ExportRequest.program))
        .order_by(ExportRequest.id.desc())
        .limit(NEWEST)
    )
    return session.scalars(statement).all()


def program_line(session: Session, program_id: int) -> ProgramLine:
    """One program with its seats."""
    return program_lines(session, Program.id == program_id)[program_id]


def program_lines(session: Session, *conditions: ColumnElement[bool]) -> dict[int, ProgramLine]:
    """Every program with its seats, from the counters the database keeps."""
    unlimited = func.bool_or(Offering.capacity.is_(None))
    statement = (
        select(
            Program,
            func.count(Offering.id),
            func.count(Offering.id).filter(Offering.standing == "open"),
            func.coalesce(func.sum(Offering.seats_taken), 0),
            func.sum(Offering.capacity),
            unlimited,
        )
        .outerjoin(Offering, Offering.program_id == Program.id)
        .where(*conditions)
        .group_by(Program.id)
    )
    return {
        program.id: ProgramLine(
            program, count, opened, total_seats(taken, None if endless else seats)
        )
        for program, count, opened, taken, seats, endless in session.execute(statement)
    }


def program(session: Session, program_id: int) -> Program:
    """One program with its initiative."""
    return read_one(session, Program, program_id, joinedload(Program.initiative))
