"""Several waves in words: how participants moved beside those who never took part."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from edu.charts import Chart, Curve, Mark, Point, curves
from edu.outcomes.analyses.wording.sections import Section, interval_words, refused, said
from ml.estimate import Estimate

TOLD: dict[str, LazyString] = {
    "more": _l(
        "From the wave before their start on, those who took part moved up by %(value)s points more"
        " than those who never did (95%% interval %(low)s to %(high)s; %(n)s people in %(schools)s"
        " schools)."
    ),
    "less": _l(
        "From the wave before their start on, those who took part moved up by %(value)s points less"
        " than those who never did (95%% interval %(low)s to %(high)s; %(n)s people in %(schools)s"
        " schools)."
    ),
    "unsure": _l(
        "Whether those who took part moved up more or less from the wave before their start on than"
        " those who never did cannot be told: the 95%% interval, %(low)s to %(high)s points, holds"
        " zero (%(n)s people in %(schools)s schools)."
    ),
}


def events_section(kept: Mapping[str, Any], caption: Mapping[str, Any]) -> Section:
    """The section of a page."""
    title = gettext("From wave to wave")
    if "refused" in kept:
        return refused("events", title, kept["refused"])
    tested = next(check for check in kept["checks"] if check["name"] == "pre_trend")
    return Section(
        name="events",
        title=title,
        sentences=(
            interval_words(TOLD, Estimate.from_dict(kept["effect"])),
            said(tested["explanation"], tested["parameters"]),
        ),
        notes=(
            gettext(
                "Only changes are compared here (difference in differences): who starts higher may"
                " differ, but both must have moved alike without the program."
            ),
        ),
        chart=events_chart(kept, caption),
    )


def events_chart(kept: Mapping[str, Any], caption: Mapping[str, Any]) -> Chart:
    """The differences by waves since the start; before it there should be none."""
    points = [
        Point.of(each["time"], Estimate.from_dict(each["estimate"])) for each in kept["times"]
    ]
    return curves(
        [Curve("", points)],
        marks=[
            Mark(label=gettext("no difference"), y=0.0),
            Mark(label=gettext("start of the program"), x=-0.5, gold=True),
        ],
        x_ticks=[(each["time"], tick(each["time"])) for each in kept["times"]],
        title=gettext("Difference in change, by waves since the start"),
        description=gettext(
            "Each dot is how much more those who took part changed than those who never did: since"
            " the wave before, left of the start, where there should be no difference; since the"
            " last wave before it, right of the start. Lines are 95% intervals."
        ),
        x_label=gettext("Waves since the start"),
        y_label=gettext("Points more than those who never took part"),
        source=caption["source"],
        as_of=caption["as_of"],
    )


def tick(time: int) -> str:
    """A place on the axis: the first wave in the program is 0."""
    if time < 0:
        return str(ngettext("%(num)s wave before", "%(num)s waves before", -time))
    return (
        str(ngettext("%(num)s wave later", "%(num)s waves later", time))
        if time
        else gettext("first wave in it")
    )
