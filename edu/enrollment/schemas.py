"""The shape of enrollments in JSON and in forms."""

import marshmallow as ma

from edu.enrollment.counts import By
from edu.web.api import PageArguments
from edu.web.validation import Text
from models.base import utc_today
from models.enrollments import EnrollmentStatus
from models.keyset import LARGEST_KEY

A_KEY = ma.validate.Range(1, LARGEST_KEY)
LONGEST_REASON = 500


def day() -> ma.fields.Date:
    """The day of a step; posted as `date`, known to the service as `on`."""
    return ma.fields.Date(
        data_key="date", load_default=utc_today, metadata={"description": "Today if left away"}
    )


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
    school = ma.fields.String(attribute="school.code", required=True)
    school_id = ma.fields.Integer(required=True)
    status = ma.fields.Enum(EnrollmentStatus, by_value=True, required=True)
    applied_on = ma.fields.Date(required=True)
    waitlisted_on = ma.fields.Date(required=True, allow_none=True)
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
    linked_id = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The enrollment a transfer led to, or came from"},
    )
    recorded_at = ma.fields.DateTime(required=True)


class EnrollmentHistorySchema(EnrollmentSchema):
    """An enrollment with all its steps."""

    events = ma.fields.List(ma.fields.Nested(EventSchema), required=True)


class RosterEntrySchema(EnrollmentSchema):
    """A person in an offering, by name; null where the person has left for another school."""

    name = ma.fields.String(
        attribute="person.identity.full_name", dump_default=None, required=True, allow_none=True
    )


class WaitingSchema(ma.Schema):
    """Somebody on a waitlist."""

    place = ma.fields.Integer(
        required=True, metadata={"description": "From 1, among all schools of the offering"}
    )
    enrollment = ma.fields.Nested(RosterEntrySchema, required=True)


class ChoiceSchema(ma.Schema):
    """Where somebody of the page is to be enrolled, and from when."""

    offering_id = ma.fields.Integer(required=True, validate=A_KEY)
    on = day()


class EnrollSchema(ChoiceSchema):
    """Whom to enroll in what; `applied` leaves the decision for later."""

    person_id = ma.fields.Integer(required=True, validate=A_KEY)
    status = ma.fields.Enum(
        EnrollmentStatus,
        by_value=True,
        load_default=EnrollmentStatus.ENROLLED,
        validate=ma.validate.OneOf([EnrollmentStatus.APPLIED, EnrollmentStatus.ENROLLED]),
    )


class StepSchema(ma.Schema):
    """The next step of an enrollment."""

    status = ma.fields.Enum(EnrollmentStatus, by_value=True, required=True)
    on = day()
    reason = Text(load_default=None, max_length=LONGEST_REASON)


class TransferSchema(ma.Schema):
    """Where to continue: in another offering, for another school (its code), or both."""

    offering_id = ma.fields.Integer(load_default=None, validate=A_KEY)
    school = Text(load_default=None, max_length=64)
    on = day()
    reason = Text(required=True, max_length=LONGEST_REASON)


class CountArguments(ma.Schema):
    """Which table of counts."""

    class Meta:
        unknown = ma.RAISE

    program_id = ma.fields.Integer(required=True, validate=A_KEY)
    by = ma.fields.Enum(By, by_value=True, load_default=By.REGION)
    region = Text(
        load_default=None,
        max_length=2,
        metadata={"description": "KATO prefix; needed for schools by readers of figures"},
    )


class CountsSchema(ma.Schema):
    """Counts by state; null where hidden because it, or what it would give away, is small."""

    counts = ma.fields.Dict(
        keys=ma.fields.Enum(EnrollmentStatus, by_value=True),
        values=ma.fields.Integer(allow_none=True),
        required=True,
    )
    total = ma.fields.Integer(required=True, allow_none=True)


class PlaceCountsSchema(CountsSchema):
    """Counts of one place."""

    code = ma.fields.String(required=True)
    name_kk = ma.fields.String(attribute="place.name_kk", required=True)
    name_ru = ma.fields.String(attribute="place.name_ru", required=True)
    name_en = ma.fields.String(attribute="place.name_en", required=True)


class CountTableSchema(CountsSchema):
    """Counts of all places together, and of each."""

    by = ma.fields.Enum(By, by_value=True, required=True)
    suppressed = ma.fields.Boolean(required=True)
    rows = ma.fields.List(ma.fields.Nested(PlaceCountsSchema), required=True)
