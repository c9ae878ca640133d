"""Scoring runs and item reports as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.scoring import queries, scales, service
from edu.scoring.schemas import (
    ItemStatisticSchema,
    NewRunSchema,
    QueuedRunSchema,
    RunSchema,
    ScaleSchema,
)
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, PageArguments, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "scoring_api",
    __name__,
    url_prefix=PREFIX + "/scoring-runs",
    description="From responses to published scores",
)


@blueprint.get("")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(RunSchema))
@needs(Permission.READ_FIGURES)
def list_runs(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the scoring runs, newest first"""
    after = cursor.decode(arguments["cursor"], (int,))
    return shown_page(queries.runs(session(), scope(), after=after, limit=arguments["limit"]))


@blueprint.post("")
@blueprint.arguments(NewRunSchema)
@blueprint.response(202, QueuedRunSchema)
@needs(Permission.DECIDE_FINDINGS)
def start_run(asked: dict[str, Any]) -> dict[str, Any]:
    """Score responses in the background"""
    run, job_id = service.queue_run(session(), scope(), **asked)
    return {"run": run, "job_id": job_id}


@blueprint.get("/<int:run_id>")
@blueprint.etag
@blueprint.response(200, RunSchema)
@needs(Permission.READ_FIGURES)
def show_run(run_id: int) -> Any:
    """One scoring run"""
    return queries.run(session(), scope(), run_id=run_id)


@blueprint.get("/<int:run_id>/items")
@blueprint.response(200, ItemStatisticSchema(many=True))
@needs(Permission.READ_FIGURES)
def show_items(run_id: int) -> Any:
    """How each item behaved"""
    return queries.item_report(session(), scope(), run_id=run_id)


@blueprint.post("/<int:run_id>/publish")
@blueprint.response(200, RunSchema)
@needs(Permission.DECIDE_FINDINGS)
def publish(run_id: int) -> Any:
    """Publish a finished run that somebody else asked for"""
    return service.publish(session(), scope(), run_id=run_id)


@blueprint.post("/<int:run_id>/discard")
@blueprint.response(200, RunSchema)
@needs(Permission.DECIDE_FINDINGS)
def discard(run_id: int) -> Any:
    """Set a finished run aside for good"""
    return service.discard(session(), scope(), run_id=run_id)


scale_blueprint = Blueprint(
    "scales_api", __name__, url_prefix=PREFIX + "/scales", description="What a point means"
)


@scale_blueprint.get("")
@scale_blueprint.response(200, ScaleSchema(many=True))
@needs(Permission.READ_FIGURES)
def list_scales() -> Any:
    """List the scales with their levels"""
    return scales.scales(session(), scope())


@scale_blueprint.post("")
@scale_blueprint.arguments(ScaleSchema)
@scale_blueprint.response(201, ScaleSchema)
@needs(Permission.DECIDE_FINDINGS)
def register_scale(new: scales.NewScale) -> Any:
    """Register a scale, or a new version of one; it never changes afterwards"""
    return scales.register_scale(session(), scope(), new=new)


@scale_blueprint.get("/<code>")
@scale_blueprint.response(200, ScaleSchema)
@needs(Permission.READ_FIGURES)
def show_scale(code: str) -> Any:
    """The newest version of one scale"""
    return scales.scale(session(), scope(), code=code)
