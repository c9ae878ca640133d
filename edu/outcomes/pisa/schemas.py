"""The shape of PISA's figures in JSON."""

import marshmallow as ma

from edu.outcomes.schemas import FindingSchema
from edu.scoring.schemas import EstimateSchema
from edu.web.api import PageArguments
from edu.web.validation import Text, TypedNumber
from ml.survey.trend import MODELS
from models.pisa import Domain, ItemModel, LinkedQuantity, LinkMethod, Product

A_SHARE = ma.validate.Range(0, 1)


class SourcedSchema(ma.Schema):
    """Where a figure is from."""

    source = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    verified = ma.fields.Boolean(required=True)


class MeanSchema(SourcedSchema):
    """A published mean of one economy in one cycle."""

    product = ma.fields.Enum(Product, by_value=True, required=True)
    cycle = ma.fields.Integer(required=True)
    economy = ma.fields.String(required=True)
    domain = ma.fields.Enum(Domain, by_value=True, required=True)
    mean = ma.fields.Float(required=True)
    se = ma.fields.Float(required=True, metadata={"description": "Sampling and measurement only"})
    level2plus = ma.fields.Float(allow_none=True, metadata={"description": "Share, 0–1"})
    coverage = ma.fields.Float(allow_none=True)
    mode = ma.fields.String(required=True)
    comparable = ma.fields.Boolean(
        required=True, metadata={"description": "false: stands in no trend"}
    )


class LinkErrorSchema(SourcedSchema):
    """How far the scale may have moved by itself between two cycles."""

    domain = ma.fields.Enum(Domain, by_value=True, required=True)
    quantity = ma.fields.Enum(LinkedQuantity, by_value=True, required=True)
    from_cycle = ma.fields.Integer(required=True)
    to_cycle = ma.fields.Integer(required=True)
    error = ma.fields.Float(required=True)


class MeansArguments(PageArguments):
    """Which means; one product at a time, as products are never merged."""

    product = ma.fields.Enum(Product, by_value=True, load_default=Product.PISA)
    economy = Text(load_default=None, max_length=8)
    domain = ma.fields.Enum(Domain, by_value=True, load_default=None)
    cycle = ma.fields.Integer(load_default=None, validate=ma.validate.Range(2000, 2100))


class ModelArguments(ma.Schema):
    """By which model of the trend."""

    class Meta:
        unknown = ma.RAISE

    model = ma.fields.String(load_default=MODELS[0], validate=ma.validate.OneOf(MODELS))


class WeighingArguments(ma.Schema):
    """How far the service's own cohorts are to count; without the two shares, not at all."""

    coverage = TypedNumber(
        load_default=None,
        validate=A_SHARE,
        metadata={"description": "Share of 15-year-olds in the cohorts"},
    )
    discount = TypedNumber(
        load_default=None,
        validate=A_SHARE,
        metadata={"description": "Part of their change that selection would leave"},
    )


class ProjectionArguments(ModelArguments, WeighingArguments):
    """By which model, and how far the service's own cohorts are to count."""


class SeriesSchema(ma.Schema):
    """Kazakhstan's series of one domain."""

    domain = ma.fields.String(required=True)
    model = ma.fields.String(required=True)
    figures = ma.fields.List(ma.fields.Nested(MeanSchema), required=True)
    per_decade = ma.fields.Nested(
        EstimateSchema,
        allow_none=True,
        required=True,
        metadata={"description": "Change per decade; null where there is no trend"},
    )
    levels = ma.fields.List(ma.fields.Nested(EstimateSchema), required=True)
    apart = ma.fields.List(
        ma.fields.Integer(), required=True, metadata={"description": "Cycles not comparable"}
    )
    link_errors = ma.fields.List(ma.fields.Nested(LinkErrorSchema), required=True)
    assumed_links = ma.fields.List(
        ma.fields.List(ma.fields.Integer()),
        required=True,
        metadata={"description": "Pairs of cycles whose link error is assumed, not published"},
    )
    refusal = ma.fields.String(allow_none=True, required=True)


class MovementArguments(ma.Schema):
    """Of which economy."""

    class Meta:
        unknown = ma.RAISE

    economy = Text(load_default="KAZ", max_length=8)


