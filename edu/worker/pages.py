"""A job for people: how far it is, and on to its result."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.jobs import FINISHED, JobState
from edu.web.permission import Permission, needs
from edu.worker import presentation, queries, service

pages = Blueprint("job_pages", __name__, template_folder="templates", url_prefix="/jobs")
SECONDS_BETWEEN_LOOKS = "2"


@pages.get("/<int:job_id>")
@needs(Permission.SIGNED_IN)
def show(job_id: int) -> Response:
    """How far a job is; the page looks again by itself, without a script."""
    state = queries.job(session(), scope(), job_id=job_id)
    result = result_address(state)
    if state.status == FINISHED and result:
        return redirect(result)
    return page_of(state, result)


@pages.post("/<int:job_id>/cancel")
@needs(Permission.SIGNED_IN)
def cancel(job_id: int) -> Response:
    """End a job before its time; its page says that it ends."""
    service.cancel(session(), scope(), job_id=job_id)
    return redirect(url_for(".show", job_id=job_id))


def page_of(state: JobState, result: str | None) -> Response:
    """The page of a job; while it lasts, the browser is told to look again."""
    picture = presentation.picture(state)
    page = render_template("worker/job.html", job=state, result=result, picture=picture)
    response = make_response(page)
    if not state.over and "still" not in request.args:
        response.headers["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response


def result_address(state: JobState) -> str | None:
    """The page of the record the job works on."""
    if state.leads_to is None:
        return None
    endpoint, parameter = state.leads_to
    values: dict[str, Any] = {parameter: state.record_id}
    return url_for(endpoint, **values)
