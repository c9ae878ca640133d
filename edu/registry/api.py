"""Places, people and their files as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.intake import IncomingFile
from edu.intake.schemas import ImportCountSchema, UploadSchema
from edu.registry import places, queries, service
from edu.registry.keyring import vault
from edu.registry.people_importer import import_people
from edu.registry.schemas import (
    ClassArguments,
    ClassSchema,
    DistrictSchema,
    IinSchema,
    NewPersonSchema,
    PeopleArguments,
    PersonChangeSchema,
    PersonRowSchema,
    PersonSchema,
    PlaceArguments,
    RegionSchema,
    RegisteredSchema,
    SchoolSchema,
)
from edu.registry.schools_importer import import_schools
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "registry_api", __name__, url_prefix=PREFIX, description="Schools and their people"
)


@blueprint.get("/regions")
@blueprint.response(200, RegionSchema(many=True))
@needs(Permission.SIGNED_IN)
def list_regions() -> Any:
    """List the regions"""
    return places.list_regions(session(), scope())


@blueprint.get("/districts")
@blueprint.arguments(PlaceArguments, location="query")
@blueprint.response(200, page_of(DistrictSchema))
@needs(Permission.SIGNED_IN)
def list_districts(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the districts, of one region or of all"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(places.list_districts(session(), scope(), **arguments))


@blueprint.get("/schools")
@blueprint.arguments(PlaceArguments, location="query")
@blueprint.response(200, page_of(SchoolSchema))
@needs(Permission.SIGNED_IN)
def list_schools(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the schools one answers for, or all for whoever reads the nation's figures"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(places.list_schools(session(), scope(), **arguments))


@blueprint.get("/schools/<int:school_id>")
@blueprint.etag
@blueprint.response(200, SchoolSchema)
@needs(Permission.SIGNED_IN)
def show_school(school_id: int) -> Any:
    """One school"""
    return places.show_school(session(), scope(), school_id=school_id)


@blueprint.get("/classes")
@blueprint.arguments(ClassArguments, location="query")
@blueprint.response(200, page_of(ClassSchema))
@needs(Permission.READ_RECORDS)
def list_classes(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the classes of one's own schools"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(places.list_classes(session(), scope(), **arguments))


@blueprint.get("/people")
@blueprint.arguments(PeopleArguments, location="query")
@blueprint.response(200, page_of(PersonRowSchema))
@needs(Permission.READ_RECORDS)
def list_people(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the people of one's own schools, by the Kazakh alphabet"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (str, int))
    return shown_page(queries.list_people(session(), scope(), **arguments))


@blueprint.post("/people")
@blueprint.arguments(NewPersonSchema)
@blueprint.response(201, RegisteredSchema)
@needs(Permission.WRITE_RECORDS)
def register_person(new: dict[str, Any]) -> Any:
    """Register a person at one's own school"""
    return service.register(session(), scope(), vault=vault(), **new)


@blueprint.get("/people/<int:person_id>")
@blueprint.etag
@blueprint.response(200, PersonSchema)
@needs(Permission.READ_RECORDS)
def show_person(person_id: int) -> Any:
    """One person of one's own schools"""
    return queries.person_card(session(), scope(), person_id)


@blueprint.patch("/people/<int:person_id>")
@blueprint.etag
@blueprint.arguments(PersonChangeSchema)
@blueprint.response(200, RegisteredSchema)
@needs(Permission.WRITE_RECORDS)
def change_person(changes: Any, person_id: int) -> Any:
    """Correct what is known of a person"""
    known = queries.person_card(session(), scope(), person_id, locked=True)
    blueprint.check_etag(known, PersonSchema)
    changed = service.change(
        session(), scope(), vault=vault(), person_id=person_id, changes=changes
    )
    blueprint.set_etag(queries.person_card(session(), scope(), person_id), PersonSchema)
    return changed


@blueprint.post("/people/<int:person_id>/iin")
@blueprint.response(200, IinSchema, headers={"Cache-Control": {"schema": {"type": "string"}}})
@needs(Permission.UNMASK_IIN)
def unmask_iin(person_id: int) -> Any:
    """Show a person's IIN in full; the audit names who looked"""
    iin = service.unmask_iin(session(), scope(), vault=vault(), person_id=person_id)
    return {"iin": iin}, {"Cache-Control": "no-store"}


@blueprint.post("/imports/schools")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.WRITE_SCHOOLS)
def bring_schools(file: IncomingFile) -> Any:
    """Bring in a file of schools"""
    return import_schools(session(), scope(), file)


@blueprint.post("/imports/people")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.WRITE_RECORDS)
def bring_people(file: IncomingFile) -> Any:
    """Bring in a file of people with their classes and places"""
    return import_people(session(), scope(), file, vault=vault())
