"""Programs for people: the portfolio, and the forms that add to it."""

from datetime import date
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.programs import queries, service
from edu.programs.schemas import InitiativeChangeSchema, NewOfferingSchema, ProgramSchema
from edu.registry.years import academic_year_of
from edu.web.forms import Form, read_form
from edu.web.permission import Permission, needs

pages = Blueprint("programs", __name__, template_folder="templates", url_prefix="/programs")


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """The initiatives with their programs."""
    return render_template("programs/overview.html", lines=queries.portfolio(session(), scope()))


@pages.get("/new")
@needs(Permission.WRITE_PROGRAMS)
def new_program() -> str:
    """The form for a program."""
    return show_program_form(Form(raw=request.args.to_dict()))


@pages.post("/new")
@needs(Permission.WRITE_PROGRAMS)
def add_program() -> Response | tuple[str, int]:
    """Add a program."""
    form = read_form(ProgramSchema())
    added = form.submit(partial(service.create_program, session(), scope()))
    if added is None:
        return show_program_form(form), 422
    flash(gettext("The program was added. Offer it somewhere next."), "good")
    return redirect(url_for(".new_offering", program_id=added.id))


@pages.get("/offerings/new")
@needs(Permission.WRITE_OFFERINGS)
def new_offering() -> str:
    """The form for an offering."""
    known = {"roles": ["pupil"], "academic_year": academic_year_of(date.today())}
    return show_offering_form(Form(raw={**known, **request.args.to_dict()}))


@pages.post("/offerings/new")
@needs(Permission.WRITE_OFFERINGS)
def add_offering() -> Response | tuple[str, int]:
    """Add an offering."""
    form = read_form(NewOfferingSchema())
    added = form.submit(partial(service.create_offering, session(), scope()))
    if added is None:
        return show_offering_form(form), 422
    flash(gettext("The offering %(code)s was added.", code=added.code), "good")
    return redirect(url_for("dashboard.program", program_id=added.program_id))


@pages.post("/initiatives/<int:initiative_id>")
@needs(Permission.WRITE_PROGRAMS)
def change_initiative(initiative_id: int) -> Response:
    """Open, close or plan an initiative."""
    form = read_form(InitiativeChangeSchema())
    change = partial(service.change_initiative, session(), scope(), initiative_id=initiative_id)
    changed = form.submit(change)
    if changed is None:
        flash(form.problem or next(iter(form.errors.values())), "bad")
    return redirect(url_for(".overview"))


def show_program_form(form: Form) -> str:
    """The form for a program, with what was typed."""
    initiatives = queries.initiatives(session(), scope())
    return render_template("programs/program_form.html", form=form, initiatives=initiatives)


def show_offering_form(form: Form) -> str:
    """The form for an offering, with what was typed."""
    choices = queries.offering_choices(session(), scope())
    return render_template("programs/offering_form.html", form=form, choices=choices)
