"""A chart as a file to take along."""

from collections.abc import Callable, Iterable

from flask import Response
from flask_babel import format_date, gettext

from edu.charts.figures import Chart
from edu.charts.standalone import chart_svg
from edu.charts.taking import chart_csv, chart_png, chart_spec
from models.errors import NotFound

_FILES: dict[str, tuple[str, Callable[[Chart], str | bytes]]] = {
    "svg": ("image/svg+xml", lambda chart: chart_svg(chart, foot=_foot(chart))),
    "png": ("image/png", lambda chart: chart_png(chart, foot=_foot(chart))),
    # the mark at its beginning tells spreadsheets that it is UTF-8
    "csv": ("text/csv", lambda chart: "\ufeff" + chart_csv(chart)),
    "json": ("application/json", chart_spec),
}
KINDS = tuple(_FILES)


def file_addresses(names: Iterable[str], address: Callable[..., str]) -> dict[str, dict[str, str]]:
    """Of each chart by name, where it is had as each kind of file; address: (name, kind)."""
    return {name: {kind: address(name=name, kind=kind) for kind in KINDS} for name in names}


def chart_file(chart: Chart, kind: str) -> Response:
    """The chart as "svg", "png", "csv" or "json" (Vega-Lite); NotFound for anything else."""
    if kind not in _FILES:
        raise NotFound("not_found")
    media, made = _FILES[kind]
    response = Response(made(chart), mimetype=media)
    response.headers.set("Content-Disposition", "attachment", filename=f"{chart.id}.{kind}")
    return response


def _foot(chart: Chart) -> str:
    """Where the numbers come from and of which day they are, in the reader's language."""
    source = gettext("Source: %(source)s", source=chart.source) if chart.source else ""
    day = gettext("as of %(day)s", day=format_date(chart.as_of, "long")) if chart.as_of else ""
    return " · ".join(filter(None, (source, day)))
