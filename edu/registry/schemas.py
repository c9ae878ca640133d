"""The shape of people and places in JSON and in forms."""

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l

from edu.intake import Unreadable
from edu.registry.iin import check_iin
from edu.registry.names import check_name
from edu.registry.parsing import parse_academic_year
from edu.web.api import PageArguments
from edu.web.messages import sentence
from edu.web.validation import Text
from models.errors import Refusal
from models.keyset import LARGEST_KEY
from models.people import LearnerRole, NoIinReason, Sex
from models.places import SchoolType

A_KEY = ma.validate.Range(1, LARGEST_KEY)
LONGEST_IIN = 32  # with the spaces of a paste; its real length is the service's to check


class AcademicYear(Text):
    """Two consecutive years as 2026-27."""

    default_error_messages = {  # noqa: RUF012  marshmallow's convention
        "not_a_year": _l("Write an academic year as 2026-27.")
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return parse_academic_year(text)
        except Unreadable as error:
            raise self.make_error("not_a_year") from error


class NamedSchema(ma.Schema):
    """A place's name in three languages."""

    name_kk = ma.fields.String(required=True)
    name_ru = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)


class RegionSchema(NamedSchema):
    """One of the regions."""

    id = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True, metadata={"description": "KATO prefix"})
    iso_code = ma.fields.String(required=True, metadata={"description": "ISO 3166-2"})


class DistrictSchema(NamedSchema):
    """A district of a region."""

    id = ma.fields.Integer(required=True)
    region_id = ma.fields.Integer(required=True)


class SchoolSchema(NamedSchema):
    """An education organization."""

    id = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    region_id = ma.fields.Integer(required=True)
    district_id = ma.fields.Integer(required=True)
    urban = ma.fields.Boolean(required=True)
    type = ma.fields.Enum(SchoolType, by_value=True, required=True)


class ClassSchema(ma.Schema):
    """A class of one academic year."""

    id = ma.fields.Integer(required=True)
    school_id = ma.fields.Integer(required=True)
    academic_year = ma.fields.String(required=True)
    grade = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    language = ma.fields.String(
        attribute="language_code", required=True, metadata={"description": "Of instruction"}
    )


class PlaceArguments(PageArguments):
    """Which districts or schools."""

    region_id = ma.fields.Integer(load_default=None, validate=A_KEY)


class ClassArguments(PageArguments):
    """Which classes."""

    school_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    academic_year = AcademicYear(load_default=None, max_length=9)


class PeopleFilter(ma.Schema):
    """Which people."""

    school_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    class_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    role = ma.fields.Enum(LearnerRole, by_value=True, load_default=None)
    name = Text(load_default=None, metadata={"description": "How the surname begins"})


class PeopleArguments(PeopleFilter, PageArguments):
    """Which people, and where in the list."""


class PersonRowSchema(ma.Schema):
    """Somebody in a list."""

    id = ma.fields.Integer(attribute="person_id", required=True)
    school_id = ma.fields.Integer(required=True)
    surname = ma.fields.String(required=True)
    given_name = ma.fields.String(required=True)
    patronymic = ma.fields.String(required=True, allow_none=True)
    sex = ma.fields.Enum(Sex, by_value=True, required=True)
    birth_date = ma.fields.Date(required=True)
    role = ma.fields.Enum(LearnerRole, by_value=True, required=True, allow_none=True)
    academic_year = ma.fields.String(required=True, allow_none=True)
    class_name = ma.fields.String(required=True, allow_none=True)


class SchoolPlaceSchema(ma.Schema):
    """A person's place in a school during an academic year."""

    id = ma.fields.Integer(attribute="membership_id", required=True)
    school_id = ma.fields.Integer(required=True)
    academic_year = ma.fields.String(required=True)
    role = ma.fields.Enum(LearnerRole, by_value=True, required=True)
    class_id = ma.fields.Integer(required=True, allow_none=True)
    class_name = ma.fields.String(required=True, allow_none=True)
    grade = ma.fields.Integer(required=True, allow_none=True)
    language = ma.fields.String(required=True, allow_none=True)
    ended_on = ma.fields.Date(required=True, allow_none=True)


