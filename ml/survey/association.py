"""How values go together with another column, and gaps between groups."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, check_length
from ml.errors import StatisticsError
from ml.labels import Labels, encode_labels
from ml.survey.moments import Block, Columns, Sums, ratio
from ml.survey.sample import Sample, as_columns, both
from ml.survey.statistic import MomentStatistic


@dataclass(frozen=True, slots=True, eq=False)
class Correlation(MomentStatistic):
    """Weighted correlation of the values with x; name "correlation".

    x: (n,), or (n, n_pv) paired with the values by plausible value; rows without x leave.
    """

    x: npt.ArrayLike

    def names(self, sample: Sample) -> list[str]:
        return ["correlation"]

    def used(self, sample: Sample) -> BoolArray | None:
        missing = np.asarray(np.isnan(self._paired(sample)).all(axis=1))
        return both(sample.present, ~missing)

    def columns(self, sample: Sample) -> list[Columns]:
        x = self._paired(sample)
        x = x - _centers(x)
        known = ~np.isnan(x)
        x[~known] = 0.0

        def fill(block: Block, out: FloatArray) -> None:
            parts = out.reshape(len(out), 6, sample.n_pv)
            seen = known[block.rows].astype(np.float64)
            if block.present is not None:
                seen = seen * block.present
            a, b = block.values * seen, x[block.rows] * seen
            for part, filled in enumerate((seen, a, b, a * a, b * b, a * b)):
                parts[:, part] = filled

        return [Columns(self._key, 6 * sample.n_pv, fill)]

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        seen, a, b, aa, bb, ab = sums[self._key].reshape(6, sample.n_pv, -1)
        a, b = ratio(a, seen), ratio(b, seen)
        spread = (ratio(aa, seen) - a * a) * (ratio(bb, seen) - b * b)
        return ratio(ratio(ab, seen) - a * b, np.sqrt(np.maximum(spread, 0.0)))[None]

    def _paired(self, sample: Sample) -> FloatArray:
        return sample.remembered(self._key, lambda: _paired(self.x, sample))

    @property
    def _key(self) -> Hashable:
        return ("correlation", id(self))


@dataclass(frozen=True, slots=True, eq=False)
class Gap(MomentStatistic):
    """Mean of `group` minus mean of `reference`, two labels among `of`; name "gap".

    of: (n,) labels; others take no part. `by` splits further. n counts both groups.
    Errors: unknown_reference where one of the two does not occur at all; length_mismatch.
    """

    group: object
    reference: object
    of: Labels = field(kw_only=True)

    def names(self, sample: Sample) -> list[str]:
        return ["gap"]

    def used(self, sample: Sample) -> BoolArray | None:
        one, other = self._sides(sample)
        return both(sample.present, one | other)

    def columns(self, sample: Sample) -> list[Columns]:
        sides = np.stack(self._sides(sample), axis=1).astype(np.float64)

        def fill(block: Block, out: FloatArray) -> None:
            parts = out.reshape(len(out), 2, 2, sample.n_pv)
            side = sides[block.rows][:, :, None]
            parts[:, :, 0] = side if block.present is None else side * block.present[:, None, :]
            np.multiply(side, block.values[:, None, :], out=parts[:, :, 1])

        return [Columns(self._key, 4 * sample.n_pv, fill)]

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        parts = sums[self._key].reshape(2, 2, sample.n_pv, -1)
        means = ratio(parts[:, 1], parts[:, 0])
        gap: FloatArray = means[:1] - means[1:]
        return gap

    def _sides(self, sample: Sample) -> tuple[BoolArray, BoolArray]:
        return sample.remembered(self._key, lambda: self._find_sides(sample))

    def _find_sides(self, sample: Sample) -> tuple[BoolArray, BoolArray]:
        labels, codes = encode_labels(self.of, "of")
        check_length(codes.size, sample.design.n, "of")
        for label in (self.group, self.reference):
            if label not in labels:
                raise StatisticsError("unknown_reference", reference=label)
        return codes == labels.index(self.group), codes == labels.index(self.reference)

    @property
    def _key(self) -> Hashable:
        return ("gap", id(self))


def _paired(x: npt.ArrayLike, sample: Sample) -> FloatArray:
    columns = as_columns(x, "x")
    check_length(len(columns), sample.design.n, "x")
    if columns.shape[1] not in (1, sample.n_pv):
        raise StatisticsError("wrong_shape", name="x", expected=sample.n_pv, found=columns.shape[1])
    return columns


def _centers(x: FloatArray) -> FloatArray:
    """Of each column, 0 where it is empty."""
    known = ~np.isnan(x)
    totals = np.where(known, x, 0.0).sum(axis=0)
    return np.asarray(totals / np.maximum(known.sum(axis=0), 1))
