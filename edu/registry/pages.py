"""People for the school office: the list, one new person, a file of many."""

from functools import partial

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.registry import queries, service
from edu.registry.keyring import vault
from edu.registry.people_importer import import_people
from edu.registry.presentation import (
    blank_form,
    bring_file,
    form_choices,
    people_shown,
    tell_registered,
)
from edu.registry.schemas import PersonFormSchema
from edu.web.forms import Form, read_form
from edu.web.permission import Permission, needs

pages = Blueprint("registry", __name__, template_folder="templates", url_prefix="/people")


@pages.get("/")
@needs(Permission.READ_RECORDS)
def people() -> str:
    """The people of one's own schools."""
    return render_template("registry/people.html", shown=people_shown(session(), scope()))


@pages.get("/new")
@needs(Permission.WRITE_RECORDS)
def new_person() -> str:
    """The form for a person."""
    return show_person_form(blank_form(scope()))


@pages.post("/new")
@needs(Permission.WRITE_RECORDS)
def register_person() -> Response | tuple[str, int]:
    """Register a person and show them."""
    form = read_form(PersonFormSchema())
    added = form.submit(partial(service.register, session(), scope(), vault=vault()))
    if added is None:
        return show_person_form(form), 422
    tell_registered(added)
    return redirect(url_for("enrollment.person", person_id=added.person_id))


@pages.get("/import")
@needs(Permission.WRITE_RECORDS)
def choose_file() -> str:
    """Where a file of people is dropped."""
    return render_template("registry/import.html", brought=None)


@pages.post("/import")
@needs(Permission.WRITE_RECORDS)
def bring_people() -> tuple[str, int]:
    """Bring in a file, or say all that is wrong with it."""
    brought = bring_file(partial(import_people, session(), scope(), vault=vault()))
    return render_template("registry/import.html", brought=brought), brought.status


@pages.post("/<int:person_id>/iin")
@needs(Permission.UNMASK_IIN)
def show_iin(person_id: int) -> Response:
    """Show a person's IIN in full; the audit names who looked."""
    iin = service.unmask_iin(session(), scope(), vault=vault(), person_id=person_id)
    person = queries.person_card(session(), scope(), person_id)
    response = make_response(render_template("registry/iin.html", person=person, iin=iin))
    response.headers["Cache-Control"] = "no-store"
    return response


def show_person_form(form: Form) -> str:
    """The form with what there is to choose from."""
    return render_template(
        "registry/person_form.html", form=form, choices=form_choices(session(), scope())
    )
