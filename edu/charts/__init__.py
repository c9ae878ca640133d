"""Pictures of Estimates: SVG for the page, the numbers beside it, and the Vega-Lite source.

The SVG is drawn here and not by Altair; docs/decisions/0003-own-charts.md says why.
"""

from edu.charts.curves import curves, panels
from edu.charts.downloads import chart_file, file_addresses
from edu.charts.figures import Chart, ChartTable, Column, Count, Row
from edu.charts.kinds import count_bars, estimate_bars, ranked_dots
from edu.charts.points import Band, Curve, Mark, Panel, Point
from edu.charts.stacked import Shares, stacked_bars
from edu.charts.standalone import chart_svg
from edu.charts.taking import chart_csv, chart_png, chart_spec
from edu.charts.texts import Texts, current_texts

__all__ = [
    "Band",
    "Chart",
    "ChartTable",
    "Column",
    "Count",
    "Curve",
    "Mark",
    "Panel",
    "Point",
    "Row",
    "Shares",
    "Texts",
    "chart_csv",
    "chart_file",
    "chart_png",
    "chart_spec",
    "chart_svg",
    "count_bars",
    "current_texts",
    "curves",
    "estimate_bars",
    "file_addresses",
    "panels",
    "ranked_dots",
    "stacked_bars",
]
