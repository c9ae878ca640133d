"""How the columns of a response file are to be read: a small JSON file, checked key by key."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l

from edu.intake.files import IncomingFile, decode
from edu.intake.problems import Problems, Words, shown
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED
from models.errors import Refusal
from models.text import clean_text

REQUIRED = ("instrument", "wave", "person", "school", "items", "range")
OPTIONAL = ("person_is", "groups", "sample", "missing", "language")
STATES = {"omitted": OMITTED, "not_reached": NOT_REACHED, "not_presented": NOT_PRESENTED}
LONGEST_CODE = 64
HIGHEST_CODE = 32_767
MOST_ITEMS = 1_000
A_COLUMN = _l("the name of a column")
A_CODE = _l("text of at most %(maximum)s letters", maximum=LONGEST_CODE)
OR_NULL = _l("the name of a column, or null")
COLUMN_NAMES = _l("a list of different names of columns")
A_RANGE = _l("two whole numbers from 0 on, the lower one first: [1, 4]")
GROUPS = _l(
    "a column for each group, or its column with labels: "
    '{"sex": {"column": "sex", "labels": {"1": "female", "2": "male"}}}'
)
MISSING = _l("what a cell without a response says: %(states)s", states=", ".join(STATES))
Value = TypeVar("Value")


class PersonKey(StrEnum):
    """By what a file knows its persons."""

    SOURCE_ID = "source_id"
    IIN = "iin"


@dataclass(frozen=True)
class Group:
    """A label of anonymous respondents; without `labels` the codes of the column are the labels."""

    name: str
    column: str
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ResponseMapping:
    """Which column holds what. No `person` column: respondents are known by their line."""

    instrument: str
    wave: str
    person: str | None
    school: str
    items: tuple[str, ...]
    low: int
    high: int
    person_is: PersonKey = PersonKey.SOURCE_ID
    groups: tuple[Group, ...] = ()
    sample: str | None = None
    missing: Mapping[str, int] | None = None
    language: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns the file must have."""
        single = [self.person, self.school, self.language]
        grouped = [group.column for group in self.groups]
        return tuple(dict.fromkeys([*filter(None, single), *grouped, *self.items]))


def read_mapping(file: IncomingFile) -> ResponseMapping:
    """The mapping in a JSON file; raises `FileRefused` naming every key that is wrong."""
    problems = Problems(file.name)
    content = parse(decode(file, problems), problems)
    keys = Keys(content, problems)
    keys.check_names()
    low, high = keys.read("range", as_range, A_RANGE, (0, 1))
    mapping = ResponseMapping(
        instrument=keys.read("instrument", as_code, A_CODE, ""),
        wave=keys.read("wave", as_code, A_CODE, ""),
        person=keys.read("person", or_null(as_column), OR_NULL, None),
        school=keys.read("school", as_column, A_COLUMN, ""),
        items=keys.read("items", as_columns, COLUMN_NAMES, ()),
        low=low,
        high=high,
        person_is=keys.read("person_is", PersonKey, ", ".join(PersonKey), PersonKey.SOURCE_ID),
        groups=keys.read("groups", as_groups, GROUPS, ()),
        sample=keys.read("sample", or_null(as_code), A_CODE, None),
        missing=keys.read("missing", as_states, MISSING, None),
        language=keys.read("language", or_null(as_column), OR_NULL, None),
    )
    problems.raise_if_any()
    check_together(mapping, problems)
    problems.raise_if_any()
    return mapping


def check_together(mapping: ResponseMapping, problems: Problems) -> None:
    """Persons are known from the registry, with their groups; anonymous ones belong to a sample."""
    if mapping.person is None:
        if mapping.sample is None:
            problems.add(None, "sample", "mapping_sample_needed", "null", A_CODE)
        return
    if mapping.sample is not None:
        problems.add(None, "sample", "mapping_sample_of_persons", mapping.sample, "null")
    if mapping.groups:
        names = ", ".join(group.name for group in mapping.groups)
        problems.add(None, "groups", "mapping_groups_of_persons", names, "{}")


