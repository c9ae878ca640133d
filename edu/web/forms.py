"""A posted form: the same schema as the API, errors beside the fields, nothing typed twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import marshmallow as ma
from flask import request

from edu.web.messages import sentence
from ml.errors import StatisticsError
from models import db
from models.errors import Refusal

Result = TypeVar("Result")
Unknown = Literal["exclude", "raise"]


@dataclass
class Form:
    """What was typed (`raw`), what it means (`values`), what is wrong with it (`errors`)."""

    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str | None = None

    def submit(self, verb: Callable[..., Result]) -> Result | None:
        """Call `verb` with the values; None, and a reason on the form, where it is refused."""
        if self.errors:
            return None
        try:
            with db.session.begin_nested():
                return verb(**self.values)
        except (Refusal, StatisticsError) as refusal:
            text = sentence(refusal.code, refusal.parameters)
            at = refusal.parameters.get("field")
            if isinstance(at, str):
                self.errors[at] = text
            else:
                self.problem = text
            return None


def read_form(schema: ma.Schema) -> Form:
    """The posted form, checked by `schema`; empty fields count as not given."""
    posted = {
        name: chosen(values) if isinstance(schema.fields.get(name), ma.fields.List) else values[-1]
        for name, values in request.form.lists()
        if name != "csrf_token"
    }
    given = {name: value for name, value in posted.items() if value != ""}
    return replace(checked(schema, given, "exclude"), raw=posted)


def chosen(values: Sequence[str]) -> list[str]:
    """What was ticked; an empty value only says that boxes were shown."""
    return [value for value in values if value]


def checked(schema: ma.Schema, given: Mapping[str, Any], unknown: Unknown = "raise") -> Form:
    """What was given, checked by `schema`; unknown: what becomes of fields it does not have."""
    try:
        return Form(raw=dict(given), values=schema.load(given, unknown=unknown))
    except ma.ValidationError as error:
        return Form(raw=dict(given), errors=first_messages(error.messages))


def first_messages(messages: Any) -> dict[str, str]:
    """One sentence per field."""
    found: dict[str, str] = {}
    for name, texts in messages.items():
        while isinstance(texts, dict | list):
            texts = next(iter(texts.values() if isinstance(texts, dict) else texts))  # noqa: PLW2901
        found[str(name)] = str(texts)
    return found
