"""The shape of scoring runs and item reports in JSON."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l

from edu.scoring.calibration import AUTOMATIC, MODELS
from edu.scoring.linking import METHODS as LINKING_METHODS
from edu.scoring.scales import NewLevel, NewScale
from edu.scoring.service import MOST_DRAWS, Asked, Method
from edu.web.validation import Text
from models.scores import RunStatus, ScoringRun

NOTHING_CHOSEN = _l("Choose at least one instrument, or a sample.")
A_CODE = ma.validate.Regexp(
    r"[A-Za-z0-9][A-Za-z0-9._-]*\Z", error=_l("Use Latin letters, digits, dots and hyphens only.")
)


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
    """What to score: waves of instruments (all that were sat, where none is named), or a sample.

    All by their codes. Instruments of one scale are calibrated together.
    """

    instruments = ma.fields.List(
        Text(max_length=64), load_default=list, validate=ma.validate.Length(max=20)
    )
    waves = ma.fields.List(
        Text(max_length=64), load_default=list, validate=ma.validate.Length(max=100)
    )
    sample = Text(load_default=None, allow_none=True, max_length=64)
    method = ma.fields.Enum(
        Method,
        by_value=True,
        load_default=Method.CLASSICAL,
        metadata={"description": "classical: the share of points; irt: on the instruments' scale"},
    )
    model = ma.fields.String(load_default=AUTOMATIC, validate=ma.validate.OneOf(MODELS))
    linking = ma.fields.String(
        load_default=LINKING_METHODS[0], validate=ma.validate.OneOf(LINKING_METHODS)
    )
    n_draws = ma.fields.Integer(
        load_default=10,
        validate=ma.validate.Range(1, MOST_DRAWS),
        metadata={"description": "Plausible values a person"},
    )
    seed = ma.fields.Integer(load_default=1, validate=ma.validate.Range(0, 2**31 - 1))

    @ma.validates_schema
    def check_something(self, data: dict[str, Any], **_options: Any) -> None:
        """Nothing can be scored without saying what."""
        if not data["instruments"] and not data["sample"]:
            raise ma.ValidationError(str(NOTHING_CHOSEN), "instruments")

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> dict[str, Asked]:
        """As the service takes it."""
        return {"asked": Asked(**data)}


def sample_code(run: ScoringRun) -> str | None:
    """The sample a run is over."""
    return run.sample.code if run.sample else None


def scale_code(run: ScoringRun) -> str | None:
    """The scale a run's scores are told on."""
    return run.scale.code if run.scale else None


class RunSchema(ma.Schema):
    """One scoring, and all that is needed to make it again."""

    id = ma.fields.Integer(required=True)
    instrument = ma.fields.String(attribute="instrument.code", required=True)
    sample = ma.fields.Function(
        sample_code, metadata={"type": ["string", "null"], "description": "null: people"}
    )
    scale = ma.fields.Function(
        scale_code, metadata={"type": ["string", "null"], "description": "null: 0 to 100"}
    )
    wave_ids = ma.fields.List(ma.fields.Integer(), required=True)
    definition = ma.fields.Dict(
        required=True, metadata={"description": "All that is needed to ask for it again"}
    )
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
    report = ma.fields.Dict(
        allow_none=True,
        metadata={"description": "Of a calibrated run: link, convergence, waves, flags"},
    )
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
    calibration = ma.fields.Dict(
        allow_none=True,
        metadata={"description": "Parameters with standard errors, fit, curve; in points"},
    )
    dif = ma.fields.List(
        ma.fields.Dict(),
        required=True,
        metadata={"description": "How it functions for groups of equal ability"},
    )
    warnings = ma.fields.List(ma.fields.String(), required=True)


class LevelSchema(ma.Schema):
    """A proficiency level: scores strictly above its lower bound."""

    code = Text(required=True, max_length=16)
    lower_bound = ma.fields.Float(required=True)
    source = Text(required=True)
    status = Text(load_default="unverified")

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> NewLevel:
        """As the service takes it."""
        return NewLevel(**data)


class ScaleSchema(ma.Schema):
    """A scale in one version: what a point means, and where its levels begin."""

    code = Text(required=True, max_length=64, validate=A_CODE)
    version = Text(required=True, max_length=32, validate=A_CODE)
    name_kk = Text(required=True)
    name_ru = Text(required=True)
    name_en = Text(required=True)
    metric_mean = ma.fields.Float(required=True)
    metric_sd = ma.fields.Float(required=True)
    source = Text(required=True)
    status = Text(load_default="unverified")
    levels = ma.fields.List(
        ma.fields.Nested(LevelSchema), load_default=list, validate=ma.validate.Length(max=20)
    )

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> NewScale:
        """As the service takes it."""
        return NewScale(**data)
