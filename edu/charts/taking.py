"""A chart to take along: its numbers as CSV, its source as JSON, its picture as PNG."""

import csv
import io
import json
from importlib.resources import files

from edu.charts.figures import Chart, Column, Row
from edu.charts.points import PointRow
from edu.charts.standalone import chart_svg

_LETTERS, _FONT = "Noto Sans", "NotoSans[wdth,wght].ttf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def chart_csv(chart: Chart) -> str:
    """The table with its numbers unrounded; shares are parts of one, missing numbers empty.

    A row that may not be shown has its label and, in a last column, why. A text that a spreadsheet
    would take for a formula begins with an apostrophe.
    """
    table = chart.table
    placed = any(isinstance(row, PointRow) for row in table.rows)
    hidden = any(row.suppressed for row in table.rows)
    heading = [table.label_heading, *(column.heading for column in table.columns)]
    lines: list[list[object]] = [[*heading, *["x"] * placed, *[table.hidden] * hidden]]
    for row in table.rows:
        cells = [row.label, *(_cell(column, row) for column in table.columns)]
        place = [row.x] if isinstance(row, PointRow) else []
        why = [(row.why or table.hidden) if row.suppressed else ""] * hidden
        lines.append([*cells, *place, *why])
    written = io.StringIO()
    csv.writer(written).writerows([map(_safe, line) for line in lines])
    return written.getvalue()


def _cell(column: Column, row: Row) -> float | int | str:
    found = column.of(row)
    return "" if found is None else found


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def chart_spec(chart: Chart) -> str:
    """The Vega-Lite source with its data."""
    return json.dumps(chart.spec, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def chart_png(chart: Chart, *, foot: str = "", zoom: float = 2.0) -> bytes:
    """The picture of `chart_svg` in pixels, `zoom` to each of its own.

    Its letters come with the service, so that it looks the same on every machine.
    """
    import resvg_py  # noqa: PLC0415 (3 MB that few requests need)

    return resvg_py.svg_to_bytes(
        svg_string=chart_svg(chart, foot=foot),
        zoom=zoom,
        skip_system_fonts=True,
        font_files=[str(files("fontpkg_noto_sans") / "files" / _FONT)],
        sans_serif_family=_LETTERS,
    )
