"""Columns of a pupil file, and of the school questionnaire's file beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edu.outcomes.pisa.microdata.cells import MOST_SHOWN, Array, as_labels, as_numbers
from edu.outcomes.pisa.microdata.pupil_file import PupilFile, open_file, read_table
from models.errors import Refusal

# Until 2012 a school's number repeats from country to country.
COUNTRY = "CNT"
SCHOOL = ("CNTSCHID", "SCHOOLID")

Key = tuple[str | None, ...]
Rows = npt.NDArray[np.intp]


def open_files(path: Path, schools: Path | None = None) -> PupilFile:
    """The pupils' file, with that of their schools if there is one. Refuses as open_file does."""
    file = open_file(path)
    return file if schools is None else replace(file, schools=open_file(schools))


def read_columns(
    file: PupilFile, names: Sequence[str], texts: Iterable[str] = ()
) -> dict[str, Array]:
    """Columns by name, a row for every pupil: numbers as doubles with NaN, those among `texts` as
    labels with None.

    Refuses cells that are no numbers (pupil_cells_unreadable); as rows_of_schools does.
    """
    wanted = list(dict.fromkeys(names))
    table = read_beside(file, wanted)
    labels = set(texts)
    return {
        name: as_labels(table[name]) if name in labels else as_numbers(table[name], name)
        for name in wanted
    }


def read_beside(file: PupilFile, names: Sequence[str]) -> Mapping[str, Array]:
    """The pupils' own columns, and their schools' for the rest."""
    own = [name for name in names if name in file.names]
    theirs = [name for name in names if name not in file.names]
    found = read_table(file, own) if own else {}
    if file.schools is None or not theirs:
        return found
    rows = rows_of_schools(file, file.schools)
    read = read_table(file.schools, theirs)
    return {**found, **{name: np.asarray(read[name])[rows] for name in theirs}}


def rows_of_schools(pupils: PupilFile, schools: PupilFile) -> Rows:
    """(n_pupils,): the row of each pupil's school.

    Refuses school_key_missing, school_row_twice, schools_without_row.
    """
    names = common_names(pupils, schools)
    known = rows_by_key(schools, keys_of(schools, names))
    asked = keys_of(pupils, names)
    lacking = sorted(set(asked) - known.keys(), key=told)
    if lacking:
        shown = ", ".join(map(told, lacking[:MOST_SHOWN]))
        raise Refusal("schools_without_row", number=len(lacking), found=shown, file=schools.name)
    return np.array([known[key] for key in asked], dtype=np.intp)


def common_names(pupils: PupilFile, schools: PupilFile) -> list[str]:
    """The columns that name a school in both files; refuses files that share none."""
    country, *numbers = [
        [name] if pupils.spelled_own(name) and schools.spelled_own(name) else []
        for name in (COUNTRY, *SCHOOL)
    ]
    if not any(numbers):
        raise Refusal("school_key_missing", expected=" / ".join(SCHOOL))
    return [*country, *next(filter(None, numbers))]


def keys_of(file: PupilFile, names: Sequence[str]) -> list[Key]:
    """Each row's school."""
    spelled = [file.spelled_own(name) or name for name in names]
    read = read_table(file, spelled)
    columns = [as_labels(read[name]).tolist() for name in spelled]
    return [tuple(map(without_zeros, cells)) for cells in zip(*columns, strict=True)]


def without_zeros(label: str | None) -> str | None:
    """A number is the same however many zeros lead it: files write 7 and 00007."""
    return label.lstrip("0") if label and label.isdecimal() else label


def rows_by_key(schools: PupilFile, keys: Sequence[Key]) -> dict[Key, int]:
    """The row of each school; refuses one that stands twice."""
    known = {key: number for number, key in enumerate(keys)}
    for number, key in enumerate(keys):
        if known[key] != number:
            raise Refusal("school_row_twice", found=told(key), file=schools.name)
    return known


def told(key: Key) -> str:
    """A school by its country and number."""
    return " ".join(part or "–" for part in key)
