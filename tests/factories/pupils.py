"""Pupil files with the official names of a cycle, small and the same on every run."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

Columns = dict[str, list[Any]]
DOMAINS = ("MATH", "READ", "SCIE")


def pupil_columns(
    *, pupils: int = 240, schools: int = 12, cycle: str = "08MS", values: int = 10
) -> Columns:
    """Pupils of one country; girls read better, and the index matters."""
    random = np.random.default_rng(7)
    rows = np.arange(pupils)
    index = random.normal(size=pupils).round(4)
    girl = rows % 2 == 0
    columns: Columns = {
        "CNT": ["KAZ"] * pupils,
        "CYC": [cycle] * pupils,
        "CNTSCHID": [f"{39800001 + row % schools}" for row in rows],
        "ST004D01T": [1 if one else 2 for one in girl],
        "LANGTEST_COG": [600 if row // schools % 3 else 610 for row in rows],
        "ESCS": index.tolist(),
        "W_FSTUWT": (1 + rows % 3 / 10).tolist(),
    }
    for number in range(1, 81):
        factors = random.choice([0.5, 1.5], size=schools)[rows % schools]
        columns[f"W_FSTURWT{number}"] = (factors * columns["W_FSTUWT"]).tolist()
    ability = 425 + 30 * index + 80 * random.normal(size=pupils)
    for domain in DOMAINS:
        own = ability + (40 * girl if domain == "READ" else 0)
        for number in range(1, values + 1):
            columns[f"PV{number}{domain}"] = (own + 30 * random.normal(size=pupils)).tolist()
    return columns


def write_csv(path: Path, columns: Columns, *, delimiter: str = ",", comma: bool = False) -> Path:
    """As CSV; None becomes an empty cell, and numbers may have a decimal comma."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            cells = ["" if cell is None else str(cell) for cell in row]
            writer.writerow([cell.replace(".", ",") for cell in cells] if comma else cells)
    return path


def write_parquet(path: Path, columns: Columns) -> Path:
    """As Parquet."""
    parquet.write_table(pa.table(columns), path)
    return path


def write_sav(path: Path, columns: Columns, **described: Any) -> Path:
    """As a file of SPSS."""
    import pandas as pd
    import pyreadstat

    pyreadstat.write_sav(pd.DataFrame(columns), str(path), **described)
    return path


def school_columns(*, schools: int = 12) -> Columns:
    """Their schools, last first: half of them in villages."""
    rows = range(schools - 1, -1, -1)
    return {
        "CNT": ["KAZ" for _ in rows],
        "CNTSCHID": [39800001 + row for row in rows],
        "SC001Q01TA": [1 if row < schools / 2 else 2 + row % 4 for row in rows],
    }
