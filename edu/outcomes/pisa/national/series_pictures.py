"""The national series in pictures: what was published, where it would go, which ranks."""

from collections.abc import Sequence

from flask_babel import gettext

from edu.charts import Band, Chart, Curve, Mark, Panel, Point, current_texts, panels, ranked_dots
from edu.outcomes.pisa.national.series import (
    FAN,
    NationalSeries,
    Ranking,
    as_estimate,
    coming_cycles,
    projections,
)
from edu.outcomes.pisa.words import domain_name, economy_name
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_quantile
from ml.survey import Projection, Rank, Trend, scale
from models.pisa import KAZAKHSTAN

# So many economies on either side of Kazakhstan are named beside it.
NEIGHBORS = 6


def series_chart(found: Sequence[NationalSeries]) -> Chart:
    """The published means of each domain: comparable ones joined, others hollow and apart."""
    cycles = sorted({one.cycle for series in found for one in series.figures})
    return panels(
        [
            Panel(domain_name(series.domain), [published(series)], [baseline(series)])
            for series in found
        ],
        title=gettext("Kazakhstan in PISA, cycle by cycle"),
        description=gettext(
            "Each dot is a published mean on its 95% interval of sampling and measurement; "
            "comparable cycles are joined. The hollow dot of 2015 cannot be compared: it stands "
            "in no trend. The gold line is where Level 2 begins."
        ),
        x_label=gettext("Cycle"),
        y_label=gettext("Mean score, points"),
        x_ticks=[(cycle, str(cycle)) for cycle in cycles],
        texts=current_texts(n=gettext("Published figures")),
        source=sources_named(found),
    )


def published(series: NationalSeries) -> Curve:
    """The published means of one domain."""
    return Curve(
        gettext("published mean"),
        [
            Point.of(one.cycle, as_estimate(one), apart="" if one.comparable else not_comparable())
            for one in series.figures
        ],
        joined=True,
    )


def not_comparable() -> str:
    """Why a dot stands apart."""
    return str(gettext("not comparable"))


def baseline(series: NationalSeries) -> Mark:
    """Where the baseline proficiency begins."""
    cycle = series.figures[-1].cycle
    return Mark(label=gettext("Level 2"), y=scale(series.domain.value, cycle).baseline, gold=True)


def sources_named(found: Sequence[NationalSeries]) -> str:
    """Where the figures are from, and whether all were checked."""
    if any(series.unverified for series in found):
        return str(gettext("OECD PISA; some figures are not verified, see Sources"))
    return str(gettext("OECD PISA"))


def projection_chart(found: Sequence[NationalSeries]) -> Chart | None:
    """The line through the comparable cycles and the fan to the next; None where none has one."""
    parts = [part for series in found if (part := projected(series)) is not None]
    if not parts:
        return None
    latest = max(series.trend.cycles_[-1].year for series in found if series.trend)
    cycles = {one.cycle for series in found for one in series.figures}
    return panels(
        parts,
        title=gettext("If this held: where the series would go"),
        description=fan_description(found),
        x_label=gettext("Cycle"),
        y_label=gettext("Mean score, points"),
        x_ticks=[(year, str(year)) for year in sorted({*cycles, *coming_cycles(latest)})],
        texts=current_texts(n=gettext("Published figures")),
        source=sources_named(found),
    )


def fan_description(found: Sequence[NationalSeries]) -> str:
    """What the fan is, by the model of the trend."""
    if any(series.trend and series.trend.model == "local_level" for series in found):
        text = gettext(
            "The dashed line is the level, which may wander from cycle to cycle; beyond the latest "
            "one it stays where it was, and the fan holds what would be published then, with 50, "
            "80 and 95 of 100 chances. It is a calculation, not a forecast of policy and not a "
            "promise."
        )
    else:
        text = gettext(
            "The line runs through the comparable cycles; beyond the latest one the fan holds what "
            "would be published if what was seen held, with 50, 80 and 95 of 100 chances. It is a "
            "calculation, not a forecast of policy and not a promise."
        )
    return str(text)


def projected(series: NationalSeries) -> Panel | None:
    """One domain's line with its fan, and the published means it rests on."""
    try:
        ahead = projections(series)
    except StatisticsError:
        return None
    if series.trend is None:
        return None
    own = published(series)
    return Panel(domain_name(series.domain), [own, fan(series.trend, ahead)], [baseline(series)])


def fan(trend: Trend, ahead: dict[float, Projection]) -> Curve:
    """The trend's own levels with their confidence, then the predictive intervals."""
    forecasts = ahead[FAN[-1]].forecasts
    past = [(int(str(level.group)), level.value) for level in trend.levels_]
    coming = [(forecast.year, forecast.value) for forecast in forecasts]
    return Curve(
        gettext("if this held"),
        [Point(year, value) for year, value in [*past, *coming]],
        smooth=True,
        dashed=True,
        bands=[band(trend, level, ahead[level]) for level in reversed(FAN)],
    )


def band(trend: Trend, level: float, ahead: Projection) -> Band:
    """One of the fan's intervals."""
    z = t_quantile((1 + level) / 2, float("inf"))
    past = [(one.value - z * one.se, one.value + z * one.se) for one in trend.levels_]
    ends = [*past, *(forecast.interval for forecast in ahead.forecasts)]
    return Band(level, [low for low, _ in ends], [high for _, high in ends])


def rank_chart(found: Ranking) -> Chart:
    """Kazakhstan and its neighbors: the ranks that cannot be told apart."""
    names = {one.economy: economy_name(one.economy, one.name) for one in found.figures}
    shown = neighbors(found.ranks)
    own = next(one for one in shown if one.label == KAZAKHSTAN)
    return ranked_dots(
        [as_rank(one) for one in shown if one is not own],
        reference=as_rank(own),
        labels=names,
        ascending=True,
        title=gettext(
            "%(domain)s %(cycle)s: rank among the %(number)s economies at hand",
            domain=domain_name(found.domain),
            cycle=found.cycle,
            number=own.n,
        ),
        description=gettext(
            "The line is the range of ranks that the data cannot tell apart: it covers the true "
            "rank with 95 of 100 chances. The dot is the rank by the means alone, which is no "
            "result."
        ),
        unit_label=gettext("Rank, 1 is the highest"),
        texts=current_texts(value=gettext("Rank by the means alone, no result")),
        source=gettext("OECD PISA; ranges after Mogstad, Romano, Shaikh and Wilhelm (2024)"),
    )


def neighbors(ranks: Sequence[Rank]) -> Sequence[Rank]:
    """Kazakhstan and those around it, best first."""
    place = next(number for number, one in enumerate(ranks) if one.label == KAZAKHSTAN)
    first = max(0, min(place - NEIGHBORS, len(ranks) - 2 * NEIGHBORS - 1))
    return ranks[first : first + 2 * NEIGHBORS + 1]


def as_rank(rank: Rank) -> Estimate:
    """A rank with its marginal range, as charts take it."""
    low, high = rank.marginal
    return Estimate(
        name="rank",
        value=float(rank.point),
        se=0.0,
        interval=(float(low), float(high)),
        n=rank.n,
        group=str(rank.label),
        unit="rank",
        level=rank.level,
    )
