"""The last look at a release, by code that shares nothing with what made it: files as written."""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from edu.export import policy
from edu.export.columns import PERSON, Column, Kind, Role
from ml.disclosure import verify_k
from models.errors import Refusal

PSEUDONYM = re.compile(r"[0-9a-f]{32}")
IDENTIFICATION_NUMBER = re.compile(r"(?<![0-9a-f])[0-9]{12}(?![0-9a-f])")


def verify(csv_file: Path, parquet_file: Path, columns: Sequence[Column]) -> int:
    """Read both files back and refuse what may not leave the house; the k they really have.

    Error: release_check_failed with the name of the check.
    """
    header, *rows = read_rows(csv_file)
    check("columns", header == [column.name for column in columns])
    check("roles", all(column.role is not Role.IDENTIFIER for column in columns))
    check("rows", bool(rows) and all(len(row) == len(header) for row in rows))
    cells = dict(zip(header, zip(*rows, strict=True), strict=True))
    check_pseudonyms(cells[PERSON.name])
    check("numbers_of_persons", not any(IDENTIFICATION_NUMBER.search(c) for c in texts(cells)))
    check_same(cells, parquet_file, columns)
    quasi = {c.name: cells[c.name] for c in columns if c.role is Role.QUASI_IDENTIFIER}
    found = verify_k(quasi)
    check("k", found >= policy.K)
    return found


def read_rows(path: Path) -> Iterator[list[str]]:
    """The lines of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def check(name: str, passed: bool) -> None:
    """Refuse the release unless the check has passed."""
    if not passed:
        raise Refusal("release_check_failed", check=name)


def check_pseudonyms(found: Sequence[str]) -> None:
    """Random names, each once, in an order that says nothing."""
    check("pseudonyms", all(PSEUDONYM.fullmatch(name) for name in found))
    check("one_row_a_person", len(set(found)) == len(found))
    check("order", list(found) == sorted(found))


def texts(cells: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Every different text of the file but the pseudonyms."""
    for name, column in cells.items():
        if name != PERSON.name:
            yield from set(column)


def check_same(
    cells: dict[str, tuple[str, ...]], parquet_file: Path, columns: Sequence[Column]
) -> None:
    """The other file holds the same columns with the same values."""
    table = pq.read_table(parquet_file)
    check("same_columns", table.column_names == [column.name for column in columns])
    for column in columns:
        stored = table.column(column.name).to_pylist()
        written: list[object] = list(cells[column.name])
        if column.kind is Kind.NUMBER:
            written = [float(cell) if cell else None for cell in cells[column.name]]
            check("finite", all(value is None or math.isfinite(value) for value in stored))
        check("same_values", stored == written)
