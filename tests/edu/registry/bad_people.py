"""Files of people that must be refused, each with the first of its errors."""

from dataclasses import dataclass

from tests.factories.people import PEOPLE_HEADER, make_iin, people_file, person_line

HEADER = f"{PEOPLE_HEADER}\n".encode()
IIN = make_iin()
MASKED = f"{IIN[:4]}•••••••{IIN[-1]}"
WRONG_IIN = IIN[:-1] + str((int(IIN[-1]) + 1) % 10)


@dataclass(frozen=True)
class Bad:
    """What the file holds and what is said of it; A1 is a school within reach, B1 is not."""

    content: bytes
    line: int | None
    column: str | None
    code: str
    found: str


def lines(*rows: str) -> bytes:
    return people_file(*rows).content


def one(**cells: str) -> bytes:
    return lines(person_line("A1", **cells))


BAD = {
    "an empty file": Bad(b"", None, None, "file_empty", ""),
    "another encoding": Bad(
        HEADER + person_line("A1", surname="Ким", **{"class": "7А"}).encode("cp1251"),
        2, None, "wrong_encoding", "byte 0xC0 at place",
    ),
    "a missing column": Bad(
        lines(person_line("A1")).replace(b"birth_date", b"born"),
        1, "birth_date", "column_missing", "school_code",
    ),
    "a header alone": Bad(HEADER, None, None, "file_without_rows", ""),
    "a cell too few": Bad(
        HEADER + b"A1,2026-27\n", 2, None, "wrong_cell_count", "2"
    ),
    "an unknown school": Bad(
        lines(person_line("A1"), person_line("X9")), 3, "school_code", "unknown_school", "X9"
    ),
    "a wrong check digit": Bad(
        one(iin=WRONG_IIN), 2, "iin", "iin_checksum", f"{IIN[:4]}•••••••{WRONG_IIN[-1]}"
    ),
    "too few digits": Bad(one(iin=IIN[:-1]), 2, "iin", "iin_length", f"{IIN[:4]}••••••{IIN[-2]}"),
    "a letter in the number": Bad(
        one(iin=IIN[:-1] + "O"), 2, "iin", "iin_digits", f"{IIN[:4]}•••••••O"
    ),
    "a person twice, by number": Bad(
        lines(person_line("A1", iin=IIN), person_line("A1"), person_line("A1", iin=IIN)),
        4, "iin", "person_twice", MASKED,
    ),
    "a person twice, by identifier": Bad(
        lines(person_line("A1", source_id="j-1"), person_line("A1", source_id="j-1")),
        3, "source_id", "person_twice", "j-1",
    ),
    "a person twice, by name": Bad(
        lines(person_line("A1", surname="Ким"), person_line("A1", surname="КИМ", iin=IIN)),
        3, "surname", "person_twice", "КИМ Айша",
    ),
    "neither number nor reason": Bad(one(no_iin_reason=""), 2, "iin", "iin_or_reason", ""),
    "number and reason": Bad(
        one(iin=IIN, no_iin_reason="stateless"),
        2, "no_iin_reason", "iin_and_reason", "stateless",
    ),
    "an unknown reason": Bad(
        one(no_iin_reason="lost"), 2, "no_iin_reason", "unknown_choice", "lost"
    ),
    "no name": Bad(one(surname="", given_name=""), 2, "surname", "name_missing", ""),
    "a name with digits": Bad(one(surname="Ким2"), 2, "surname", "name_signs", "Ким2"),
    "a name with a formula": Bad(one(surname="=A1"), 2, "surname", "name_signs", "=A1"),
    "a name with a NUL": Bad(
        one(surname="Ким\x00"), 2, "surname", "unstorable_text", "Ким\\u0000"
    ),
    "a name too long": Bad(one(surname="я" * 256), 2, "surname", "name_too_long", "я" * 79 + "…"),
    "a day that is none": Bad(
        one(birth_date="31.02.2014"), 2, "birth_date", "no_such_date", "31.02.2014"
    ),
    "a birth date to come": Bad(
        one(birth_date="2090-01-01"), 2, "birth_date", "birth_date_impossible", "2090-01-01"
    ),
    "another sex": Bad(one(sex="ж"), 2, "sex", "unknown_choice", "ж"),
    "another role": Bad(one(role="director"), 2, "role", "unknown_choice", "director"),
    "a mixed class": Bad(one(language="mixed"), 2, "language", "unknown_choice", "mixed"),
    "a grade too high": Bad(one(grade="13"), 2, "grade", "out_of_range", "13"),
    "a class without a language": Bad(one(language=""), 2, "language", "value_missing", ""),
    "a grade without a class": Bad(one(**{"class": ""}), 2, "class", "class_missing", ""),
    "a teacher in a class": Bad(one(role="teacher"), 2, "class", "class_not_for_role", "7 «Ә»"),
    "a class in two languages": Bad(
        lines(person_line("A1"), person_line("A1", language="ru")),
        3, "language", "class_contradicts", "ru",
    ),
    "years that do not follow": Bad(
        one(academic_year="2026-28"), 2, "academic_year", "years_not_consecutive", "2026-28"
    ),
    "a year alone": Bad(one(academic_year="2026"), 2, "academic_year", "unreadable_value", "2026"),
}  # fmt: skip
