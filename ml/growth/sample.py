"""From a caller's arrays to sums per group and school, and which groups may be shown."""

import math
from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray, Numbers, as_weights, check_length
from ml.errors import StatisticsError
from ml.growth.cells import Cells, cell_sums
from ml.growth.cluster_robust import cluster_parts, mean_error
from ml.labels import MISSING, Labels, encode_labels
from ml.publication import (
    CONSTANT_OUTCOME,
    NO_DATA,
    NOT_ESTIMABLE,
    PROTECTS_ANOTHER,
    Threshold,
    too_small,
    with_complement,
)

# A standard error below this share of the values' range is rounding, not information.
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The rows that count: `cells` by group, `whole` for all of them as one group.

    labels: one per group, ascending; empty where everybody is one group.
    """

    cells: Cells
    whole: Cells
    labels: tuple[str, ...]
    n_clusters: int
    n_missing: int
    n_ungrouped: int


def sample_of(
    values: FloatArray,
    groups: Labels | None,
    clusters: Labels,
    weights: Numbers | None,
) -> Sample:
    """Check the arrays against one another and leave out rows without a value or a group."""
    n = values.size
    w = None if weights is None else as_weights(weights, n)
    school = _schools(clusters, n)
    labels, group = _groups(groups, n)
    present = ~np.isnan(values)
    used = present & (group != MISSING)
    if not used.any():
        raise StatisticsError("no_data")
    y, group, school, w = _restrict(used, values, group, school, w)
    whole = cell_sums(y, np.zeros_like(group), school, w, 1)
    return Sample(
        cells=cell_sums(y, group, school, w, len(labels)) if labels else whole,
        whole=whole,
        labels=labels,
        n_clusters=int(school.max()) + 1,
        n_missing=int(n - present.sum()),
        n_ungrouped=int(present.sum() - used.sum()),
    )


def mean_and_error(cells: Cells, group: int, n_clusters: int) -> tuple[float, float, float]:
    """(mean, standard error, degrees of freedom) of one group."""
    se, df = mean_error(cluster_parts(cells, group, n_clusters))
    return float(cells.mean[group]), se, df


def refusal(cells: Cells, group: int, n_clusters: int, threshold: Threshold) -> str | None:
    """Why a group by itself may not be shown; None where it may."""
    persons, clusters = int(cells.persons[group]), int(cells.clusters[group])
    if persons == 0:
        return NO_DATA
    small = too_small(persons, clusters, threshold)
    if small is not None:
        return small
    se = mean_and_error(cells, group, n_clusters)[1]
    if not math.isfinite(se):
        return NOT_ESTIMABLE
    spread = float(cells.high[group] - cells.low[group])
    return CONSTANT_OUTCOME if spread == 0 or se <= NEGLIGIBLE * spread else None


def refusals(sample: Sample, threshold: Threshold) -> list[str | None]:
    """Per group the reason why it is withheld, complement included; None where it is shown."""
    cells = sample.cells
    reasons = [
        refusal(cells, group, sample.n_clusters, threshold) for group in range(cells.persons.size)
    ]
    persons = cells.persons
    filled = np.flatnonzero(persons > 0)  # a group of nobody has nothing to protect

    def clusters_of(chosen: BoolArray) -> int:
        groups = np.zeros(persons.size, dtype=np.bool_)
        groups[filled[chosen]] = True
        return cells.clusters_of(groups)

    own = np.array([reasons[group] is not None for group in filled], dtype=np.bool_)
    withheld = with_complement(own, persons[filled], clusters_of, threshold)
    for group in filled[withheld & ~own]:
        reasons[group] = PROTECTS_ANOTHER
    return reasons


def _schools(clusters: Labels, n: int) -> IntArray:
    _, school = encode_labels(clusters, "clusters")
    check_length(school.size, n, "clusters")
    missing = school == MISSING
    if missing.any():
        raise StatisticsError("missing_cluster", row=int(missing.argmax()))
    return school


def _groups(groups: Labels | None, n: int) -> tuple[tuple[str, ...], IntArray]:
    if groups is None:
        return (), np.zeros(n, dtype=np.int64)
    labels, codes = encode_labels(groups, "groups")
    check_length(codes.size, n, "groups")
    return tuple(str(label) for label in labels), codes


def _restrict(
    used: BoolArray, y: FloatArray, group: IntArray, school: IntArray, w: FloatArray | None
) -> tuple[FloatArray, IntArray, IntArray, FloatArray | None]:
    if used.all():
        return y, group, school, w
    return y[used], group[used], school[used], None if w is None else w[used]
