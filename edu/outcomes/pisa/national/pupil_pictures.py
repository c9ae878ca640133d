"""What pupil files say of an economy, in pictures: levels, quantiles, gaps, the gradient."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from edu.charts import Chart, Shares, ranked_dots, stacked_bars
from edu.outcomes.pisa.microdata.levels import scale_of
from edu.outcomes.pisa.microdata.summary import QUANTILES
from edu.outcomes.pisa.national.movements import GAPS, figure
from edu.outcomes.pisa.words import domain_name, economy_name, level_name, not_pisa, product_name
from ml.estimate import Estimate
from models.pisa import NEVER_COMPARABLE, Product, SurveySummary

SHARES = ("r_squared", "resilience")
PERCENTILES = {f"p{100 * p:.10g}": f"{100 * p:.10g}" for p in QUANTILES}


def levels_charts(summaries: Sequence[SurveySummary]) -> list[Chart]:
    """Shares of the levels by cycle: one picture for each way the levels were cut."""
    cuts: dict[tuple[str, ...], list[SurveySummary]] = {}
    for one in summaries:
        if names := levels_known(one):
            cuts.setdefault(names, []).append(one)
    return [levels_chart(names, rows) for names, rows in reversed(cuts.items())]


def levels_known(one: SurveySummary) -> tuple[str, ...]:
    """The levels that a summary has figures of; none where its scores are on no scale of PISA."""
    known = scale_of(one.file.product, one.domain, one.file.cycle)
    if known is None or all(fields["name"] != "level_0" for fields in one.estimates):
        return ()
    return tuple(level.name for level in known.levels)


def levels_chart(names: Sequence[str], rows: Sequence[SurveySummary]) -> Chart:
    """The cycles whose levels were cut alike."""
    codes = ["0", *names]
    title = gettext(
        "%(economy)s, %(domain)s: levels by cycle (%(cycles)s)",
        economy=economy_name(rows[0].economy),
        domain=domain_name(rows[0].domain),
        cycles=", ".join(str(one.file.cycle) for one in rows),
    )
    return stacked_bars(
        [Shares(cycle_name(one), shares_of(one, len(codes))) for one in rows],
        levels=[level_name(code) for code in codes],
        boundary=level_name("2"),
        unit_label=gettext("Share of pupils"),
        **caption(rows, title, bars_told(rows[0].file.product)),
    )


def bars_told(product: Product) -> str:
    """Whom the bars hold."""
    if product is Product.PISA:
        text = gettext(
            "Each bar holds all 15-year-olds whom the sample stands for, from the lowest level to "
            "the highest; the gold line is where Level 2 begins."
        )
    else:
        text = gettext(
            "Each bar holds the pupils of the file by their weights, from the lowest level to the "
            "highest; the gold line is where Level 2 begins."
        )
    return str(text)


def caption(rows: Sequence[SurveySummary], title: str, description: str) -> dict[str, Any]:
    """What a picture says about itself; of another product than PISA, that it is another."""
    product, source = rows[0].file.product, files_named(rows)
    if product is not Product.PISA:
        words = {"product": product_name(product), "title": title}
        title = str(gettext("%(product)s, not PISA: %(title)s", **words))
        description, source = f"{description} {not_pisa(product)}", f"{source}. {not_pisa(product)}"
    return {
        "title": title,
        "description": description,
        "source": source,
        "as_of": max(one.file.created_at for one in rows).date(),
    }


def score_charts(summaries: Sequence[SurveySummary]) -> list[Chart]:
    """Mean and quantiles of each cycle that has no levels, newest first."""
    bare = [one for one in summaries if one.estimates and not levels_known(one)]
    return [score_chart(one) for one in reversed(bare)]


def score_chart(summary: SurveySummary) -> Chart:
    """The mean and the quantiles of one cycle, from the lowest score to the highest."""
    title = gettext(
        "%(economy)s, %(domain)s: mean and percentiles (%(cycle)s)",
        economy=economy_name(summary.economy),
        domain=domain_name(summary.domain),
        cycle=cycle_name(summary),
    )
    description = gettext(
        "Each dot is the mean, or the score below which so many of 100 pupils lie, on its "
        "95%\u00a0interval of sampling and measurement. No levels of PISA are told on this "
        "scale."
    )
    return ranked_dots(
        [
            figure(fields, score_name(fields["name"]))
            for fields in summary.estimates
            if fields["name"] in ("mean", *PERCENTILES)
        ],
        ascending=True,
        unit_label=gettext("Score, points"),
        **caption([summary], title, description),
    )


def score_name(name: str) -> str:
    """The mean or a quantile in words."""
    if name == "mean":
        return str(gettext("Mean"))
    return str(gettext("Percentile %(number)s", number=PERCENTILES[name]))


def shares_of(summary: SurveySummary, number: int) -> list[Estimate]:
    """The shares of the levels, lowest first."""
    known = {fields["name"]: fields for fields in summary.estimates}
    return [figure(known[f"level_{place}"]) for place in range(number)]


def cycle_name(summary: SurveySummary) -> str:
    """The cycle, and whether it can be compared with others."""
    cycle, product = summary.file.cycle, summary.file.product
    if product is Product.PISA and (summary.economy, cycle) in NEVER_COMPARABLE:
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
    title = gettext(
        "%(economy)s, %(domain)s: gaps between groups",
        economy=economy_name(summaries[0].economy),
        domain=domain_name(summaries[0].domain),
    )
    description = gettext(
        "Each dot is the difference of two groups' means, the line its 95% interval; n counts "
        "the pupils of both. A gap is no effect of belonging to a group."
    )
    unit_label = gettext("Difference, points")
    told = caption(summaries, title, description)
    return ranked_dots(estimates, zero=True, unit_label=unit_label, **told)


def shares_chart(summaries: Sequence[SurveySummary]) -> Chart | None:
    """How strong the gradient is, and how many are resilient or above the baseline."""
    estimates = named_figures(summaries, SHARES)
    if not estimates:
        return None
    title = gettext(
        "%(economy)s, %(domain)s: the strength of background",
        economy=economy_name(summaries[0].economy),
        domain=domain_name(summaries[0].domain),
    )
    description = gettext(
        "The share of the variance that socio-economic background explains, and the share of "
        "resilient pupils: those of the bottom quarter of background who are among their "
        "country's best quarter."
    )
    unit_label = gettext("Share")
    return ranked_dots(estimates, unit_label=unit_label, **caption(summaries, title, description))


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
