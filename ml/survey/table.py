"""A pupil file or a table of economies as columns; whatever is wrong is told with its line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray
from ml.delimited import check_header, check_widths, number, read_cells
from ml.errors import StatisticsError

# SAS writes missing numbers as a dot, and twenty-seven special kinds of them.
SAS = (".", "._", *(f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"))
MISSING = frozenset({"", "na", "n/a", "nan", *SAS})

Cells = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """names: of the columns. read: the cells of a column: text, or what a Parquet file holds.
    lines: of the rows, None where the file has none (a row then goes by its number from 1)."""

    names: Sequence[str]
    read: Callable[[str], Cells]
    lines: Sequence[int] | None

    def numbers(self, name: str) -> FloatArray:
        """(n,), NaN where missing; decimals by point or comma.

        Errors: unknown_column, not_a_number.
        """
        column = self._column(name)
        if column.dtype.kind in "iufb":
            return np.asarray(column, dtype=np.float64)
        found = [
            np.nan if _missing(cell) else number(str(cell).replace(",", ".")) for cell in column
        ]
        if None in found:
            place = found.index(None)
            raise StatisticsError(
                "not_a_number", **self._place(place), column=name, found=str(column[place])
            )
        return np.array(found, dtype=np.float64)

    def whole(self, names: Sequence[str]) -> FloatArray:
        """(n, n_columns) without a gap.

        Errors: values_missing with all the columns that have one and the first place of it.
        """
        columns = {name: self.numbers(name) for name in names}
        gaps = {name: np.isnan(column) for name, column in columns.items()}
        lacking = [name for name, gap in gaps.items() if gap.any()]
        if lacking:
            first = min(int(gaps[name].argmax()) for name in lacking)
            raise StatisticsError("values_missing", names=lacking, **self._place(first))
        return np.column_stack(list(columns.values()))

    def labels(self, name: str) -> Cells:
        """(n,): numbers where all cells are such, so that 10 comes after 2, else text; None where
        missing. Codes with leading zeros stay text."""
        column = self._column(name)
        cells = [None if _missing(cell) else _label(cell) for cell in column]
        known = [cell for cell in cells if cell is not None]
        for kind in (int, float):
            if all(_written_as(kind, cell) for cell in known):
                return np.array([None if c is None else kind(c) for c in cells], dtype=object)
        return np.array(cells, dtype=object)

    def _column(self, name: str) -> Cells:
        if name not in self.names:
            raise StatisticsError("unknown_column", found=name)
        return self.read(name)

    def _place(self, row: int) -> dict[str, int]:
        return {"row": row + 1} if self.lines is None else {"line": self.lines[row]}


def read_table(path: Path) -> Table:
    """A CSV file in UTF-8, or a Parquet file.

    Errors: unknown_format, file_broken, wrong_encoding, no_data, header_missing, column_twice,
    ragged_row, OSError.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _delimited(path)
    if suffix == ".parquet":
        return _parquet(path)
    raise StatisticsError("unknown_format", found=suffix or path.name)


def _delimited(path: Path) -> Table:
    rows = read_cells(path)
    if len(rows) < 2:
        raise StatisticsError("no_data", file=path.name)
    header = [name.strip() for name in rows[0][1]]
    check_header(header, MISSING)
    check_widths(rows[1:], len(header))
    places = {name: place for place, name in enumerate(header)}

    def read(name: str) -> Cells:
        return np.array([cells[places[name]].strip() for _, cells in rows[1:]], dtype=object)

    return Table(header, read, [line for line, _ in rows[1:]])


def _parquet(path: Path) -> Table:
    import pyarrow as pa  # noqa: PLC0415  only for such files
    from pyarrow import parquet  # noqa: PLC0415

    with path.open("rb") as file:
        try:
            table = parquet.read_table(file)
        except (pa.ArrowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise StatisticsError("file_broken", file=path.name, reason=reason) from error
    if not table.num_rows:
        raise StatisticsError("no_data", file=path.name)
    return Table(table.column_names, lambda name: table[name].to_numpy(), None)


def _written_as(kind: type[int] | type[float], cell: str) -> bool:
    """Whether the text is a number of this kind and nothing else."""
    try:
        value = kind(cell)
    except ValueError:
        return False
    if isinstance(value, int):
        return str(value) == cell
    digits = cell.lstrip("-")
    return digits == "0" or digits.startswith("0.") or not digits.startswith("0")


def _label(cell: object) -> str:
    """Codes are often stored as doubles: 1.0 is the label 1."""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell)  # type: ignore[call-overload]


def _missing(cell: object) -> bool:
    if cell is None or cell != cell:  # noqa: PLR0124  NaN differs from itself
        return True
    return isinstance(cell, str) and cell.lower() in MISSING
