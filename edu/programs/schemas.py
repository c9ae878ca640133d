"""The shape of initiatives, programs and offerings in JSON and in forms."""

import re

import marshmallow as ma
from flask_babel import lazy_gettext as _l

from edu.programs.seats import Precision
from edu.web.api import PageArguments
from edu.web.validation import Text
from models.keyset import LARGEST_KEY
from models.people import LearnerRole
from models.programs import Standing

A_KEY = ma.validate.Range(1, LARGEST_KEY)
A_GRADE = ma.validate.Range(0, 12)
MOST_SEATS = 10_000_000
CODE = ma.validate.Regexp(
    r"[A-Za-z0-9][A-Za-z0-9._-]*\Z", error=_l("Use Latin letters, digits, dots and hyphens only.")
)


def check_academic_year(text: str) -> None:
    """Two consecutive years as 2026-27."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise ma.ValidationError(str(_l("Write an academic year as 2026-27.")))


class InitiativeSchema(ma.Schema):
    """One of the project's initiatives."""

    id = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    name_kk = ma.fields.String(required=True)
    name_ru = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    standing = ma.fields.Enum(Standing, by_value=True, required=True)
    source = ma.fields.String(required=True)
    status = ma.fields.String(
        required=True, metadata={"description": "How far name and facts are confirmed"}
    )


class InitiativeChangeSchema(ma.Schema):
    """What may be changed about an initiative."""

    standing = ma.fields.Enum(Standing, by_value=True, required=True)


class ProgramSchema(ma.Schema):
    """A program people take part in."""

    id = ma.fields.Integer(dump_only=True)
    initiative_id = ma.fields.Integer(required=True, validate=A_KEY)
    code = Text(required=True, max_length=64, validate=CODE)
    name_kk = Text(required=True)
    name_ru = Text(required=True)
    name_en = Text(required=True)


class ProgramArguments(PageArguments):
    """Which programs."""

    initiative_id = ma.fields.Integer(load_default=None, validate=A_KEY)


class SeatsSchema(ma.Schema):
    """Seats taken; for readers without records rounded to tens, and hidden below ten."""

    taken = ma.fields.Integer(required=True, allow_none=True)
    capacity = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: without limit"}
    )
    precision = ma.fields.Enum(Precision, by_value=True, required=True)


class OfferingTermsSchema(ma.Schema):
    """What may be changed about an offering."""

    starts_on = ma.fields.Date()
    ends_on = ma.fields.Date()
    capacity = ma.fields.Integer(
        allow_none=True,
        validate=ma.validate.Range(1, MOST_SEATS),
        metadata={"description": "null: without limit"},
    )
    roles = ma.fields.List(
        ma.fields.Enum(LearnerRole, by_value=True), metadata={"description": "Who is eligible"}
    )
    min_grade = ma.fields.Integer(allow_none=True, validate=A_GRADE)
    max_grade = ma.fields.Integer(allow_none=True, validate=A_GRADE)
    standing = ma.fields.Enum(Standing, by_value=True)


class NewOfferingSchema(OfferingTermsSchema):
    """An offering to be made, at a school, in a region, or in the nation."""

    program_id = ma.fields.Integer(required=True, validate=A_KEY)
    code = Text(required=True, max_length=64, validate=CODE)
    region = Text(max_length=2, metadata={"description": "KATO prefix"})
    school = Text(max_length=64, metadata={"description": "The school's code"})
    academic_year = Text(required=True, max_length=7, validate=check_academic_year)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)


class OfferingSchema(ma.Schema):
    """A program at a place and time: a school, else a region, else the nation."""

    id = ma.fields.Integer(attribute="offering.id", required=True)
    program_id = ma.fields.Integer(attribute="offering.program_id", required=True)
    code = ma.fields.String(attribute="offering.code", required=True)
    region = ma.fields.String(attribute="region", required=True, allow_none=True)
    school = ma.fields.String(attribute="school", required=True, allow_none=True)
    academic_year = ma.fields.String(attribute="offering.academic_year", required=True)
    starts_on = ma.fields.Date(attribute="offering.starts_on", required=True)
    ends_on = ma.fields.Date(attribute="offering.ends_on", required=True)
    roles = ma.fields.List(ma.fields.String(), attribute="offering.roles", required=True)
    min_grade = ma.fields.Integer(attribute="offering.min_grade", required=True, allow_none=True)
    max_grade = ma.fields.Integer(attribute="offering.max_grade", required=True, allow_none=True)
    standing = ma.fields.Enum(Standing, by_value=True, attribute="offering.standing", required=True)
    seats = ma.fields.Nested(SeatsSchema, required=True)


class OfferingArguments(PageArguments):
    """Which offerings."""

    program_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    school = Text(load_default=None, max_length=64)
    standing = ma.fields.Enum(Standing, by_value=True, load_default=None)
