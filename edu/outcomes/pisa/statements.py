"""What the figures can and cannot say, in sentences computed from them."""

from collections.abc import Collection, Sequence

from flask_babel import gettext

from edu.outcomes.pisa.cohorts.concordance import link_variance, read_on_pisa
from edu.outcomes.pisa.national.series import (
    ASSUMED_LINK_ERROR,
    FAN,
    NationalSeries,
    Ranking,
    projections,
)
from edu.outcomes.pisa.words import domain_name
from edu.web.frame import format_number, format_share
from edu.web.labels import wave_name
from edu.web.messages import sentence
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.survey import Forecast
from ml.survey.projection import FEW_CYCLES
from models.pisa import FIRST_CYCLE, LAST_CYCLE, Concordance


def lead(found: Sequence[NationalSeries]) -> str:
    """The page's answer: what changed per decade, no more than the intervals allow."""
    parts = [moved(series) for series in found]
    told = [part for part in parts if part]
    return " ".join([*told, summary(), shaky(found)] if told else told).strip()


def summary() -> str:
    """What a change per decade is, and what it leaves out."""
    return str(
        gettext(
            "This sums up the cycles at hand by a line; that the truth may move beyond a line is "
            "in the projection, not here."
        )
    )


def shaky(found: Sequence[NationalSeries]) -> str:
    """What the answer rests on that nobody has found in a source; empty where all was."""
    if any(series.assumed for series in found):
        return str(
            gettext(
                "The link errors behind this are partly assumed: with larger ones less could be "
                "told."
            )
        )
    if any(series.unverified for series in found):
        return str(gettext("Not all figures behind this are verified."))
    return ""


def moved(series: NationalSeries) -> str:
    """One domain's change per decade in a sentence; empty without a trend."""
    if series.trend is None:
        return ""
    change = series.trend.per_decade_
    low, high = change.interval
    words = {
        "domain": domain_name(series.domain),
        "value": format_number(abs(change.value), 0),
        "low": signed(low),
        "high": signed(high),
    }
    if low > 0:
        return str(
            gettext(
                "%(domain)s rose by %(value)s points per decade (95%% interval %(low)s to "
                "%(high)s).",
                **words,
            )
        )
    if high < 0:
        return str(
            gettext(
                "%(domain)s fell by %(value)s points per decade (95%% interval %(low)s to "
                "%(high)s).",
                **words,
            )
        )
    return str(
        gettext(
            "%(domain)s: no change can be told, its 95%% interval per decade is %(low)s to "
            "%(high)s points.",
            **words,
        )
    )


def weights(found: Sequence[NationalSeries], linked: Collection[str]) -> str:
    """Which weight the series and the own cohorts have in what is drawn; empty without trends."""
    if not any(series.trend for series in found):
        return ""
    if not linked:
        return str(
            gettext(
                "Weights in this calculation: the series 100%, the own cohorts 0%, as they are "
                "not linked to PISA."
            )
        )
    return str(
        gettext(
            "Weights in this calculation: the series 100%%, the own cohorts 0%%. "
            "%(domains)s: cohorts are linked to PISA, but how far they cover 15-year-olds is for a "
            "person to say: on the page “Own cohorts”, which then shows both weights.",
            domains=", ".join(map(domain_name, linked)),
        )
    )


def signed(number: float) -> str:
    """A whole number with a true minus sign."""
    return format_number(round(number) + 0.0).replace("-", "−")


def caveats(found: Sequence[NationalSeries]) -> list[str]:
    """What weakens the trends: few cycles, assumed links, changes of mode, refusals."""
    told = [
        f"{domain_name(series.domain)}: {explained(series.refusal)}"
        for series in found
        if series.refusal is not None
    ]
    if any(series.trend and len(series.trend.cycles_) < FEW_CYCLES for series in found):
        told.append(sentence("few_cycles", {}))
    return [*told, *assumed(found), *modes(found), *covered(found)]


def explained(refusal: StatisticsError) -> str:
    """Why there is no trend."""
    return sentence(refusal.code, {name: year_or(v) for name, v in refusal.parameters.items()})


def year_or(value: object) -> object:
    """A year as people write it, without a mark between its digits."""
    is_year = isinstance(value, int) and FIRST_CYCLE <= value <= LAST_CYCLE
    return str(value) if is_year else value


def assumed(found: Sequence[NationalSeries]) -> list[str]:
    """Which link errors are assumed; domains with the same ones are told together."""
    by_pairs: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for series in found:
        if series.assumed:
            by_pairs.setdefault(series.assumed, []).append(domain_name(series.domain))
    return [
        str(
            gettext(
                "%(domains)s: no link error of %(cycles)s is among the sources; %(error)s points "
                "are assumed.",
                domains=", ".join(domains),
                cycles=", ".join(f"{first}–{last}" for first, last in pairs),
                error=format_number(ASSUMED_LINK_ERROR),
            )
        )
        for pairs, domains in by_pairs.items()
    ]


def modes(found: Sequence[NationalSeries]) -> list[str]:
    """From which cycles the test was taken in another way."""
    return [
        str(
            gettext(
                "%(domain)s: the test changed its mode in %(years)s.",
                domain=domain_name(series.domain),
                years=", ".join(map(str, series.trend.mode_changes_)),
            )
        )
        for series in found
        if series.trend is not None and series.trend.mode_changes_
    ]


