"""Requests and releases for people."""

from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.export import policy, queries, service
from edu.export.columns import QUASI_IDENTIFIERS
from edu.export.downloads import as_download
from edu.export.presentation import told
from edu.export.schemas import DecisionNoteSchema, NewExportSchema
from edu.web import cursor
from edu.web.forms import Form, read_form
from edu.web.permission import Permission, needs

pages = Blueprint("export", __name__, template_folder="templates", url_prefix="/exports")
ROWS = 50
SECONDS_BETWEEN_LOOKS = "2"


@pages.get("/")
@needs(Permission.READ_EXPORTS)
def exports() -> str:
    """The reader's own requests, or those to decide on."""
    after = cursor.decode(request.args.get("cursor"), (int,))
    page = queries.exports(session(), scope(), after=after, limit=ROWS)
    waiting = queries.waiting(session(), scope())
    following = cursor.encode(page.next_key)
    return render_template(
        "export/exports.html", exports=page.items, waiting=waiting, following=following
    )


@pages.get("/new")
@needs(Permission.REQUEST_EXPORT)
def new() -> str:
    """The builder of a request."""
    return show_builder(Form(raw=request.args.to_dict()))


@pages.post("/new")
@needs(Permission.REQUEST_EXPORT)
def add() -> Response | tuple[str, int]:
    """Ask for a cohort."""
    form = read_form(NewExportSchema())
    asked = form.submit(partial(service.request_export, session(), scope()))
    if asked is None:
        return show_builder(form), 422
    flash(gettext("Your request waits for a second person's decision."), "good")
    return redirect(url_for(".show", request_id=asked.id))


@pages.get("/<int:request_id>")
@needs(Permission.READ_EXPORTS)
def show(request_id: int) -> Response:
    """One request: its state, its risk report, its files."""
    return show_export(request_id, Form())


@pages.post("/<int:request_id>/approve")
@needs(Permission.APPROVE_EXPORT)
def approve(request_id: int) -> Response:
    """Approve somebody else's request."""
    form = read_form(DecisionNoteSchema())
    if form.submit(partial(service.approve, session(), scope(), request_id=request_id)) is None:
        return show_export(request_id, form)
    flash(gettext("Approved. The files are being made."), "good")
    return redirect(url_for(".show", request_id=request_id))


@pages.post("/<int:request_id>/reject")
@needs(Permission.APPROVE_EXPORT)
def reject(request_id: int) -> Response:
    """Reject somebody else's request."""
    form = read_form(DecisionNoteSchema())
    if form.submit(partial(service.reject, session(), scope(), request_id=request_id)) is None:
        return show_export(request_id, form)
    flash(gettext("Rejected. The researcher reads your note."), "good")
    return redirect(url_for(".show", request_id=request_id))


@pages.get("/<int:request_id>/files/<name>")
@needs(Permission.READ_EXPORTS)
def download(request_id: int, name: str) -> Response:
    """A file of the reader's own release."""
    found = queries.release_file(session(), scope(), request_id=request_id, name=name)
    return as_download(found)


def show_builder(form: Form) -> str:
    """The builder, with what was chosen."""
    given = str(form.raw.get("program_id", ""))
    program_id = int(given) if given.isascii() and given.isdecimal() else None
    builder = queries.builder(session(), scope(), program_id=program_id)
    return render_template(
        "export/new.html", form=form, builder=builder, policy=policy, columns=QUASI_IDENTIFIERS
    )


def show_export(request_id: int, form: Form) -> Response:
    """The page of a request; it looks again by itself while the files are made."""
    page = queries.export_page(session(), scope(), request_id=request_id)
    shown = render_template(
        "export/export.html", page=page, form=form, policy=policy, risk=told(page.request.risk)
    )
    response = make_response(shown, 422 if form.errors or form.problem else 200)
    working = page.job is not None and not page.job.over
    if working and "still" not in request.args:
        response.headers["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response
