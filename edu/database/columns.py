"""Whole result sets as Arrow columns, within the session's own transaction and scope.

COPY … TO as CSV, parsed by Arrow, keeps row-level security, sees uncommitted rows and makes no
object per row; ADBC could do neither of the first two.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Columns:
    """An Arrow table and the SHA-256 of its rows as the database wrote them."""

    table: pa.Table
    fingerprint: str


def read_columns(session: Session, statement: Select[*tuple[Any, ...]], schema: pa.Schema) -> Columns:
    """The rows of `statement` as columns of `schema` (names and order as selected).

    Order the statement: the fingerprint depends on the order of the rows.
    """
    query = str(statement.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
    buffer = io.BytesIO(",".join(schema.names).encode() + b"\n")
    buffer.seek(0, io.SEEK_END)
    driver = session.connection().connection.driver_connection
    if driver is None:
        raise RuntimeError("the session has no connection")
    with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as rows:
        for block in rows:
            buffer.write(block)
    buffer.seek(0)
    options = csv.ConvertOptions(
        column_types=schema, strings_can_be_null=True, true_values=["t"], false_values=["f"]
    )
    table = csv.read_csv(buffer, convert_options=options)
    return Columns(table, hashlib.sha256(buffer.getbuffer()).hexdigest())
