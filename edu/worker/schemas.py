"""The shape of a job in JSON."""

from typing import Any

import marshmallow as ma

from edu.web.messages import sentence


def explained(failure: dict[str, Any]) -> str:
    """The failure as a sentence."""
    return sentence(failure["code"], failure["parameters"])


class FailureSchema(ma.Schema):
    """Why a job came to nothing."""

    code = ma.fields.String(required=True)
    parameters = ma.fields.Dict(required=True)
    title = ma.fields.Function(explained)


class JobSchema(ma.Schema):
    """How far a job is."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    title = ma.fields.String(metadata={"description": "The job, in the caller's language"})
    record_id = ma.fields.Integer(
        required=True, metadata={"description": "The record the job works on"}
    )
    status = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("queued", "running", "finished", "failed"))
    )
    stage = ma.fields.String(required=True)
    stage_title = ma.fields.String(metadata={"description": "The stage, in the caller's language"})
    done = ma.fields.Integer(required=True)
    total = ma.fields.Integer(required=True, metadata={"description": "0: not known"})
    failure = ma.fields.Nested(FailureSchema, allow_none=True, required=True)
    cancel_asked = ma.fields.Boolean(
        required=True, metadata={"description": "Somebody canceled it: it will not finish"}
    )
    trace = ma.fields.List(
        ma.fields.List(ma.fields.Float(), validate=ma.validate.Length(equal=2)),
        required=True,
        metadata={"description": "What it came through: pairs of iteration and value"},
    )
    updated_at = ma.fields.DateTime(required=True)
