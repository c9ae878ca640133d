"""Whole result sets as Arrow columns, within the session's own transaction and scope.

COPY … TO as CSV, parsed by Arrow, keeps row-level security, sees uncommitted rows and makes no
object per row; ADBC could do neither of the first two.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Select, text
from sqlalchemy.orm import Session

# Only an empty cell without quotes is NULL: "NA" or "" may be somebody's label.
CONVERSION = {
    "null_values": [""],
    "strings_can_be_null": True,
    "quoted_strings_can_be_null": False,
    "true_values": ["t"],
    "false_values": ["f"],
}


@dataclass(frozen=True)
class Columns:
    """An Arrow table and the SHA-256 of its rows as the database wrote them."""

    table: pa.Table
    fingerprint: str


def read_columns(
    session: Session, statement: Select[*tuple[Any, ...]], schema: pa.Schema
) -> Columns:
    """The rows of `statement` as columns of `schema` (names and order as selected).

    Order the statement: the fingerprint depends on the order of the rows.
    """
    session.flush()
    buffer = io.BytesIO()
    buffer.write(",".join(schema.names).encode() + b"\n")
    driver = session.connection().connection.driver_connection
    if driver is None:
        raise RuntimeError("the session has no connection")
    command = f"COPY ({in_full(session, statement)}) TO STDOUT (FORMAT csv)"
    with driver.cursor() as cursor, cursor.copy(command) as rows:
        for row in rows:
            buffer.write(row)
    fingerprint = hashlib.sha256(buffer.getbuffer()).hexdigest()
    buffer.seek(0)
    table = csv.read_csv(
        buffer,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=schema, **CONVERSION),
    )
    return Columns(table, fingerprint)


@contextmanager
def whole_tables(session: Session) -> Iterator[None]:
    """Let the transaction's statements join table to table, never row by row.

    Tables that were filled a moment ago have no statistics: taking them for empty, PostgreSQL
    joined 20,000 sittings row by row, which took hours.
    """
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(text("SET LOCAL enable_nestloop TO DEFAULT"))


def in_full(session: Session, statement: Select[*tuple[Any, ...]]) -> str:
    """The statement with its values written into it: COPY takes no parameters."""
    compiled = statement.compile(
        dialect=session.connection().dialect, compile_kwargs={"literal_binds": True}
    )
    return str(compiled).replace("%%", "%")  # doubled for a driver that is given parameters
