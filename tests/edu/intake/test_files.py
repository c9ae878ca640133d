"""What can be read is read; what cannot is said with its place."""

from enum import StrEnum

import pytest

from edu.intake import (
    Column,
    FileRefused,
    IncomingFile,
    Rows,
    parse_choice,
    parse_date,
    parse_flag,
    parse_integer,
    parse_text,
    read_rows,
)


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


COLUMNS = (
    Column("name", parse_text(10)),
    Column("born", parse_date, required=False),
    Column("grade", parse_integer(1, 11)),
)


def read(text: str | bytes, columns: tuple[Column, ...] = COLUMNS, **options: bool) -> Rows:
    content = text.encode() if isinstance(text, str) else text
    return read_rows(IncomingFile("pupils.csv", content), columns, **options)


def problems_of(text: str | bytes, columns: tuple[Column, ...] = COLUMNS) -> list[tuple]:
    with pytest.raises(FileRefused) as caught:
        read(text, columns).problems.raise_if_any()
    assert caught.value.status == 422
    assert all(error["file"] == "pupils.csv" for error in caught.value.errors)
    return [
        (error["line"], error["column"], error["code"], error["found"])
        for error in caught.value.errors
    ]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_both_delimiters_the_mark_and_all_line_ends_are_read(
    delimiter: str, mark: str, line_end: str
) -> None:
    lines = ["name,born,grade", "Әсем,2015-03-02,7", "Ірі,02.03.2015,11", ""]
    text = mark + line_end.join(lines).replace(",", delimiter)
    assert [(row.line, row["name"], str(row["born"]), row["grade"]) for row in read(text)] == [
        (2, "Әсем", "2015-03-02", 7),
        (3, "Ірі", "2015-03-02", 11),
    ]


def test_columns_stand_in_any_order_and_case_and_quotes_may_hold_delimiters_and_lines() -> None:
    rows = read('GRADE,Name,born\n7,"A, ""b""\nc",\n\n , , \n8,D,\n')
    assert [(row.line, row["name"], row["grade"]) for row in rows] == [
        (2, 'A, "b" c', 7),
        (6, "D", 8),
    ]


def test_text_is_composed_and_freed_of_invisible_signs() -> None:
    rows = read("name,born,grade\n\u200fИ\u0306ван\u202e\u00a0 \u00adБ ,,7\n")
    assert rows.rows[0]["name"] == "Йван Б"


def test_an_empty_file_is_named() -> None:
    for text in ("", "\n \n", "\ufeff", "\ufeff \r\n"):
        assert problems_of(text) == [(None, None, "file_empty", "")]


def test_a_header_without_lines_is_refused() -> None:
    assert problems_of("name,born,grade\n") == [(None, None, "file_without_rows", "")]


def test_another_encoding_is_refused_with_line_and_byte() -> None:
    content = b"name,born,grade\nA,,7\n" + "Иван,,7\n".encode("cp1251")
    assert problems_of(content) == [(3, None, "wrong_encoding", "byte 0xC8 at place 22")]
    assert problems_of("name,born,grade\nA,,7\n".encode("utf-16"))[0][2] == "wrong_encoding"


def test_missing_double_and_unknown_columns_are_all_named_at_once() -> None:
    assert problems_of("name,name,colour\nA,B,red\n") == [
        (1, "born", "column_missing", "name, name, colour"),
        (1, "grade", "column_missing", "name, name, colour"),
        (1, "name", "column_twice", "name"),
        (1, "colour", "column_unknown", "colour"),
    ]


def test_a_column_may_be_absent_and_others_may_be_allowed_where_that_is_said() -> None:
    columns = (Column("name", parse_text(10)), Column("note", parse_text(10), False, None, True))
    rows = read("name,colour\nA,red\n", columns, others_allowed=True)
    assert rows.rows[0].values == {"name": "A", "note": None}


def test_every_wrong_cell_is_found_in_one_reading() -> None:
    text = (
        "name,born,grade\n"
        ",31.02.2015,7\n"
        "ABCDEFGHIJK,x,12\n"
        "A,2015-1-1,seven\n"
        "B,2015-01-01\n"
        "C\x00,,٧\n"
    )
    assert problems_of(text) == [
        (2, "name", "value_missing", ""),
        (2, "born", "no_such_date", "31.02.2015"),
        (3, "name", "text_too_long", "ABCDEFGHIJK"),
        (3, "born", "unreadable_value", "x"),
        (3, "grade", "out_of_range", "12"),
        (4, "born", "unreadable_value", "2015-1-1"),
        (4, "grade", "unreadable_value", "seven"),
        (5, None, "wrong_cell_count", "2"),
        (6, "name", "unstorable_text", "C\\u0000"),
        (6, "grade", "unreadable_value", "٧"),
    ]


def test_a_row_keeps_its_good_cells_so_that_later_checks_can_use_them() -> None:
    row = read("name,born,grade\nA,x,7\n").rows[0]
    assert not row.sound
    assert row["name"] == "A"
    assert row.get("born") is None


def test_quotes_that_never_close_are_refused_with_their_line() -> None:
    assert problems_of('name,born,grade\nA,,7\n"B,,7\nC,,7\n') == [(3, None, "broken_quotes", "")]


def test_a_long_or_hostile_cell_is_repeated_short_and_visible() -> None:
    found = problems_of("name,born,grade\n" + "я" * 200 + ",\x1b[31m,7\n")
    assert found[0][3] == "я" * 79 + "…"
    assert found[1][3] == "\\u001b[31m"


def test_flags_and_choices_say_what_they_expect() -> None:
    columns = (Column("urban", parse_flag), Column("color", parse_choice(Color)))
    assert read("urban,color\n1,RED\n", columns).rows[0].values == {
        "urban": True,
        "color": Color.RED,
    }
    with pytest.raises(FileRefused) as caught:
        read("urban,color\nyes,green\n", columns).problems.raise_if_any()
    assert [error["expected"] for error in caught.value.errors] == ["0 or 1", "red, blue"]


def test_a_refused_file_names_no_cell_in_its_own_words() -> None:
    with pytest.raises(FileRefused) as caught:
        read("name,born,grade\nSecret,x,7\n").problems.raise_if_any()
    assert "x" not in str(caught.value).replace("'pupils.csv'", "")
    assert caught.value.parameters == {"file": "pupils.csv", "count": 1}
