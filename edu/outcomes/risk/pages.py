"""Model cards for everybody, and a school's own list: advice, marked as such."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from edu.accounts.sign_in import scope, session
from edu.charts import chart_file
from edu.outcomes.risk import listing, presentation, service
from edu.web.permission import Permission, needs

pages = Blueprint("risk", __name__, url_prefix="/outcomes/risk")


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """The cards of all programs."""
    return render_template("risk/overview.html", lines=presentation.listed(session(), scope()))


@pages.get("/<int:program_id>")
@needs(Permission.READ_FIGURES)
def card(program_id: int) -> str:
    """How good a program's advice is, and for whom."""
    shown = presentation.show_card(session(), scope(), program_id=program_id)
    return render_template("risk/card.html", shown=shown)


@pages.post("/<int:program_id>")
@needs(Permission.WRITE_PROGRAMS)
def learn(program_id: int) -> Answer:
    """Learn from the program's past in the background."""
    job_id = service.queue_learning(session(), scope(), program_id=program_id)
    return redirect(url_for("job_pages.show", job_id=job_id))


@pages.get("/<int:program_id>/people")
@needs(Permission.READ_RECORDS)
def people(program_id: int) -> str:
    """Who of one's own schools may need support."""
    shown = listing.show_advice(session(), scope(), program_id=program_id)
    return render_template("risk/people.html", shown=shown)


@pages.get("/<int:program_id>/<name>.<kind>")
@needs(Permission.READ_FIGURES)
def file(program_id: int, name: str, kind: str) -> Response:
    """A picture of a card to take along."""
    found = presentation.chart(session(), scope(), program_id=program_id, name=name)
    return chart_file(found, kind)
