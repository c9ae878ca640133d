"""Instruments, waves, sittings and files of responses as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.assessment import queries, service
from edu.assessment.importer import import_responses
from edu.assessment.schemas import (
    InstrumentSchema,
    ResponseUploadSchema,
    SittingArguments,
    SittingSchema,
    WaveArguments,
    WaveChangeSchema,
    WaveSchema,
)
from edu.intake.schemas import ImportCountSchema
from edu.registry.keyring import vault
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, PageArguments, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "assessment_api", __name__, url_prefix=PREFIX, description="What is measured and answered"
)


@blueprint.get("/instruments")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(InstrumentSchema))
@needs(Permission.READ_FIGURES)
def list_instruments(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the instruments"""
    after = cursor.decode(arguments["cursor"], (str,))
    limit = arguments["limit"]
    return shown_page(queries.instruments(session(), scope(), after=after, limit=limit))


@blueprint.post("/instruments")
@blueprint.arguments(InstrumentSchema)
@blueprint.response(201, InstrumentSchema)
@needs(Permission.WRITE_PROGRAMS)
def create_instrument(new: service.NewInstrument) -> Any:
    """Create an instrument with its items"""
    return service.create_instrument(session(), scope(), new=new)


@blueprint.get("/instruments/<int:instrument_id>")
@blueprint.etag
@blueprint.response(200, InstrumentSchema)
@needs(Permission.READ_FIGURES)
def show_instrument(instrument_id: int) -> Any:
    """One instrument with its items"""
    return queries.instrument(session(), scope(), instrument_id=instrument_id)


@blueprint.get("/waves")
@blueprint.arguments(WaveArguments, location="query")
@blueprint.response(200, page_of(WaveSchema))
@needs(Permission.READ_FIGURES)
def list_waves(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the waves, of one instrument or of all"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.waves(session(), scope(), **arguments))


@blueprint.post("/waves")
@blueprint.arguments(WaveSchema)
@blueprint.response(201, WaveSchema)
@needs(Permission.WRITE_PROGRAMS)
def open_wave(new: dict[str, Any]) -> Any:
    """Open a wave of an instrument"""
    return service.open_wave(session(), scope(), **new)


@blueprint.get("/waves/<int:wave_id>")
@blueprint.etag
@blueprint.response(200, WaveSchema)
@needs(Permission.READ_FIGURES)
def show_wave(wave_id: int) -> Any:
    """One wave"""
    return queries.wave(session(), scope(), wave_id=wave_id)


@blueprint.patch("/waves/<int:wave_id>")
@blueprint.etag
@blueprint.arguments(WaveChangeSchema)
@blueprint.response(200, WaveSchema)
@needs(Permission.WRITE_PROGRAMS)
def change_wave(change: dict[str, Any], wave_id: int) -> Any:
    """Close a wave, or open it again"""
    known = queries.wave(session(), scope(), wave_id=wave_id)
    blueprint.check_etag(known, WaveSchema)
    return service.set_standing(session(), scope(), wave_id=wave_id, **change)


@blueprint.get("/sittings")
@blueprint.arguments(SittingArguments, location="query")
@blueprint.response(200, page_of(SittingSchema))
@needs(Permission.READ_RECORDS)
def list_sittings(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the sittings of a wave in one's own schools"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int, int))
    return shown_page(queries.sittings_of_wave(session(), scope(), **arguments))


@blueprint.post("/sittings")
@blueprint.arguments(SittingSchema)
@blueprint.response(201, SittingSchema)
@needs(Permission.WRITE_RECORDS)
def record_sitting(new: dict[str, Any]) -> Any:
    """Record what one person of one's own school answered"""
    return service.record_sitting(session(), scope(), **new)


@blueprint.get("/sittings/<int:sitting_id>")
@blueprint.etag
@blueprint.response(200, SittingSchema)
@needs(Permission.READ_RECORDS)
def show_sitting(sitting_id: int) -> Any:
    """One sitting"""
    return queries.sitting(session(), scope(), sitting_id=sitting_id)


@blueprint.post("/imports/responses")
@blueprint.arguments(ResponseUploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.WRITE_RECORDS)
def bring_responses(files: dict[str, Any]) -> Any:
    """Bring in a file of responses, read as its mapping says"""
    files["vault"] = vault()
    return import_responses(session(), scope(), **files)
