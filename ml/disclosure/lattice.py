"""The combinations of levels, and the search for the best one among them."""

import math
from dataclasses import dataclass, field

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray
from ml.disclosure.hierarchy import Hierarchy
from ml.errors import StatisticsError

# Losses closer than this are the same loss; the finer levels of the earlier columns then win.
SAME_LOSS = 1e-12
LARGEST_KEY = 2**62
LARGEST_LATTICE = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Groups of persons alike in every column: sizes and one row of each, and all rows' group."""

    sizes: IntArray
    example: IntArray
    of_row: IntArray


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one combination of levels would cost."""

    levels: tuple[int, ...]
    n_dropped: int
    loss: float


@dataclass(slots=True, eq=False)
class Table:
    """The persons' codes and cell losses at every level of every column, made once."""

    columns: tuple[Hierarchy, ...]
    k: int
    codes: list[list[IntArray]] = field(init=False)
    losses: list[list[FloatArray]] = field(init=False)
    mean_losses: list[FloatArray] = field(init=False)
    known: dict[tuple[int, ...], Outcome] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.codes, self.losses, self.mean_losses = [], [], []
        for column in self.columns:
            levels = range(column.coarsest + 1)
            counts = np.bincount(column.leaves, minlength=len(column.table))
            losses = [column.losses(level) for level in levels]
            self.codes.append([column.codes(level) for level in levels])
            self.losses.append(losses)
            self.mean_losses.append(
                np.array([float((counts * loss).sum()) / self.n for loss in losses])
            )

    @property
    def n(self) -> int:
        return int(self.columns[0].leaves.size)

    def classes(self, levels: tuple[int, ...]) -> Classes:
        """Sort the persons by the labels of a combination of levels."""
        keys = np.zeros(self.n, dtype=np.int64)
        size = 1
        for column, codes, level in zip(self.columns, self.codes, levels, strict=True):
            width = int(codes[level].max()) + 1
            if size * width > LARGEST_KEY:
                found, keys = np.unique(keys, return_inverse=True)
                size = int(found.size)
            keys = keys * width + codes[level][column.leaves]
            size *= width
        order = np.argsort(keys)
        ordered = keys[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        sizes = np.diff(np.r_[starts, self.n])
        of_row = np.empty(self.n, dtype=np.int64)
        of_row[order] = np.repeat(np.arange(sizes.size), sizes)
        return Classes(sizes=sizes, example=order[starts], of_row=of_row)

    def outcome(self, levels: tuple[int, ...]) -> Outcome:
        """Rows in classes below k are dropped, each at the full loss of all its cells."""
        if levels not in self.known:
            self.known[levels] = self._outcome(levels)
        return self.known[levels]

    def _outcome(self, levels: tuple[int, ...]) -> Outcome:
        classes = self.classes(levels)
        small = classes.sizes < self.k
        sizes, rows = classes.sizes[small], classes.example[small]
        spared = 0.0
        for column, losses, level in zip(self.columns, self.losses, levels, strict=True):
            spared += float((sizes * (1 - losses[level][column.leaves[rows]])).sum())
        cells = self.n * len(self.columns)
        return Outcome(levels, int(sizes.sum()), self.floor(levels) + spared / cells)

    def floor(self, levels: tuple[int, ...]) -> float:
        """The loss if nobody were dropped: no combination costs less than this."""
        chosen = [means[level] for means, level in zip(self.mean_losses, levels, strict=True)]
        return math.fsum(chosen) / len(chosen)


def cheapest(table: Table, max_dropped: int) -> Outcome | None:
    """The combination of least loss that drops at most `max_dropped`, or None.

    Combinations are taken in ascending order of their floor. From each a way leads up to the
    coarsest one; halving finds where on it the combinations begin to hold. What lies below a
    failing one fails as well (classes only grow upwards), what has a floor above the best loss
    found cannot win: both are never looked at.
    """
    nodes, floors = _nodes(table)
    top = tuple(column.coarsest for column in table.columns)
    is_open = np.ones(len(nodes), dtype=np.bool_)
    best: Outcome | None = None
    while is_open.any():
        first = int(is_open.argmax())
        if best is not None and floors[first] > best.loss + SAME_LOSS:
            break
        for outcome in _climb(table, tuple(int(level) for level in nodes[first]), top, max_dropped):
            if outcome.n_dropped > max_dropped:
                is_open &= ~_below(nodes, outcome.levels)
                continue
            is_open &= ~(nodes == outcome.levels).all(axis=1)
            best = outcome if best is None else _better(best, outcome)
    return best


def _nodes(table: Table) -> tuple[IntArray, FloatArray]:
    """All combinations of levels, (n_nodes, n_columns), by ascending floor, and their floors."""
    heights = [len(levels) for levels in table.codes]
    if math.prod(heights) > LARGEST_LATTICE:
        raise StatisticsError(
            "lattice_too_large", found=math.prod(heights), allowed=LARGEST_LATTICE
        )
    nodes = np.indices(heights).reshape(len(heights), -1).T.astype(np.int64)
    floors = np.zeros(len(nodes))
    for column, means in enumerate(table.mean_losses):
        floors += means[nodes[:, column]] / len(heights)
    ascending = np.argsort(floors, kind="stable")
    return nodes[ascending], floors[ascending]


def _climb(
    table: Table, start: tuple[int, ...], top: tuple[int, ...], max_dropped: int
) -> list[Outcome]:
    """Halve the way from `start` to `top`; the outcomes seen, the start among or below them."""
    way = _way(table, start, top)
    low, high = 0, len(way)
    seen = []
    while low < high:
        middle = (low + high) // 2
        outcome = table.outcome(way[middle])
        seen.append(outcome)
        if outcome.n_dropped > max_dropped:
            low = middle + 1
        else:
            high = middle
    return seen


def _way(table: Table, start: tuple[int, ...], top: tuple[int, ...]) -> list[tuple[int, ...]]:
    """From `start` to `top`, one level of one column at a time, the cheapest step first."""
    way = [start]
    while way[-1] != top:
        here = way[-1]
        steps = [
            (*here[:column], here[column] + 1, *here[column + 1 :])
            for column in range(len(here))
            if here[column] < top[column]
        ]
        way.append(min(steps, key=lambda levels: (table.floor(levels), levels)))
    return way


def _below(nodes: IntArray, levels: tuple[int, ...]) -> BoolArray:
    below: BoolArray = np.all(nodes <= np.asarray(levels), axis=1)
    return below


def _better(one: Outcome, other: Outcome) -> Outcome:
    if abs(one.loss - other.loss) <= SAME_LOSS:
        return min(one, other, key=lambda outcome: outcome.levels)
    return min(one, other, key=lambda outcome: outcome.loss)
