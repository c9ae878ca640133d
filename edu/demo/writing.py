"""Whole columns into tables: COPY beside the table, then one INSERT … SELECT."""

from collections.abc import Sequence

from sqlalchemy import Table, column, insert, inspect, select, table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from edu.database import planner
from edu.demo.arrays import Days
from edu.intake import load_into
from models.base import Base

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
NEXT_IDS = text(
    "SELECT array_agg(nextval(pg_get_serial_sequence(:name, 'id'))) FROM generate_series(1, :count)"
)


def table_of(kind: type[Base]) -> Table:
    """The table of a model."""
    found = inspect(kind).local_table
    if not isinstance(found, Table):
        raise TypeError(kind)
    return found


def reserve_ids(session: Session, kind: type[Base], count: int) -> list[int]:
    """Ids that nobody else will be given, in ascending order."""
    name = f'"{table_of(kind).name}"'
    return sorted(session.scalar(NEXT_IDS, {"name": name, "count": count}) or [])


def write(session: Session, kind: type[Base], columns: dict[str, Sequence[object]]) -> None:
    """Insert rows given as columns of equal length, in their order."""
    target = table_of(kind)
    names = list(columns)
    temporary = f"demo_{target.name}"
    types = {name: target.c[name].type.compile(dialect=DIALECT) for name in names}
    load_into(session, temporary, types, zip(*columns.values(), strict=True))
    incoming = table(temporary, *(column(name) for name in names))
    session.execute(insert(target).from_select(names, select(*incoming.c)))
    session.execute(text(f'DROP TABLE pg_temp."{temporary}"'))


def gather_statistics(session: Session, *kinds: type[Base]) -> None:
    """Let the planner know what was written: else it takes the tables for empty."""
    planner.gather_statistics(session, *(table_of(kind).name for kind in kinds))


def days_or_none(days: Days) -> list[object]:
    """Dates; None for NaT."""
    return [None if value is None else value for value in days.tolist()]
