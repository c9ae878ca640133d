"""The shape of Findings in JSON."""

import marshmallow as ma

from edu.outcomes.groupings import Grouping
from edu.scoring.schemas import EstimateSchema
from edu.web.validation import Text


class SuppressedSchema(ma.Schema):
    """A group that is too small to show."""

    group = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)


class FindingSchema(ma.Schema):
    """What was found, and all that is needed to find it again."""

    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True)
    program_id = ma.fields.Integer(allow_none=True)
    grouping = ma.fields.String(allow_none=True)
    definition = ma.fields.Dict(required=True)
    estimates = ma.fields.List(ma.fields.Nested(EstimateSchema), required=True)
    suppressed = ma.fields.List(ma.fields.Nested(SuppressedSchema), required=True)
    missing = ma.fields.Integer(required=True, metadata={"description": "Persons without a value"})
    method = ma.fields.String(required=True)
    method_version = ma.fields.String(required=True)
    data_fingerprint = ma.fields.String(required=True)
    software = ma.fields.Dict(required=True)
    created_at = ma.fields.DateTime(required=True)


class GainRequestSchema(ma.Schema):
    """Which gains to estimate."""

    program_id = ma.fields.Integer(required=True, validate=ma.validate.Range(1, 2**63 - 1))
    by = ma.fields.Enum(Grouping, by_value=True, load_default=None, allow_none=True)


class MeansArguments(ma.Schema):
    """By which group of the sample."""

    class Meta:
        unknown = ma.RAISE

    by = Text(load_default=None, max_length=64)


class SampleSchema(ma.Schema):
    """An anonymous sample."""

    code = ma.fields.String(required=True)
    instrument = ma.fields.String(attribute="instrument.code", required=True)
    created_at = ma.fields.DateTime(required=True)
