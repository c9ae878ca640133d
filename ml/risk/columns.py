"""What is known of each person, as columns that a model can learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, as_doubles, check_length
from ml.errors import StatisticsError

MISSING = ":missing"
RAREST = 10


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """How columns are brought to mean 0 and standard deviation 1; arrays of shape (p,).

    given: how many columns there were. source: which of them each comes from; missing: whether it
    says that it is missing there. A column that never varies is not among them, nor one of yes
    and no, or of gaps, in which fewer than ten people differ: it would tell about these few.
    """

    names: tuple[str, ...]
    given: int
    source: npt.NDArray[np.int64]
    missing: BoolArray
    center: FloatArray
    scale: FloatArray

    def apply(self, X: npt.ArrayLike) -> FloatArray:
        """(n, p) from the given columns; what is missing counts as the mean.

        Errors: those of `as_columns`.
        """
        columns = as_columns(X, self.given)[:, self.source]
        absent = np.isnan(columns)
        values = np.where(self.missing, absent.astype(np.float64), columns)
        return np.where(absent & ~self.missing, 0.0, (values - self.center) / self.scale)

    @property
    def is_indicator(self) -> BoolArray:
        """(p,) which columns only say yes or no, as far as mean and spread can tell."""
        return np.isclose(self.scale**2, self.center * (1 - self.center))


def as_columns(X: npt.ArrayLike, count: int) -> FloatArray:
    """(n, count) of doubles; NaN, None and what numpy masks are missing.

    Errors: not_numeric, not_finite, out_of_scale, wrong_shape, length_mismatch.
    """
    matrix = as_doubles(X, "X")
    if matrix.ndim != 2:
        raise StatisticsError("wrong_shape", name="X", expected=2, found=matrix.ndim)
    check_length(matrix.shape[1], count, "X")
    return matrix


def standard(X: FloatArray, names: Sequence[str]) -> Standard:
    """The columns that vary, and for each with gaps a further one that marks them.

    X: (n, k), NaN is missing. names: k. Errors: no_varying_feature.
    """
    absent = np.isnan(X)
    filled = np.where(absent, 0.0, X)
    known = np.maximum((~absent).sum(axis=0), 1)
    mean = filled.sum(axis=0) / known
    spread = np.sqrt(np.where(absent, 0.0, (X - mean) ** 2).sum(axis=0) / known)
    gaps = absent.mean(axis=0)
    gap_spread = np.sqrt(gaps * (1 - gaps))
    varies = (spread > 1e-12 * np.maximum(1.0, np.abs(mean))) & ~_rare(filled, absent)
    counts = absent.sum(axis=0)
    gappy = np.minimum(counts, len(X) - counts) >= RAREST
    kept = np.concatenate([np.flatnonzero(varies), np.flatnonzero(gappy)])
    if not kept.size:
        raise StatisticsError("no_varying_feature")
    missing = np.arange(kept.size) >= varies.sum()
    return Standard(
        names=tuple(
            f"{names[k]}{MISSING if gap else ''}" for k, gap in zip(kept, missing, strict=True)
        ),
        given=X.shape[1],
        source=kept,
        missing=missing,
        center=np.where(missing, gaps[kept], mean[kept]),
        scale=np.where(missing, gap_spread[kept], spread[kept]),
    )


def _rare(filled: FloatArray, absent: BoolArray) -> BoolArray:
    """(k,) which columns hold only 0 and 1, and one of the two for fewer than RAREST people."""
    ones = ((filled == 1) & ~absent).sum(axis=0)
    zeros = ((filled == 0) & ~absent).sum(axis=0)
    binary = ones + zeros + absent.sum(axis=0) == len(filled)
    return np.asarray(binary & (np.minimum(ones, zeros) < RAREST))
