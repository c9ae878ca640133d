"""Folds that keep a school together and hold as many treated as the whole."""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, check_length
from ml.clustering import Clusters
from ml.errors import StatisticsError
from ml.labels import MISSING, encode_labels

# One fold label per row, or (training rows, test rows) per fold as scikit-learn's splitters give.
Folds = npt.ArrayLike | Sequence[tuple[npt.ArrayLike, npt.ArrayLike]]


def drawn_folds(treatment: FloatArray, clusters: Clusters, n_folds: int, seed: int) -> IntArray:
    """(n,) fold of each row, 0 … n_folds − 1; whole schools, stratified by treatment.

    Schools in the order of their share of treated, ties at random, are dealt out in hands of
    `n_folds`, one to each fold in random order: the numbers of treated and of other schools in
    two folds differ by at most one each. Errors: invalid_folds.
    """
    if not (isinstance(n_folds, Integral) and 2 <= n_folds <= clusters.count):
        raise StatisticsError("invalid_folds", found=n_folds, most=clusters.count)
    generator = np.random.default_rng(seed)
    share = clusters.sums(treatment) / clusters.sums(np.ones(treatment.size))
    order = np.lexsort((generator.random(clusters.count), share))
    hands = -(-clusters.count // n_folds)
    dealt = generator.permuted(np.tile(np.arange(n_folds), (hands, 1)), axis=1).ravel()
    fold = np.empty(clusters.count, dtype=np.int64)
    fold[order] = dealt[: clusters.count]
    return fold[clusters.index]


def given_folds(folds: Folds, n: int) -> IntArray:
    """(n,) fold of each row. Of pairs only the test rows count: training is on all the others.

    Errors: invalid_folds unless each row is tested exactly once; length_mismatch, missing_label.
    """
    if _are_pairs(folds):
        return _from_pairs(folds, n)  # type: ignore[arg-type]
    distinct, fold = encode_labels(folds, "folds")
    check_length(fold.size, n, "folds")
    if (fold == MISSING).any():
        raise StatisticsError("missing_label", name="folds")
    if len(distinct) < 2:
        raise StatisticsError("invalid_folds", found=len(distinct), most=n)
    return fold


def splits_a_school(fold: IntArray, clusters: Clusters) -> bool:
    """Whether a school stands in two folds."""
    first = np.zeros(clusters.count, dtype=np.int64)
    first[clusters.index] = fold
    return bool((first[clusters.index] != fold).any())


def _are_pairs(folds: Folds) -> bool:
    return isinstance(folds, Sequence) and len(folds) > 0 and isinstance(folds[0], tuple | list)


def _from_pairs(pairs: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]], n: int) -> IntArray:
    fold = np.full(n, MISSING)
    tested = np.concatenate([np.asarray(test, dtype=np.int64) for _, test in pairs])
    if tested.size != n or np.unique(tested).size != n or tested.min() < 0 or tested.max() >= n:
        raise StatisticsError("invalid_folds", found=len(pairs), most=n)
    for number, (_, test) in enumerate(pairs):
        fold[np.asarray(test, dtype=np.int64)] = number
    return fold
