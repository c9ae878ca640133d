"""What pupil files say of an economy, in pictures: levels by cycle, gaps, the gradient."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from edu.charts import Chart, Shares, ranked_dots, stacked_bars
from edu.outcomes.pisa.national.movements import GAPS, figure
from edu.outcomes.pisa.words import domain_name, economy_name, level_name
from ml.estimate import Estimate
from ml.survey import scale
from models.pisa import NEVER_COMPARABLE, SurveySummary

SHARES = ("r_squared", "resilience")


def levels_charts(summaries: Sequence[SurveySummary]) -> list[Chart]:
    """Shares of the levels by cycle: one picture for each way the levels were cut."""
    cuts: dict[tuple[str, ...], list[SurveySummary]] = {}
    for one in summaries:
        names = tuple(level.name for level in scale(one.domain, one.file.cycle).levels)
        if any(fields["name"] == "level_0" for fields in one.estimates):
            cuts.setdefault(names, []).append(one)
    return [levels_chart(names, rows) for names, rows in reversed(cuts.items())]


def levels_chart(names: Sequence[str], rows: Sequence[SurveySummary]) -> Chart:
    """The cycles whose levels were cut alike."""
    codes = ["0", *names]
    return stacked_bars(
        [Shares(cycle_name(one), shares_of(one, len(codes))) for one in rows],
        levels=[level_name(code) for code in codes],
        boundary=level_name("2"),
        title=gettext(
            "%(economy)s, %(domain)s: levels by cycle (%(cycles)s)",
            economy=economy_name(rows[0].economy),
            domain=domain_name(rows[0].domain),
            cycles=", ".join(str(one.file.cycle) for one in rows),
        ),
        description=gettext(
            "Each bar holds all 15-year-olds whom the sample stands for, from the lowest level to "
            "the highest; the gold line is where Level 2 begins."
        ),
        unit_label=gettext("Share of pupils"),
        source=files_named(rows),
        as_of=max(one.file.created_at for one in rows).date(),
    )


def shares_of(summary: SurveySummary, number: int) -> list[Estimate]:
    """The shares of the levels, lowest first."""
    known = {fields["name"]: fields for fields in summary.estimates}
    return [figure(known[f"level_{place}"]) for place in range(number)]


def cycle_name(summary: SurveySummary) -> str:
    """The cycle, and whether it can be compared with others."""
    cycle = summary.file.cycle
    if (summary.economy, cycle) in NEVER_COMPARABLE:
        return f"{cycle} · {gettext('not comparable')}"
    return str(cycle)


def files_named(rows: Sequence[SurveySummary]) -> str:
    """From which files."""
    return ", ".join(dict.fromkeys(one.file.source for one in rows))


def gaps_chart(summaries: Sequence[SurveySummary]) -> Chart | None:
    """Gaps and the gradient, in points."""
    estimates = named_figures(summaries, GAPS)
    if not estimates:
        return None
    return ranked_dots(
        estimates,
        zero=True,
        title=gettext(
            "%(economy)s, %(domain)s: gaps between groups",
            economy=economy_name(summaries[0].economy),
            domain=domain_name(summaries[0].domain),
        ),
        description=gettext(
            "Each dot is the difference of two groups' means, the line its 95 % interval; n counts "
            "the pupils of both. A gap is no effect of belonging to a group."
        ),
        unit_label=gettext("Difference, points"),
        source=files_named(summaries),
        as_of=max(one.file.created_at for one in summaries).date(),
    )


def shares_chart(summaries: Sequence[SurveySummary]) -> Chart | None:
    """How strong the gradient is, and how many are resilient or above the baseline."""
    estimates = named_figures(summaries, SHARES)
    if not estimates:
        return None
    return ranked_dots(
        estimates,
        title=gettext(
            "%(economy)s, %(domain)s: the strength of background",
            economy=economy_name(summaries[0].economy),
            domain=domain_name(summaries[0].domain),
        ),
        description=gettext(
            "The share of the variance that socio-economic background explains, and the share of "
            "resilient pupils: those of the bottom quarter of background who are among their "
            "country's best quarter."
        ),
        unit_label=gettext("Share"),
        source=files_named(summaries),
        as_of=max(one.file.created_at for one in summaries).date(),
    )


def named_figures(summaries: Sequence[SurveySummary], wanted: Sequence[str]) -> list[Estimate]:
    """The figures of these names, each with what it is and of which cycle."""
    return [
        figure(fields, f"{figure_name(fields)} · {cycle_name(one)}")
        for one in summaries
        for fields in one.estimates
        if fields["name"] in wanted
    ]


def figure_name(fields: Mapping[str, Any]) -> str:
    """What a figure is, in words."""
    name = fields["name"]
    if name == "gap_language":
        group, reference = fields["between"]
        return str(
            gettext("test in %(group)s minus in %(reference)s", group=group, reference=reference)
        )
    words = {
        "gap_sex": gettext("girls minus boys"),
        "gap_locality": gettext("town minus village"),
        "gap_socioeconomic": gettext("top minus bottom quarter of background"),
        "slope": gettext("one unit of the background index"),
        "r_squared": gettext("variance explained by background"),
        "resilience": gettext("resilient pupils"),
    }
    return str(words[name])
