"""Cards and advice as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.outcomes.risk import queries, service
from edu.outcomes.risk.schemas import AdviceArguments, AdviceSchema, CardSchema, told
from edu.outcomes.schemas import QueuedSchema
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "risk_api",
    __name__,
    url_prefix=PREFIX + "/programs",
    description="Who may not complete: automated advice, with the card that judges it",
)


@blueprint.get("/<int:program_id>/risk-model")
@blueprint.response(200, CardSchema)
@needs(Permission.READ_FIGURES)
def show_card(program_id: int) -> Any:
    """The formula by which advice is given, and how good it is"""
    return queries.card(session(), scope(), program_id=program_id)


@blueprint.post("/<int:program_id>/risk-model")
@blueprint.response(202, QueuedSchema)
@needs(Permission.WRITE_PROGRAMS)
def learn(program_id: int) -> dict[str, int]:
    """Learn from the program's past in the background"""
    return {"job_id": service.queue_learning(session(), scope(), program_id=program_id)}


@blueprint.get("/<int:program_id>/risk-advice")
@blueprint.arguments(AdviceArguments, location="query")
@blueprint.response(200, AdviceSchema)
@needs(Permission.READ_RECORDS)
def show_advice(arguments: dict[str, Any], program_id: int) -> dict[str, Any]:
    """One's own people under way, the most at risk first: advice that decides nothing"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (float, int))
    found = queries.advice(session(), scope(), program_id=program_id, **arguments)
    return told(found, cursor.encode(found.page.next_key))
