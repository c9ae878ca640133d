"""A national series, where it would go, and which ranks cannot be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.outcomes.pisa import queries
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.survey import (
    CohortSignal,
    Cycle,
    LinkErrors,
    Projection,
    Rank,
    Trend,
    project,
    projected_rank,
    ranks,
)
from ml.survey.trend import Model
from models.pisa import (
    ANNOUNCED,
    KAZAKHSTAN,
    NEVER_COMPARABLE,
    YEARS_BETWEEN,
    Domain,
    LinkedQuantity,
    SurveyLinkError,
    SurveyMean,
)

# Stands in for link errors that no source at hand gives: near the largest that the OECD has
# published for means (recalled, to be replaced by importing its table).
ASSUMED_LINK_ERROR = 5.0
HORIZON = 2
FAN = (0.50, 0.80, 0.95)


@dataclass(frozen=True, eq=False)
class NationalSeries:
    """figures: ascending, also those that are not comparable. links: of means.

    trend: None where the figures allow none; `refusal` then says why.
    assumed: pairs of cycles whose link error is assumed.
    """

    domain: Domain
    figures: tuple[SurveyMean, ...]
    links: tuple[SurveyLinkError, ...]
    trend: Trend | None
    refusal: StatisticsError | None
    assumed: tuple[tuple[int, int], ...]

    @property
    def latest(self) -> SurveyMean | None:
        """The newest comparable figure."""
        return next((one for one in reversed(self.figures) if one.comparable), None)

    @property
    def unverified(self) -> tuple[SurveyMean | SurveyLinkError, ...]:
        """What has not been found in its source, in whole or in part."""
        known: tuple[SurveyMean | SurveyLinkError, ...] = (*self.figures, *self.links)
        return tuple(one for one in known if not one.verified)


def national_series(
    session: Session, scope: Scope, *, domain: Domain, model: Model = "linear"
) -> NationalSeries:
    """Kazakhstan's series of one domain with its trend."""
    figures = tuple(queries.series(session, scope, domain=domain))
    links = tuple(queries.link_errors(session, scope, domain=domain, quantity=LinkedQuantity.MEAN))
    known = {(link.from_cycle, link.to_cycle): link.error for link in links}
    errors = LinkErrors(known, assumed=ASSUMED_LINK_ERROR)
    try:
        trend = Trend(model=model).fit([as_cycle(one) for one in figures], errors)
    except StatisticsError as refusal:
        return NationalSeries(domain, figures, links, None, refusal, ())
    newest = trend.cycles_[-1].year
    earlier = [cycle.year for cycle in trend.cycles_[:-1]]
    assumed = tuple((year, newest) for year in earlier if errors.chained(year, newest) is None)
    return NationalSeries(domain, figures, links, trend, None, assumed)


def as_cycle(figure: SurveyMean) -> Cycle:
    """A published mean as the trend takes it."""
    return Cycle(
        year=figure.cycle,
        value=figure.mean,
        se=figure.se,
        comparable=figure.comparable and (figure.economy, figure.cycle) not in NEVER_COMPARABLE,
        coverage=figure.coverage,
        mode=figure.mode or None,
    )


def as_estimate(figure: SurveyMean, pupils: int = 1) -> Estimate:
    """A published mean with its normal 95 % interval."""
    return t_estimate(
        "mean", figure.mean, figure.se, df=float("inf"), n=pupils, group=figure.economy
    )


def coming_cycles(latest: int) -> list[int]:
    """The next cycles after the latest one with results."""
    first = ANNOUNCED
    while first <= latest:
        first += YEARS_BETWEEN
    return [first + number * YEARS_BETWEEN for number in range(HORIZON)]


def projections(
    found: NationalSeries, *, cohort: CohortSignal | None = None
) -> dict[float, Projection]:
    """Where the series would go if this held, by level of the interval.

    Errors: those of project; too_few_cycles without a trend.
    """
    if found.trend is None:
        raise found.refusal or StatisticsError("too_few_cycles", found=0, least=3)
    years = coming_cycles(found.trend.cycles_[-1].year)
    return {level: project(found.trend, years, cohort=cohort, level=level) for level in FAN}


@dataclass(frozen=True)
class Ranking:
    """Where each of those with a published mean stands, and where Kazakhstan would stand.

    projected: rank range of the coming cycle's projection if all others stayed where they are.
    """

    domain: Domain
    cycle: int
    figures: tuple[SurveyMean, ...]
    ranks: tuple[Rank, ...]
    projected: tuple[int, tuple[int, int]] | None

    @property
    def own(self) -> Rank:
        """Kazakhstan's."""
        return next(one for one in self.ranks if one.label == KAZAKHSTAN)


def ranking(session: Session, scope: Scope, *, domain: Domain) -> Ranking | None:
    """Ranks in the newest cycle with others to compare; None without one."""
    cycle = queries.latest_cycle(session, domain)
    if cycle is None:
        return None
    figures = tuple(queries.means(session, scope, domain=domain, cycle=cycle))
    found = ranked(
        tuple(one.mean for one in figures),
        tuple(one.se for one in figures),
        tuple(one.economy for one in figures),
    )
    ahead = national_series(session, scope, domain=domain)
    return Ranking(domain, cycle, figures, found, rank_ahead(ahead, figures))


@lru_cache(maxsize=32)
def ranked(
    values: tuple[float, ...], errors: tuple[float, ...], labels: tuple[str, ...]
) -> tuple[Rank, ...]:
    """The ranks of means, best first; remembered, as half a second of simulation stands behind."""
    return tuple(sorted(ranks(values, errors, labels), key=lambda one: one.point))


def rank_ahead(
    ahead: NationalSeries, figures: Sequence[SurveyMean]
) -> tuple[int, tuple[int, int]] | None:
    """The rank range of the next projection among the others as they stand."""
    others = [one for one in figures if one.economy != KAZAKHSTAN]
    try:
        first = projections(ahead)[FAN[-1]].forecasts[0]
    except StatisticsError:
        return None
    means, errors = [one.mean for one in others], [one.se for one in others]
    return first.year, projected_rank(first.value, first.normal_se, means, errors)
