"""Rows put in order of their groups, without moving them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, check_length
from ml.errors import StatisticsError
from ml.labels import Labels, encode_labels
from ml.survey.design import ReplicateDesign

# Enough rows to find the middle of a scale, from which squares are counted.
CENTER_ROWS = 1000

Rows = slice | IntArray
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Sample:
    """values: (n, n_pv), NaN for missing. labels: one per group, ascending.

    order: (n_grouped,) row numbers by group, None where the rows already stand so.
    starts: (n_groups + 1,), where each group begins in that order.
    """

    values: FloatArray
    design: ReplicateDesign
    labels: list[object]
    order: IntArray | None
    starts: IntArray

    @property
    def n_pv(self) -> int:
        return int(self.values.shape[1])

    @property
    def n_groups(self) -> int:
        return len(self.labels)

    def rows(self, start: int, stop: int) -> Rows:
        """The rows at these places of the order: a view where there is one."""
        return slice(start, stop) if self.order is None else self.order[start:stop]

    def group_rows(self, group: int) -> Rows:
        return self.rows(int(self.starts[group]), int(self.starts[group + 1]))

    def counts(self, used: BoolArray | None) -> list[tuple[int, int]]:
        """Per group the rows used, and those left out wholly or in some of their plausible values.
        used: (n,), None for all."""
        sizes = np.diff(self.starts)
        if used is None:
            return [(int(size), 0) for size in sizes]
        whole = used & ~np.isnan(self.values).any(axis=1) if self.has_missing else used
        found = zip(self._per_group(used), self._per_group(whole), sizes, strict=True)
        return [(int(n), int(size - n_whole)) for n, n_whole, size in found]

    def _per_group(self, rows: BoolArray) -> IntArray:
        """How many of these rows each group has. rows: (n,)."""
        inside = rows if self.order is None else rows[self.order]
        total = np.concatenate(([0], np.cumsum(inside, dtype=np.int64)))
        return np.asarray(np.diff(total[self.starts]))

    def remembered(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What a statistic prepares from its own columns, made once."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast(Made, self._memory[key])

    @cached_property
    def _memory(self) -> dict[Hashable, object]:
        return {}

    @cached_property
    def has_missing(self) -> bool:
        return bool(np.isnan(self.values).any())

    @cached_property
    def present(self) -> BoolArray | None:
        """(n,): has at least one value; None where nothing is missing."""
        if not self.has_missing:
            return None
        missing: BoolArray = np.isnan(self.values)
        return ~np.asarray(missing.all(axis=1))

    @cached_property
    def categories(self) -> list[float]:
        """The distinct values, ascending."""
        found = np.unique(self.values)
        return [float(value) for value in found[~np.isnan(found)]]

    @cached_property
    def center(self) -> FloatArray:
        """(n_pv,): a point amid the values; squares counted from it keep their digits."""
        some = self.values[:: len(self.values) // CENTER_ROWS + 1]
        seen = ~np.isnan(some)
        totals = np.where(seen, some, 0.0).sum(axis=0)
        return np.asarray(totals / np.maximum(seen.sum(axis=0), 1))


def sample_of(values: npt.ArrayLike, design: ReplicateDesign, by: Labels | None) -> Sample:
    """Check the arrays against one another and find the groups.

    Errors: not_numeric, wrong_shape, not_finite, length_mismatch, mixed_labels, no_data.
    """
    matrix = as_columns(values, "values")
    check_length(len(matrix), design.n, "values")
    if by is None:
        sample = Sample(matrix, design, [None], None, np.array([0, design.n]))
    else:
        labels, codes = encode_labels(by, "by")
        check_length(codes.size, design.n, "by")
        sample = Sample(matrix, design, labels, *_order(codes, len(labels)))
    if not sample.n_groups or np.isnan(matrix).all():
        raise StatisticsError("no_data")
    return sample


def as_columns(values: npt.ArrayLike, name: str) -> FloatArray:
    """(n, n_columns) of doubles, NaN for missing; a plain column becomes a matrix of one."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StatisticsError("not_numeric", name=name) from error
    if array.ndim not in (1, 2):
        raise StatisticsError("wrong_shape", name=name, expected=2, found=array.ndim)
    if np.isinf(array).any():
        row = int(np.argwhere(np.isinf(array))[0][0])
        raise StatisticsError("not_finite", name=name, row=row)
    return array[:, None] if array.ndim == 1 else array


def both(one: BoolArray | None, other: BoolArray) -> BoolArray:
    """Rows in both; None stands for all."""
    return other if one is None else one & other


def _order(codes: IntArray, n_groups: int) -> tuple[IntArray | None, IntArray]:
    """Rows without a group stand first under their code −1 and are left out."""
    counts = np.bincount(codes + 1, minlength=n_groups + 1)
    starts = np.concatenate(([0], np.cumsum(counts[1:])))
    if not counts[0] and bool((codes[1:] >= codes[:-1]).all()):
        return None, starts
    short = codes.astype(np.int16) if n_groups < np.iinfo(np.int16).max else codes
    order = np.argsort(short, kind="stable")  # a radix sort on 16 bits
    return order[counts[0] :], starts
