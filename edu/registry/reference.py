"""The country's own lists, kept as CSV with source and status, brought into the database."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from sqlalchemy import Table, inspect
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.accounts import Role, RoleName
from models.base import Base
from models.places import LanguageOfInstruction, Region
from models.programs import Direction

NAMES = ("name_kk", "name_ru", "name_en")


def load_reference(session: Session) -> None:
    """Insert or refresh regions, languages of instruction, directions and roles."""
    upsert(session, Region, [region_row(row) for row in read("regions")], "code")
    upsert(session, LanguageOfInstruction, list(read("languages_of_instruction")), "code")
    upsert(session, Direction, [direction_row(row) for row in read("directions")], "scheme", "code")
    roles = [{"name": name.value} for name in RoleName if name is not RoleName.SYSTEM]
    upsert(session, Role, roles, "name")


def read(name: str) -> Iterator[dict[str, str]]:
    """The rows of a reference file."""
    text = (files("models") / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def region_row(row: dict[str, str]) -> dict[str, object]:
    """A region as its table holds it."""
    source = row["pupils_source"] or "KATO classifier; ISO 3166-2:KZ"
    return {
        **{name: row[name] for name in NAMES},
        "code": row["code2"],
        "iso_code": row["iso3166_2"],
        "kind": row["type"],
        "source": source,
        "status": row["code_status"],
    }


def direction_row(row: dict[str, str]) -> dict[str, object]:
    """A direction as its table holds it."""
    return {
        **{name: row[name] for name in NAMES},
        "scheme": row["scheme"],
        "code": row["id"],
        "position": int(row["n"]),
        "source": row["source"],
        "status": row["status"],
    }


def upsert(
    session: Session, kind: type[Base], rows: Sequence[Mapping[str, object]], *key: str
) -> None:
    """Write `rows`, replacing those with the same `key`."""
    table = inspect(kind).local_table
    if not isinstance(table, Table):
        raise TypeError(kind)
    statement = insert(table).values(rows)
    changing = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changing)
        if changing
        else statement.on_conflict_do_nothing(index_elements=key)
    )
