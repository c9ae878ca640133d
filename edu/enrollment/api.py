"""Enrollments as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.enrollment import counts, queries, service
from edu.enrollment.importer import import_enrollments
from edu.enrollment.schemas import (
    CountArguments,
    CountTableSchema,
    EnrollmentArguments,
    EnrollmentHistorySchema,
    EnrollmentSchema,
    EnrollSchema,
    RosterEntrySchema,
    StepSchema,
    TransferSchema,
    WaitingSchema,
)
from edu.intake import IncomingFile
from edu.intake.schemas import ImportCountSchema, UploadSchema
from edu.registry.keyring import vault
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, PageArguments, page_of, shown_page
from edu.web.permission import Permission, needs


class StepBlueprint(Blueprint):
    """A step changes an enrollment: its POST needs the version it starts from (If-Match)."""

    METHODS_NEEDING_CHECK_ETAG = ("PUT", "PATCH", "DELETE", "POST")


blueprint = Blueprint(
    "enrollments", __name__, url_prefix=PREFIX, description="Who takes part in what"
)
steps = StepBlueprint(
    "enrollment_steps", __name__, url_prefix=PREFIX, description="From one state to the next"
)


@blueprint.get("/enrollments")
@blueprint.arguments(EnrollmentArguments, location="query")
@blueprint.response(200, page_of(EnrollmentSchema))
@needs(Permission.READ_RECORDS)
def list_enrollments(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the enrollments of one's own schools, the newest first"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (int,))
    return shown_page(queries.enrollments(session(), scope(), **arguments))


@blueprint.post("/enrollments")
@blueprint.etag
@blueprint.arguments(EnrollSchema)
@blueprint.response(201, EnrollmentHistorySchema)
@needs(Permission.WRITE_RECORDS)
def begin(new: dict[str, Any]) -> Any:
    """Enroll a person, or record an application; where no seat is left the person waits"""
    verb = service.VERBS[new.pop("status")]
    begun = verb(session(), scope(), **new)
    return queries.enrollment(session(), scope(), enrollment_id=begun.id)


@blueprint.get("/enrollments/counts")
@blueprint.arguments(CountArguments, location="query")
@blueprint.response(200, CountTableSchema)
@needs(Permission.READ_FIGURES)
def show_counts(arguments: dict[str, Any]) -> Any:
    """How many take part in a program, by state and region or school"""
    return counts.program_counts(session(), scope(), **arguments)


@blueprint.get("/enrollments/<int:enrollment_id>")
@blueprint.etag
@blueprint.response(200, EnrollmentHistorySchema)
@needs(Permission.READ_RECORDS)
def show_enrollment(enrollment_id: int) -> Any:
    """One enrollment with its history"""
    return queries.enrollment(session(), scope(), enrollment_id=enrollment_id)


@steps.post("/enrollments/<int:enrollment_id>/steps")
@steps.etag
@steps.arguments(StepSchema)
@steps.response(200, EnrollmentHistorySchema)
@needs(Permission.DECIDE_ENROLLMENTS)
def take_step(step: dict[str, Any], enrollment_id: int) -> Any:
    """Take the next step: admit, withdraw or complete"""
    known = queries.enrollment(session(), scope(), enrollment_id=enrollment_id)
    steps.check_etag(known, EnrollmentHistorySchema)
    service.take_step(session(), scope(), enrollment_id=enrollment_id, **step)
    return queries.enrollment(session(), scope(), enrollment_id=enrollment_id)


@steps.post("/enrollments/<int:enrollment_id>/transfer")
@steps.etag
@steps.arguments(TransferSchema)
@steps.response(201, EnrollmentHistorySchema)
@needs(Permission.DECIDE_ENROLLMENTS)
def transfer(target: dict[str, Any], enrollment_id: int) -> Any:
    """Continue in another offering or for another school; answers with the new enrollment"""
    known = queries.enrollment(session(), scope(), enrollment_id=enrollment_id)
    steps.check_etag(known, EnrollmentHistorySchema)
    taken = service.transfer(session(), scope(), enrollment_id=enrollment_id, **target)
    return queries.enrollment(session(), scope(), enrollment_id=taken.enrollment.id)


@blueprint.get("/offerings/<int:offering_id>/roster")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(RosterEntrySchema))
@needs(Permission.READ_RECORDS)
def show_roster(arguments: dict[str, Any], offering_id: int) -> dict[str, Any]:
    """List one's own people of an offering by name, whatever became of them"""
    arguments["after"] = cursor.decode(arguments.pop("cursor"), (str, int))
    return shown_page(queries.roster(session(), scope(), offering_id=offering_id, **arguments))


@blueprint.get("/offerings/<int:offering_id>/waitlist")
@blueprint.response(200, WaitingSchema(many=True))
@needs(Permission.READ_RECORDS)
def show_waitlist(offering_id: int) -> Any:
    """List one's own people on an offering's waitlist, in the order in which seats are given"""
    return queries.waitlist(session(), scope(), offering_id=offering_id)


@blueprint.post("/imports/enrollments")
@blueprint.arguments(UploadSchema, location="files")
@blueprint.response(200, ImportCountSchema)
@needs(Permission.WRITE_RECORDS)
def bring_enrollments(file: IncomingFile) -> Any:
    """Bring in a file of what people did in offerings"""
    return import_enrollments(session(), scope(), file, vault=vault())
