"""Marshmallow's own messages in the service's languages, and text PostgreSQL can hold."""

from typing import Any

import marshmallow as ma
from flask_babel import format_decimal
from flask_babel import gettext as _t
from flask_babel import lazy_gettext as _l

from models.errors import Refusal
from models.text import clean_text

REQUIRED = {
    "required": _l("This field is required."),
    "null": _l("This field may not be empty."),
    "validator_failed": _l("This value is not allowed."),
}
BY_FIELD: dict[type[ma.fields.Field[Any]], dict[str, Any]] = {
    ma.fields.Field: REQUIRED,
    ma.fields.String: {"invalid": _l("Write text here."), "invalid_utf8": _l("Write text here.")},
    ma.fields.Integer: {"invalid": _l("Write a whole number here.")},
    ma.fields.Number: {
        "invalid": _l("Write a number here."),
        "too_large": _l("This number is too large."),
    },
    ma.fields.Float: {"special": _l("Write a number here.")},
    ma.fields.Boolean: {"invalid": _l("Answer yes or no.")},
    ma.fields.Date: {
        "invalid": _l("Write a date as 2026-09-01."),
        "format": _l("Write a date as 2026-09-01."),
    },
    ma.fields.Enum: {"unknown": _l("Choose one of: {choices}.")},
    ma.fields.List: {"invalid": _l("Give a list.")},
}


def install() -> None:
    """Replace the library's English sentences."""
    for field, messages in BY_FIELD.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    ma.fields.Field.make_error = make_error  # type: ignore[method-assign,assignment]
    ma.validate.Range._format_error = range_error  # type: ignore[method-assign,assignment]
    ma.validate.Length._format_error = length_error  # type: ignore[method-assign,assignment]
    ma.Schema._default_error_messages = {
        **ma.Schema._default_error_messages,
        "type": _l("Give an object with named fields."),
        "unknown": _l("This field is not known here."),
    }


def make_error(field: ma.fields.Field[Any], key: str, **shown: object) -> ma.ValidationError:
    """A field's error; the library fills parameters only into ready sentences, not lazy ones."""
    return ma.ValidationError(str(field.error_messages[key]).format(**shown))


def range_error(check: ma.validate.Range, value: Any, message: str) -> str:
    """Between which numbers or days a value must lie."""
    low, high = (
        format_decimal(end) if isinstance(end, float) else end for end in (check.min, check.max)
    )
    if low is not None and high is not None:
        return str(_t("Choose between %(low)s and %(high)s.", low=low, high=high))
    if low is not None:
        return str(_t("Choose %(low)s or more.", low=low))
    return str(_t("Choose %(high)s or less.", high=high))


def length_error(check: ma.validate.Length, value: Any, message: str) -> str:
    """How long a text or a list must be."""
    if check.equal is not None:
        return str(_t("Give exactly %(count)s.", count=check.equal))
    low, high = check.min or 0, check.max
    if high is None:
        return str(_t("Give at least %(low)s.", low=low))
    return str(_t("Give between %(low)s and %(high)s.", low=low, high=high))


class Text(ma.fields.String):
    """Text as the database keeps it (models.text); an empty one counts as not given."""

    default_error_messages = {  # noqa: RUF012  marshmallow's convention
        "unprintable": _l("The text contains characters that cannot be stored."),
        "too_long": _l("The text is too long."),
    }

    def __init__(self, *, max_length: int = 255, **options: Any) -> None:
        super().__init__(**options)
        self.max_length = max_length

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            text = clean_text(typed)
        except Refusal as error:
            raise self.make_error("unprintable") from error
        if not text and self.required:
            raise self.make_error("required")
        if len(text) > self.max_length:
            raise self.make_error("too_long")
        return text


class TypedNumber(ma.fields.Float):
    """A number as people type it: with a decimal point, or with a comma as in kk and ru."""

    def _validated(self, value: Any) -> float:
        typed = value.replace(",", ".") if isinstance(value, str) else value
        return float(super()._validated(typed))
