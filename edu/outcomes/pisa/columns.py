"""Reading columns of a pupil file: SPSS, CSV or Parquet; missing codes become missing values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute, csv, parquet

from models.errors import Refusal

FORMATS = (".sav", ".zsav", ".csv", ".parquet")
# SAS writes missing numbers as a dot, and twenty-seven special kinds of them.
SAS_MISSING = (".", "._", *(f".{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1)))
MISSING = ("", *SAS_MISSING, *map(str.lower, SAS_MISSING[2:]), "NA", "N/A", "NaN", "nan")
# Codes of the fixed-format files up to 2012: not applicable, invalid, missing.
FIRST_MISSING_CODE = 9990.0
MOST_SHOWN = 5

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class PupilFile:
    """A pupil file on the disk; `names` are its columns as it spells them."""

    path: Path
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    def spelled(self, wanted: str) -> str | None:
        """The column called so in whatever case; None without one."""
        return next((name for name in self.names if name.upper() == wanted.upper()), None)


def open_file(path: Path) -> PupilFile:
    """Read the names of the columns. Refuses (pupil_file_unknown, pupil_file_broken)."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise Refusal("pupil_file_unknown", found=suffix, expected=", ".join(FORMATS))
    try:
        return PupilFile(path, tuple(names_of(path, suffix)))
    except Exception as error:
        raise Refusal("pupil_file_broken", file=path.name, reason=first_line(error)) from error


def names_of(path: Path, suffix: str) -> Iterable[str]:
    """The names of the columns."""
    if suffix == ".parquet":
        return list(parquet.read_schema(path).names)
    if suffix == ".csv":
        delimiter, _ = style_of(path)
        header = first_lines(path)[0].lstrip("\ufeff").rstrip("\r\n")
        return [name.strip().strip('"') for name in header.split(delimiter)]
    import pyreadstat  # noqa: PLC0415  only for such files

    _, described = pyreadstat.read_sav(str(path), metadataonly=True)
    return list(described.column_names)


def read_columns(
    file: PupilFile, names: Sequence[str], texts: Iterable[str] = ()
) -> dict[str, Array]:
    """Columns by name: numbers as doubles with NaN, those among `texts` as labels with None.

    Refuses (FileRefused by the caller's list) cells that are no numbers: pupil_cells_unreadable.
    """
    wanted = list(dict.fromkeys(names))
    table = read_table(file, wanted)
    labels = set(texts)
    return {
        name: as_labels(table[name]) if name in labels else as_numbers(table[name], name)
        for name in wanted
    }


def read_table(file: PupilFile, names: Sequence[str]) -> Mapping[str, Array]:
    """The columns as the file holds them."""
    suffix = file.path.suffix.lower()
    try:
        if suffix == ".parquet":
            return arrays_of(parquet.read_table(file.path, columns=list(names)))
        if suffix == ".csv":
            return arrays_of(read_csv(file.path, names))
        import pyreadstat  # noqa: PLC0415  only for such files

        found, _ = pyreadstat.read_sav(str(file.path), usecols=list(names), output_format="dict")
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise Refusal("pupil_file_broken", file=file.name, reason=first_line(error)) from error
    return {name: np.asarray(found[name]) for name in names}


def value_labels(file: PupilFile, name: str) -> dict[str, str]:
    """What a file of SPSS calls the codes of a column; empty for others."""
    if file.path.suffix.lower() not in (".sav", ".zsav"):
        return {}
    import pyreadstat  # noqa: PLC0415  only for such files

    _, described = pyreadstat.read_sav(str(file.path), metadataonly=True)
    found = described.variable_value_labels.get(name, {})
    return {label_of(code) or "": str(word) for code, word in found.items()}


def read_csv(path: Path, names: Sequence[str]) -> pa.Table:
    """A delimited file; a column with something that is no number stays text."""
    delimiter, point = style_of(path)
    return csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=delimiter),
        convert_options=csv.ConvertOptions(
            include_columns=list(names),
            null_values=list(MISSING),
            strings_can_be_null=True,
            decimal_point=point,
        ),
    )


def style_of(path: Path) -> tuple[str, str]:
    """The delimiter, which the header shows, and the decimal sign, which the first lines show."""
    lines = first_lines(path)
    delimiter = max(",;\t", key=lines[0].count)
    commas = delimiter != "," and any("," in line for line in lines[1:])
    return delimiter, "," if commas else "."


def first_lines(path: Path) -> list[str]:
    """The header and a few lines; refuses an empty file."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = [line for _, line in zip(range(20), file, strict=False)]
    if not lines:
        raise ValueError("empty")
    if any("\0" in line or "\ufffd" in line for line in lines):
        raise ValueError("not UTF-8")
    return lines


def arrays_of(table: pa.Table) -> dict[str, Array]:
    """Arrow's columns as arrays."""
    return {name: table.column(name).to_numpy() for name in table.column_names}


def as_numbers(column: Array, name: str) -> npt.NDArray[np.float64]:
    """Doubles; missing codes become NaN. Refuses (pupil_cells_unreadable) what is no number."""
    if column.dtype.kind not in "OUS":
        numbers = np.array(column, dtype=np.float64)
    else:
        numbers = parsed(column, name)
    numbers[numbers >= FIRST_MISSING_CODE] = np.nan
    return numbers


def parsed(column: Array, name: str) -> npt.NDArray[np.float64]:
    """Numbers written as text."""
    cells = ["" if cell is None or cell != cell else str(cell).strip() for cell in column]  # noqa: PLR0124
    texts = pa.array([None if cell in MISSING else cell.replace(",", ".") for cell in cells])
    try:
        found = compute.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        wrong = [number for number, cell in enumerate(texts.to_pylist()) if not is_number(cell)]
        shown = ", ".join(f"{cells[row]!r} ({row + 2})" for row in wrong[:MOST_SHOWN])
        raise Refusal("pupil_cells_unreadable", name=name, number=len(wrong), found=shown) from None
    return np.array(found.to_numpy(zero_copy_only=False), dtype=np.float64)


def is_number(cell: str | None) -> bool:
    """Whether a cell holds a number, or nothing."""
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True


def as_labels(column: Array) -> npt.NDArray[np.object_]:
    """Labels as text, whole numbers without their zeros after the point; missing is None."""
    if column.dtype.kind == "f":
        known, place = np.unique(column, return_inverse=True)
        names = np.array([label_of(value) for value in known.tolist()], dtype=np.object_)
        return names[place]
    return np.array([label_of(value) for value in column.tolist()], dtype=np.object_)


def label_of(value: object) -> str | None:
    """One label."""
    if value is None or value != value:  # noqa: PLR0124  NaN differs from itself
        return None
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value)) if whole else str(value).strip()  # type: ignore[call-overload]
    return None if text in MISSING else text


def first_line(error: Exception) -> str:
    """What a library said, short."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
