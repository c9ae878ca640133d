"""Difference in differences for a rollout in several waves."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import Numbers, check_level
from ml.effect.averages import Averages, by_cohort, by_time, degrees_of_freedom, overall
from ml.effect.bands import simultaneous_level
from ml.effect.combining import Basis, Result
from ml.effect.effect import Effect
from ml.effect.pretrend import PreTrend, pre_trend, rollout_checks
from ml.effect.rollout import NEVER, Cells, Rollout, cells_of, check_control, rollout_of
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_quantile
from ml.labels import Labels
from ml.parallel import one_blas_thread
from ml.publication import Suppressed


@dataclass(frozen=True, slots=True)
class CohortWave:
    """Cohort (its first treated wave) in a wave; `after` from its first treated wave on."""

    cohort: float
    wave: float
    after: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class EventTime:
    """A point of the event-study plot: waves since the start, negative before it.

    band: holds the true values of all points at once, at the estimate's level.
    """

    time: int
    estimate: Estimate
    band: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaggeredEffects:
    """effect: over those treated, of the mean of their treated waves, with its checks.

    cells, event_study, cohorts: ever coarser views. pre_trend: None where no cohort was measured
    twice before its start. n_always: persons treated from the first wave on, left out.
    left_out: cohorts without an error of their own, by label and reason.
    """

    effect: Effect
    cells: tuple[CohortWave, ...]
    event_study: tuple[EventTime, ...]
    cohorts: tuple[Estimate, ...]
    pre_trend: PreTrend | None
    n_always: int
    left_out: tuple[Suppressed, ...]


@one_blas_thread()
def staggered_effects(
    y: npt.ArrayLike,
    first_wave: Numbers,
    *,
    waves: Sequence[float] | None = None,
    clusters: Labels | None = None,
    weights: Numbers | None = None,
    covariates: npt.ArrayLike | None = None,
    control: str = NEVER,
    level: float = 0.95,
    unit: str = "points",
    n_draws: int = 1999,
    random_state: int = 0,
) -> StaggeredEffects:
    """Effects by cohort and wave, and their averages; no cohort is compared with one treated.

    y: (n, T), or (n, T, M) plausible values, the same persons (or schools) in T waves; NaN in a
    wave leaves the person out of comparisons with that wave. first_wave: (n,) label of the wave
    from which on the person is treated; NaN, infinite or after the last wave for never. waves:
    (T,) labels ascending, 0 … T − 1 by default. covariates: (n, p), known before, for trends that
    are parallel among those alike (doubly robust). control: "never" or "not_yet" treated.
    Errors are clustered: schools' sums, each cohort's part times S / (S − 1) of its schools, with
    Satterthwaite's degrees of freedom.
    Errors: invalid_control, invalid_level, too_few_draws; not_estimable where all moved alike to
    the digit; those of `rollout_of` and `cells_of`.
    Source: Callaway & Sant'Anna (2021, Journal of Econometrics 225).
    """
    check_level(level)
    if n_draws < 1:
        raise StatisticsError("too_few_draws", found=n_draws)
    rollout = rollout_of(
        y, first_wave, waves=waves, clusters=clusters, weights=weights, covariates=covariates
    )
    check_control(rollout, control)
    views = _Views(rollout, control, level, unit)
    times = views.of(by_time)
    band_level = views.band_level(times, n_draws, random_state)
    tested = pre_trend(rollout, times)
    return StaggeredEffects(
        effect=views.effect(tested),
        cells=views.cohort_waves(),
        event_study=views.event_study(times, band_level),
        cohorts=views.cohorts(),
        pre_trend=tested,
        n_always=rollout.n_always,
        left_out=rollout.left_out,
    )


def _overall(rollout: Rollout, cells: Cells) -> Averages:
    return overall(rollout, cells, by_cohort(cells))


def _each_cell(_: Rollout, cells: Cells) -> Averages:
    places = range(cells.value.size)
    persons = np.array([cells.persons(np.array([place])) for place in places])
    return Averages(tuple(places), cells.value, cells.influence, persons)


class _Views:
    """The cells of every plausible value, and estimates from any average of them."""

    def __init__(self, rollout: Rollout, control: str, level: float, unit: str) -> None:
        self.rollout = rollout
        self.level = level
        self.unit = unit
        self.values = [cells_of(rollout, v, control) for v in range(rollout.Y.shape[2])]

    def of(self, average: Callable[[Rollout, Cells], Averages]) -> list[Averages]:
        """The average per plausible value."""
        return [average(self.rollout, cells) for cells in self.values]

    def estimates(
        self, averages: Sequence[Averages], groups: Sequence[str | None]
    ) -> list[tuple[Estimate, float]]:
        """One Estimate per key, and the part of its variance that plausible values add."""
        found = []
        for place, group in enumerate(groups):
            results = [self._result(each, place) for each in averages]
            persons = int(averages[0].n[place])
            basis = Basis(persons, self.rollout.clusters, self.unit, self.level)
            found.append(basis.estimate("ATT", results, group))
        return found

    def _result(self, average: Averages, place: int) -> Result:
        influence = average.influence[:, place]
        df = degrees_of_freedom(self.rollout, influence)
        return float(average.value[place]), math.sqrt(float(influence @ influence)), df

    def effect(self, tested: PreTrend | None) -> Effect:
        """Over all who are treated, with its checks."""
        total, imputation = self.estimates(self.of(_overall), [None])[0]
        if total.se == 0:
            raise StatisticsError("not_estimable", name="ATT")
        return Effect(
            estimate=total,
            estimand="ATT",
            checks=rollout_checks(self.rollout, tested, total, self.level),
            imputation_variance=imputation,
        )

    def cohort_waves(self) -> tuple[CohortWave, ...]:
        """Every cell."""
        cells, waves = self.values[0], self.rollout.waves
        groups: list[str | None] = [None] * cells.value.size
        found = self.estimates(self.of(_each_cell), groups)
        return tuple(
            CohortWave(waves[cohort], waves[wave], bool(wave >= cohort), estimate)
            for cohort, wave, (estimate, _) in zip(cells.cohort, cells.wave, found, strict=True)
        )

    def cohorts(self) -> tuple[Estimate, ...]:
        """The mean of each cohort's treated waves."""
        averages = self.of(lambda _, cells: by_cohort(cells))
        labels: list[str | None] = [f"{self.rollout.waves[key]:g}" for key in averages[0].key]
        return tuple(each for each, _ in self.estimates(averages, labels))

    def event_study(self, times: Sequence[Averages], band_level: float) -> tuple[EventTime, ...]:
        """Every time since the start, with its interval and its band."""
        groups: list[str | None] = [f"{key:d}" for key in times[0].key]
        points = []
        found = self.estimates(times, groups)
        for key, (estimate, _) in zip(times[0].key, found, strict=True):
            margin = t_quantile((1 + band_level) / 2, estimate.df) * estimate.se
            band = (estimate.value - margin, estimate.value + margin)
            points.append(EventTime(key, estimate, band))
        return tuple(points)

    def band_level(self, times: Sequence[Averages], n_draws: int, seed: int) -> float:
        """The mean over the plausible values of the level that holds all times at once."""
        levels = [
            simultaneous_level(each.influence, level=self.level, n_draws=n_draws, random_state=seed)
            for each in times
        ]
        return float(np.mean(levels))
