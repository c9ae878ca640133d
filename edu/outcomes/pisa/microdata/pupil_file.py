"""A pupil file on the disk, as SPSS, CSV or Parquet: its columns as it holds them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from edu.outcomes.pisa.microdata.cells import MISSING, Array, label_of
from models.errors import Refusal

FORMATS = (".sav", ".zsav", ".csv", ".parquet")


@dataclass(frozen=True)
class PupilFile:
    """A pupil file on the disk; `names` are its columns as it spells them.

    schools: the school questionnaire's file, whose columns count as the pupils' own.
    """

    path: Path
    names: tuple[str, ...]
    schools: "PupilFile | None" = None

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    def spelled(self, wanted: str) -> str | None:
        """The column called so in whatever case, the pupils' first; None without one."""
        own = self.spelled_own(wanted)
        return own if own or not self.schools else self.schools.spelled_own(wanted)

    def spelled_own(self, wanted: str) -> str | None:
        """The same without the schools."""
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


def first_line(error: Exception) -> str:
    """What a library said, short."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
