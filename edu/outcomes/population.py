"""Who stands behind a figure, so that no two published figures differ by a few people."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.publication import Threshold, too_small

UNKNOWN = "unknown"
# Policy: no more than this share of the people may be set aside (disclosure rules: 5 %).
LARGEST_SHARE_LEFT_OUT = 0.05

Mask = npt.NDArray[np.bool_]
LabelArray = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Population:
    """left_out: shape (n,), who has a value that counts in no figure.

    labels: (n,) by grouping, None only for who does not count. A grouping in which nobody with a
    value has a label is absent.
    """

    left_out: Mask
    labels: Mapping[str, LabelArray]


def settle(
    present: Mask, schools: npt.NDArray[np.generic], labels: Mapping[str, LabelArray]
) -> Population:
    """What becomes of people whose group is not known; all arrays have shape (n,).

    They are a group of their own, UNKNOWN. Where those with a value (`present`) are too few to
    be shown, the total and the known groups would tell about them, and another group would have
    to be withheld for their sake. As long as they are a small share they are therefore left out
    of every figure, also of those by other groupings: all totals stay one and the same.
    """
    unlabeled = {name: missing(column) for name, column in labels.items()}
    if present.any():
        unlabeled = {name: mask for name, mask in unlabeled.items() if not mask[present].all()}
    counted = present.copy()
    while few := [mask & counted for mask in unlabeled.values() if is_few(mask, counted, schools)]:
        counted &= ~np.logical_or.reduce(few)
    settled = {
        name: np.where(mask & counted, UNKNOWN, labels[name]) for name, mask in unlabeled.items()
    }
    return Population(left_out=present & ~counted, labels=settled)


def is_few(unlabeled: Mask, counted: Mask, schools: npt.NDArray[np.generic]) -> bool:
    """Whether those counted without a label are too few to show and few enough to leave out."""
    concerned = unlabeled & counted
    persons = int(concerned.sum())
    if not 0 < persons <= LARGEST_SHARE_LEFT_OUT * counted.sum():
        return False
    clusters = len(set(schools[concerned].tolist()))
    return too_small(persons, clusters, Threshold()) is not None


def divides(column: LabelArray) -> bool:
    """Whether a grouping has more than one group: otherwise it says nothing of its own."""
    return len({str(label) for label in column if label is not None}) > 1


def missing(column: LabelArray) -> Mask:
    """Where there is no label."""
    return np.fromiter((label is None for label in column), dtype=np.bool_, count=len(column))
