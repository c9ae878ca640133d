"""What the figures can and cannot say, in sentences computed from them."""

from collections.abc import Sequence

from flask_babel import gettext

from edu.outcomes.pisa.concordance import read_on_pisa
from edu.outcomes.pisa.series import (
    ASSUMED_LINK_ERROR,
    FAN,
    NationalSeries,
    Ranking,
    projections,
)
from edu.outcomes.pisa.words import domain_name
from edu.web.frame import format_number
from edu.web.messages import sentence
from ml.errors import StatisticsError
from ml.estimate import Estimate
from models.pisa import Concordance


def lead(found: Sequence[NationalSeries]) -> str:
    """The page's answer: what changed per decade, no more than the intervals allow."""
    parts = [moved(series) for series in found]
    return " ".join(part for part in parts if part)


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
                "%(domain)s rose by %(value)s points per decade (95 %% interval %(low)s to "
                "%(high)s).",
                **words,
            )
        )
    if high < 0:
        return str(
            gettext(
                "%(domain)s fell by %(value)s points per decade (95 %% interval %(low)s to "
                "%(high)s).",
                **words,
            )
        )
    return str(
        gettext(
            "%(domain)s: no change can be told, its 95 %% interval per decade is %(low)s to "
            "%(high)s points.",
            **words,
        )
    )


def weights(found: NationalSeries, linked: bool) -> str:
    """Which source has which weight in the next projection of a domain."""
    try:
        first = projections(found)[FAN[-1]].forecasts[0]
    except StatisticsError:
        return ""
    words = {
        "domain": domain_name(found.domain),
        "year": first.year,
        "trend": format_number(100 * first.sources[0].weight),
    }
    if linked:
        return str(
            gettext(
                "%(domain)s %(year)s: the series weighs %(trend)s %%, the own cohorts 0 %%: they "
                "are linked to PISA, but how far they cover 15-year-olds is for a person to say "
                "(the API takes coverage and discount).",
                **words,
            )
        )
    return str(
        gettext(
            "%(domain)s %(year)s: the series weighs %(trend)s %%, the own cohorts 0 %%: they are "
            "not linked to PISA.",
            **words,
        )
    )


def signed(number: float) -> str:
    """A whole number with a true minus sign."""
    return format_number(round(number) + 0.0).replace("-", "−")


def caveats(series: NationalSeries) -> list[str]:
    """What weakens one domain's trend: assumed links, few cycles, changes of mode, refusals."""
    name = domain_name(series.domain)
    found = []
    if series.refusal is not None:
        found.append(f"{name}: {sentence(series.refusal.code, series.refusal.parameters)}")
    if series.assumed:
        found.append(assumed(series, name))
    if series.trend is not None and series.trend.mode_changes_:
        found.append(
            str(
                gettext(
                    "%(domain)s: the test changed its mode in %(years)s.",
                    domain=name,
                    years=", ".join(map(str, series.trend.mode_changes_)),
                )
            )
        )
    return found


def assumed(series: NationalSeries, name: str) -> str:
    """Which link errors are assumed."""
    text = gettext(
        "%(domain)s: no link error of %(cycles)s is among the sources; %(error)s points are "
        "assumed.",
        domain=name,
        cycles=", ".join(f"{first}–{last}" for first, last in series.assumed),
        error=format_number(ASSUMED_LINK_ERROR),
    )
    return str(text)


def rank_sentence(found: Ranking) -> str:
    """Kazakhstan's rank as a range, never as a point."""
    own = found.own
    words = {
        "domain": domain_name(found.domain),
        "cycle": found.cycle,
        "number": own.n,
        "low": own.marginal[0],
        "high": own.marginal[1],
        "first": own.simultaneous[0],
        "last": own.simultaneous[1],
    }
    text = gettext(
        "%(domain)s %(cycle)s: Kazakhstan's rank among the %(number)s economies at hand lies "
        "between %(low)s and %(high)s; if all ranks are to hold at once, between %(first)s and "
        "%(last)s.",
        **words,
    )
    return str(text)


def ahead_sentence(found: Ranking) -> str:
    """The rank of the projection; empty without one."""
    if found.projected is None:
        return ""
    year, (low, high) = found.projected
    text = gettext(
        "If this held and all others stayed where they are, the rank of %(year)s would lie between "
        "%(low)s and %(high)s.",
        year=year,
        low=low,
        high=high,
    )
    return str(text)


def with_interval(found: Estimate, digits: int = 0) -> str:
    """A figure with its interval."""
    text = gettext(
        "%(value)s (%(low)s to %(high)s)",
        value=format_number(found.value, digits),
        low=format_number(found.interval[0], digits),
        high=format_number(found.interval[1], digits),
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
                "%(domain)s: whether those who sat both waves moved cannot be told; the 95 %% "
                "interval, %(low)s to %(high)s points of the own scale, holds zero (%(n)s people "
                "in %(schools)s schools).",
                **words,
            )
        )
    rose = gettext(
        "%(domain)s: those who sat both waves rose by %(value)s points of the own scale (95 %% "
        "interval %(low)s to %(high)s; %(n)s people in %(schools)s schools). This is a difference, "
        "not an effect, and no change of PISA.",
        **words,
    )
    fell = gettext(
        "%(domain)s: those who sat both waves fell by %(value)s points of the own scale (95 %% "
        "interval %(low)s to %(high)s; %(n)s people in %(schools)s schools). This is a difference, "
        "not an effect, and no change of PISA.",
        **words,
    )
    return str(rose if low > 0 else fell)


def on_pisa(linked: Concordance, means: Sequence[Estimate]) -> list[str]:
    """The cohorts' means read on the scale of PISA, with the link error."""
    return [
        str(
            gettext(
                "Wave %(wave)s: %(value)s on the scale of PISA, link error included.",
                wave=one.group,
                value=with_interval(read_on_pisa(linked, one)),
            )
        )
        for one in means
    ]
