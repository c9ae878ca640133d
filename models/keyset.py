"""Reading by key: single rows, and lists that do not slow down with the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from models.errors import NotFound

LARGEST_KEY = 2**63 - 1
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of an ordered list; `next_key` continues after them, None at the end."""

    items: Sequence[Row]
    next_key: tuple[Any, ...] | None


def read_one(session: Session, kind: type[Row], key: int, *options: ORMOption) -> Row:
    """The row with this key; NotFound where there is none in reach, or never can be."""
    found = session.get(kind, key, options=options) if 0 < key <= LARGEST_KEY else None
    if found is None:
        raise NotFound("not_found")
    return found


def read_page(
    session: Session,
    statement: Select[Any],
    keys: Sequence[ColumnElement[Any] | Any],
    *,
    after: tuple[Any, ...] | None,
    limit: int,
    descending: bool = False,
) -> Page[Any]:
    """Up to `limit` rows of `statement` in the order of `keys`, after the key `after`.

    The keys must be unique together and stand last among the statement's columns.
    """
    order = [key.desc() for key in keys] if descending else keys
    statement = statement.add_columns(*keys).order_by(*order).limit(limit + 1)
    if after is not None:
        place, last = tuple_(*keys), tuple_(*after)
        statement = statement.where(place < last if descending else place > last)
    rows = session.execute(statement).all()
    shown = rows[:limit]
    more = len(rows) > limit
    next_key = tuple(shown[-1][-len(keys) :]) if more else None
    width = len(shown[0]) - len(keys) if shown else 0  # an entity is one part of a row
    items = [row[0] if width == 1 else row[:width] for row in shown]
    return Page(items=items, next_key=next_key)
