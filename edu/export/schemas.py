"""The shape of requests and releases in JSON and in forms."""

from typing import Any

import marshmallow as ma

from edu.export.policy import MOST_WAVES, SMALLEST_COUNT
from edu.web.messages import sentence
from edu.web.validation import Text
from models.keyset import LARGEST_KEY
from models.releases import ReleaseStatus

A_KEY = ma.validate.Range(1, LARGEST_KEY)


class Paragraph(Text):
    """Text over several lines, kept as one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        joined = " ".join(value.splitlines()) if isinstance(value, str) else value
        return super()._deserialize(joined, attr, data, **kwargs)


class NewExportSchema(ma.Schema):
    """What a researcher asks for."""

    program_id = ma.fields.Integer(required=True, strict=False, validate=A_KEY)
    wave_ids = ma.fields.List(
        ma.fields.Integer(validate=A_KEY),
        required=True,
        validate=ma.validate.Length(min=1, max=MOST_WAVES),
        metadata={"description": "Waves with published scores"},
    )
    purpose = Paragraph(
        required=True, max_length=2000, metadata={"description": "What the data are needed for"}
    )


class DecisionNoteSchema(ma.Schema):
    """Why somebody decided so."""

    note = Paragraph(required=True, max_length=2000)


class DecisionSchema(DecisionNoteSchema):
    """A second person's decision."""

    decision = ma.fields.String(required=True, validate=ma.validate.OneOf(("approve", "reject")))


class ReleaseFileSchema(ma.Schema):
    """A file of a release."""

    name = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True, metadata={"description": "Bytes"})
    sha256 = ma.fields.String(required=True)


class RefusalSchema(ma.Schema):
    """Why there is no release."""

    code = ma.fields.String(required=True)
    parameters = ma.fields.Dict(required=True)
    title = ma.fields.Function(
        lambda refusal: sentence(refusal["code"], refusal["parameters"]),
        metadata={"type": "string", "description": "The reason, in the caller's language"},
    )


class ExportSchema(ma.Schema):
    """A request for an anonymized cohort, and what became of it."""

    id = ma.fields.Integer(required=True)
    program_id = ma.fields.Integer(required=True)
    wave_ids = ma.fields.List(ma.fields.Integer(), required=True)
    purpose = ma.fields.String(required=True)
    status = ma.fields.Enum(ReleaseStatus, by_value=True, required=True)
    requested_by = ma.fields.String(attribute="requester.name", required=True)
    created_at = ma.fields.DateTime(required=True)
    decided_at = ma.fields.DateTime(allow_none=True, required=True)
    decision_note = ma.fields.String(allow_none=True, required=True)
    job_id = ma.fields.Integer(
        allow_none=True, required=True, metadata={"description": "For the requester: /jobs/{id}"}
    )
    risk = ma.fields.Dict(
        allow_none=True,
        required=True,
        metadata={"description": "Risk before and after, levels, share dropped; once ready"},
    )
    refusal = ma.fields.Nested(RefusalSchema, allow_none=True, required=True)
    files = ma.fields.List(ma.fields.Nested(ReleaseFileSchema), required=True)


class PersonsSchema(ma.Schema):
    """How many persons a cohort has."""

    persons = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": f"null: fewer than {SMALLEST_COUNT}"},
    )
