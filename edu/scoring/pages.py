"""Scoring runs and item reports for people."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.charts.downloads import KINDS, chart_file
from edu.scoring import item_presentation, presentation, queries, remarks, scales, service
from edu.scoring.schemas import NewRunSchema
from edu.web import cursor
from edu.web.forms import Form, read_form
from edu.web.permission import Permission, needs

pages = Blueprint("scoring", __name__, template_folder="templates", url_prefix="/scoring")
pages.add_app_template_filter(remarks.remark, "remark")
ROWS = 50


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """All runs, newest first."""
    after = cursor.decode(request.args.get("cursor"), (int,))
    page = queries.runs(session(), scope(), after=after, limit=ROWS)
    following = cursor.encode(page.next_key)
    return render_template("scoring/overview.html", runs=page.items, following=following)


@pages.get("/new")
@needs(Permission.DECIDE_FINDINGS)
def new() -> str:
    """What can be scored."""
    return show_choice(Form())


@pages.post("/new")
@needs(Permission.DECIDE_FINDINGS)
def start() -> Response | tuple[str, int]:
    """Score responses in the background."""
    form = read_form(NewRunSchema())
    queued = form.submit(partial(service.queue_run, session(), scope()))
    if queued is None:
        return show_choice(form), 422
    return redirect(url_for("job_pages.show", job_id=queued[1]))


def show_choice(form: Form) -> str:
    """Instruments by scale, and samples, each with its choices and its button."""
    groups, samples = presentation.scorable(session())
    return render_template(
        "scoring/new.html",
        form=form,
        groups=groups,
        samples=samples,
        models=presentation.model_choices(),
        linkings=presentation.linking_choices(),
    )


@pages.get("/<int:run_id>")
@needs(Permission.READ_FIGURES)
def show(run_id: int) -> str:
    """One run: how far its scores can be relied on, and how each item behaved."""
    shown = presentation.show_run(session(), scope(), run_id=run_id)
    return render_template("scoring/run.html", shown=shown, run=shown.run)


@pages.get("/<int:run_id>/items/<int:item_id>")
@needs(Permission.READ_FIGURES)
def item(run_id: int, item_id: int) -> str:
    """One item: its curve, and whether it is fair."""
    shown = item_presentation.show_item(session(), scope(), run_id=run_id, item_id=item_id)
    files = {kind: url_for(".curve", run_id=run_id, item_id=item_id, kind=kind) for kind in KINDS}
    return render_template(
        "scoring/item.html", shown=shown, run=shown.run, item=shown.item, files=files
    )


@pages.get("/<int:run_id>/items/<int:item_id>/curve.<kind>")
@needs(Permission.READ_FIGURES)
def curve(run_id: int, item_id: int, kind: str) -> Response:
    """An item's curve as a file to take along."""
    shown = item_presentation.show_item(session(), scope(), run_id=run_id, item_id=item_id)
    return chart_file(item_presentation.chart_of(shown), kind)


@pages.get("/scales")
@needs(Permission.READ_FIGURES)
def scale_registry() -> str:
    """What a point means on each scale, and where its levels begin."""
    known = scales.scales(session(), scope())
    return render_template("scoring/scales.html", scales=known)


@pages.post("/<int:run_id>/publish")
@needs(Permission.DECIDE_FINDINGS)
def publish(run_id: int) -> Response:
    """Publish a run that somebody else asked for."""
    service.publish(session(), scope(), run_id=run_id)
    flash(
        gettext("The scores are published: what is estimated from now on can rest on them."), "good"
    )
    return redirect(url_for(".show", run_id=run_id))


@pages.post("/<int:run_id>/discard")
@needs(Permission.DECIDE_FINDINGS)
def discard(run_id: int) -> Response:
    """Set a run aside."""
    service.discard(session(), scope(), run_id=run_id)
    flash(gettext("The run is set aside. Its scores will not be used."), "good")
    return redirect(url_for(".show", run_id=run_id))