class MovementStepSchema(ma.Schema):
    """A figure in one cycle, with its error of sampling and measurement only."""

    cycle = ma.fields.Integer(required=True)
    estimate = ma.fields.Nested(EstimateSchema, required=True)
    apart = ma.fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "Why it joins no trend: not_comparable, other_groups"},
    )
    coverage = ma.fields.Float(
        allow_none=True,
        required=True,
        metadata={"description": "Of a quantile of all: the share whom the sample stands for"},
    )


class MovementSchema(ma.Schema):
    """One figure over the cycles of PISA."""

    name = ma.fields.String(required=True)
    kind = ma.fields.String(
        required=True, metadata={"description": "share, gap, background or quantile_of_all"}
    )
    between = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": "Of a gap: the group and the reference"},
    )
    steps = ma.fields.List(ma.fields.Nested(MovementStepSchema), required=True)
    per_decade = ma.fields.Nested(
        EstimateSchema,
        allow_none=True,
        required=True,
        metadata={"description": "Change with its link error; null where refusal says why"},
    )
    refusal = ma.fields.String(allow_none=True, required=True)
    assumed_links = ma.fields.List(
        ma.fields.List(ma.fields.Integer()),
        required=True,
        metadata={"description": "Pairs of cycles whose link error is assumed, not published"},
    )


class MovementsSchema(ma.Schema):
    """How what pupil files say of an economy moved; only figures of at least two cycles."""

    domain = ma.fields.String(required=True)
    economy = ma.fields.String(required=True)
    movements = ma.fields.List(ma.fields.Nested(MovementSchema), required=True)


class IntervalSchema(ma.Schema):
    """A predictive interval."""

    level = ma.fields.Float(required=True)
    interval = ma.fields.List(ma.fields.Float(), required=True)


class SourceSchema(ma.Schema):
    """What one source alone says, and its weight."""

    name = ma.fields.String(required=True)
    value = ma.fields.Float(required=True)
    se = ma.fields.Float(required=True)
    weight = ma.fields.Float(required=True)


class ForecastSchema(ma.Schema):
    """What would be published for a year."""

    year = ma.fields.Integer(required=True)
    value = ma.fields.Float(required=True)
    se = ma.fields.Float(required=True)
    df = ma.fields.Float(allow_none=True, required=True)
    intervals = ma.fields.List(ma.fields.Nested(IntervalSchema), required=True)
    sources = ma.fields.List(ma.fields.Nested(SourceSchema), required=True)


class ProjectionSchema(ma.Schema):
    """Where the series would go if this held: never a promise."""

    domain = ma.fields.String(required=True)
    title = ma.fields.String(required=True, metadata={"description": "if_this_held"})
    warnings = ma.fields.List(ma.fields.String(), required=True)
    n_cycles = ma.fields.Integer(required=True)
    assumed_links = ma.fields.List(ma.fields.List(ma.fields.Integer()), required=True)
    forecasts = ma.fields.List(ma.fields.Nested(ForecastSchema), required=True)


class RankSchema(ma.Schema):
    """The ranks that the data cannot tell apart; rank 1 has the highest mean."""

    economy = ma.fields.String(attribute="label", required=True)
    mean = ma.fields.Float(required=True)
    se = ma.fields.Float(required=True)
    point = ma.fields.Integer(
        required=True, metadata={"description": "By the means alone: no result"}
    )
    marginal = ma.fields.List(ma.fields.Integer(), required=True)
    simultaneous = ma.fields.List(ma.fields.Integer(), required=True)
    naive = ma.fields.List(
        ma.fields.Integer(), required=True, metadata={"description": "For comparison only"}
    )
    n = ma.fields.Integer(required=True)
    level = ma.fields.Float(required=True)


class ProjectedRankSchema(ma.Schema):
    """The rank of a projection if all others stayed where they are."""

    year = ma.fields.Integer(required=True)
    marginal = ma.fields.List(ma.fields.Integer(), required=True)


