"""What the rows of a `people` file must agree on, before the database is asked."""

from collections import defaultdict
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from edu.intake import Row, Rows
from edu.registry.iin import mask_iin
from edu.registry.names import sort_key
from models.people import LearnerRole, NoIinReason

IN_CLASSES = frozenset({LearnerRole.PUPIL, LearnerRole.STUDENT})
REASONS = ", ".join(reason.value for reason in NoIinReason)


def check_people(rows: Rows) -> None:
    """Each row names a person, and gives an IIN or the reason why there is none."""
    for row in rows:
        if empty(row, "surname") and empty(row, "given_name"):
            expected = _l("a surname or a given name")
            rows.problems.add(row.line, "surname", "name_missing", "", expected)
        if empty(row, "iin") and empty(row, "no_iin_reason"):
            expected = _l("12 digits, or a reason in no_iin_reason: %(reasons)s", reasons=REASONS)
            rows.problems.add(row.line, "iin", "iin_or_reason", "", expected)
        if row.get("iin") and row.get("no_iin_reason"):
            found = row["no_iin_reason"].value
            expected = _l("nothing, as there is an IIN")
            rows.problems.add(row.line, "no_iin_reason", "iin_and_reason", found, expected)


def empty(row: Row, column: str) -> bool:
    """Whether the cell is empty, rather than unreadable."""
    return column in row.values and row[column] is None


def check_classes(rows: Rows) -> None:
    """A class has one grade and one language; only pupils and students belong to one."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if row.get("class") is None:
            check_classless(row, rows)
            continue
        if row.get("role") and row["role"] not in IN_CLASSES:
            expected = _l("nothing: only pupils and students belong to a class")
            rows.problems.add(row.line, "class", "class_not_for_role", row["class"], expected)
        for column in ("grade", "language"):
            if empty(row, column):
                expected = _l("the %(column)s of the class", column=column)
                rows.problems.add(row.line, column, "value_missing", "", expected)
        check_same_class(first.setdefault(class_key(row), row), row, rows)


def class_key(row: Row) -> tuple[object, ...]:
    """What a class is known by."""
    return row.get("school_code"), row.get("academic_year"), row.get("class")


def check_classless(row: Row, rows: Rows) -> None:
    """A grade belongs to a class; a language without one is a teacher's own, and not kept."""
    if empty(row, "class") and row.get("grade") is not None:
        expected = _l("the class, or no grade")
        rows.problems.add(row.line, "class", "class_missing", "", expected)


def check_same_class(first: Row, row: Row, rows: Rows) -> None:
    """What the first line says of a class holds for all its lines."""
    for column in ("grade", "language"):
        said, found = first.get(column), row.get(column)
        if said is not None and found is not None and said != found:
            expected = _l("%(said)s, as in line %(first)s", said=said, first=first.line)
            rows.problems.add(row.line, column, "class_contradicts", found, expected)


def find_twins(rows: Rows) -> None:
    """A person stands once in a file, whichever way a person is known."""
    first_lines: dict[tuple[object, ...], int] = {}
    namesakes: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        twins = [
            (first, column, found)
            for column, found, key in numbers_of(row)
            if (first := first_lines.setdefault(key, row.line)) != row.line
        ]
        if row.sound:
            known = namesakes[name_key(row)]
            twins += [(it.line, "surname", name_of(row)) for it in known if may_be_same(it, row)]
            known.append(row)
        if twins:
            first, column, found = min(twins)
            note_twin(rows, row.line, first, column, found)


def numbers_of(row: Row) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """Column, text to show and key of each number that a row gives its person."""
    iin, source, school = row.get("iin"), row.get("source_id"), row.get("school_code")
    if iin:
        yield "iin", mask_iin(iin), ("iin", iin)
    if source and school:
        yield "source_id", source, ("source_id", school, source)


def note_twin(rows: Rows, line: int, first: int, column: str, found: str) -> None:
    """Say that the person of `line` stood in an earlier one."""
    expected = _l("line %(first)s is the first of this person", first=first)
    rows.problems.add(line, column, "person_twice", found, expected)


def name_of(row: Row) -> str:
    """Surname and given name, as far as the row gives them."""
    return " ".join(part for part in (row.get("surname"), row.get("given_name")) if part)


def name_key(row: Row) -> tuple[object, ...]:
    """By what a person without numbers is known."""
    names = sort_key(row["surname"] or "", row["given_name"] or "", row["patronymic"])
    return row["school_code"], names, row["birth_date"]


def may_be_same(one: Row, other: Row) -> bool:
    """Whether nothing tells two namesakes of one birthday apart."""
    return not any(
        one[column] and other[column] and one[column] != other[column]
        for column in ("iin", "source_id")
    )
