"""PISA beside the service's own cohorts, as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.intake import ImportCount, IncomingFile
from edu.intake.schemas import ImportCountSchema, UploadSchema
from edu.outcomes.pisa import answers, presentation, queries
from edu.outcomes.pisa.cohorts import common_items, service
from edu.outcomes.pisa.cohorts.concordance_importer import import_concordance
from edu.outcomes.pisa.published.items_importer import import_items
from edu.outcomes.pisa.published.links_importer import import_link_errors
from edu.outcomes.pisa.published.means_importer import import_means
from edu.outcomes.pisa.schemas import (
    CohortsSchema,
    ConcordanceSchema,
    FileSchema,
    LinkErrorSchema,
    MeansArguments,
    MeanSchema,
    ModelArguments,
    MovementArguments,
    MovementsSchema,
    PisaItemSchema,
    ProjectionArguments,
    ProjectionSchema,
    RankingSchema,
    SeriesSchema,
    SummaryArguments,
    SummarySchema,
)
from edu.outcomes.schemas import QueuedSchema
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "pisa_api",
    __name__,
    url_prefix=PREFIX + "/pisa",
    description="PISA: published figures, what follows from them, and the own cohorts",
)


@blueprint.get("/means")
@blueprint.arguments(MeansArguments, location="query")
@blueprint.response(200, page_of(MeanSchema))
@needs(Permission.READ_FIGURES)
def list_means(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the published means of one product"""
    after = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.means_page(session(), scope(), after=after, **arguments))


@blueprint.post("/means")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.DECIDE_FINDINGS)
def bring_means(file: IncomingFile) -> ImportCount:
    """Bring in a CSV table of means: all of it, or nothing and every error it has"""
    return import_means(session(), scope(), file)


@blueprint.get("/link-errors")
@blueprint.response(200, LinkErrorSchema(many=True))
@needs(Permission.READ_FIGURES)
def list_link_errors() -> Any:
    """List the link errors between cycles"""
    return queries.link_errors(session(), scope())


@blueprint.post("/link-errors")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.DECIDE_FINDINGS)
def bring_link_errors(file: IncomingFile) -> ImportCount:
    """Bring in a CSV table of link errors: all of it, or nothing and every error it has"""
    return import_link_errors(session(), scope(), file)


@blueprint.post("/concordances")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.DECIDE_FINDINGS)
def bring_concordance(file: IncomingFile) -> ImportCount:
    """Link a scale to PISA by pupils who have both scores, which are not kept"""
    return import_concordance(session(), scope(), file)


@blueprint.get("/items")
@blueprint.response(200, PisaItemSchema(many=True))
@needs(Permission.READ_FIGURES)
def list_items() -> Any:
    """List the items of PISA whose published parameters are at hand"""
    return queries.items(session(), scope())


@blueprint.post("/items")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.DECIDE_FINDINGS)
def bring_items(file: IncomingFile) -> ImportCount:
    """Bring in a CSV table of items of PISA: all of it, or nothing and every error it has"""
    return import_items(session(), scope(), file)


@blueprint.post("/concordances/<domain>")
@blueprint.response(200, ConcordanceSchema)
@needs(Permission.DECIDE_FINDINGS)
def link_by_items(domain: str) -> Any:
    """Link a domain's scale to PISA by the items that its newest run has in common with it"""
    chosen = presentation.domain_of(domain)
    return common_items.link_by_items(session(), scope(), domain=chosen)


@blueprint.get("/series/<domain>")
@blueprint.arguments(ModelArguments, location="query")
@blueprint.response(200, SeriesSchema)
@needs(Permission.READ_FIGURES)
def show_series(arguments: dict[str, Any], domain: str) -> Any:
    """Kazakhstan's series with the trend through its comparable cycles"""
    return answers.series(session(), scope(), domain=domain, **arguments)


@blueprint.get("/movements/<domain>")
@blueprint.arguments(MovementArguments, location="query")
@blueprint.response(200, MovementsSchema)
@needs(Permission.READ_FIGURES)
def show_movements(arguments: dict[str, Any], domain: str) -> Any:
    """How shares of levels, gaps, background and quantiles of all moved over the cycles"""
    return answers.movements(session(), scope(), domain=domain, **arguments)


@blueprint.get("/projection/<domain>")
@blueprint.arguments(ProjectionArguments, location="query")
@blueprint.response(200, ProjectionSchema)
@needs(Permission.READ_FIGURES)
def show_projection(arguments: dict[str, Any], domain: str) -> Any:
    """Where the series would go if this held, with the weight of each source"""
    return answers.projection(session(), scope(), domain=domain, **arguments)


@blueprint.get("/ranks/<domain>")
@blueprint.response(200, RankingSchema)
@needs(Permission.READ_FIGURES)
def show_ranks(domain: str) -> Any:
    """The ranks that the data cannot tell apart"""
    return answers.ranks(session(), scope(), domain=domain)


@blueprint.get("/files")
@blueprint.response(200, FileSchema(many=True))
@needs(Permission.READ_FIGURES)
def list_files() -> Any:
    """List the pupil files that were summarized, newest first"""
    return queries.files(session(), scope())


@blueprint.get("/summaries")
@blueprint.arguments(SummaryArguments, location="query")
@blueprint.response(200, SummarySchema(many=True))
@needs(Permission.READ_FIGURES)
def list_summaries(arguments: dict[str, Any]) -> Any:
    """What pupil files say of an economy: the newest file of each cycle"""
    return queries.summaries(session(), scope(), **arguments)


@blueprint.get("/cohorts/<domain>")
@blueprint.response(200, CohortsSchema)
@needs(Permission.READ_FIGURES)
def show_cohorts(domain: str) -> Any:
    """What was found of the own cohorts, and whether they are linked to PISA"""
    return answers.cohorts(session(), scope(), domain=domain)


@blueprint.post("/cohorts/<domain>")
@blueprint.response(202, QueuedSchema)
@needs(Permission.WRITE_PROGRAMS)
def estimate_cohorts(domain: str) -> dict[str, int]:
    """Estimate the own cohorts by wave, level and region, in the background"""
    chosen = presentation.domain_of(domain)
    return {"job_id": service.queue_cohorts(session(), scope(), domain=chosen)}
