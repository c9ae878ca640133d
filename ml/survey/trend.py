"""A national series over the cycles of a survey."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ml.checks import FloatArray, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.survey.links import LinkErrors, Quantity, check_kind, link_covariance
from ml.survey.process import Series, averaged, fitted

Model = Literal["linear", "local_level"]

MODELS = ("linear", "local_level")
DECADE = 10.0


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle's figure as published.

    value, se: mean, share or gap, with the standard error of sampling and measurement only.
    comparable: False where the figure may not join a trend. coverage: share of all 15-year-olds
    whom the sample stands for (OECD's Coverage Index 3). mode: "paper", "computer", ….
    """

    year: int
    value: float
    se: float
    comparable: bool = True
    coverage: float | None = None
    mode: str | None = None


class Trend:
    """Changes over cycles, with sampling and link errors.

    model: "linear", the average change as the OECD reports it: the least-squares line through all
    comparable cycles; its error holds sampling and link errors, and says nothing about cycles in
    between. "local_level", a level that wanders at random: cycles borrow strength from their
    neighbors.
    quantity: "mean"; "share", which needs link errors of its own; "gap", in whose changes the
    link cancels.

    Fitted: `cycles_` (comparable, ascending), `apart_` (the others), `covariance_` (of sampling and
    link, on the scale of the latest), `per_decade_` (Estimate), `levels_` (one Estimate per
    cycle: the line or the smoothed level), `process_sd_` (standard deviation of what the truth
    does beyond the line, or per √year for a local level).

    Source: OECD (2023), PISA 2022 Results I, Annex A7; OECD (2017), PISA 2015 Technical Report,
    ch. 12; Harvey (1989), ch. 2; Paule & Mandel (1982).
    """

    def __init__(
        self, *, model: Model = "linear", quantity: Quantity = "mean", level: float = 0.95
    ) -> None:
        self.model = model
        self.quantity = quantity
        self.level = level

    def fit(self, cycles: Sequence[Cycle], links: LinkErrors | None = None) -> "Trend":
        """cycles in any order, not comparable ones among them.

        Errors: unknown_model, invalid_level, unknown_quantity, link_errors_needed,
        link_error_of_another_kind, link_error_missing, link_errors_inconsistent, cycle_twice,
        invalid_cycle, too_few_cycles (fewer than two comparable ones).
        """
        if self.model not in MODELS:
            raise StatisticsError("unknown_model", found=self.model)
        check_level(self.level)
        self.links_ = check_kind(links, self.quantity)
        self.cycles_, self.apart_ = _sorted_out(cycles)
        self.years_ = np.array([cycle.year for cycle in self.cycles_], dtype=np.float64)
        sampling = np.diag([cycle.se**2 for cycle in self.cycles_])
        years = [cycle.year for cycle in self.cycles_]
        self.covariance_ = sampling + link_covariance(self.links_, years)
        self.process_ = fitted(self._series())
        self.process_sd_ = float(np.sqrt(self.process_.variance))
        contrasts = np.vstack((np.eye(len(years)), self._first_to_last()))
        *levels, per_decade = zip(*self._truths(contrasts), strict=True)
        self.levels_ = [
            self._estimate("level", truth, str(year))
            for truth, year in zip(levels, years, strict=True)
        ]
        self.per_decade_ = self._estimate("change_per_decade", per_decade, None)
        return self

    def change(self, first: int, second: int) -> Estimate:
        """Published value of `second` minus that of `first`, with the link between the two.

        Errors: unknown_cycle, not_comparable_cycle.
        """
        contrast = np.zeros(len(self.cycles_))
        contrast[self._position(first)] -= 1
        contrast[self._position(second)] += 1
        return t_estimate(
            "change",
            float(contrast @ self.process_.series.y),
            float(np.sqrt(contrast @ self.covariance_ @ contrast)),
            df=np.inf,
            n=2,
            group=f"{first}–{second}",
            level=self.level,
        )

    @property
    def mode_changes_(self) -> tuple[int, ...]:
        """Years from which the test was taken in another mode than in the cycle before; nothing is
        said where either is not known."""
        pairs = pairwise(self.cycles_)
        changes = (pair for pair in pairs if None not in (pair[0].mode, pair[1].mode))
        return tuple(later.year for earlier, later in changes if earlier.mode != later.mode)

    def _series(self) -> Series:
        y = np.array([cycle.value for cycle in self.cycles_])
        elapsed = self.years_ - self.years_[0]
        if self.model == "linear":
            X = np.column_stack((np.ones(y.size), self.years_ - self.years_[-1]))
            return Series(y, X, self.covariance_, np.eye(y.size))
        wandered = np.minimum(elapsed[:, None], elapsed[None])
        return Series(y, np.ones((y.size, 1)), self.covariance_, wandered)

    def _first_to_last(self) -> FloatArray:
        """Difference of the last and the first level, per decade."""
        contrast = np.zeros(len(self.cycles_))
        contrast[-1] = DECADE / float(self.years_[-1] - self.years_[0])
        contrast[0] = -contrast[-1]
        return contrast

    def _truths(self, contrasts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Values and variances of contrasts: of the line, a summary of the true levels whatever
        they do between cycles; or of the local levels themselves."""
        series = self.process_.series
        if self.model == "local_level":
            return averaged(series, contrasts)
        weights = contrasts @ series.X @ np.linalg.pinv(series.X)
        return weights @ series.y, np.einsum("ki,ij,kj->k", weights, series.V, weights)

    def _estimate(self, name: str, truth: tuple[float, float], year: str | None) -> Estimate:
        value, variance = truth
        return t_estimate(
            name,
            float(value),
            float(np.sqrt(variance)),
            df=np.inf,
            n=len(self.cycles_),
            group=year,
            level=self.level,
        )

    def _position(self, year: int) -> int:
        for position, cycle in enumerate(self.cycles_):
            if cycle.year == year:
                return position
        if any(cycle.year == year for cycle in self.apart_):
            raise StatisticsError("not_comparable_cycle", year=year)
        raise StatisticsError("unknown_cycle", year=year)


def _sorted_out(cycles: Sequence[Cycle]) -> tuple[tuple[Cycle, ...], tuple[Cycle, ...]]:
    """Comparable cycles and the others, both ascending."""
    ordered = sorted(cycles, key=lambda cycle: cycle.year)
    for one, other in pairwise(ordered):
        if one.year == other.year:
            raise StatisticsError("cycle_twice", year=one.year)
    for cycle in ordered:
        if not (np.isfinite(cycle.value) and 0 < cycle.se < np.inf):
            raise StatisticsError("invalid_cycle", year=cycle.year)
    comparable = tuple(cycle for cycle in ordered if cycle.comparable)
    if len(comparable) < 2:
        raise StatisticsError("too_few_cycles", found=len(comparable), least=2)
    return comparable, tuple(cycle for cycle in ordered if not cycle.comparable)
