"""Sums of products per school: all that regression with clustered errors needs of the rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray, IntArray

# Weights of a school that differ by less than this share of their mean are alike.
ALIKE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A regression's rows in any order, without missing values.

    columns: (p, n). school: (n,) from 0 to n_schools − 1, each occurring; None where every row
    is a school of its own. weights: (n,) of mean 1, None where all are 1.
    """

    columns: FloatArray
    school: IntArray | None
    n_schools: int
    weights: FloatArray | None

    def sums(self, amounts: FloatArray) -> FloatArray:
        """The sum of (n,) amounts per school."""
        if self.school is None:
            return amounts
        found = np.bincount(self.school, weights=amounts, minlength=self.n_schools)
        return found.astype(np.float64, copy=False)

    def levels(self) -> tuple[FloatArray, FloatArray | None]:
        """The schools' mean weights, and each row's deviation from its own; None if all are 0."""
        if self.weights is None:
            return np.ones(self.n_schools), None
        if self.school is None:
            return self.weights, None
        level = self.sums(self.weights) / np.bincount(self.school, minlength=self.n_schools)
        deviation = self.weights - level[self.school]
        alike = bool((np.abs(deviation) <= ALIKE * level[self.school]).all())
        return level, None if alike else deviation

    def without_last(self) -> "Rows":
        """The same rows without the last column."""
        return replace(self, columns=self.columns[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """Per school, with w the weights, w̄ a school's mean weight and x a row.

    gram: (n_schools, p, p) Σ x x'. level: (n_schools,) w̄.
    tilted, squared: Σ (w − w̄) x x' and Σ (w − w̄)² x x'; None where w = w̄ in every school.
    """

    gram: FloatArray
    level: FloatArray
    tilted: FloatArray | None = None
    squared: FloatArray | None = None

    def total(self) -> FloatArray:
        """Σ w x x' over all rows, (p, p)."""
        return np.asarray(self.weighted().sum(axis=0))

    def weighted(self) -> FloatArray:
        """Σ w x x' per school."""
        weighted = self.level[:, None, None] * self.gram
        return weighted if self.tilted is None else weighted + self.tilted

    def total_squared(self) -> FloatArray:
        """Σ w² x x' over all rows."""
        level = self.level[:, None, None]
        if self.tilted is None or self.squared is None:
            return np.asarray((level * level * self.gram).sum(axis=0))
        each = level * (level * self.gram + 2.0 * self.tilted) + self.squared
        return np.asarray(each.sum(axis=0))

    def turned(self, turn: FloatArray) -> "Products":
        """Of the columns x'turn in place of x."""
        return self._each(lambda sums: turn.T @ sums @ turn)

    def without_last(self) -> "Products":
        """Of the design without its last column."""
        return self._each(lambda sums: sums[:, :-1, :-1])

    def _each(self, change: Callable[[FloatArray], FloatArray]) -> "Products":
        return Products(
            change(self.gram),
            self.level,
            None if self.tilted is None else change(self.tilted),
            None if self.squared is None else change(self.squared),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """(n_schools, p) sums per school of a row's part in the estimating equation, without weight.

    plain: Σ q, for least squares q = x e. tilted: Σ (w − w̄) q, None as in `Products`.
    """

    plain: FloatArray
    tilted: FloatArray | None = None

    def weighted(self, level: FloatArray) -> FloatArray:
        """Σ w q."""
        weighted = level[:, None] * self.plain
        return weighted if self.tilted is None else weighted + self.tilted


def products_of(rows: Rows) -> Products:
    """One pass over the rows per pair of columns."""
    level, deviation = rows.levels()
    if deviation is None:
        return Products(_grams(rows, None), level)
    return Products(
        _grams(rows, None), level, _grams(rows, deviation), _grams(rows, deviation * deviation)
    )


def scores_of(rows: Rows, parts: FloatArray) -> Scores:
    """parts: (p, n), a row's q per column."""
    _, deviation = rows.levels()
    plain = np.stack([rows.sums(part) for part in parts], axis=1)
    if deviation is None:
        return Scores(plain)
    return Scores(plain, np.stack([rows.sums(deviation * part) for part in parts], axis=1))


def _grams(rows: Rows, amounts: FloatArray | None) -> FloatArray:
    p = len(rows.columns)
    result = np.empty((rows.n_schools, p, p))
    for i in range(p):
        left = rows.columns[i] if amounts is None else rows.columns[i] * amounts
        for j in range(i + 1):
            result[:, i, j] = result[:, j, i] = rows.sums(left * rows.columns[j])
    return result
