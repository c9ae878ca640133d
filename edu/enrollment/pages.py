"""A person with all their enrollments, and the list of a school's enrollments."""

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.enrollment import presentation, queries, service
from edu.enrollment.importer import import_enrollments
from edu.enrollment.schemas import ChoiceSchema, StepSchema
from edu.registry.keyring import vault
from edu.registry.presentation import bring_file
from edu.web.forms import read_form
from edu.web.permission import Permission, needs

pages = Blueprint("enrollment", __name__, template_folder="templates")
pages.add_app_template_filter(presentation.reason_in_words, "reason_in_words")


@pages.get("/people/<int:person_id>")
@needs(Permission.READ_RECORDS)
def person(person_id: int) -> str:
    """A person: who they are, where they learn, what they take part in."""
    shown = presentation.person_shown(session(), scope(), person_id)
    return render_template("enrollment/person.html", shown=shown)


@pages.post("/people/<int:person_id>/enrollments")
@needs(Permission.WRITE_RECORDS)
def enroll(person_id: int) -> Response:
    """Enroll the person in an offering."""
    form = read_form(ChoiceSchema())
    begun = form.submit(partial(service.enroll, session(), scope(), person_id=person_id))
    presentation.tell_enrolled(begun) if begun else presentation.tell_problem(form)
    return redirect(url_for("enrollment.person", person_id=person_id))


@pages.get("/enrollments/")
@needs(Permission.READ_RECORDS)
def enrollments() -> str:
    """The enrollments of one's own schools."""
    shown = presentation.enrollments_shown(session(), scope())
    return render_template("enrollment/enrollments.html", shown=shown)


@pages.get("/enrollments/import")
@needs(Permission.WRITE_RECORDS)
def choose_file() -> str:
    """Where a file of enrollments is dropped."""
    return render_template("enrollment/import.html", brought=None)


@pages.post("/enrollments/import")
@needs(Permission.WRITE_RECORDS)
def bring_enrollments() -> tuple[str, int]:
    """Bring in a file, or say all that is wrong with it."""
    brought = bring_file(partial(import_enrollments, session(), scope(), vault=vault()))
    return render_template("enrollment/import.html", brought=brought), brought.status


@pages.post("/enrollments/<int:enrollment_id>/step")
@needs(Permission.DECIDE_ENROLLMENTS)
def step(enrollment_id: int) -> Response:
    """Take the next step of an enrollment."""
    known = queries.enrollment(session(), scope(), enrollment_id=enrollment_id)
    form = read_form(StepSchema())
    verb = partial(service.take_step, session(), scope(), enrollment_id=enrollment_id)
    taken = form.submit(verb)
    presentation.tell_step(taken) if taken else presentation.tell_problem(form)
    return redirect(url_for("enrollment.person", person_id=known.person_id))