def covered(found: Sequence[NationalSeries]) -> list[str]:
    """Which part of all 15-year-olds the samples stood for, as far as anybody brought that."""
    known = [
        (series.domain, {one.cycle: one.coverage for one in series.figures if one.coverage})
        for series in found
    ]
    if not any(by_cycle for _, by_cycle in known):
        return [
            str(
                gettext(
                    "Which share of all 15-year-olds the samples stood for is not among the "
                    "sources: where more of them came to be tested, a mean may have changed for "
                    "that alone."
                )
            )
        ]
    return [
        str(
            gettext(
                "%(domain)s: of all 15-year-olds the samples stood for %(shares)s. Where that "
                "changed, a mean may have changed for that alone.",
                domain=domain_name(domain),
                shares=", ".join(
                    f"{format_share(share)} ({year})" for year, share in by_cycle.items()
                ),
            )
        )
        for domain, by_cycle in known
        if by_cycle
    ]


def both_ways(line: Sequence[NationalSeries], level: Sequence[NationalSeries]) -> list[str]:
    """What the line and the local level say of the next cycle, domain by domain."""
    pairs = zip(map(next_cycle, line), map(next_cycle, level), strict=True)
    return [
        str(
            gettext(
                "%(domain)s %(year)s: %(line)s by the line, %(level)s by the local level.",
                domain=domain_name(series.domain),
                year=by_line.year,
                line=spread(by_line.value, by_line.interval),
                level=spread(by_level.value, by_level.interval),
            )
        )
        for series, (by_line, by_level) in zip(line, pairs, strict=True)
        if by_line is not None and by_level is not None
    ]


def next_cycle(series: NationalSeries) -> Forecast | None:
    """The forecast of the next cycle with its widest interval; None without one."""
    try:
        return projections(series)[FAN[-1]].forecasts[0]
    except StatisticsError:
        return None


def rank_sentence(found: Ranking) -> str:
    """Kazakhstan's rank as a range, never as a point."""
    own = found.own
    text = gettext(
        "%(domain)s %(cycle)s: Kazakhstan's rank among the %(number)s economies at hand is "
        "%(range)s; if all ranks are to hold at once, %(together)s. The range of simulated ranks "
        "that is often printed, %(naive)s, promises too much. Those at hand are not all who took "
        "part: the printed rank is another one.",
        domain=domain_name(found.domain),
        cycle=found.cycle,
        number=own.n,
        range=span(own.marginal),
        together=span(own.simultaneous),
        naive=span(own.naive),
    )
    return str(text)


def span(ranks: tuple[int, int]) -> str:
    """A range of ranks; a single one where the data allow no other."""
    low, high = ranks
    return str(low) if low == high else f"{low}–{high}"


def ahead_sentence(found: Ranking) -> str:
    """The rank of the projection; empty without one."""
    if found.projected is None:
        return ""
    year, ahead = found.projected
    text = gettext(
        "If this held and all others stayed where they are, the rank of %(year)s would be "
        "%(range)s.",
        year=year,
        range=span(ahead),
    )
    return str(text)


def spread(value: float, interval: tuple[float, float]) -> str:
    """A figure with its interval, in whole numbers."""
    text = gettext(
        "%(value)s (%(low)s to %(high)s)",
        value=format_number(value),
        low=format_number(interval[0]),
        high=format_number(interval[1]),
    )
    return str(text)


def cohort_lead(domain: str, total: Estimate | None) -> str:
    """How the pupils of both waves moved, in points that are not PISA's."""
    if total is None:
        return str(
            gettext("How the service's own cohorts stand and move, on scales that are not PISA's.")
        )
    low, high = total.interval
    words = {
        "domain": domain_name(domain),
        "value": format_number(abs(total.value)),
        "low": signed(low),
        "high": signed(high),
        "n": format_number(total.n),
        "schools": format_number(total.n_clusters),
    }
    if low <= 0 <= high:
        return str(
            gettext(
                "%(domain)s: whether those who sat both waves moved cannot be told; the "
                "95%% interval, %(low)s to %(high)s points of the own scale, holds zero "
                "(people: %(n)s, schools: %(schools)s).",
                **words,
            )
        )
    rose = gettext(
        "%(domain)s: those who sat both waves rose by %(value)s points of the own scale "
        "(95%% interval %(low)s to %(high)s; people: %(n)s, schools: %(schools)s). This is a "
        "difference, not an effect, and no change of PISA.",
        **words,
    )
    fell = gettext(
        "%(domain)s: those who sat both waves fell by %(value)s points of the own scale "
        "(95%% interval %(low)s to %(high)s; people: %(n)s, schools: %(schools)s). This is a "
        "difference, not an effect, and no change of PISA.",
        **words,
    )
    return str(rose if low > 0 else fell)


def on_pisa(linked: Concordance, means: Sequence[Estimate]) -> list[str]:
    """The cohorts' means read on the scale of PISA, with the link error, and how large that is."""
    told = [
        str(
            gettext(
                "Wave %(wave)s: %(value)s on the scale of PISA, link error included.",
                wave=wave_name(one.group or ""),
                value=spread(one.value, one.interval),
            )
        )
        for one in (read_on_pisa(linked, mean) for mean in means)
    ]
    return [*told, *(link_sentence(linked, means[-1].value) for _ in means[-1:])]


def link_sentence(linked: Concordance, at: float) -> str:
    """How large the link error is at a mean of the own scale."""
    return str(
        gettext(
            "The link error is %(error)s points of PISA where the own scale has %(at)s.",
            error=format_number(link_variance(linked, at) ** 0.5, 1),
            at=format_number(at),
        )
    )
