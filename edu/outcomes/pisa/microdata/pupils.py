"""A pupil file by the official names of its cycle: values, weights, and what divides pupils."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edu.intake import FileRefused, Problems
from edu.outcomes.pisa.microdata.cells import Floats, LabelArray, without_codes
from edu.outcomes.pisa.microdata.pupil_file import PupilFile, value_labels
from edu.outcomes.pisa.microdata.reading import SCHOOL, read_columns
from ml.errors import StatisticsError
from ml.survey import PupilColumns, ReplicateDesign, recognize
from models.errors import Refusal
from models.pisa import FIRST_CYCLE, LAST_CYCLE, Domain

FAY = 0.5
CODES = {"MATH": Domain.MATHEMATICS, "READ": Domain.READING, "SCIE": Domain.SCIENCE}
# CYC of the files since 2015, such as 08MS.
CYCLES = {
    "01": 2000, "02": 2003, "03": 2006, "04": 2009, "05": 2012, "06": 2015, "07": 2018, "08": 2022,
    "09": 2025,
}  # fmt: skip
# By the first cycle in which a column bears this name, newest first.
SEX = ((2015, "ST004D01T"), (2006, "ST04Q01"), (2000, "ST03Q01"))
LOCALITY = (
    (2015, "SC001Q01TA"),
    (2012, "SC03Q01"),
    (2009, "SC04Q01"),
    (2006, "SC07Q01"),
    (2000, "SC01Q01"),
)
LANGUAGE = ("LANGTEST_COG", "LANGTEST_QQQ", "LANGTEST", "TESTLANG")
GIRL, BOY = "1", "2"
# A village has fewer than 3,000 people.
VILLAGE = "1"
PLACES = frozenset("123456")
# The index is standardized; beyond this stand the codes of its missing values.
LARGEST_INDEX = 20.0
LINES_SHOWN = 5
LONGEST_CODE = 8  # as the tables hold it


@dataclass(frozen=True, eq=False)
class Pupils:
    """Pupils of one cycle, n rows.

    values: (n, n_pv) by domain. economies, schools: (n,) labels; schools None where the file has
    none. labels: (n,) by "sex" (girl, boy), "locality" (urban, rural), "language"; None where it
    is not known. index: (n,) socio-economic index, NaN where it is missing.
    """

    cycle: int
    values: Mapping[str, Floats]
    design: ReplicateDesign
    economies: LabelArray
    schools: LabelArray | None
    labels: Mapping[str, LabelArray]
    index: Floats | None
    columns: PupilColumns

    @property
    def n(self) -> int:
        """Rows."""
        return self.design.n


def read_pupils(file: PupilFile, *, cycle: int | None, economy: str | None) -> Pupils:
    """Read what is summarized, by the names of the cycle.

    cycle, economy: None where the file itself names them. Refuses: FileRefused with every column
    that it lacks, and every value or weight that is missing; cycle_not_told, cycle_told_twice,
    economy_not_told; schools_without_locality and locality_unreadable where the schools' file does
    not tell what it is brought for.
    """
    known = recognized(file)
    year = cycle_of(file, cycle)
    columns = {**helping(file, year), "economy": file.spelled("CNT") if economy is None else None}
    if economy is None and columns["economy"] is None:
        raise Refusal("economy_not_told")
    values = {code: known.values[code] for code in CODES if code in known.values}
    scores = [name for names in values.values() for name in names]
    weights = [known.weight, *known.replicates]
    index = file.spelled("ESCS")
    if file.schools and not columns["locality"]:
        raise Refusal("schools_without_locality", expected=named_in(LOCALITY, year))
    texts = [name for name in columns.values() if name]
    read = read_columns(file, [*scores, *weights, *([index] if index else []), *texts], texts)
    whole, design = measured(file, read, scores, known)
    economies = column_or(read, columns["economy"], economy, design.n)
    check_economies(economies)
    return Pupils(
        cycle=year,
        values={
            CODES[code]: np.column_stack([whole[name] for name in names])
            for code, names in values.items()
        },
        design=design,
        economies=economies,
        schools=read[columns["school"]] if columns["school"] else None,
        labels=dict(divided(file, read, columns)),
        index=as_index(read[index]) if index else None,
        columns=known,
    )


def measured(
    file: PupilFile, read: Mapping[str, Floats], scores: Sequence[str], known: PupilColumns
) -> tuple[Mapping[str, Floats], ReplicateDesign]:
    """Scores by column, and the weights. Refuses pupil_file_empty, and gaps as check_whole."""
    if not read[known.weight].size:
        raise Refusal("pupil_file_empty", file=file.name)
    cleaned = {name: without_codes(read[name]) for name in scores}
    weights = {name: read[name] for name in (known.weight, *known.replicates)}
    check_whole(file, {**cleaned, **weights})
    replicates = np.column_stack([read[name] for name in known.replicates])
    return cleaned, ReplicateDesign(read[known.weight], replicates, fay=FAY)


def check_economies(labels: LabelArray) -> None:
    """An economy goes by a code as the tables hold it; refuses economy_no_code."""
    for label in sorted(set(labels.tolist()) - {None}):
        if len(label) > LONGEST_CODE:
            raise Refusal("economy_no_code", found=label, most=LONGEST_CODE)


def recognized(file: PupilFile) -> PupilColumns:
    """Values and weights by their official names; refuses (FileRefused) with all that lack."""
    try:
        return recognize(file.names)
    except StatisticsError as error:
        lacking = error.parameters.get("names")
        if not isinstance(lacking, list):
            raise
        problems = Problems(file.name)
        for name in lacking:
            problems.add(None, str(name), "pupil_column_missing", "", str(name))
        raise FileRefused(problems.file, problems.found) from error


def cycle_of(file: PupilFile, told: int | None) -> int:
    """The cycle the file names, else the one told; refuses two that differ, and none."""
    column = file.spelled("CYC")
    found = None
    if column is not None:
        labels = read_columns(file, [column], [column])[column]
        codes = sorted({str(label)[:2] for label in labels if label})
        if len(codes) > 1:
            raise Refusal("several_cycles", found=[str(CYCLES.get(one, one)) for one in codes])
        found = CYCLES.get(next(iter(codes), ""))
    if told is not None and not FIRST_CYCLE <= told <= LAST_CYCLE:
        raise Refusal("no_such_cycle", found=str(told))
    if found is None and told is None:
        raise Refusal("cycle_not_told")
    if found is not None and told is not None and found != told:
        raise Refusal("cycle_told_twice", found=str(found), expected=str(told))
    return found or told or 0


def helping(file: PupilFile, cycle: int) -> dict[str, str | None]:
    """The columns that divide pupils, where the file has them."""
    return {
        "sex": file.spelled(named_in(SEX, cycle)),
        "locality": file.spelled(named_in(LOCALITY, cycle)),
        "language": next(filter(None, map(file.spelled, LANGUAGE)), None),
        "school": next(filter(None, map(file.spelled, SCHOOL)), None),
    }


def named_in(names: tuple[tuple[int, str], ...], cycle: int) -> str:
    """What a column is called in a cycle."""
    return next(name for first, name in names if cycle >= first)


def column_or(
    read: Mapping[str, npt.NDArray[np.generic]], column: str | None, label: str | None, n: int
) -> LabelArray:
    """A column of labels, or one label for all."""
    if column is None:
        return np.full(n, label, dtype=np.object_)
    return np.asarray(read[column], dtype=np.object_)


def divided(
    file: PupilFile, read: Mapping[str, LabelArray], columns: Mapping[str, str | None]
) -> Iterator[tuple[str, LabelArray]]:
    """By what pupils are divided, in our own words."""
    if name := columns["sex"]:
        yield "sex", translated(read[name], {GIRL: "girl", BOY: "boy"})
    if name := columns["locality"]:
        towns = {code: "rural" if code == VILLAGE else "urban" for code in PLACES}
        places = translated(read[name], towns)
        if file.schools and not any(places):
            found = sorted({str(code) for code in read[name] if code})[:LINES_SHOWN]
            raise Refusal("locality_unreadable", name=name, found=", ".join(found))
        yield "locality", places
    if name := columns["language"]:
        words = value_labels(file, name)
        yield "language", translated(read[name], {**{c: c for c in read[name] if c}, **words})


def translated(column: LabelArray, words: Mapping[str, str]) -> LabelArray:
    """Codes in words; any other code is a missing one."""
    return np.array([words.get(str(code)) for code in column], dtype=np.object_)


def as_index(column: Floats) -> Floats:
    """The socio-economic index without the codes of its missing values."""
    return np.where(np.abs(column) > LARGEST_INDEX, np.nan, column)


def check_whole(file: PupilFile, columns: Mapping[str, Floats]) -> None:
    """Refuse (FileRefused) values and weights with gaps, naming every such column."""
    problems = Problems(file.name)
    for name, column in columns.items():
        gaps = np.flatnonzero(np.isnan(column))
        if gaps.size:
            rows = ", ".join(str(row + 2) for row in gaps[:LINES_SHOWN].tolist())
            more = ", …" if gaps.size > LINES_SHOWN else ""
            found = f"{gaps.size} ({rows}{more})"
            problems.add(int(gaps[0]) + 2, name, "pupil_values_missing", found)
    problems.raise_if_any()
