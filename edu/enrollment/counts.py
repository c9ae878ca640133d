"""How many take part in a program, by state and place; small counts hidden from figure readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.enrollment.suppression import Cell, suppress, with_totals
from edu.registry.places import PlaceName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Refusal
from models.keyset import read_one
from models.places import Region, School
from models.programs import Offering, Program

STATES = tuple(EnrollmentStatus)
CountsStatement: TypeAlias = Select[str, str, str, str, EnrollmentStatus, int]


class By(StrEnum):
    """What the rows of a table of counts are."""

    REGION = "region"
    SCHOOL = "school"


@dataclass(frozen=True)
class CountRow:
    """Counts by state at a place; None where hidden."""

    code: str
    place: PlaceName
    counts: Mapping[EnrollmentStatus, int | None]
    total: int | None


@dataclass(frozen=True)
class CountTable:
    """Counts by state at each place, and of all of them together."""

    by: By
    rows: Sequence[CountRow]
    counts: Mapping[EnrollmentStatus, int | None]
    total: int | None

    @property
    def suppressed(self) -> bool:
        """Whether anything is hidden."""
        shown = [self.total, *self.counts.values()]
        for row in self.rows:
            shown += [row.total, *row.counts.values()]
        return None in shown


def program_counts(
    session: Session,
    scope: Scope,
    *,
    program_id: int,
    by: By = By.REGION,
    region: str | None = None,
) -> CountTable:
    """Enrollments of a program within reach by state, by region or by the schools of a region.

    Whoever may read the records sees all counts of their schools; others see the nation's, the
    small ones hidden. What the table of regions hides, its tables of schools hide as well.
    """
    scope.require(Permission.READ_FIGURES)
    read_one(session, Program, program_id)
    exact = scope.may(Permission.READ_RECORDS)
    if by is By.SCHOOL and region is None and not exact:
        raise Refusal("region_needed", field="region")
    regions = counted(session, region_counts(program_id))
    if by is By.REGION:
        return table(by, regions, frozenset() if exact else suppress(grid(regions)))
    schools = counted(session, school_counts(program_id, region))
    if exact:
        return table(by, schools, frozenset())
    return table(by, schools, hidden_among_schools(regions, schools, region))


@dataclass(frozen=True)
class Counted:
    """A place and its counts in the order of `STATES`."""

    code: str
    place: PlaceName
    counts: list[int]


def region_counts(program_id: int) -> CountsStatement:
    """Regions, states and how many."""
    return place_counts(program_id, Region).join(Region, Region.id == School.region_id)


def school_counts(program_id: int, region: str | None) -> CountsStatement:
    """Schools, states and how many."""
    statement = place_counts(program_id, School)
    if region is None:
        return statement
    return statement.join(Region, Region.id == School.region_id).where(Region.code == region)


def place_counts(program_id: int, kind: type[Region] | type[School]) -> CountsStatement:
    """Enrollments of a program by place and state."""
    place = (kind.code, kind.name_kk, kind.name_ru, kind.name_en)
    return (
        select(*place, Enrollment.status, func.count())
        .select_from(Enrollment)
        .join(Offering, Offering.id == Enrollment.offering_id)
        .join(School, School.id == Enrollment.school_id)
        .where(Offering.program_id == program_id)
        .group_by(*place, Enrollment.status)
        .order_by(kind.code)
    )


def counted(session: Session, statement: CountsStatement) -> list[Counted]:
    """The counts of each place, zero where nobody is in a state."""
    found: dict[str, Counted] = {}
    for code, kk, ru, en, status, count in session.execute(statement):
        place = found.setdefault(code, Counted(code, PlaceName(kk, ru, en), [0] * len(STATES)))
        place.counts[STATES.index(status)] = count
    return list(found.values())


def grid(found: Sequence[Counted]) -> list[list[int]]:
    """The counts with totals; a table of nobody has one row of zeros."""
    return with_totals([place.counts for place in found] or [[0] * len(STATES)])


def hidden_among_schools(
    regions: Sequence[Counted], schools: Sequence[Counted], region: str | None
) -> frozenset[Cell]:
    """What a region's table of schools hides, its totals as the table of regions shows them."""
    row = next((number for number, place in enumerate(regions) if place.code == region), None)
    if row is None:
        return frozenset()
    coarse = suppress(grid(regions))
    return suppress(grid(schools), fixed_row={column for at, column in coarse if at == row})


def table(by: By, found: Sequence[Counted], hidden: frozenset[Cell]) -> CountTable:
    """The counts as they are shown."""
    whole = grid(found)
    shown = [
        [None if (row, column) in hidden else count for column, count in enumerate(line)]
        for row, line in enumerate(whole)
    ]
    rows = [
        CountRow(place.code, place.place, dict(zip(STATES, line, strict=False)), line[-1])
        for place, line in zip(found, shown, strict=False)
    ]
    return CountTable(by, rows, dict(zip(STATES, shown[-1], strict=False)), shown[-1][-1])
