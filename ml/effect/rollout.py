"""Who was treated from which wave on, and the change of each cohort against those not treated."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ml.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    Numbers,
    as_doubles,
    as_floats,
    as_plain,
    as_weights,
    check_length,
)
from ml.clustering import Clusters, clusters_of
from ml.effect.change import adjusted_change, change
from ml.effect.study import as_matrix
from ml.errors import StatisticsError
from ml.labels import Labels
from ml.publication import Suppressed

NEVER, NOT_YET = "never", "not_yet"


@dataclass(frozen=True, slots=True, eq=False)
class Rollout:
    """Y: (n, T, M). cohort: (n,) index of the first treated wave, T for never.

    arm: (S,) the cohort of each school, all 0 where schools hold several. waves: (T,) labels.
    """

    Y: FloatArray
    cohort: IntArray
    weights: FloatArray
    clusters: Clusters
    X: FloatArray | None
    arm: IntArray
    waves: tuple[float, ...]
    n_always: int
    left_out: tuple[Suppressed, ...] = ()

    @property
    def n_waves(self) -> int:
        """T."""
        return int(self.Y.shape[1])

    @property
    def cohorts(self) -> list[int]:
        """Indices of the treated cohorts, ascending."""
        return [int(g) for g in np.unique(self.cohort) if g < self.n_waves]

    def inflation(self) -> FloatArray:
        """(S,) root of S / (S − 1) of each school's arm: its mean is estimated from it too."""
        sizes = np.bincount(self.arm)[self.arm]
        return np.sqrt(sizes / (sizes - 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """One cell per cohort and wave: cohort, wave, value have shape (k,).

    influence: (S, k) what each school adds to the error, which is their sum. used: (n, k) whose
    changes a cell compares.
    """

    cohort: IntArray
    wave: IntArray
    value: FloatArray
    influence: FloatArray
    used: BoolArray

    def persons(self, own: IntArray) -> int:
        """How many persons stand behind some cells together."""
        return int(self.used[:, own].any(axis=1).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    value: float
    influence: FloatArray
    used: BoolArray


def rollout_of(
    y: npt.ArrayLike,
    first_wave: Numbers,
    *,
    waves: Sequence[float] | None,
    clusters: Labels | None,
    weights: Numbers | None,
    covariates: npt.ArrayLike | None,
) -> Rollout:
    """Errors: wrong_shape, those of `as_doubles`, length_mismatch, too_few_waves, invalid_waves,
    no_data, constant_outcome, all_enrolled, nobody_enrolled, no_comparison_group, one_cluster;
    those of labels and weights.
    """
    Y = _outcomes(y)
    n, n_waves, _ = Y.shape
    times = _times(waves, n_waves)
    cohort = _cohorts(first_wave, n, times)
    if not np.isfinite(Y).any():
        raise StatisticsError("no_data")
    if np.nanmin(Y) == np.nanmax(Y):
        raise StatisticsError("constant_outcome")
    schools = clusters_of(clusters, n)
    if schools.count < 2:
        raise StatisticsError("one_cluster")
    kept, left_out = _kept(cohort, schools, times)
    rows = np.flatnonzero(kept)
    _check_cohorts(cohort[rows], n_waves, n, (cohort == 0).any())
    own = schools.of(rows)
    w = np.ones(n) if weights is None else as_weights(weights, n)
    return Rollout(
        Y=Y[rows],
        cohort=cohort[rows],
        weights=w[rows],
        clusters=own,
        X=None if covariates is None else as_matrix(covariates, n)[rows],
        arm=_arms(cohort[rows], own),
        waves=times,
        n_always=int((cohort == 0).sum()),
        left_out=left_out,
    )


def check_control(rollout: Rollout, control: str) -> None:
    """Errors: invalid_control; no_comparison_group where nobody is never treated."""
    if control not in (NEVER, NOT_YET):
        raise StatisticsError("invalid_control", found=control)
    if control == NEVER and not (rollout.cohort == rollout.n_waves).any():
        raise StatisticsError("no_comparison_group", n=len(rollout.cohort))


def cells_of(rollout: Rollout, value: int, control: str) -> Cells:
    """Every cohort in every wave after the first, for one plausible value.

    From its first treated wave on, a cohort's change since the wave before it; earlier, its
    change since the previous wave, which should not differ from the others'. Compared with those
    never treated, or with all not treated by then. A cell without two schools on both sides is
    left out. Errors: no_comparison_group where none remains.
    Source: Callaway & Sant'Anna (2021, Journal of Econometrics 225, eq. 2.4 and 2.6).
    """
    inflation = rollout.inflation()
    found: list[tuple[int, int, _Cell]] = []
    for cohort in rollout.cohorts:
        for wave in range(1, rollout.n_waves):
            base = cohort - 1 if wave >= cohort else wave - 1
            result = _cell(rollout, value, (cohort, wave, base), control)
            if result is not None:
                found.append((cohort, wave, result))
    if not any(wave >= cohort for cohort, wave, _ in found):
        raise StatisticsError("no_comparison_group")
    sums = [rollout.clusters.sums(each.influence) * inflation for *_, each in found]
    return Cells(
        cohort=np.array([cohort for cohort, *_ in found]),
        wave=np.array([wave for _, wave, _ in found]),
        value=np.array([each.value for *_, each in found]),
        influence=np.column_stack(sums),
        used=np.column_stack([each.used for *_, each in found]),
    )


def _cell(rollout: Rollout, value: int, place: tuple[int, int, int], control: str) -> _Cell | None:
    cohort, wave, base = place
    delta = rollout.Y[:, wave, value] - rollout.Y[:, base, value]
    known = ~np.isnan(delta)
    treated = known & (rollout.cohort == cohort)
    others = rollout.cohort == rollout.n_waves
    if control == NOT_YET:
        others = (rollout.cohort > max(wave, base)) & (rollout.cohort != cohort)
    others &= known
    number = rollout.clusters.number_in
    if number(treated.astype(np.float64)) < 2 or number(others.astype(np.float64)) < 2:
        return None
    rows = np.flatnonzero(treated | others)
    own = (delta[rows], treated[rows].astype(np.float64), rollout.weights[rows])
    found = change(*own) if rollout.X is None else adjusted_change(*own, rollout.X[rows])
    influence = np.zeros(delta.size)
    influence[rows] = found.influence
    return _Cell(found.value, influence, treated | others)


def _outcomes(y: npt.ArrayLike) -> FloatArray:
    Y = as_doubles(y, "y")
    if Y.ndim == 2:
        Y = Y[:, :, None]
    if Y.ndim != 3 or Y.shape[2] == 0:
        raise StatisticsError("wrong_shape", name="y", expected=3, found=Y.ndim)
    if Y.shape[1] < 2:
        raise StatisticsError("too_few_waves", found=int(Y.shape[1]))
    # A person with one plausible value missing has none of that wave.
    return np.where(np.isnan(Y).any(axis=2, keepdims=True), np.nan, Y)


def _times(waves: Sequence[float] | None, n_waves: int) -> tuple[float, ...]:
    if waves is None:
        return tuple(range(n_waves))
    times = tuple(float(wave) for wave in waves)
    check_length(len(times), n_waves, "waves")
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise StatisticsError("invalid_waves")
    return times


def _cohorts(first_wave: Numbers, n: int, times: tuple[float, ...]) -> IntArray:
    """The first wave at or after the start; after the last wave, and NaN, is never."""
    starts = as_plain(first_wave, "first_wave")
    starts = as_floats(np.where(np.isinf(starts), np.nan, starts), "first_wave")
    check_length(starts.size, n, "first_wave")
    cohort = np.searchsorted(np.asarray(times), np.where(np.isnan(starts), np.inf, starts))
    return cohort.astype(np.int64)


def _kept(
    cohort: IntArray, schools: Clusters, times: tuple[float, ...]
) -> tuple[BoolArray, tuple[Suppressed, ...]]:
    """Without those treated from the start, and without cohorts of a single school."""
    kept = cohort > 0
    left_out = []
    for g in np.unique(cohort[kept]):
        rows = cohort == g
        if schools.number_in(rows.astype(np.float64)) < 2:
            kept &= ~rows
            label = "never" if g == len(times) else f"{times[g]:g}"
            left_out.append(Suppressed(label, "one_cluster"))
    return kept, tuple(left_out)


def _check_cohorts(cohort: IntArray, n_waves: int, n: int, always: bool) -> None:
    if not cohort.size:
        raise StatisticsError("all_enrolled" if always else "no_comparison_group", n=n)
    if (cohort == n_waves).all():
        raise StatisticsError("nobody_enrolled", n=n)
    if np.unique(cohort).size < 2:
        raise StatisticsError("no_comparison_group", n=n)


def _arms(cohort: IntArray, schools: Clusters) -> IntArray:
    """Each school's cohort; one arm for all where schools hold several."""
    arm = np.zeros(schools.count, dtype=np.int64)
    arm[schools.index] = cohort
    if (arm[schools.index] != cohort).any():
        return np.zeros(schools.count, dtype=np.int64)
    return arm
