"""Findings for people: the sentence first, then the picture, then the numbers."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.outcomes import presentation, service
from edu.outcomes.precision import decimals
from edu.web.permission import Permission, needs

pages = Blueprint("outcomes", __name__, template_folder="templates", url_prefix="/outcomes")
pages.add_app_template_filter(decimals, "decimals")


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """All programs' gains, and the anonymous samples."""
    shown = presentation.overview(session(), scope())
    return render_template("outcomes/overview.html", shown=shown)


@pages.get("/samples/<path:code>")
@needs(Permission.READ_FIGURES)
def sample(code: str) -> str:
    """An anonymous sample's mean scores, by one of its groups."""
    by = request.args.get("by") or None
    shown = presentation.sample_means(session(), scope(), sample=code, by=by)
    return render_template("outcomes/sample.html", code=code, by=by, shown=shown)


@pages.post("/programs/<int:program_id>")
@needs(Permission.WRITE_PROGRAMS)
def estimate(program_id: int) -> Response:
    """Estimate a program's gains by every grouping, in the background."""
    job_id = service.queue_gains(session(), scope(), program_id=program_id)
    return redirect(url_for("job_pages.show", job_id=job_id))
