"""Codes of charts: what cannot be drawn honestly."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "chart_count_negative": _l("The number for %(label)s is below zero."),
    "chart_estimate_incomplete": _l(
        "The figure for %(label)s lacks an interval or the number of persons behind it, "
        "so it is not drawn."
    ),
    "chart_levels_differ": _l(
        "The intervals have different levels (%(found)s) and cannot be compared in one picture."
    ),
    "chart_shares_incomplete": _l(
        "The shares of %(label)s do not add up to one, so they are not drawn."
    ),
    "chart_units_differ": _l(
        "The figures are in different units (%(found)s) and cannot share an axis."
    ),
    "chart_without_rows": _l("There is nothing to draw yet."),
}
