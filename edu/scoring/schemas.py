"""The shape of scoring runs and item reports in JSON."""

from typing import Any

import marshmallow as ma

from edu.web.validation import Text
from models.scores import RunStatus, ScoringRun


class EstimateSchema(ma.Schema):
    """A figure with its uncertainty."""

    name = ma.fields.String(required=True)
    group = ma.fields.String(allow_none=True, metadata={"description": "null: everybody"})
    value = ma.fields.Float(required=True)
    se = ma.fields.Float(required=True, metadata={"description": "Standard error"})
    interval = ma.fields.List(ma.fields.Float(), required=True)
    level = ma.fields.Float(required=True)
    n = ma.fields.Integer(required=True, metadata={"description": "Persons"})
    n_clusters = ma.fields.Integer(required=True, metadata={"description": "Schools"})
    df = ma.fields.Float(allow_none=True, metadata={"description": "null: normal distribution"})
    unit = ma.fields.String(required=True)


class NewRunSchema(ma.Schema):
    """What to score: waves of an instrument (all that were sat, where none is named), or a sample.

    All by their codes.
    """

    instrument = Text(load_default=None, allow_none=True, max_length=64)
    waves = ma.fields.List(
        Text(max_length=64), load_default=list, validate=ma.validate.Length(max=100)
    )
    sample = Text(load_default=None, allow_none=True, max_length=64)

    @ma.validates_schema
    def check_something(self, data: dict[str, Any], **_options: Any) -> None:
        """Nothing can be scored without saying what."""
        if not data["instrument"] and not data["sample"]:
            message = str(self.fields["instrument"].error_messages["required"])
            raise ma.ValidationError(message, "instrument")


def sample_code(run: ScoringRun) -> str | None:
    """The sample a run is over."""
    return run.sample.code if run.sample else None


class RunSchema(ma.Schema):
    """One scoring, and all that is needed to make it again."""

    id = ma.fields.Integer(required=True)
    instrument = ma.fields.String(attribute="instrument.code", required=True)
    sample = ma.fields.Function(
        sample_code, metadata={"type": ["string", "null"], "description": "null: people"}
    )
    wave_ids = ma.fields.List(ma.fields.Integer(), required=True)
    status = ma.fields.Enum(RunStatus, by_value=True, required=True)
    method = ma.fields.String(required=True)
    method_version = ma.fields.String(required=True)
    seed = ma.fields.Integer(required=True)
    software = ma.fields.Dict(required=True)
    data_fingerprint = ma.fields.String(allow_none=True)
    sitting_count = ma.fields.Integer(allow_none=True)
    scored_count = ma.fields.Integer(allow_none=True)
    reliability = ma.fields.Nested(EstimateSchema, allow_none=True)
    error_of_measurement = ma.fields.Nested(EstimateSchema, allow_none=True)
    warnings = ma.fields.List(ma.fields.String(), required=True)
    failure = ma.fields.Dict(allow_none=True)
    created_at = ma.fields.DateTime(required=True)
    finished_at = ma.fields.DateTime(allow_none=True)
    decided_at = ma.fields.DateTime(allow_none=True)


class QueuedRunSchema(ma.Schema):
    """A run that is computed in the background, and the job that does it."""

    run = ma.fields.Nested(RunSchema, required=True)
    job_id = ma.fields.Integer(required=True)


class ItemStatisticSchema(ma.Schema):
    """How an item behaved; a figure that too few persons stand behind is null."""

    item = ma.fields.String(attribute="item.code", required=True)
    domain = ma.fields.String(attribute="item.domain", required=True)
    answered = ma.fields.Integer(required=True)
    difficulty = ma.fields.Float(
        allow_none=True,
        metadata={"description": "Mean share of the highest response: the lower, the harder"},
    )
    discrimination = ma.fields.Float(
        allow_none=True, metadata={"description": "Correlation with the mean of the other items"}
    )
    omitted_share = ma.fields.Float(allow_none=True)
    not_reached_share = ma.fields.Float(allow_none=True)
    warnings = ma.fields.List(ma.fields.String(), required=True)
