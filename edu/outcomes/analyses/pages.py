"""Analyses for people: one sentence first, then what stands behind it."""

from functools import partial

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from edu.accounts.sign_in import scope, session
from edu.charts import chart_file
from edu.charts.downloads import KINDS
from edu.outcomes.analyses import choices, presentation, queries, service
from edu.outcomes.analyses.definition import DEFAULT_GROUPS
from edu.outcomes.analyses.planning import wording as plan_words
from edu.outcomes.analyses.saved import file_of, read_definition
from edu.outcomes.analyses.schemas import AnalysisFormSchema, NewAnalysisSchema
from edu.web import cursor
from edu.web.forms import Form, read_form
from edu.web.permission import Permission, needs

pages = Blueprint("analyses", __name__, url_prefix="/outcomes/analyses")


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """All analyses, newest first; by themselves those put away."""
    after, away = cursor.decode(request.args.get("cursor"), (int,)), "archived" in request.args
    page = presentation.listed(session(), scope(), archived=away, after=after)
    more = {"next": cursor.encode(page.next_key), "archived": away}
    any_away = queries.any_archived(session(), scope())
    return render_template("analyses/overview.html", lines=page.items, any_away=any_away, **more)


@pages.get("/new")
@needs(Permission.WRITE_PROGRAMS)
def new() -> str:
    """What can be asked."""
    ticked = [grouping.value for grouping in DEFAULT_GROUPS]
    return show_choice(Form(raw={"program": request.args.get("program", ""), "groups": ticked}))


@pages.post("/new")
@needs(Permission.WRITE_PROGRAMS)
def define() -> Answer | tuple[str, int]:
    """Save an analysis and run it in the background."""
    form = read_form(NewAnalysisSchema())
    queued = form.submit(partial(service.define_and_queue, session(), scope()))
    if queued is None:
        return show_choice(form), 422
    return redirect(url_for("job_pages.show", job_id=queued[1]))


@pages.post("/new/definition")
@needs(Permission.WRITE_PROGRAMS)
def load() -> Answer | tuple[str, int]:
    """Save an analysis whose definition comes as a file, and run it in the background."""
    upload = request.files.get("file")
    loaded = read_definition(upload.read() if upload else b"")
    queued = loaded.submit(partial(service.define_and_queue, session(), scope()))
    if queued is None:
        return show_choice(Form(raw={"groups": list(DEFAULT_GROUPS)}), loaded), 422
    return redirect(url_for("job_pages.show", job_id=queued[1]))


def show_choice(form: Form, loaded: Form | None = None) -> str:
    """The form of a new analysis; loaded: the file that could not be used, and why."""
    offered = choices.choices(session())
    return render_template("analyses/new.html", form=form, loaded=loaded, choices=offered)


@pages.get("/plan")
@needs(Permission.READ_FIGURES)
def plan() -> tuple[str, int]:
    """What a rollout can show, before it begins."""
    form = plan_words.plan_form(request.args)
    shown = form.submit(plan_words.show)
    files = {kind: url_for(".plan_file", kind=kind, **form.raw) for kind in KINDS}
    page = render_template("analyses/plan.html", form=form, shown=shown, files=files)
    return page, 200 if shown else 422


@pages.get("/plan/power.<kind>")
@needs(Permission.READ_FIGURES)
def plan_file(kind: str) -> Response:
    """The picture of a planned rollout to take along."""
    return chart_file(plan_words.chart_of(request.args), kind)


@pages.get("/<int:analysis_id>")
@needs(Permission.READ_FIGURES)
def show(analysis_id: int) -> str:
    """What one analysis found, and how sure that is."""
    return show_analysis(analysis_id, None)


@pages.post("/<int:analysis_id>")
@needs(Permission.WRITE_PROGRAMS)
def change(analysis_id: int) -> Answer | tuple[str, int]:
    """Rename an analysis, put it away, or bring it back."""
    form = read_form(AnalysisFormSchema())
    verb = partial(service.change, session(), scope(), analysis_id=analysis_id)
    if form.submit(verb) is None:
        return show_analysis(analysis_id, form), 422
    return redirect(url_for(".show", analysis_id=analysis_id))


def show_analysis(analysis_id: int, form: Form | None) -> str:
    """The page; form: how it was to be changed, and what is wrong with that."""
    shown = presentation.show(session(), scope(), analysis_id=analysis_id)
    form = form or Form(raw={"name": shown.analysis.name})
    return render_template(
        "analyses/analysis.html", shown=shown, analysis=shown.analysis, form=form
    )


@pages.get("/<int:analysis_id>/definition.json")
@needs(Permission.READ_FIGURES)
def definition(analysis_id: int) -> Response:
    """All that is needed to ask an analysis again, to take along."""
    found = queries.analysis(session(), scope(), analysis_id=analysis_id)
    response = Response(file_of(found), mimetype="application/json")
    name = f"definition-{analysis_id}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@pages.post("/<int:analysis_id>/run")
@needs(Permission.WRITE_PROGRAMS)
def run(analysis_id: int) -> Answer:
    """Run an analysis again in the background."""
    job_id = service.queue_run(session(), scope(), analysis_id=analysis_id)
    return redirect(url_for("job_pages.show", job_id=job_id))


@pages.get("/<int:analysis_id>/<name>.<kind>")
@needs(Permission.READ_FIGURES)
def file(analysis_id: int, name: str, kind: str) -> Response:
    """A picture of an analysis to take along."""
    found = presentation.chart(session(), scope(), analysis_id=analysis_id, name=name)
    return chart_file(found, kind)
