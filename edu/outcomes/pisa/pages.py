"""PISA for people: the national series first, then ranks, levels, gaps, cohorts and sources."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from edu.accounts.sign_in import scope, session
from edu.charts import chart_file
from edu.outcomes.pisa import presentation
from edu.outcomes.pisa.words import DOMAINS, domain_name
from edu.web.permission import Permission, needs

pages = Blueprint("pisa", __name__, template_folder="../templates", url_prefix="/outcomes/pisa")
pages.add_app_template_filter(domain_name, "domain_name")
pages.app_context_processor(lambda: {"pisa_domains": DOMAINS})


@pages.get("/")
@needs(Permission.READ_FIGURES)
def overview() -> str:
    """The national series, where it would go, and its ranks."""
    shown = presentation.overview(session(), scope(), domain=request.args.get("domain"))
    return render_template("pisa/overview.html", shown=shown)


@pages.get("/charts/<name>.<kind>")
@needs(Permission.READ_FIGURES)
def chart(name: str, kind: str) -> Response:
    """A chart of these pages as SVG, PNG, CSV or Vega-Lite."""
    domain = request.args.get("domain")
    found = presentation.picture(session(), scope(), name=name, domain=domain)
    return chart_file(found, kind)
