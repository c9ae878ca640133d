"""PISA for people: the national series first, then levels, gaps, cohorts and sources."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.charts import chart_file
from edu.outcomes.pisa import from_pupils, gallery, presentation
from edu.outcomes.pisa.cohorts import common_items, service
from edu.outcomes.pisa.cohorts.weighing import weigh
from edu.outcomes.pisa.from_pupils import Asked
from edu.outcomes.pisa.microdata import uploading
from edu.outcomes.pisa.published.items_importer import import_items
from edu.outcomes.pisa.published.links_importer import import_link_errors
from edu.outcomes.pisa.published.means_importer import import_means
from edu.outcomes.pisa.words import (
    DOMAINS,
    PRODUCTS,
    domain_name,
    economy_name,
    product_name,
    status_name,
)
from edu.registry.presentation import Brought, bring_file
from edu.web.permission import Permission, needs

pages = Blueprint("pisa", __name__, template_folder="../templates", url_prefix="/outcomes/pisa")
pages.add_app_template_filter(domain_name, "domain_name")
pages.add_app_template_filter(status_name, "status_name")
pages.add_app_template_filter(economy_name, "economy_name")
pages.add_app_template_filter(product_name, "product_name")
pages.app_context_processor(lambda: {"pisa_domains": DOMAINS, "pisa_products": PRODUCTS})
IMPORTERS = {"means": import_means, "link-errors": import_link_errors, "items": import_items}


def domain() -> str | None:
    """The domain in the address."""
    return request.args.get("domain")


def asked() -> Asked:
    """The domain, the economy and the product in the address."""
    return Asked(domain(), request.args.get("economy"), request.args.get("product"))


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """The national series, where it would go, and its ranks."""
    model = request.args.get("model")
    shown = presentation.overview(session(), scope(), domain=domain(), model=model)
    return render_template("pisa/overview.html", shown=shown)


@pages.get("/levels")
@needs(Permission.READ_FIGURES)
def levels() -> str:
    """Levels by cycle, from pupil files."""
    shown = from_pupils.levels(session(), scope(), asked())
    return render_template("pisa/levels.html", shown=shown)


@pages.get("/equity")
@needs(Permission.READ_FIGURES)
def equity() -> str:
    """Gaps between groups and the gradient, from pupil files."""
    shown = from_pupils.equity(session(), scope(), asked())
    return render_template("pisa/equity.html", shown=shown)


@pages.get("/cohorts")
@needs(Permission.READ_FIGURES)
def cohorts() -> tuple[str, int]:
    """The service's own cohorts, and what their scores say of PISA."""
    shown = presentation.cohorts(session(), scope(), domain=domain())
    weighed = weigh(session(), scope(), domain=shown.domain, given=request.args)
    page = render_template("pisa/cohorts.html", shown=shown, weighed=weighed)
    return page, weighed.status


@pages.post("/cohorts/<domain>")
@needs(Permission.WRITE_PROGRAMS)
def estimate(domain: str) -> Response:
    """Estimate the cohorts of a domain in the background."""
    chosen = presentation.domain_of(domain)
    job_id = service.queue_cohorts(session(), scope(), domain=chosen)
    return redirect(url_for("job_pages.show", job_id=job_id))


@pages.post("/cohorts/<domain>/link")
@needs(Permission.DECIDE_FINDINGS)
def link(domain: str) -> Response:
    """Link a domain's scale to PISA by common items."""
    chosen = presentation.domain_of(domain)
    common_items.link_by_items(session(), scope(), domain=chosen)
    return redirect(url_for(".cohorts", domain=domain, _anchor="link"))


@pages.get("/runs/<int:run_id>")
@needs(Permission.READ_FIGURES)
def cohorts_of_run(run_id: int) -> Response:
    """On to the cohorts of a run's domain."""
    code = presentation.domain_of_run(session(), scope(), run_id=run_id)
    return redirect(url_for(".cohorts", domain=code))


@pages.get("/sources")
@needs(Permission.READ_FIGURES)
def sources() -> str:
    """Every figure with where it is from."""
    return show_sources(None)


@pages.post("/sources/<any('means', 'link-errors', 'items'):kind>")
@needs(Permission.DECIDE_FINDINGS)
def bring(kind: str) -> tuple[str, int]:
    """Bring in a table, or say all that is wrong with it."""
    brought = bring_file(partial(IMPORTERS[kind], session(), scope()))
    return show_sources(brought), brought.status


@pages.post("/sources/pupils")
@needs(Permission.DECIDE_FINDINGS)
def bring_pupil_file() -> tuple[str, int]:
    """Summarize a pupil file, or say all that is wrong with it."""
    brought = uploading.bring_pupils(session(), scope())
    return show_sources(brought), 200 if brought.count else 422


def show_sources(brought: Brought | None) -> str:
    """The page of the sources, and what became of a file."""
    shown = presentation.sources(session(), scope())
    return render_template("pisa/sources.html", shown=shown, brought=brought)


@pages.get("/charts/<name>.<kind>")
@needs(Permission.READ_FIGURES)
def chart(name: str, kind: str) -> Response:
    """A chart of these pages as SVG, PNG, CSV or Vega-Lite."""
    return chart_file(gallery.picture(session(), scope(), name=name, asked=asked()), kind)
