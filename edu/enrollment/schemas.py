"""The shape of enrollments in JSON and in forms."""

import marshmallow as ma

from edu.web.api import PageArguments
from edu.web.validation import Text
from models.base import utc_today
from models.enrollments import EnrollmentStatus
from models.keyset import LARGEST_KEY

A_KEY = ma.validate.Range(1, LARGEST_KEY)
LONGEST_REASON = 500


class EnrollmentArguments(PageArguments):
    """Which enrollments."""

    status = ma.fields.Enum(EnrollmentStatus, by_value=True, load_default=None)
    program_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    offering_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    person_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    school_id = ma.fields.Integer(load_default=None, validate=A_KEY)


class EnrollmentSchema(ma.Schema):
    """A person in an offering, without a name."""

    id = ma.fields.Integer(required=True)
    person_id = ma.fields.Integer(required=True)
    offering = ma.fields.String(attribute="offering.code", required=True)
    offering_id = ma.fields.Integer(required=True)
    school_id = ma.fields.Integer(required=True)
    status = ma.fields.Enum(EnrollmentStatus, by_value=True, required=True)
    applied_on = ma.fields.Date(required=True)
    enrolled_on = ma.fields.Date(required=True, allow_none=True)
    ended_on = ma.fields.Date(required=True, allow_none=True)
    reason = ma.fields.String(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class EventSchema(ma.Schema):
    """One step in the life of an enrollment."""

    previous = ma.fields.Enum(EnrollmentStatus, by_value=True, required=True, allow_none=True)
    status = ma.fields.Enum(EnrollmentStatus, by_value=True, required=True)
    happened_on = ma.fields.Date(required=True)
    reason = ma.fields.String(required=True, allow_none=True)
    recorded_at = ma.fields.DateTime(required=True)


class EnrollmentHistorySchema(EnrollmentSchema):
    """An enrollment with all its steps."""

    events = ma.fields.List(ma.fields.Nested(EventSchema), required=True)


class ChoiceSchema(ma.Schema):
    """Where somebody of the page is to be enrolled, and from when."""

    offering_id = ma.fields.Integer(required=True, validate=A_KEY)
    on = ma.fields.Date(load_default=utc_today, metadata={"description": "Today if left away"})


class EnrollSchema(ChoiceSchema):
    """Whom to enroll in what."""

    person_id = ma.fields.Integer(required=True, validate=A_KEY)


class StepSchema(ma.Schema):
    """The next step of an enrollment."""

    status = ma.fields.Enum(EnrollmentStatus, by_value=True, required=True)
    on = ma.fields.Date(load_default=utc_today, metadata={"description": "Today if left away"})
    reason = Text(load_default=None, max_length=LONGEST_REASON)
