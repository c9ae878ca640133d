"""Quantiles and shares under all weights from one sort of a group's values.

The weights of the sorted rows are added up in runs of a few dozen. The run in which a quantile
lies is found by halving, under every weight separately; only within that run are the weights
cumulated row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.parallel import mapped
from ml.survey.moments import taken
from ml.survey.sample import Sample

Rule = Literal["rrepest", "intsvy"]

RUN = 32
PIECE_RUNS = 64
# Cumulated weights closer than this share of their total are the same number.
SAME = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What one sort tells, each of shape (n_pv, 1 + n_replicates): by (p, rule) the quantile, by
    cut the weight of the values up to and with it, and the total weight."""

    quantiles: dict[tuple[float, Rule], FloatArray]
    below: dict[float, FloatArray]
    total: FloatArray


def group_orders(
    sample: Sample,
    quantiles: Sequence[tuple[float, Rule]],
    cuts: Sequence[float],
    groups: range,
    n_jobs: int | None,
) -> list[Order]:
    """Per group all that is wanted of its order."""
    wanted, cuts = list(dict.fromkeys(quantiles)), list(dict.fromkeys(cuts))
    tasks = [(group, pv) for group in groups for pv in range(sample.n_pv)]

    def work(task: tuple[int, int]) -> FloatArray:
        return _sorted_figures(sample, *task, wanted, cuts)

    found = np.stack(mapped(work, tasks, n_jobs)).reshape(
        len(groups), sample.n_pv, len(wanted) + len(cuts) + 1, -1
    )
    return [
        Order(
            {each: figures[:, i] for i, each in enumerate(wanted)},
            {cut: figures[:, len(wanted) + i] for i, cut in enumerate(cuts)},
            figures[:, -1],
        )
        for figures in found
    ]


def _sorted_figures(
    sample: Sample, group: int, pv: int, wanted: list[tuple[float, Rule]], cuts: list[float]
) -> FloatArray:
    """(n_wanted + n_cuts + 1, 1 + n_replicates) of one plausible value in one group."""
    rows = sample.group_rows(group)
    values = sample.values[rows, pv]
    order = np.argsort(values)
    values = values[order]
    n = int(np.searchsorted(values, np.nan))  # NaN sorts to the end
    figures = np.full((len(wanted) + len(cuts) + 1, 1 + sample.design.n_replicates), np.nan)
    if not n:
        return figures
    order = order[:n]
    rows = order + rows.start if isinstance(rows, slice) else rows[order]
    weights = SortedWeights(sample.design.weights, sample.design.replicates, rows)
    total = weights.total
    figures[: len(wanted)] = _quantiles(values, weights, wanted)
    for i, cut in enumerate(cuts):
        places = int(np.searchsorted(values[:n], cut, side="right"))
        figures[len(wanted) + i] = weights.up_to(places)
    figures[-1] = total
    figures[:, total <= 0] = np.nan
    return figures


def _quantiles(
    values: FloatArray, weights: "SortedWeights", wanted: list[tuple[float, Rule]]
) -> FloatArray:
    """(n_wanted, 1 + n_replicates). Both rules look where the cumulated weight passes a mark;
    intsvy's between two of them."""
    if not wanted:
        return np.empty((0, weights.total.size))
    low, high, part = _marks(wanted, weights.total)
    lower = values[weights.first_above(low)]
    if not part.any():
        return lower
    return np.asarray((1 - part) * lower + part * values[weights.first_above(high)])


def _marks(
    wanted: list[tuple[float, Rule]], total: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Two marks to pass, and how far the quantile lies between what is found at them."""
    p = np.array([each for each, _ in wanted])[:, None]
    same = SAME * total
    place = 1 + (total - 1) * p
    low = np.maximum(np.floor(place), 1)
    high = np.minimum(low + 1, total)
    passed = p * total + same
    # Hmisc's wtd.quantile asks where a mark is reached, not passed.
    by_place = np.array([rule == "intsvy" for _, rule in wanted])[:, None]
    return (
        np.where(by_place, low - same, passed),
        np.where(by_place, high - same, passed),
        np.where(by_place, place - np.floor(place), 0.0),
    )


class SortedWeights:
    """Cumulated weights, full and replicated, of rows in the order of their values."""

    def __init__(self, weights: FloatArray, replicates: FloatArray, rows: IntArray) -> None:
        self._replicates = replicates
        self._rows = rows
        self._full = np.cumsum(weights.take(rows))
        self._runs = _cumulated_runs(replicates, rows)
        self.total = np.concatenate(([self._full[-1]], self._runs[-1]))

    def up_to(self, places: int) -> FloatArray:
        """(1 + n_replicates,) weight of the first `places` rows."""
        run = places // RUN
        rest = taken(self._replicates, self._rows[run * RUN : places]).sum(axis=0)
        full = self._full[places - 1] if places else 0.0
        return np.concatenate(([full], self._runs[run] + rest))

    def first_above(self, marks: FloatArray) -> IntArray:
        """For each weight the first place where it, cumulated, passes its mark.

        marks and result: (n_marks, 1 + n_replicates).
        """
        full = np.searchsorted(self._full, marks[:, :1], side="right")
        run = self._run_above(marks[:, 1:])
        n_replicates = self._replicates.shape[1]
        columns = np.arange(n_replicates)
        places = (run * RUN)[:, :, None] + np.arange(RUN)
        where = self._rows.take(places, mode="clip") * n_replicates + columns[:, None]
        within = self._replicates.reshape(-1).take(where).cumsum(axis=2)
        within += self._runs[run, columns][:, :, None]
        found = run * RUN + (within <= marks[:, 1:, None]).sum(axis=2)
        above: IntArray = np.concatenate((full, found), axis=1)
        return np.minimum(above, self._rows.size - 1)

    def _run_above(self, marks: FloatArray) -> IntArray:
        """The run in which each replicate passes its mark, by halving."""
        n_runs, n_replicates = self._runs.shape[0] - 1, self._runs.shape[1]
        flat = self._runs.reshape(-1)
        columns = np.arange(n_replicates)
        low = np.zeros(marks.shape, dtype=np.int64)
        step = 1 << max(n_runs - 1, 0).bit_length()
        while step > 1:
            step >>= 1
            ahead = low + step
            passed = flat.take(ahead * n_replicates + columns, mode="clip") <= marks
            low = np.where(passed & (ahead < n_runs), ahead, low)
        return low


def _cumulated_runs(replicates: FloatArray, rows: IntArray) -> FloatArray:
    """(n_runs + 1, n_replicates): weight before each run of RUN rows, and of all."""
    n_replicates = replicates.shape[1]
    n_runs = -(-rows.size // RUN)
    runs = np.empty((n_runs + 1, n_replicates))
    runs[0] = 0.0
    whole = rows.size // RUN
    buffer = np.empty((min(PIECE_RUNS, n_runs) * RUN, n_replicates))
    for first in range(0, whole, PIECE_RUNS):
        last = min(first + PIECE_RUNS, whole)
        piece = buffer[: (last - first) * RUN]
        replicates.take(rows[first * RUN : last * RUN], axis=0, out=piece, mode="clip")
        np.add.reduce(piece.reshape(-1, RUN, n_replicates), axis=1, out=runs[first + 1 : last + 1])
    if whole < n_runs:
        runs[-1] = replicates.take(rows[whole * RUN :], axis=0).sum(axis=0)
    return np.cumsum(runs, axis=0, out=runs)
