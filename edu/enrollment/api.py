"""Enrollments as JSON."""

from typing import Any

from edu.accounts.sign_in import scope, session
from edu.enrollment import queries, service
from edu.enrollment.schemas import (
    EnrollmentArguments,
    EnrollmentHistorySchema,
    EnrollmentSchema,
    EnrollSchema,
    StepSchema,
)
from edu.web import cursor
from edu.web.api import PREFIX, Blueprint, page_of, shown_page
from edu.web.permission import Permission, needs

blueprint = Blueprint(
    "enrollments", __name__, url_prefix=PREFIX, description="Who takes part in what"
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
def enroll(new: dict[str, Any]) -> Any:
    """Enroll a person; where no seat is left the person waits"""
    begun = service.enroll(session(), scope(), **new)
    return queries.enrollment(session(), scope(), enrollment_id=begun.id)


@blueprint.get("/enrollments/<int:enrollment_id>")
@blueprint.etag
@blueprint.response(200, EnrollmentHistorySchema)
@needs(Permission.READ_RECORDS)
def show_enrollment(enrollment_id: int) -> Any:
    """One enrollment with its history"""
    return queries.enrollment(session(), scope(), enrollment_id=enrollment_id)


@blueprint.put("/enrollments/<int:enrollment_id>/step")
@blueprint.etag
@blueprint.arguments(StepSchema)
@blueprint.response(200, EnrollmentHistorySchema)
@needs(Permission.DECIDE_ENROLLMENTS)
def take_step(step: dict[str, Any], enrollment_id: int) -> Any:
    """Take the next step: admit, withdraw or complete"""
    known = queries.enrollment(session(), scope(), enrollment_id=enrollment_id)
    blueprint.check_etag(known, EnrollmentHistorySchema)
    service.take_step(session(), scope(), enrollment_id=enrollment_id, **step)
    return queries.enrollment(session(), scope(), enrollment_id=enrollment_id)
