"""The shape of instruments, waves, sittings and response files in JSON."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from flask_smorest.fields import Upload

from edu.assessment.service import NewInstrument, NewItem
from edu.intake import IncomingFile
from edu.web.api import PageArguments
from edu.web.validation import Text
from models.assessments import NOT_PRESENTED, OmissionRule, WaveStanding
from models.keyset import LARGEST_KEY

A_KEY = ma.validate.Range(1, LARGEST_KEY)
A_CODE = ma.validate.Range(0, 32_767)
CODE = ma.validate.Regexp(
    r"[A-Za-z0-9][A-Za-z0-9._-]*\Z", error=_l("Use Latin letters, digits, dots and hyphens only.")
)
MOST_ITEMS = 1_000
RESPONSES = (
    "In item order: the item's code, or -1 omitted, -2 not reached, -3 not presented to this person"
)


class ItemSchema(ma.Schema):
    """A question; its place in the list is its place in every list of responses."""

    code = Text(required=True, max_length=64)
    domain = Text(load_default="", max_length=64)

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> NewItem:
        """As the service takes it."""
        return NewItem(**data)


class InstrumentSchema(ma.Schema):
    """A test or questionnaire."""

    id = ma.fields.Integer(dump_only=True)
    code = Text(required=True, max_length=64, validate=CODE)
    name_kk = Text(required=True)
    name_ru = Text(required=True)
    name_en = Text(required=True)
    scale = Text(required=True, max_length=64)
    languages = ma.fields.List(
        Text(max_length=8), load_default=list, validate=ma.validate.Length(max=20)
    )
    range_low = ma.fields.Integer(required=True, strict=True, validate=A_CODE)
    range_high = ma.fields.Integer(required=True, strict=True, validate=A_CODE)
    omission_rule = ma.fields.Enum(
        OmissionRule,
        by_value=True,
        load_default=OmissionRule.MISSING,
        metadata={"description": "What an omitted response is worth: nothing, or the lowest code"},
    )
    items = ma.fields.List(
        ma.fields.Nested(ItemSchema),
        required=True,
        validate=ma.validate.Length(1, MOST_ITEMS),
    )

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> NewInstrument:
        """As the service takes it."""
        return NewInstrument(**data)


class WaveSchema(ma.Schema):
    """One round of an instrument."""

    id = ma.fields.Integer(dump_only=True)
    instrument_id = ma.fields.Integer(required=True, strict=True, validate=A_KEY)
    code = Text(required=True, max_length=64, validate=CODE)
    opens_on = ma.fields.Date(required=True)
    closes_on = ma.fields.Date(required=True)
    standing = ma.fields.Enum(WaveStanding, by_value=True, dump_only=True)


class WaveChangeSchema(ma.Schema):
    """What may be changed about a wave."""

    standing = ma.fields.Enum(WaveStanding, by_value=True, required=True)


class WaveArguments(PageArguments):
    """Which waves."""

    instrument_id = ma.fields.Integer(load_default=None, validate=A_KEY)


class SittingSchema(ma.Schema):
    """One person's responses in one wave."""

    id = ma.fields.Integer(dump_only=True)
    wave_id = ma.fields.Integer(required=True, strict=True, validate=A_KEY)
    person_id = ma.fields.Integer(required=True, strict=True, validate=A_KEY)
    school_id = ma.fields.Integer(dump_only=True)
    language = Text(load_default=None, allow_none=True, max_length=8)
    sat_on = ma.fields.Date(load_default=None, allow_none=True)
    responses = ma.fields.List(
        ma.fields.Integer(strict=True, validate=ma.validate.Range(NOT_PRESENTED, 32_767)),
        required=True,
        validate=ma.validate.Length(1, MOST_ITEMS),
        metadata={"description": RESPONSES},
    )


class SittingArguments(PageArguments):
    """Which sittings."""

    wave_id = ma.fields.Integer(required=True, validate=A_KEY)


class ResponseUploadSchema(ma.Schema):
    """Two files of a multipart request: the responses, and how to read them."""

    class Meta:
        unknown = ma.RAISE

    file = Upload(required=True, metadata={"description": "UTF-8, delimited by , or ;"})
    mapping = Upload(required=True, metadata={"description": "JSON: which column holds what"})

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> dict[str, IncomingFile]:
        """Both files as the importer takes them."""
        return {
            name: IncomingFile(upload.filename or name, upload.read())
            for name, upload in data.items()
        }