def parse(text: str, problems: Problems) -> dict[str, Any]:
    """The JSON object, or a refusal that names the line where it breaks off."""
    expected = _l("a JSON object in braces: {…}")
    try:
        content = json.loads(text, object_pairs_hook=unique_pairs)
    except json.JSONDecodeError as error:
        found = text.split("\n")[error.lineno - 1].strip()
        problems.add(error.lineno, None, "mapping_not_json", found, expected)
    except KeyError as error:
        key = shown(error.args[0])
        problems.add(None, key, "mapping_key_twice", key, _l("each key once"))
    except (ValueError, RecursionError):
        problems.add(None, None, "mapping_not_json", "", expected)
    else:
        if isinstance(content, dict):
            return content
        problems.add(1, None, "mapping_not_json", json.dumps(content), expected)
    problems.raise_if_any()
    return {}


def unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's pairs; raises KeyError where a key stands twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyError(key)
        found[key] = value
    return found


class Keys:
    """Reads the mapping's keys one by one and notes what is wrong with each."""

    def __init__(self, content: dict[str, Any], problems: Problems) -> None:
        self.content = content
        self.problems = problems

    def check_names(self) -> None:
        """Note keys that nobody reads, and keys that are missing."""
        expected = ", ".join((*REQUIRED, *OPTIONAL))
        for key in self.content:
            if key not in REQUIRED + OPTIONAL:
                self.problems.add(None, shown(key), "mapping_key_unknown", key, expected)
        for key in REQUIRED:
            if key not in self.content:
                self.problems.add(None, key, "mapping_key_missing", "", expected)

    def read(
        self, key: str, convert: Callable[[Any], Value], expected: Words, otherwise: Value
    ) -> Value:
        """The value of a key; `otherwise` where it is absent or wrong."""
        if key not in self.content:
            return otherwise
        try:
            return convert(self.content[key])
        except (ValueError, TypeError, Refusal):
            found = json.dumps(self.content[key], ensure_ascii=False)
            self.problems.add(None, key, "mapping_value_wrong", found, expected)
            return otherwise


def or_null(convert: Callable[[Any], Value]) -> Callable[[Any], Value | None]:
    """A converter that also takes null."""
    return lambda value: None if value is None else convert(value)


def as_text(value: Any, longest: int) -> str:
    """Text that is not empty; raises ValueError."""
    text = clean_text(value) if isinstance(value, str) else ""
    if not text or len(text) > longest:
        raise ValueError(value)
    return text


def as_code(value: Any) -> str:
    """The code of a record."""
    return as_text(value, LONGEST_CODE)


def as_column(value: Any) -> str:
    """The name of a column."""
    return as_text(value, 255)


def as_columns(value: Any) -> tuple[str, ...]:
    """Different columns; their names are the items' codes."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_ITEMS:
        raise ValueError(value)
    names = tuple(as_code(name) for name in value)
    if len({name.lower() for name in names}) < len(names):
        raise ValueError(value)
    return names


def as_range(value: Any) -> tuple[int, int]:
    """The lowest and the highest code of a response."""
    if not isinstance(value, list) or [type(bound) for bound in value] != [int, int]:
        raise ValueError(value)
    low, high = value
    if not 0 <= low < high <= HIGHEST_CODE:
        raise ValueError(value)
    return low, high


def as_groups(value: Any) -> tuple[Group, ...]:
    """Groups as {name: column} or {name: {"column": column, "labels": {code: label}}}."""
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise ValueError(value)
    return tuple(as_group(as_code(name), described) for name, described in value.items())


def as_group(name: str, value: Any) -> Group:
    """One group."""
    if isinstance(value, str):
        return Group(name, as_column(value))
    if not isinstance(value, dict) or set(value) - {"column", "labels"}:
        raise ValueError(value)
    labels = value.get("labels")
    if labels is not None and not (isinstance(labels, dict) and labels):
        raise ValueError(value)
    named = {as_code(code): as_code(label) for code, label in labels.items()} if labels else None
    return Group(name, as_column(value.get("column")), named)


def as_states(value: Any) -> dict[str, int]:
    """What cells without a response say: {"": "omitted", "8": "not_reached"}."""
    if not isinstance(value, dict):
        raise ValueError(value)
    if unknown := [state for state in value.values() if state not in STATES]:
        raise ValueError(unknown)
    return {clean_text(cell): STATES[state] for cell, state in value.items()}
