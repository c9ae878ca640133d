"""Where a national series would go if what was seen held: predictive intervals, not promises."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.checks import check_level
from ml.errors import StatisticsError
from ml.intervals import t_quantile
from ml.survey.process import Process
from ml.survey.trend import Trend

TITLE = "if_this_held"
# With fewer comparable cycles than this a projection says so beside itself.
FEW_CYCLES = 6
# From this share of the variance on, an estimated part makes the whole interval one of t.
ESTIMATED = 1 / 3


@dataclass(frozen=True, slots=True)
class CohortSignal:
    """How the service's own cohorts have moved on the scale of the survey.

    change, se: of the linked cohorts' mean up to the first projected cycle, in points; later ones
    go on from there as the trend does. link_error: of their link to the survey's scale. coverage:
    share of the population in those cohorts, 0–1. discount: the part of the change, 0–1, that is
    expected to be left without selection into the cohorts; the rest counts as uncertainty, and so
    much less do the cohorts count. Errors: invalid_signal.
    """

    change: float
    se: float
    link_error: float
    coverage: float
    discount: float

    def __post_init__(self) -> None:
        within = 0 <= self.coverage <= 1 and 0 <= self.discount <= 1
        if not (within and self.se > 0 and self.link_error >= 0 and np.isfinite(self.change)):
            raise StatisticsError("invalid_signal")


@dataclass(frozen=True, slots=True)
class Source:
    """What one source alone says about a cycle, and the weight it has in the forecast."""

    name: str
    value: float
    se: float
    weight: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would be published for `year`. interval: predictive, at `level`; df: of what the truth
    was seen to do beyond the trend, infinite where nothing was seen."""

    year: int
    value: float
    se: float
    df: float
    interval: tuple[float, float]
    level: float
    sources: tuple[Source, ...]

    @property
    def normal_se(self) -> float:
        """The error of a normal distribution with the same interval, e.g. for `projected_rank`."""
        half = (self.interval[1] - self.interval[0]) / 2
        return half / t_quantile((1 + self.level) / 2, np.inf)


@dataclass(frozen=True, slots=True)
class Projection:
    """title: the code "if_this_held", part of every heading. n_cycles: comparable cycles behind
    it. warnings: codes, "few_cycles" where so few points say little about what comes."""

    title: str
    forecasts: tuple[Forecast, ...]
    n_cycles: int
    warnings: tuple[str, ...]


def project(
    trend: Trend,
    years: Sequence[int],
    *,
    cohort: CohortSignal | None = None,
    se: float | None = None,
    link_error: float | None = None,
    level: float = 0.90,
) -> Projection:
    """Predictive intervals for the figures that will be published, by the trend's own model.

    years: after the latest comparable cycle. se: of the figure to come, None for the latest
    cycle's. link_error: of the cycle to come to the latest, None for the largest known one to
    the latest (0 for gaps). cohort: a second source; the covered part of the population, as far
    as its change is its own (coverage · discount), is forecast by both sources in proportion to
    their precision, the rest by the trend alone, and their errors are added as if they always went
    together, so that the second source never makes the interval narrower than the better of the
    two.

    The interval holds the errors of the fitted line or level, of measurement and link of the new
    cycle, and how much the truth was seen to move beyond them. Errors that are known make it
    normal; that movement is estimated from n cycles and asks for t with n − 2 (linear) or n − 1
    (local level) degrees of freedom. Between the two the interval goes by the share of the
    variance that is estimated, and from ESTIMATED on it is t (docs/decisions/0018).

    Errors: too_few_cycles (three are needed for a line), year_not_ahead, invalid_level,
    invalid_signal, invalid_link_error.
    """
    check_level(level)
    least = 3 if trend.model == "linear" else 2
    n = len(trend.cycles_)
    if n < least:
        raise StatisticsError("too_few_cycles", found=n, least=least)
    new_error = _new_error(trend, se, link_error)
    first = min(years, default=0)
    forecasts = tuple(_forecast(trend, (first, year), new_error, cohort, level) for year in years)
    warnings = ("few_cycles",) if n < FEW_CYCLES else ()
    return Projection(TITLE, forecasts, n, warnings)


def _new_error(trend: Trend, se: float | None, link_error: float | None) -> float:
    """Variance of measurement and link of a cycle to come."""
    latest = trend.cycles_[-1]
    if link_error is None:
        links = trend.links_
        known = [links.between(c.year, latest.year) for c in trend.cycles_[:-1]] if links else []
        link_error = max(known, default=0.0)
    own = latest.se if se is None else se
    if not (own >= 0 and link_error >= 0):
        raise StatisticsError("invalid_link_error")
    return own**2 + link_error**2


def _forecast(
    trend: Trend,
    span: tuple[int, int],
    new_error: float,
    cohort: CohortSignal | None,
    level: float,
) -> Forecast:
    first, year = span
    if year <= trend.cycles_[-1].year:
        raise StatisticsError("year_not_ahead", year=year)
    process = trend.process_
    value, variance = _by_trend(trend, process, year)
    known = _by_trend(trend, replace(process, variance=0.0), year)[1] + new_error
    own = Source("trend", value, float(np.sqrt(variance + new_error)), 1.0)
    start, sure = _by_trend(trend, process, first)
    onward = value - start, max(variance - sure, 0.0)
    sources = (own,) if cohort is None else _weighted(trend, own, cohort, new_error, onward)
    value = sum(source.weight * source.value for source in sources)
    se = sum(source.weight * source.se for source in sources)
    margin = _quantile((1 + level) / 2, process.df, 1 - known / own.se**2) * se
    return Forecast(
        year=year,
        value=value,
        se=se,
        df=process.df,
        interval=(value - margin, value + margin),
        level=level,
        sources=sources,
    )


def _quantile(probability: float, df: float, estimated: float) -> float:
    """Between the normal and t(df), by the share of the variance that is estimated."""
    normal = t_quantile(probability, np.inf)
    weight = min(max(estimated, 0.0) / ESTIMATED, 1.0)
    return normal + weight * (t_quantile(probability, df) - normal)


def _by_trend(trend: Trend, process: Process, year: int) -> tuple[float, float]:
    """Mean and variance of the truth in a year to come."""
    if trend.model == "linear":
        x = np.array([1.0, year - trend.years_[-1]])
        return process.predicted(x, np.zeros(trend.years_.size), 1.0)
    elapsed = trend.years_ - trend.years_[0]
    return process.predicted(np.ones(1), elapsed, float(year - trend.years_[0]))


def _weighted(
    trend: Trend,
    own: Source,
    cohort: CohortSignal,
    new_error: float,
    onward: tuple[float, float],
) -> tuple[Source, Source]:
    """onward: what the trend adds after the first projected cycle, and the variance of that."""
    latest = trend.cycles_[-1]
    value = latest.value + cohort.discount * cohort.change + onward[0]
    variance = (
        latest.se**2
        + cohort.discount**2 * (cohort.se**2 + cohort.link_error**2)
        + ((1 - cohort.discount) * cohort.change) ** 2
        + new_error
        + onward[1]
    )
    precision = 1 / variance
    share = cohort.coverage * cohort.discount * precision / (precision + 1 / own.se**2)
    return (
        Source(own.name, own.value, own.se, 1 - share),
        Source("cohort", value, float(np.sqrt(variance)), share),
    )
