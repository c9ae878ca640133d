"""How regions and schools differ, in words: intervals and ranks, and no school by name."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from edu.charts import Chart, estimate_bars
from edu.outcomes.analyses.wording.sections import (
    RankedRow,
    Section,
    figures_of,
    in_percent,
    refused,
)
from edu.outcomes.presentation import withheld_word
from ml.estimate import Estimate


def regions_section(
    kept: Mapping[str, Any], caption: Mapping[str, Any], named: Callable[[str], str]
) -> Section:
    """What participants of each region gained, by name, with the ranks it may have."""
    title = gettext("Regions")
    if "refused" in kept:
        return refused("regions", title, kept["refused"])
    rows = [
        RankedRow(
            named(row["estimate"]["group"]),
            Estimate.from_dict(row["estimate"]),
            (row["ranks"][0], row["ranks"][1]),
        )
        for row in kept["rows"]
    ]
    return Section(
        name="regions",
        title=title,
        sentences=(
            gettext(
                "True gains of regions differ by a standard deviation of %(value)s points (95%%"
                " interval %(low)s to %(high)s). Each region's figure is drawn towards their mean"
                " as far as it is noise.",
                **figures_of(Estimate.from_dict(kept["spread"])),
            ),
            gettext(
                "Regions stand in a fixed order, not by their figures. Where two ranges of ranks"
                " overlap, the data do not say which of the two gained more; and a region's gain is"
                " not its doing alone."
            ),
        ),
        chart=regions_chart(kept, rows, (caption, named)),
        rows=rows,
    )


def regions_chart(
    kept: Mapping[str, Any],
    rows: list[RankedRow],
    words: tuple[Mapping[str, Any], Callable[[str], str]],
) -> Chart:
    """The regions in a fixed order beside the mean of all."""
    caption, named = words
    return estimate_bars(
        [row.estimate for row in rows],
        reference=Estimate.from_dict(kept["mean"]),
        labels={str(row.estimate.group): row.name for row in rows},
        suppressed={
            named(row["group"]): withheld_word(row["reason"]) for row in kept["suppressed"]
        },
        title=gettext("What those who took part gained, by region"),
        description=gettext(
            "Each bar is the gain of a region's participants, drawn towards the mean of the regions"
            " as far as it is noise; the line is its 95% interval; n counts people."
        ),
        **caption,
    )


def schools_section(kept: Mapping[str, Any]) -> Section:
    """How far schools differ; never which."""
    title = gettext("Schools")
    if "refused" in kept:
        return refused("schools", title, kept["refused"])
    spread, share = (Estimate.from_dict(kept[name]) for name in ("spread", "share"))
    low, high = (in_percent(end) for end in share.interval)
    return Section(
        name="schools",
        title=title,
        sentences=(
            gettext(
                "Participants who started alike end up at different places in different schools:"
                " schools differ by a standard deviation of %(value)s points (95%% interval"
                " %(low)s to %(high)s; %(n)s people in %(schools)s schools).",
                **figures_of(spread),
            ),
            gettext(
                "That is %(share)s of the differences between participants who started alike (95%%"
                " interval %(low)s to %(high)s). Schools are not named: too few people stand behind"
                " each.",
                share=in_percent(share.value),
                low=low,
                high=high,
            ),
        ),
    )