class RankingSchema(ma.Schema):
    """Ranks in one cycle, among those whose means are at hand."""

    domain = ma.fields.String(required=True)
    cycle = ma.fields.Integer(required=True)
    ranks = ma.fields.List(ma.fields.Nested(RankSchema), required=True)
    projected = ma.fields.Nested(ProjectedRankSchema, allow_none=True, required=True)


class FileSchema(SourcedSchema):
    """A pupil file that was summarized."""

    id = ma.fields.Integer(required=True)
    product = ma.fields.Enum(Product, by_value=True, required=True)
    cycle = ma.fields.Integer(required=True)
    file_name = ma.fields.String(required=True)
    sha256 = ma.fields.String(required=True)
    row_count = ma.fields.Integer(required=True)
    columns = ma.fields.Dict(required=True)
    software = ma.fields.Dict(required=True)
    created_at = ma.fields.DateTime(required=True)


class SummaryArguments(ma.Schema):
    """Of which economy and domain."""

    class Meta:
        unknown = ma.RAISE

    product = ma.fields.Enum(Product, by_value=True, load_default=Product.PISA)
    economy = Text(load_default="KAZ", max_length=8)
    domain = Text(load_default=None, max_length=32)


class SummarySchema(ma.Schema):
    """What a pupil file says of one economy in one domain."""

    file = ma.fields.Nested(FileSchema, required=True)
    economy = ma.fields.String(required=True)
    domain = ma.fields.String(required=True)
    estimates = ma.fields.List(
        ma.fields.Dict(),
        required=True,
        metadata={"description": "Each with se and both parts of its variance"},
    )
    suppressed = ma.fields.List(ma.fields.Dict(), required=True)


class PisaItemSchema(SourcedSchema):
    """The published parameters of an item of PISA."""

    domain = ma.fields.Enum(Domain, by_value=True, required=True)
    cycle = ma.fields.Integer(required=True)
    item = ma.fields.String(required=True)
    model = ma.fields.Enum(ItemModel, by_value=True, required=True)
    slope = ma.fields.Float(required=True, metadata={"description": "Per 100 points"})
    difficulty = ma.fields.Float(required=True, metadata={"description": "In points of PISA"})
    steps = ma.fields.List(
        ma.fields.Float(),
        required=True,
        metadata={"description": "Of partial credit: how far each step lies from the difficulty"},
    )


class PisaItemDriftSchema(ma.Schema):
    """How far an item in common has moved against the others, in points of PISA."""

    item = ma.fields.String(required=True)
    difference = ma.fields.Float(required=True)
    z = ma.fields.Float(required=True)
    drifting = ma.fields.Boolean(required=True)


class ConcordanceSchema(SourcedSchema):
    """How a score of the service is read on the scale of PISA."""

    domain = ma.fields.Enum(Domain, by_value=True, required=True)
    cycle = ma.fields.Integer(required=True)
    slope = ma.fields.Float(required=True)
    intercept = ma.fields.Float(required=True)
    covariance = ma.fields.List(ma.fields.List(ma.fields.Float()), required=True)
    method = ma.fields.Enum(
        LinkMethod,
        by_value=True,
        required=True,
        metadata={"description": "By pupils who have both scores, or by items in common"},
    )
    correlation = ma.fields.Float(allow_none=True, required=True)
    pupil_count = ma.fields.Integer(allow_none=True, required=True)
    school_count = ma.fields.Integer(allow_none=True, required=True)
    run_id = ma.fields.Integer(allow_none=True, required=True)
    anchors = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Common items it rests on"}
    )
    drifts = ma.fields.List(
        ma.fields.Nested(PisaItemDriftSchema),
        required=True,
        metadata={"description": "How far each common item has moved; drifting ones are left out"},
    )


class CohortsSchema(ma.Schema):
    """The service's own cohorts of a domain."""

    domain = ma.fields.String(required=True)
    scoring_run_id = ma.fields.Integer(required=True)
    scale = ma.fields.String(required=True)
    scale_status = ma.fields.String(required=True)
    concordance = ma.fields.Nested(
        ConcordanceSchema,
        allow_none=True,
        required=True,
        metadata={"description": "null: scores say nothing about PISA"},
    )
    findings = ma.fields.List(ma.fields.Nested(FindingSchema), required=True)
