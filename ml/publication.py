"""Which figures are too small to be shown, and which must go with them.

A group below the threshold is withheld. One withheld group could be worked out by taking the
shown ones from the total, so what is withheld must always be at least two groups and must
together be above the threshold itself: the smallest shown groups follow until that holds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, IntArray

# Policy: shared statistics rules, no. 9: no estimate for fewer than 30 pupils or 5 schools.
MIN_PERSONS = 30
MIN_CLUSTERS = 5

TOO_FEW_PERSONS = "too_few_persons"
TOO_FEW_CLUSTERS = "too_few_clusters"
CONSTANT_OUTCOME = "constant_outcome"
NO_DATA = "no_data"
NOT_ESTIMABLE = "not_estimable"
PROTECTS_ANOTHER = "protects_another"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The smallest number of persons and of clusters (schools) behind a published figure."""

    persons: int = MIN_PERSONS
    clusters: int = MIN_CLUSTERS


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A group without an estimate: its label and the reason's code, never its size."""

    group: str
    reason: str


def too_small(persons: int, clusters: int, threshold: Threshold) -> str | None:
    """The reason's code, None where the figure may be shown."""
    if persons < threshold.persons:
        return TOO_FEW_PERSONS
    if clusters < threshold.clusters:
        return TOO_FEW_CLUSTERS
    return None


def with_complement(
    withheld: BoolArray,
    persons: IntArray,
    clusters_of: Callable[[BoolArray], int],
    threshold: Threshold,
) -> BoolArray:
    """The withheld groups together with those that must go so that none can be worked out.

    withheld, persons: shape (n_groups,). clusters_of(mask): the number of clusters that the
    groups of the mask occupy together. Ties go by the order of the groups.
    """
    result = withheld.copy()
    while result.any() and not result.all():
        together = too_small(int(persons[result].sum()), clusters_of(result), threshold)
        if result.sum() > 1 and together is None:
            break
        sizes = np.where(result, np.iinfo(np.int64).max, persons)
        result[int(np.argmin(sizes))] = True
    return result
