"""How far the scores of a calibration can be relied on, and how sure that is."""

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.labels import MISSING, Labels, encode_labels


def reliability_estimate(values: FloatArray, errors: FloatArray, clusters: Labels) -> Estimate:
    """Empirical reliability var(EAP) / (var(EAP) + mean SE²), divisor n − 1.

    values, errors: (n_persons,) EAP and posterior SD, NaN without responses. clusters: (n_persons,)
    schools; the standard error is their delete-one jackknife, the interval t on schools − 1.
    Errors: missing_cluster, too_few_clusters.
    """
    sums = _cluster_sums(values, errors, clusters)
    everybody, without = sums.sum(axis=0), sums.sum(axis=0) - sums
    return _jackknifed(
        "reliability", float(_reliability(everybody)), _reliability(without), int(everybody[0]),
        unit="coefficient",
    )  # fmt: skip


def error_estimate(errors: FloatArray, clusters: Labels) -> Estimate:
    """Root mean square of the persons' standard errors, in their unit; jackknife as above."""
    sums = _cluster_sums(errors, errors, clusters)
    everybody, without = sums.sum(axis=0), sums.sum(axis=0) - sums
    return _jackknifed(
        "sem", float(_root_mean_square(everybody)), _root_mean_square(without), int(everybody[0]),
        unit="points",
    )  # fmt: skip


def _cluster_sums(values: FloatArray, errors: FloatArray, clusters: Labels) -> FloatArray:
    """(n_clusters, 4): persons, values, squared values, squared errors; values are centered."""
    _, code = encode_labels(clusters, "clusters")
    known = np.isfinite(values) & np.isfinite(errors)
    if (code[known] == MISSING).any():
        row = int(np.flatnonzero(known)[np.argmax(code[known] == MISSING)])
        raise StatisticsError("missing_cluster", row=row)
    center = float(values[known].mean()) if known.any() else 0.0
    columns = (np.ones(known.sum()), values[known] - center)
    amounts = (*columns, columns[1] ** 2, errors[known] ** 2)
    sums = np.column_stack([np.bincount(code[known], weights=each) for each in amounts])
    sums = sums[sums[:, 0] > 0]
    if len(sums) < 2:
        raise StatisticsError("too_few_clusters", found=len(sums), least=2)
    return np.asarray(sums)


def _reliability(sums: FloatArray) -> FloatArray:
    n, total, squares, noise = np.moveaxis(sums, -1, 0)
    spread = (squares - total**2 / n) / (n - 1)
    return np.asarray(spread / (spread + noise / n))


def _root_mean_square(sums: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(sums[..., 3] / sums[..., 0]))


def _jackknifed(name: str, value: float, without: FloatArray, n: int, *, unit: str) -> Estimate:
    count = len(without)
    spread = float(((without - without.mean()) ** 2).sum()) * (count - 1) / count
    return t_estimate(
        name, value, float(np.sqrt(spread)), df=count - 1, n=n, n_clusters=count, unit=unit
    )
