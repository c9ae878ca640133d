"""What every design asks of outcomes, treatment and schools before it estimates anything."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import (
    BoolArray,
    FloatArray,
    Numbers,
    as_doubles,
    as_floats,
    as_weights,
    check_length,
)
from ml.clustering import Clusters, clusters_of
from ml.errors import StatisticsError
from ml.labels import Labels


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Y: (n, M) outcomes or plausible values. d: (n,) 0 and 1. weights: (n,) of mean 1.

    clusters: schools. answered: (n,) who has an outcome. weighted: whether weights were given.
    """

    Y: FloatArray
    d: FloatArray
    weights: FloatArray
    clusters: Clusters
    answered: BoolArray
    weighted: bool


def study_of(
    y: npt.ArrayLike,
    treatment: Numbers,
    clusters: Labels | None,
    weights: Numbers | None,
) -> Study:
    """A study that holds two groups with outcomes.

    Errors: those of `as_outcomes` and `as_binary`; all_enrolled, nobody_enrolled;
    no_comparison_group where nobody untreated has an outcome; no_data; one_cluster,
    one_school_in_arm; constant_outcome; those of clusters and weights.
    """
    Y = as_outcomes(y)
    n = len(Y)
    d = as_binary(treatment, n, "treatment")
    answered = np.asarray(~np.isnan(Y).any(axis=1), dtype=np.bool_)
    found = Study(
        Y=Y,
        d=d,
        weights=np.ones(n) if weights is None else _of_mean_one(as_weights(weights, n)),
        clusters=clusters_of(clusters, n),
        answered=answered,
        weighted=weights is not None,
    )
    _check_groups(found)
    return found


def _of_mean_one(weights: FloatArray) -> FloatArray:
    """Models that are regularized would otherwise learn more from larger weights."""
    return np.asarray(weights / weights.mean())


def as_outcomes(y: npt.ArrayLike) -> FloatArray:
    """(n, M) doubles of (n,) or (n, M); NaN and None are missing, in any plausible value.

    Errors: wrong_shape, those of `as_doubles`.
    """
    array = as_doubles(y, "y")
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] == 0:
        raise StatisticsError("wrong_shape", name="y", expected=2, found=array.ndim)
    return array


def as_binary(values: Numbers, n: int, name: str) -> FloatArray:
    """(n,) of 0 and 1. Errors: length_mismatch, not_binary with its row."""
    found = as_floats(values, name)
    check_length(found.size, n, name)
    other = (found != 0) & (found != 1)
    if other.any():
        raise StatisticsError("not_binary", name=name, row=int(other.argmax()))
    return found


def as_matrix(X: npt.ArrayLike, n: int) -> FloatArray:
    """(n, p) doubles, p ≥ 1; NaN is missing and left to the models.

    Errors: wrong_shape, length_mismatch, those of `as_doubles`.
    """
    matrix = as_doubles(X, "X")
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise StatisticsError("wrong_shape", name="X", expected=2, found=matrix.ndim)
    check_length(len(matrix), n, "X")
    return matrix


def _check_groups(study: Study) -> None:
    d, known = study.d, study.answered
    if not d.size or not known.any():
        raise StatisticsError("no_data")
    if d.all():
        raise StatisticsError("all_enrolled", n=int(d.size))
    if not d.any():
        raise StatisticsError("nobody_enrolled", n=int(d.size))
    for arm, code in ((0.0, "no_comparison_group"), (1.0, "nobody_enrolled")):
        if not (known & (d == arm)).any():
            raise StatisticsError(code, n=int((d == arm).sum()))
    _check_schools(study)
    outcomes = study.Y[known]
    if (outcomes == outcomes[0]).all(axis=0).any():
        raise StatisticsError("constant_outcome")


def _check_schools(study: Study) -> None:
    """An error between schools needs two of them in each group."""
    if study.clusters.count < 2:
        raise StatisticsError("one_cluster")
    for arm, rows in (("treated", study.d), ("comparison", 1 - study.d)):
        if study.clusters.number_in(rows * study.answered) < 2:
            raise StatisticsError("one_school_in_arm", arm=arm)
