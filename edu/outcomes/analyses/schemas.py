"""The shape of analyses in JSON."""

import re
from typing import Any

import marshmallow as ma

from edu.outcomes.analyses.definition import (
    DEFAULT_GROUPS,
    FEWEST_FOLDS,
    MOST_FOLDS,
    VERSION,
    Definition,
    Estimand,
    Pool,
)
from edu.outcomes.groupings import Grouping
from edu.outcomes.runs import OUTCOME_SCALE
from edu.web.api import PageArguments
from edu.web.messages import sentence
from edu.web.validation import Text, TypedNumber
from models.keyset import LARGEST_KEY


class NewAnalysisSchema(ma.Schema):
    """What to estimate: all by codes. The answer depends on nothing else but the data.

    A definition as it is kept, and taken along from an analysis' page, is one of these.
    """

    version = ma.fields.Integer(
        load_default=VERSION, metadata={"description": "Of the form of this definition"}
    )
    name = Text(required=True, max_length=255)
    program = Text(required=True, max_length=64)
    offerings = ma.fields.List(
        Text(max_length=64),
        load_default=list,
        validate=ma.validate.Length(max=1000),
        metadata={"description": "None named: all of the program"},
    )
    scale = Text(load_default=OUTCOME_SCALE, max_length=64)
    first_wave = Text(load_default="baseline", max_length=64)
    last_wave = Text(load_default="endline", max_length=64)
    waves = ma.fields.List(
        Text(max_length=64, required=True),
        validate=ma.validate.Length(equal=2),
        metadata={"description": "The first and the last wave, in place of the two fields"},
    )
    comparison = ma.fields.Enum(Pool, by_value=True, load_default=Pool.SAME_REGIONS)
    groups = ma.fields.List(
        ma.fields.Enum(Grouping, by_value=True), load_default=lambda: list(DEFAULT_GROUPS)
    )
    estimand = ma.fields.Enum(Estimand, by_value=True, load_default=Estimand.ATT)
    folds = ma.fields.Integer(load_default=5, validate=ma.validate.Range(FEWEST_FOLDS, MOST_FOLDS))
    seed = ma.fields.Integer(load_default=1, validate=ma.validate.Range(0, 2**31 - 1))

    @ma.validates("version")
    def check_version(self, version: int, data_key: str) -> None:
        """Refuse what a later service wrote."""
        if version != VERSION:
            said = sentence("unknown_definition", {"found": version, "expected": VERSION})
            raise ma.ValidationError(said)

    @ma.pre_load
    def part(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Codes of offerings may stand in one text, as a form has them."""
        given = data.get("offerings") if isinstance(data, dict) else None
        if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
            return data
        codes = [code for text in given for code in re.split(r"[\s,;]+", text) if code]
        return {**data, "offerings": codes}

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """As the service takes it."""
        del data["version"]
        name, first, last = (data.pop(key) for key in ("name", "first_wave", "last_wave"))
        first, last = data.pop("waves", (first, last))
        offerings, groups = tuple(data.pop("offerings")), tuple(dict.fromkeys(data.pop("groups")))
        definition = Definition(waves=(first, last), offerings=offerings, groups=groups, **data)
        return {"name": name, "definition": definition}


class PlanSchema(ma.Schema):
    """A rollout before it begins; by default the 500 pilot schools."""

    class Meta:
        unknown = ma.RAISE

    schools = ma.fields.Integer(
        load_default=500,
        validate=ma.validate.Range(4, 100_000),
        metadata={"description": "In all, with and without the program"},
    )
    pupils = TypedNumber(
        load_default=40,
        validate=ma.validate.Range(1, 10_000),
        metadata={"description": "Tested in each school at the start"},
    )
    treated_share = TypedNumber(
        load_default=0.5,
        validate=ma.validate.Range(0.01, 0.99),
        metadata={"description": "Share of the schools in the program"},
    )
    icc = TypedNumber(
        load_default=0.2,
        validate=ma.validate.Range(0, 0.99),
        metadata={"description": "Share of the variance that lies between schools"},
    )
    r2_school = TypedNumber(
        load_default=0,
        validate=ma.validate.Range(0, 0.99),
        metadata={"description": "How much of that the first test explains"},
    )
    r2_pupil = TypedNumber(
        load_default=0,
        validate=ma.validate.Range(0, 0.99),
        metadata={"description": "How much the first test explains within schools"},
    )
    attrition = TypedNumber(
        load_default=0.1,
        validate=ma.validate.Range(0, 0.99),
        metadata={"description": "Share of the pupils without a second test"},
    )
    school_attrition = TypedNumber(
        load_default=0,
        validate=ma.validate.Range(0, 0.99),
        metadata={"description": "Share of the schools lost as a whole"},
    )
    power = TypedNumber(
        load_default=0.8,
        validate=ma.validate.Range(0.1, 0.99),
        metadata={"description": "The chance wanted to find the effect"},
    )
    effect = TypedNumber(
        load_default=None,
        validate=ma.validate.Range(0.001, 10),
        metadata={"description": "In standard deviations, to learn the chance to find it"},
    )

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """As `planned` takes it; a first test is one covariate of the schools."""
        lost = data.pop("attrition")
        tested = int(data["r2_school"] > 0)
        return {**data, "pupil_attrition": lost, "school_covariates": tested}


class PlannedSchema(ma.Schema):
    """What a rollout can show."""

    design = ma.fields.Dict(required=True)
    power = ma.fields.Float(required=True)
    detectable = ma.fields.Dict(
        required=True, metadata={"description": "The smallest effect that is found with `power`"}
    )
    asked = ma.fields.Dict(
        allow_none=True, required=True, metadata={"description": "Of the effect that was named"}
    )
    schools_needed = ma.fields.Integer(
        allow_none=True, required=True, metadata={"description": "To find it with `power`"}
    )
    curve = ma.fields.List(
        ma.fields.Dict(), required=True, metadata={"description": "Power by schools and effect"}
    )


class AnalysisSchema(ma.Schema):
    """A question, asked once and answered as often as data come in."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    archived = ma.fields.Boolean(
        required=True, metadata={"description": "Put away, out of the lists"}
    )
    program_id = ma.fields.Integer(required=True)
    definition = ma.fields.Dict(
        required=True, metadata={"description": "All that is needed to ask it again"}
    )
    failure = ma.fields.Dict(
        allow_none=True, required=True, metadata={"description": "Why there is no new answer"}
    )
    truth = ma.fields.Dict(
        allow_none=True,
        required=True,
        metadata={"description": "What really happened: of an invented nation only"},
    )
    created_at = ma.fields.DateTime(required=True)


class AnalysisChangeSchema(ma.Schema):
    """What may be changed of an analysis; what it asks never does."""

    name = Text(max_length=255)
    archived = ma.fields.Boolean()


class AnalysisFormSchema(AnalysisChangeSchema):
    """The same as a form: a box that is not ticked is not sent."""

    name = Text(required=True, max_length=255)
    archived = ma.fields.Boolean(load_default=False)


class AnalysesArguments(PageArguments):
    """Of which program, and whether those put away."""

    archived = ma.fields.Boolean(load_default=False)

    program_id = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, LARGEST_KEY))


class QueuedAnalysisSchema(ma.Schema):
    """A saved analysis and the job that runs it."""

    analysis = ma.fields.Nested(AnalysisSchema, required=True)
    job_id = ma.fields.Integer(required=True)
