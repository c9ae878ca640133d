"""Files as researchers open them: texts stay texts, numbers numbers, nothing is altered."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from edu.export.columns import Column


def write_csv(path: Path, table: pa.Table) -> None:
    """UTF-8, commas, every text in quotes, a missing number empty."""
    csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))


def write_parquet(path: Path, table: pa.Table, columns: Sequence[Column]) -> None:
    """The same with types, and each column's role beside it."""
    fields = [
        table.schema.field(column.name).with_metadata({"role": column.role.value})
        for column in columns
    ]
    pq.write_table(table.cast(pa.schema(fields)), path, compression="zstd")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Readable JSON."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """UTF-8 text."""
    path.write_text(text, encoding="utf-8")
