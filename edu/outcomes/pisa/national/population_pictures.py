"""What the best parts of all 15-year-olds reach over the cycles, and on which coverage it rests."""

from collections.abc import Sequence

from flask_babel import gettext

from edu.charts import Chart, Panel, panels
from edu.outcomes.pisa.microdata.population import COVERAGE, OF_ALL
from edu.outcomes.pisa.national.movement_pictures import curve, movement_name, over_cycles
from edu.outcomes.pisa.national.movements import Movement
from edu.outcomes.pisa.words import domain_name, economy_name
from edu.web.frame import format_share
from models.pisa import SurveyMean, SurveySummary


def of_all_chart(found: Sequence[Movement], summaries: Sequence[SurveySummary]) -> Chart | None:
    """The scores over the cycles, one picture each; None without any."""
    if not found:
        return None
    return panels(
        [Panel(movement_name(one), [curve(one)]) for one in found],
        title=gettext(
            "%(economy)s, %(domain)s: what the best of all 15-year-olds reach, cycle by cycle",
            economy=economy_name(summaries[0].economy),
            domain=domain_name(summaries[0].domain),
        ),
        description=gettext(
            "Each dot is the score that so many of all 15-year-olds reach, those whom the sample "
            "leaves out counted as below it, on its 95%\u00a0interval of sampling and "
            "measurement; comparable cycles are joined, hollow dots stand in no trend. The error "
            "of the link between cycles is not in these intervals but in the change told below."
        ),
        y_label=gettext("Score, points"),
        **over_cycles(found, summaries),
    )


def coverage_told(found: Sequence[Movement], summaries: Sequence[SurveySummary]) -> list[str]:
    """Which coverage the scores rest on; nothing without any."""
    shares = {
        one.file.cycle: format_share(share)
        for one in summaries
        if (share := coverage_of(one)) is not None
    }
    if not found:
        return []
    return [
        str(
            gettext(
                "Of all 15-year-olds the samples stood for %(shares)s; the others are counted as "
                "below, and how sure their number is, is in no interval.",
                shares=", ".join(f"{share} ({cycle})" for cycle, share in shares.items()),
            )
        )
    ]


def lacking(summaries: Sequence[SurveySummary]) -> list[str]:
    """Of which cycles the scores are not shown, and how to mend it where it can be."""
    shown = [one for one in summaries if one.estimates]
    unknown = [one for one in shown if coverage_of(one) is None]
    left = [one for one in shown if one not in unknown and len(scores_of(one)) < len(OF_ALL)]
    return [*coverage_unknown(unknown), *coverage_too_low(left)]


def outdated(summaries: Sequence[SurveySummary], means: Sequence[SurveyMean]) -> list[str]:
    """Of which cycles another coverage is known now than when the pupil file came in."""
    now = {one.cycle: one.coverage for one in means if one.coverage is not None}
    then = {one.file.cycle: share for one in summaries if (share := coverage_of(one)) is not None}
    cycles = [cycle for cycle, share in then.items() if now.get(cycle, share) != share]
    if not cycles:
        return []
    return [
        str(
            gettext(
                "Another coverage of %(cycles)s became known after the pupil file came in. Bring "
                "the file again, so that what all 15-year-olds reach is computed with it.",
                cycles=", ".join(map(str, cycles)),
            )
        )
    ]


def scores_of(summary: SurveySummary) -> list[str]:
    """Which of the scores a summary has."""
    return [fields["name"] for fields in summary.estimates if fields["name"] in OF_ALL]


def coverage_too_low(summaries: Sequence[SurveySummary]) -> list[str]:
    """In which cycles a score lies among those who are left out."""
    return [
        str(
            gettext(
                "In %(cycle)s the sample stood for %(share)s of all 15-year-olds only: a score "
                "that lies among the others is not shown.",
                cycle=one.file.cycle,
                share=format_share(coverage_of(one) or 0.0),
            )
        )
        for one in summaries
    ]


def coverage_unknown(summaries: Sequence[SurveySummary]) -> list[str]:
    """In which cycles nobody knows how many are left out, and how to mend it."""
    if not summaries:
        return []
    return [
        str(
            gettext(
                "What the best quarter of all 15-year-olds reach is not shown for %(cycles)s: how "
                "many of them the sample stood for was not known when the pupil file came in. "
                "Bring the means with their coverage, then the file again.",
                cycles=", ".join(str(one.file.cycle) for one in summaries),
            )
        )
    ]


def coverage_of(summary: SurveySummary) -> float | None:
    """The share of all 15-year-olds by which a summary was made; None where it was not known."""
    by_domain = summary.file.columns.get(COVERAGE, {}).get(summary.economy, {})
    share: float | None = by_domain.get(summary.domain)
    return share
