"""Covariates read in pieces that stay in the processor's cache, fold by fold.

Regressions need sums over persons only. Read in pieces of a fixed length they cost one pass and no
copy of X, and the bits are the same however many threads there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.parallel import spans

# Rows of a piece: with 30 columns one megabyte.
ROWS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """X: (n, p) without missing values; folds: (n,) 0 … K − 1.

    Columns are counted from the first person's values: near enough to their means that sums of
    squares lose no digits that matter, and exactly 0 for a column that is the same for everybody.
    """

    X: FloatArray
    folds: IntArray

    @property
    def n_folds(self) -> int:
        """K."""
        return int(self.folds.max()) + 1

    @property
    def width(self) -> int:
        """Columns of a piece: 1 and the p of X."""
        return int(self.X.shape[1]) + 1

    def pieces(self, rows: IntArray) -> Iterator[tuple[IntArray, FloatArray]]:
        """Some of the rows and their columns (1, X), which the caller may change until the next."""
        held = np.empty((min(ROWS, rows.size), self.width))
        origin = self.X[0]
        for start, stop in spans(rows.size, ROWS):
            piece = rows[start:stop]
            Z = held[: piece.size]
            Z[:, 0] = 1.0
            own = slice(piece[0], piece[-1] + 1) if _run(piece) else piece
            np.subtract(self.X[own], origin, out=Z[:, 1:])
            yield piece, Z

    def predicted(self, coefficients: FloatArray) -> FloatArray:
        """(n, M) each row by the coefficients of its fold, shape (K, 1 + p, M)."""
        found = np.empty((len(self.X), coefficients.shape[2]))
        for k in range(self.n_folds):
            for piece, Z in self.pieces(np.flatnonzero(self.folds == k)):
                found[piece] = Z @ coefficients[k]
        return found


def without_own(sums: FloatArray) -> FloatArray:
    """(K, …) sums over the other folds, from (K, …) sums over each."""
    return np.asarray(sums.sum(axis=0) - sums)


def _run(rows: IntArray) -> bool:
    """Whether sorted rows follow one another: these are read without a copy."""
    return bool(rows[-1] - rows[0] + 1 == rows.size)
