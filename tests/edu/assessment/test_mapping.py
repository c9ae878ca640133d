"""The mapping says which column holds what; what is wrong with it is said key by key."""

import json
from pathlib import Path

import pytest

from edu.assessment.mapping import Group, PersonKey, read_mapping
from edu.intake import FileRefused, IncomingFile
from models.assessments import NOT_REACHED, OMITTED

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "icils2023_kaz.mapping.json"

PLAIN = {
    "instrument": "survey",
    "wave": "2026",
    "person": None,
    "school": "school",
    "items": ["q1", "q2"],
    "range": [1, 4],
    "groups": {"sex": "sex"},
    "sample": "pilot",
}


def read(content: object):
    text = content if isinstance(content, str) else json.dumps(content)
    return read_mapping(IncomingFile("mapping.json", text.encode("utf-8", "surrogatepass")))


def problems(content: object) -> list[dict]:
    with pytest.raises(FileRefused) as refused:
        read(content)
    return list(refused.value.errors)


def codes(content: object) -> list[tuple[object, str]]:
    return [(one["column"], one["code"]) for one in problems(content)]


def test_a_plain_mapping_is_read() -> None:
    mapping = read(PLAIN)
    assert (mapping.items, mapping.low, mapping.high) == (("q1", "q2"), 1, 4)
    assert mapping.groups == (Group("sex", "sex"),)
    assert mapping.columns == ("school", "sex", "q1", "q2")
    assert mapping.person_is is PersonKey.SOURCE_ID


def test_a_group_may_name_the_labels_of_its_codes() -> None:
    labels = {"1": "female", "2": "male"}
    mapping = read(PLAIN | {"groups": {"sex": {"column": "IS3G02", "labels": labels}}})
    assert mapping.groups == (Group("sex", "IS3G02", labels),)


def test_cells_without_a_response_may_be_told_apart() -> None:
    mapping = read(PLAIN | {"missing": {"8": "not_reached", "9": "omitted"}})
    assert mapping.missing == {"8": NOT_REACHED, "9": OMITTED}


def test_the_example_in_the_documentation_is_a_mapping() -> None:
    mapping = read(EXAMPLE.read_text(encoding="utf-8"))
    assert (mapping.school, len(mapping.items), mapping.person) == ("IDSCHOOL", 13, None)


def test_every_key_that_is_wrong_is_named_at_once() -> None:
    wrong = {
        "instrument": "",
        "person": 3,
        "school": None,
        "items": ["q1", "Q1"],
        "range": [4, 1],
        "groups": {"sex": {"column": "sex", "label": {}}},
        "sample": "x" * 65,
        "smaple": "pilot",
        "missing": {"9": "lost"},
    }
    assert sorted(codes(wrong)) == [
        ("groups", "mapping_value_wrong"),
        ("instrument", "mapping_value_wrong"),
        ("items", "mapping_value_wrong"),
        ("missing", "mapping_value_wrong"),
        ("person", "mapping_value_wrong"),
        ("range", "mapping_value_wrong"),
        ("sample", "mapping_value_wrong"),
        ("school", "mapping_value_wrong"),
        ("smaple", "mapping_key_unknown"),
        ("wave", "mapping_key_missing"),
    ]


def test_a_wrong_value_is_shown_with_what_was_expected() -> None:
    (one,) = problems(PLAIN | {"range": [1, 1.5]})
    assert (one["file"], one["found"]) == ("mapping.json", "[1, 1.5]")
    assert "[1, 4]" in one["expected"]


@pytest.mark.parametrize(
    "value", [[], [1], [True, 4], ["1", "4"], [-1, 4], [1, 10**6], {}, None, "1-4", [1, [4]]]
)
def test_a_range_is_two_whole_numbers_in_order(value: object) -> None:
    assert codes(PLAIN | {"range": value}) == [("range", "mapping_value_wrong")]


@pytest.mark.parametrize(
    "value", [[], "q1", [1], [None], ["q1", ["q2"]], {"q1": 1}, ["q\x00"], ["\ud800"], [""]]
)
def test_items_are_names_of_columns(value: object) -> None:
    assert codes(PLAIN | {"items": value}) == [("items", "mapping_value_wrong")]


@pytest.mark.parametrize("value", ["name", {"": ""}, {}, [], 5, ["source_id"]])
def test_persons_are_known_by_source_id_or_iin(value: object) -> None:
    mapping = PLAIN | {"person": "pupil", "sample": None, "groups": {}, "person_is": value}
    assert codes(mapping) == [("person_is", "mapping_value_wrong")]


def test_anonymous_respondents_need_a_sample() -> None:
    assert codes(PLAIN | {"sample": None}) == [("sample", "mapping_sample_needed")]


def test_people_of_the_registry_bring_neither_a_sample_nor_groups() -> None:
    assert codes(PLAIN | {"person": "pupil"}) == [
        ("sample", "mapping_sample_of_persons"),
        ("groups", "mapping_groups_of_persons"),
    ]


def test_broken_json_is_shown_at_its_line() -> None:
    (one,) = problems('{\n "instrument": "x",\n "wave": }')
    assert (one["line"], one["code"], one["found"]) == (3, "mapping_not_json", '"wave": }')


@pytest.mark.parametrize("text", ["[]", "3", "null", '"x"', "NaN", "[" * 100_000, "1" * 10_000])
def test_anything_but_an_object_is_refused(text: str) -> None:
    assert codes(text) == [(None, "mapping_not_json")]


def test_a_key_that_stands_twice_is_refused() -> None:
    assert codes('{"wave": "a", "wave": "b"}') == [("wave", "mapping_key_twice")]


def test_an_empty_mapping_is_refused() -> None:
    assert codes(" ") == [(None, "file_empty")]


def test_a_mapping_in_another_encoding_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        read_mapping(IncomingFile("m.json", '{"wave": "Волна"}'.encode("cp1251")))
    assert refused.value.errors[0]["code"] == "wrong_encoding"
