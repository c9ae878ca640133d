"""Analyses as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.outcomes.analyses import queries, service
from edu.outcomes.analyses.planning.rollout import planned
from edu.outcomes.analyses.schemas import (
    AnalysesArguments,
    AnalysisChangeSchema,
    AnalysisSchema,
    NewAnalysisSchema,
    PlannedSchema,
    PlanSchema,
    QueuedAnalysisSchema,
)
from edu.outcomes.schemas import FindingSchema, QueuedSchema
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "analyses_api",
    __name__,
    url_prefix=PREFIX + "/analyses",
    description="What programs did, and which checks say so",
)


@blueprint.get("")
@blueprint.arguments(AnalysesArguments, location="query")
@blueprint.response(200, page_of(AnalysisSchema))
@needs(Permission.READ_FIGURES)
def list_analyses(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the analyses, of a program or all, newest first"""
    after = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.analyses(session(), scope(), after=after, **arguments))


@blueprint.post("")
@blueprint.arguments(NewAnalysisSchema)
@blueprint.response(202, QueuedAnalysisSchema)
@needs(Permission.WRITE_PROGRAMS)
def define_analysis(asked: dict[str, Any]) -> dict[str, Any]:
    """Save an analysis and run it in the background"""
    analysis, job_id = service.define_and_queue(session(), scope(), **asked)
    return {"analysis": analysis, "job_id": job_id}


@blueprint.get("/plan")
@blueprint.arguments(PlanSchema, location="query")
@blueprint.response(200, PlannedSchema)
@needs(Permission.READ_FIGURES)
def plan_rollout(asked: dict[str, Any]) -> dict[str, Any]:
    """What a rollout can show before it begins: the smallest effect it finds, and its power"""
    return planned(**asked).as_dict()


@blueprint.get("/<int:analysis_id>")
@blueprint.etag
@blueprint.response(200, AnalysisSchema)
@needs(Permission.READ_FIGURES)
def show_analysis(analysis_id: int) -> Any:
    """One analysis, with the definition that runs it again"""
    return queries.analysis(session(), scope(), analysis_id=analysis_id)


@blueprint.patch("/<int:analysis_id>")
@blueprint.arguments(AnalysisChangeSchema)
@blueprint.response(200, AnalysisSchema)
@needs(Permission.WRITE_PROGRAMS)
def change_analysis(changes: dict[str, Any], analysis_id: int) -> Any:
    """Rename an analysis, put it away, or bring it back"""
    return service.change(session(), scope(), analysis_id=analysis_id, **changes)


@blueprint.post("/<int:analysis_id>/runs")
@blueprint.response(202, QueuedSchema)
@needs(Permission.WRITE_PROGRAMS)
def run_analysis(analysis_id: int) -> dict[str, int]:
    """Run a saved analysis again in the background"""
    return {"job_id": service.queue_run(session(), scope(), analysis_id=analysis_id)}


@blueprint.get("/<int:analysis_id>/finding")
@blueprint.response(200, FindingSchema)
@needs(Permission.READ_FIGURES)
def show_answer(analysis_id: int) -> Any:
    """The newest answer: estimate, checks, groups, flow and all that made them"""
    return queries.answer(session(), scope(), analysis_id=analysis_id)
