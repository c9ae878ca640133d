"""From cells of cohort and wave to what is shown: by time since the start, by cohort, in all.

Callaway & Sant'Anna (2021, Journal of Econometrics 225, section 3).
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.effect.rollout import Cells, Rollout


@dataclass(frozen=True, slots=True, eq=False)
class Averages:
    """value: (k,). influence: (S, k), what each school adds to the error. n: (k,) persons."""

    key: tuple[int, ...]
    value: FloatArray
    influence: FloatArray
    n: IntArray


def by_time(rollout: Rollout, cells: Cells) -> Averages:
    """By waves since the start (negative before it), cohorts weighted by their size."""
    since = cells.wave - cells.cohort
    times = np.unique(since)
    parts = [_sized(rollout, cells, np.flatnonzero(since == time)) for time in times]
    return _stacked(tuple(int(time) for time in times), parts)


def by_cohort(cells: Cells) -> Averages:
    """Each cohort's mean over its treated waves, which count alike."""
    after = cells.wave >= cells.cohort
    cohorts = np.unique(cells.cohort[after])
    parts = []
    for cohort in cohorts:
        own = np.flatnonzero(after & (cells.cohort == cohort))
        influence = cells.influence[:, own].mean(axis=1)
        parts.append((float(cells.value[own].mean()), influence, cells.persons(own)))
    return _stacked(tuple(int(cohort) for cohort in cohorts), parts)


def overall(rollout: Rollout, cells: Cells, cohorts: Averages) -> Averages:
    """The mean over those treated of their cohort's effect (eq. 3.8 of their paper)."""
    after = np.flatnonzero(cells.wave >= cells.cohort)
    value, influence = _weighted(rollout, np.asarray(cohorts.key), cohorts.value, cohorts.influence)
    return _stacked((0,), [(value, influence, cells.persons(after))])


def degrees_of_freedom(rollout: Rollout, influence: FloatArray) -> float:
    """Satterthwaite: each arm's part of the variance rests on its schools less one."""
    parts = np.bincount(rollout.arm, weights=influence**2)
    schools = np.bincount(rollout.arm)
    used = parts > 0
    if not used.any():
        return float(rollout.clusters.count - 1)
    return float(parts.sum() ** 2 / (parts[used] ** 2 / (schools[used] - 1)).sum())


_Part = tuple[float, FloatArray, int]


def _sized(rollout: Rollout, cells: Cells, own: IntArray) -> _Part:
    value, influence = _weighted(
        rollout, cells.cohort[own], cells.value[own], cells.influence[:, own]
    )
    return value, influence, cells.persons(own)


def _weighted(
    rollout: Rollout, cohort: IntArray, value: FloatArray, influence: FloatArray
) -> tuple[float, FloatArray]:
    """Weighted by the cohorts' sizes, whose own error is counted."""
    held = np.column_stack(
        [rollout.clusters.sums(rollout.weights * (rollout.cohort == g)) for g in cohort]
    )
    sizes = held.sum(axis=0)
    share = sizes / sizes.sum()
    mean = float(share @ value)
    sampled = held @ (value - mean) / sizes.sum() * rollout.inflation()
    return mean, influence @ share + sampled


def _stacked(keys: tuple[int, ...], parts: list[_Part]) -> Averages:
    return Averages(
        key=keys,
        value=np.array([value for value, *_ in parts]),
        influence=np.column_stack([influence for _, influence, _ in parts]),
        n=np.array([n for *_, n in parts]),
    )
