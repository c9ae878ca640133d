"""Growth percentiles in words: where participants stand among people who started alike."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.charts import Chart, ranked_dots
from edu.outcomes.analyses.wording.sections import Section, figures_of, in_percent, refused
from edu.outcomes.groupings import Grouping
from edu.outcomes.presentation import withheld_word
from ml.estimate import Estimate

# Half of the people who started alike and did not take part lie above it.
MIDDLE = 50.0
TOLD: dict[str, LazyString] = {
    "more": _l(
        "Those who took part grew more than people who started alike and did not: on average they"
        " stand at percentile %(value)s of them, where 50 is the middle (95%% interval %(low)s to"
        " %(high)s; %(n)s people in %(schools)s schools)."
    ),
    "less": _l(
        "Those who took part grew less than people who started alike and did not: on average they"
        " stand at percentile %(value)s of them, where 50 is the middle (95%% interval %(low)s to"
        " %(high)s; %(n)s people in %(schools)s schools)."
    ),
    "unsure": _l(
        "Those who took part stand on average at percentile %(value)s of people who started alike"
        " and did not. The 95%% interval, %(low)s to %(high)s, holds the middle, 50: whether they"
        " grew more or less cannot be told (%(n)s people in %(schools)s schools)."
    ),
}
Named = Callable[[str], str]


def growth_section(kept: Mapping[str, Any], caption: Mapping[str, Any], named: Named) -> Section:
    """The section of a page; named: what to call “sex:male”."""
    title = gettext("How much those who took part grew")
    if "refused" in kept:
        return refused("growth", title, kept["refused"])
    mean = Estimate.from_dict(kept["mean"])
    low, high = mean.interval
    told = "more" if low > MIDDLE else "less" if high < MIDDLE else "unsure"
    track = (on_track_words(kept["on_track"]),) if kept["on_track"] else ()
    return Section(
        name="growth",
        title=title,
        sentences=(str(TOLD[told]) % figures_of(mean), *track),
        notes=(
            gettext(
                "Only the first score is made equal here, not what else is known: growth alone does"
                " not say what caused it."
            ),
        ),
        chart=growth_chart(kept, caption, named) if kept["groups"] else None,
    )


def on_track_words(kept: dict[str, Any]) -> str:
    """Growth to the next level."""
    share = Estimate.from_dict(kept)
    low, high = (in_percent(end) for end in share.interval)
    return str(
        gettext(
            "On track: %(share)s would reach the next level of the scale, or are at the highest, if"
            " each grew once more as much, compared with people alike, as between these waves"
            " (95%% interval %(low)s to %(high)s; n\u00a0=\u00a0%(n)s).",
            share=in_percent(share.value),
            low=low,
            high=high,
            n=figures_of(share)["n"],
        )
    )


def growth_chart(kept: Mapping[str, Any], caption: Mapping[str, Any], named: Named) -> Chart:
    """The groups named in advance beside everybody; regions have a section of their own."""
    estimates: list[Estimate] = []
    labels: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for one in kept["groups"]:
        grouping = one["grouping"]
        if grouping == Grouping.REGION:
            continue
        for row in one["rows"]:
            key = f"{grouping}:{row['group']}"
            estimates.append(Estimate.from_dict({**row, "group": key}))
            labels[key] = named(key)
        for row in one["suppressed"]:
            hidden[named(f"{grouping}:{row['group']}")] = withheld_word(row["reason"])
    return ranked_dots(
        estimates,
        reference=Estimate.from_dict(kept["mean"]),
        labels=labels,
        suppressed=hidden,
        title=gettext("Mean growth percentile by group"),
        description=gettext(
            "Each dot is the mean growth percentile of a group of those who took part, among all"
            " people who started alike and did not; the line is its 95% interval."
        ),
        unit_label=gettext("Growth percentile; 50 is the middle"),
        source=caption["source"],
        as_of=caption["as_of"],
    )
