"""The shape of Findings in JSON."""

import marshmallow as ma

from edu.scoring.schemas import EstimateSchema
from edu.web.api import PageArguments
from edu.web.validation import Text
from models.keyset import LARGEST_KEY


class SuppressedSchema(ma.Schema):
    """A group that is too small to show."""

    group = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)


class FindingSchema(ma.Schema):
    """What was found, and all that is needed to find it again."""

    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True)
    program_id = ma.fields.Integer(allow_none=True, required=True)
    scoring_run_id = ma.fields.Integer(required=True)
    grouping = ma.fields.String(
        allow_none=True, required=True, metadata={"description": "null: everybody together"}
    )
    definition = ma.fields.Dict(
        required=True, metadata={"description": "All that is needed to ask again"}
    )
    estimates = ma.fields.List(ma.fields.Nested(EstimateSchema), required=True)
    suppressed = ma.fields.List(ma.fields.Nested(SuppressedSchema), required=True)
    missing = ma.fields.Integer(
        required=True,
        metadata={
            "description": "Persons who do not count, in tens where people are told of: without "
            "a value, or among the few whose group is not known"
        },
    )
    analysis_id = ma.fields.Integer(
        allow_none=True, required=True, metadata={"description": "null: of no saved analysis"}
    )
    checks = ma.fields.List(
        ma.fields.Dict(),
        required=True,
        metadata={"description": "What was looked at before a difference is called an effect"},
    )
    report = ma.fields.Dict(
        allow_none=True, required=True, metadata={"description": "What else an analysis found"}
    )
    seed = ma.fields.Integer(
        allow_none=True, required=True, metadata={"description": "null: nothing is drawn"}
    )
    method = ma.fields.String(required=True)
    method_version = ma.fields.String(required=True)
    data_fingerprint = ma.fields.String(required=True)
    software = ma.fields.Dict(required=True)
    created_at = ma.fields.DateTime(required=True)


class FindingsArguments(PageArguments):
    """Of which program."""

    program_id = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, LARGEST_KEY))


class GainRequestSchema(ma.Schema):
    """Whose gains to estimate."""

    program_id = ma.fields.Integer(required=True, validate=ma.validate.Range(1, LARGEST_KEY))


class QueuedSchema(ma.Schema):
    """The job that estimates."""

    job_id = ma.fields.Integer(required=True)


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
