"""Initiatives, programs and offerings as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.programs import queries, service
from edu.programs.schemas import (
    InitiativeChangeSchema,
    InitiativeSchema,
    NewOfferingSchema,
    OfferingArguments,
    OfferingSchema,
    OfferingTermsSchema,
    ProgramArguments,
    ProgramSchema,
)
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint("offerings", __name__, url_prefix=PREFIX, description="What is offered")


@blueprint.get("/initiatives")
@blueprint.response(200, InitiativeSchema(many=True))
@needs(Permission.READ_FIGURES)
def list_initiatives() -> Any:
    """List the initiatives of the project"""
    return queries.initiatives(session(), scope())


@blueprint.get("/initiatives/<int:initiative_id>")
@blueprint.etag
@blueprint.response(200, InitiativeSchema)
@needs(Permission.READ_FIGURES)
def show_initiative(initiative_id: int) -> Any:
    """One initiative"""
    return queries.initiative(session(), scope(), initiative_id=initiative_id)


@blueprint.patch("/initiatives/<int:initiative_id>")
@blueprint.etag
@blueprint.arguments(InitiativeChangeSchema)
@blueprint.response(200, InitiativeSchema)
@needs(Permission.WRITE_PROGRAMS)
def change_initiative(change: dict[str, Any], initiative_id: int) -> Any:
    """Open, close or plan an initiative"""
    known = queries.initiative(session(), scope(), initiative_id=initiative_id)
    blueprint.check_etag(known, InitiativeSchema)
    return service.change_initiative(session(), scope(), initiative_id=initiative_id, **change)


@blueprint.get("/programs")
@blueprint.arguments(ProgramArguments, location="query")
@blueprint.response(200, page_of(ProgramSchema))
@needs(Permission.READ_FIGURES)
def list_programs(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the programs"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.programs(session(), scope(), **arguments))


@blueprint.post("/programs")
@blueprint.arguments(ProgramSchema)
@blueprint.response(201, ProgramSchema)
@needs(Permission.WRITE_PROGRAMS)
def create_program(new: dict[str, Any]) -> Any:
    """Add a program to an initiative"""
    return service.create_program(session(), scope(), **new)


@blueprint.get("/programs/<int:program_id>")
@blueprint.etag
@blueprint.response(200, ProgramSchema)
@needs(Permission.READ_FIGURES)
def show_program(program_id: int) -> Any:
    """One program"""
    return queries.program(session(), scope(), program_id=program_id)


@blueprint.get("/offerings")
@blueprint.arguments(OfferingArguments, location="query")
@blueprint.response(200, page_of(OfferingSchema))
@needs(Permission.READ_FIGURES)
def list_offerings(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the offerings, with seats as far as the reader may know them"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.offerings(session(), scope(), **arguments))


@blueprint.post("/offerings")
@blueprint.etag
@blueprint.arguments(NewOfferingSchema)
@blueprint.response(201, OfferingSchema)
@needs(Permission.WRITE_OFFERINGS)
def create_offering(new: dict[str, Any]) -> Any:
    """Offer a program at a school, in a region or in the nation"""
    offering = service.create_offering(session(), scope(), **new)
    return queries.offering(session(), scope(), offering_id=offering.id)


@blueprint.get("/offerings/<int:offering_id>")
@blueprint.etag
@blueprint.response(200, OfferingSchema)
@needs(Permission.READ_FIGURES)
def show_offering(offering_id: int) -> Any:
    """One offering"""
    return queries.offering(session(), scope(), offering_id=offering_id)


@blueprint.patch("/offerings/<int:offering_id>")
@blueprint.etag
@blueprint.arguments(OfferingTermsSchema)
@blueprint.response(200, OfferingSchema)
@needs(Permission.WRITE_OFFERINGS)
def change_offering(terms: dict[str, Any], offering_id: int) -> Any:
    """Change the terms of an offering"""
    known = queries.offering(session(), scope(), offering_id=offering_id)
    blueprint.check_etag(known, OfferingSchema)
    service.change_offering(session(), scope(), offering_id=offering_id, **terms)
    return queries.offering(session(), scope(), offering_id=offering_id)
