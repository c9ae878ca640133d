"""Quasi-identifiers and the coarser labels each value may be released under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, check_length
from ml.errors import StatisticsError
from ml.labels import MISSING, Labels, encode_labels

TOP = "*"


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """One quasi-identifier of n persons and its levels from the finest to the coarsest.

    name: of the column. leaves: (n_persons,) each person's row in `table`.
    table: one row per distinct finest value, one label per level; the last level is "*".
    coarsest: index of the last level that is still of use to the receiver, "*" by default.
    Each label lies under exactly one label of the next level.
    Errors: no_data, hierarchy_without_top, hierarchy_not_nested (level and label),
    missing_label, invalid_coarsest.
    """

    name: str
    leaves: IntArray
    table: tuple[tuple[str, ...], ...]
    coarsest: int

    def __post_init__(self) -> None:
        if not self.table or not self.leaves.size:
            raise StatisticsError("no_data", name=self.name)
        if any(row[-1] != TOP for row in self.table):
            raise StatisticsError("hierarchy_without_top", name=self.name)
        if not 0 <= self.coarsest < self.n_levels:
            raise StatisticsError("invalid_coarsest", name=self.name, found=self.coarsest)
        if any(not label for row in self.table for label in row):
            raise StatisticsError("missing_label", name=self.name)
        self._check_nesting()

    @classmethod
    def from_levels(
        cls, name: str, levels: Sequence[Labels], *, coarsest: int | None = None
    ) -> "Hierarchy":
        """levels: arrays of labels, each (n_persons,), finest first; "*" is added if absent.

        The domain is what occurs among the persons. An unknown value needs a label of its own:
        None, NaN and "" are refused (missing_label, with the row).
        """
        if not len(levels):
            raise StatisticsError("no_data", name=name)
        encoded = [_encode(level, name) for level in levels]
        n = encoded[0][1].size
        for _, codes in encoded:
            check_length(codes.size, n, name)
        rows, leaves = _distinct_rows([codes for _, codes in encoded])
        table = tuple(
            tuple(labels[code] for (labels, _), code in zip(encoded, row, strict=True))
            for row in rows
        )
        return cls(name, leaves, _with_top(table), _coarsest(coarsest, _with_top(table)))

    @classmethod
    def from_table(
        cls,
        name: str,
        values: Labels,
        table: Mapping[str, Sequence[str]],
        *,
        coarsest: int | None = None,
    ) -> "Hierarchy":
        """values: (n_persons,) finest labels; table: for each of the domain its coarser labels.

        The domain is the table's, whether a value occurs or not. Error: unknown_label.
        """
        labels, codes = _encode(values, name)
        position = {leaf: index for index, leaf in enumerate(table)}
        unknown = next((label for label in labels if label not in position), None)
        if unknown is not None:
            raise StatisticsError("unknown_label", name=name, found=unknown)
        if len({len(coarser) for coarser in table.values()}) > 1:
            raise StatisticsError("hierarchy_not_rectangular", name=name)
        at = np.array([position[label] for label in labels], dtype=np.int64)
        rows = _with_top(tuple((leaf, *coarser) for leaf, coarser in table.items()))
        return cls(name, at[codes] if at.size else codes, rows, _coarsest(coarsest, rows))

    @property
    def n_levels(self) -> int:
        return len(self.table[0])

    def labels(self, level: int) -> npt.NDArray[np.object_]:
        """Each leaf's label at a level, (n_leaves,)."""
        return np.array([row[level] for row in self.table], dtype=object)

    def codes(self, level: int) -> IntArray:
        """Each leaf's label at a level as a small integer, (n_leaves,)."""
        return np.unique(self.labels(level).astype(str), return_inverse=True)[1].astype(np.int64)

    def losses(self, level: int) -> FloatArray:
        """(leaves under the label − 1) / (leaves in all − 1) for each leaf, (n_leaves,)."""
        codes = self.codes(level)
        under = np.bincount(codes)[codes]
        return (under - 1) / max(codes.size - 1, 1)

    def _check_nesting(self) -> None:
        for level in range(1, self.n_levels):
            above: dict[str, str] = {}
            for row in self.table:
                if above.setdefault(row[level - 1], row[level]) != row[level]:
                    raise StatisticsError(
                        "hierarchy_not_nested", name=self.name, level=level, label=row[level - 1]
                    )


def _encode(labels: Labels, name: str) -> tuple[list[str], IntArray]:
    found, codes = encode_labels(labels, name)
    missing = codes == MISSING
    if "" in found:
        missing |= codes == found.index("")
    if missing.any():
        raise StatisticsError("missing_label", name=name, row=int(missing.argmax()))
    return [str(label) for label in found], codes


def _distinct_rows(columns: list[IntArray]) -> tuple[list[tuple[int, ...]], IntArray]:
    """The combinations of codes that occur, and each person's place among them."""
    leaves = columns[0]
    for column in columns[1:]:
        _, leaves = np.unique(leaves * (int(column.max()) + 1) + column, return_inverse=True)
    first = np.unique(leaves, return_index=True)[1]
    rows = [tuple(int(column[row]) for column in columns) for row in first]
    return rows, leaves.astype(np.int64, copy=False)


def _with_top(table: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    if all(row[-1] == TOP for row in table):
        return table
    return tuple((*row, TOP) for row in table)


def _coarsest(chosen: int | None, table: tuple[tuple[str, ...], ...]) -> int:
    if chosen is not None or not table:
        return chosen or 0
    return len(table[0]) - 1
