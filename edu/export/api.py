"""Requests and releases as JSON."""

from typing import Any

from flask import Response

from edu.accounts.sign_in import scope, session
from edu.export import queries, service
from edu.export.downloads import as_download
from edu.export.schemas import DecisionSchema, ExportSchema, NewExportSchema, PersonsSchema
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, PageArguments, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "exports", __name__, url_prefix=PREFIX + "/exports", description="Anonymized cohorts"
)
FILE = {"type": "string", "format": "binary"}


@blueprint.get("")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ExportSchema))
@needs(Permission.READ_EXPORTS)
def list_exports(arguments: dict[str, Any]) -> dict[str, Any]:
    """List your requests, or everybody's if you decide on them; newest first"""
    after = cursor.decode(arguments["cursor"], (int,))
    page = queries.exports(session(), scope(), after=after, limit=arguments["limit"])
    return shown_page(page)


@blueprint.post("")
@blueprint.arguments(NewExportSchema)
@blueprint.response(201, ExportSchema)
@needs(Permission.REQUEST_EXPORT)
def request_export(asked: dict[str, Any]) -> Any:
    """Ask for the anonymized cohort of a program"""
    return service.request_export(session(), scope(), **asked)


@blueprint.get("/<int:request_id>")
@blueprint.etag
@blueprint.response(200, ExportSchema)
@needs(Permission.READ_EXPORTS)
def show_export(request_id: int) -> Any:
    """One request, with risk report and files once it is ready"""
    return queries.export(session(), scope(), request_id=request_id)


@blueprint.get("/<int:request_id>/persons")
@blueprint.response(200, PersonsSchema)
@needs(Permission.READ_EXPORTS)
def show_persons(request_id: int) -> dict[str, int | None]:
    """How many persons the cohort has"""
    return {"persons": queries.persons(session(), scope(), request_id=request_id)}


@blueprint.post("/<int:request_id>/decision")
@blueprint.arguments(DecisionSchema)
@blueprint.response(200, ExportSchema)
@needs(Permission.APPROVE_EXPORT)
def decide(decided: dict[str, str], request_id: int) -> Any:
    """Approve or reject somebody else's request; an approval makes the files"""
    verb = service.approve if decided["decision"] == "approve" else service.reject
    return verb(session(), scope(), request_id=request_id, note=decided["note"])


@blueprint.get("/<int:request_id>/files/<name>")
@blueprint.response(200, FILE, content_type="application/octet-stream")
@needs(Permission.READ_EXPORTS)
def download(request_id: int, name: str) -> Response:
    """A file of your release"""
    found = queries.release_file(session(), scope(), request_id=request_id, name=name)
    return as_download(found)
