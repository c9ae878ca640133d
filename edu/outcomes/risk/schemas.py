"""The shape of cards and advice in JSON."""

from typing import Any

import marshmallow as ma

from edu.web.api import PageArguments
from models.keyset import LARGEST_KEY

# The law wants automated output marked where machines read it, too.
AUTOMATED = {
    "kind": "advice",
    "decides": False,
    "human_review": "Anybody concerned may ask a person to look at it.",
}


class CardSchema(ma.Schema):
    """What a formula was learned from, how good it is, and for whom.

    Not the formula itself: its means and times would tell how many had or did what.
    """

    id = ma.fields.Integer(required=True)
    program_id = ma.fields.Integer(required=True)
    definition = ma.fields.Dict(required=True)
    learned_until = ma.fields.Date(required=True)
    card = ma.fields.Dict(required=True)
    method = ma.fields.String(required=True)
    method_version = ma.fields.String(required=True)
    seed = ma.fields.Integer(required=True)
    data_fingerprint = ma.fields.String(required=True)
    software = ma.fields.Dict(required=True)
    created_at = ma.fields.DateTime(required=True)


class AdviceArguments(PageArguments):
    """Of which school, and where in the list."""

    school_id = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, LARGEST_KEY))


class ReasonSchema(ma.Schema):
    """What raises a person's odds above an average participant's."""

    name = ma.fields.String(required=True)
    above = ma.fields.Boolean(
        required=True, metadata={"description": "Whether the person has more of it than average"}
    )
    log_odds = ma.fields.Function(lambda reason: reason.estimate.value)
    interval = ma.fields.Function(lambda reason: list(reason.estimate.interval))


class AdvisedSchema(ma.Schema):
    """A person's probability of leaving from now on."""

    enrollment_id = ma.fields.Integer(attribute="enrollment.id", required=True)
    person_id = ma.fields.Integer(attribute="enrollment.person_id", required=True)
    school_id = ma.fields.Integer(attribute="enrollment.school_id", required=True)
    probability = ma.fields.Float(required=True)
    interval = ma.fields.Function(lambda one: [one.low, one.high])
    high_at_start = ma.fields.Boolean(
        required=True, metadata={"description": "Whether it was in the highest fifth then"}
    )
    elapsed = ma.fields.Float(
        required=True, metadata={"description": "The part of the person's time that has passed"}
    )
    reasons = ma.fields.List(ma.fields.Nested(ReasonSchema), required=True)


class AdviceSchema(ma.Schema):
    """Advice on one's own people, marked as automated; it decides nothing."""

    automated = ma.fields.Constant(AUTOMATED)
    program_id = ma.fields.Integer(attribute="program.id", required=True)
    model_id = ma.fields.Integer(attribute="model.id", required=True)
    count = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(AdvisedSchema), attribute="page.items", required=True)
    next = ma.fields.String(
        allow_none=True, required=True, metadata={"description": "Cursor of the next page"}
    )


def told(advice: Any, next_: str | None) -> dict[str, Any]:
    """Advice as `AdviceSchema` writes it."""
    return {
        "program": advice.program,
        "model": advice.model,
        "count": advice.count,
        "page": advice.page,
        "next": next_,
    }
