"""Findings as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.outcomes import queries, service
from edu.outcomes.schemas import (
    FindingsArguments,
    FindingSchema,
    GainRequestSchema,
    MeansArguments,
    QueuedSchema,
    SampleSchema,
)
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "findings", __name__, url_prefix=PREFIX, description="What was found, and how sure"
)


@blueprint.get("/findings")
@blueprint.arguments(FindingsArguments, location="query")
@blueprint.response(200, page_of(FindingSchema))
@needs(Permission.READ_FIGURES)
def list_findings(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the findings, of a program or all, newest first"""
    after = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.findings(session(), scope(), after=after, **arguments))


@blueprint.get("/findings/<int:finding_id>")
@blueprint.etag
@blueprint.response(200, FindingSchema)
@needs(Permission.READ_FIGURES)
def show_finding(finding_id: int) -> Any:
    """One finding, with method, data fingerprint and versions"""
    return queries.finding(session(), scope(), finding_id=finding_id)


@blueprint.post("/findings/gains")
@blueprint.arguments(GainRequestSchema)
@blueprint.response(202, QueuedSchema)
@needs(Permission.WRITE_PROGRAMS)
def estimate_gains(asked: dict[str, Any]) -> dict[str, int]:
    """Estimate a program's gains from the first to the last wave, in the background"""
    return {"job_id": service.queue_gains(session(), scope(), **asked)}


@blueprint.get("/samples")
@blueprint.response(200, SampleSchema(many=True))
@needs(Permission.READ_FIGURES)
def list_samples() -> Any:
    """List the anonymous samples"""
    return queries.samples(session(), scope())


@blueprint.get("/samples/<path:code>/means")
@blueprint.arguments(MeansArguments, location="query")
@blueprint.response(200, FindingSchema)
@needs(Permission.READ_FIGURES)
def show_means(arguments: dict[str, Any], code: str) -> Any:
    """Mean scores of a sample, by one of its groups, with school-clustered errors"""
    return service.estimate_means(session(), scope(), sample=code, by=arguments["by"])
