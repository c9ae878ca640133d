"""How more months went with more gain, in words that never make it an effect."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.charts import Chart, Curve, Mark, Point, curves
from edu.outcomes.analyses.wording.sections import Section, interval_words, refused
from edu.web.messages import sentence
from ml.estimate import Estimate

TOLD: dict[str, LazyString] = {
    "more": _l(
        "Among those who took part and started alike, a month more went with %(value)s points more"
        " (95%% interval %(low)s to %(high)s; %(n)s people in %(schools)s schools)."
    ),
    "less": _l(
        "Among those who took part and started alike, a month more went with %(value)s points less"
        " (95%% interval %(low)s to %(high)s; %(n)s people in %(schools)s schools)."
    ),
    "unsure": _l(
        "Among those who took part and started alike, whether more months went with more or fewer"
        " points cannot be told: the 95%% interval, %(low)s to %(high)s points a month, holds zero"
        " (%(n)s people in %(schools)s schools)."
    ),
}


def dose_section(kept: Mapping[str, Any], caption: Mapping[str, Any]) -> Section:
    """The section of a page; kept: as `edu.outcomes.analyses.estimates.dose` found it."""
    title = gettext("Does more time go with more gain?")
    if "refused" in kept:
        return refused("dose", title, kept["refused"])
    return Section(
        name="dose",
        title=title,
        sentences=(
            interval_words(TOLD, Estimate.from_dict(kept["slope"])),
            gettext(
                "This is not an effect of more time. Months count from enrollment to the end,"
                " between the two waves, in months of 30.4 days; which lessons somebody attended"
                " is not known here."
            ),
        ),
        notes=tuple(sentence(code, {}) for code in kept["caveats"]),
        chart=dose_chart(kept, caption),
    )


def dose_chart(kept: Mapping[str, Any], caption: Mapping[str, Any]) -> Chart:
    """The line with its band, and the quarters of the months, all against the shortest."""
    steps = kept["steps"]
    start, end = (steps[0]["at"], steps[-1]["at"]) if steps else (kept["from"], kept["to"])
    observed = [Point.of(step["at"], Estimate.from_dict(step["estimate"])) for step in steps[1:]]
    series = [
        Curve(
            gettext("as a line"), line(Estimate.from_dict(kept["slope"]), start, end), smooth=True
        )
    ]
    if observed:
        series.append(Curve(gettext("by quarters of the months"), observed))
    return curves(
        series,
        marks=[Mark(label=gettext("those who were in it most briefly"), y=0.0)],
        title=gettext("Months in the program and points, among those who took part"),
        description=gettext(
            "How many points more those had who were in the program longer, among people alike"
            " before it. The line has a 95% band, each dot a 95% interval."
        ),
        x_label=gettext("Months in the program between the waves"),
        y_label=gettext("Points more than those who were in it most briefly"),
        source=caption["source"],
        as_of=caption["as_of"],
    )


def line(slope: Estimate, start: float, end: float, parts: int = 8) -> list[Point]:
    """From no difference at the start; its band widens with the distance from there."""
    low, high = slope.interval
    ways = [(end - start) * part / parts for part in range(parts + 1)]
    return [Point(start + way, slope.value * way, low * way, high * way, slope.n) for way in ways]