class PersonSchema(ma.Schema):
    """One person; the IIN only as a mask that says there is one."""

    id = ma.fields.Integer(attribute="person_id", required=True)
    school_id = ma.fields.Integer(required=True)
    surname = ma.fields.String(required=True)
    given_name = ma.fields.String(required=True)
    patronymic = ma.fields.String(required=True, allow_none=True)
    sex = ma.fields.Enum(Sex, by_value=True, required=True)
    birth_date = ma.fields.Date(required=True)
    iin_masked = ma.fields.String(required=True, allow_none=True)
    no_iin_reason = ma.fields.Enum(NoIinReason, by_value=True, required=True, allow_none=True)
    source_id = ma.fields.String(required=True, allow_none=True)
    memberships = ma.fields.List(ma.fields.Nested(SchoolPlaceSchema), required=True)


class WarningSchema(ma.Schema):
    """Something to look at again; it kept nothing from being saved."""

    code = ma.fields.Function(lambda code: code, required=True, metadata={"type": "string"})
    message = ma.fields.Function(
        lambda code: sentence(code, {}), required=True, metadata={"type": "string"}
    )


class RegisteredSchema(ma.Schema):
    """Who was written, and what deserves a second look."""

    id = ma.fields.Integer(attribute="person_id", required=True)
    warnings = ma.fields.List(ma.fields.Nested(WarningSchema), required=True)


class PersonChangeSchema(ma.Schema):
    """What may be corrected; what is not given stays as it is."""

    surname = Text(allow_none=True)
    given_name = Text(allow_none=True)
    patronymic = Text(allow_none=True)
    birth_date = ma.fields.Date()
    sex = ma.fields.Enum(Sex, by_value=True)
    iin = Text(
        allow_none=True,
        max_length=LONGEST_IIN,
        metadata={"description": "12 digits; null needs a `no_iin_reason`"},
    )
    no_iin_reason = ma.fields.Enum(NoIinReason, by_value=True, allow_none=True)
    source_id = Text(
        allow_none=True,
        max_length=128,
        metadata={"description": "The identifier in the school's own journal"},
    )


class NewPersonSchema(PersonChangeSchema):
    """A person to be registered; one of `surname` and `given_name` is needed."""

    school_id = ma.fields.Integer(required=True, validate=A_KEY)
    academic_year = AcademicYear(required=True, max_length=9)
    role = ma.fields.Enum(LearnerRole, by_value=True, required=True)
    class_id = ma.fields.Integer(allow_none=True, validate=A_KEY)
    birth_date = ma.fields.Date(required=True)
    sex = ma.fields.Enum(Sex, by_value=True, required=True)


class PersonFormSchema(NewPersonSchema):
    """The same on paper: people see all that is wrong at once, each beside its field."""

    @ma.validates("surname", "given_name", "patronymic")
    def check_name(self, value: str | None, data_key: str) -> None:
        """Only what a name may hold."""
        if value:
            in_words(check_name, value, data_key)

    @ma.validates("iin")
    def check_iin(self, value: str | None, data_key: str) -> None:
        """Twelve digits, the last of which checks the others."""
        if value:
            in_words(check_iin, value)

    @ma.validates_schema(skip_on_field_errors=False)
    def check_whole(self, data: dict[str, Any], **_options: Any) -> None:
        """A name, and a number or a reason; what was typed wrongly was given nevertheless."""
        errors = {}
        if not (data.get("surname") or data.get("given_name")):
            errors["surname"] = [sentence("name_missing", {})]
        if not (data.get("iin") or data.get("no_iin_reason")):
            errors["iin"] = [sentence("iin_or_reason", {})]
        if errors:
            raise ma.ValidationError(errors)


def in_words(check: Callable[..., object], *values: str) -> None:
    """Let a rule of the domain speak as the field's own."""
    try:
        check(*values)
    except Refusal as refusal:
        raise ma.ValidationError(sentence(refusal.code, refusal.parameters)) from refusal


class IinSchema(ma.Schema):
    """A person's number; null where there is none."""

    iin = ma.fields.String(required=True, allow_none=True)
