"""Anchors that have changed between two calibrations: found, named, and left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.checks import FloatArray
from ml.irt.linking import (
    MIN_ANCHORS,
    Link,
    anchor_names,
    link,
    location_errors,
    locations,
    transformed,
)
from ml.irt.parallel import one_blas_thread

ROBUST_Z = 2.7
# An item is not called drifting below this many logits, however steady the others are.
SMALLEST = 0.15


@dataclass(frozen=True, slots=True)
class Drift:
    """One anchor: its location on the reference scale now minus then, in units of θ; z: that
    against the spread of all anchors (median and 0.74 × interquartile range).
    """

    item: str
    difference: float
    z: float
    drifting: bool


@one_blas_thread()
def drifting_anchors(
    source: Any,
    reference: Any,
    *,
    method: str = "stocking-lord",
    anchors: Sequence[str] | None = None,
    threshold: float = ROBUST_Z,
) -> tuple[Link, tuple[Drift, ...]]:
    """Link, leave out the worst drifting anchor, link again, until none drifts.

    Robust z after Huynh & Meyer (2010, Pract. Assess. Res. Eval. 15); to be called drifting an
    anchor must also have moved by more than `threshold` of its own sampling error. Every anchor
    is judged against the final link. Errors: as `ml.irt.linking.link`.
    """
    everything = anchor_names(source, reference, anchors, ())
    dropped: list[str] = []
    while True:
        found = link(source, reference, method=method, anchors=everything, dropped=dropped)
        drifts = _drifts(source, reference, found, everything, set(dropped), threshold=threshold)
        worst = max(
            (drift for drift in drifts if drift.drifting and drift.item not in dropped),
            key=lambda drift: abs(drift.z),
            default=None,
        )
        if worst is None or len(everything) - len(dropped) <= MIN_ANCHORS + 1:
            return found, drifts
        dropped.append(worst.item)


def _drifts(
    source: Any,
    reference: Any,
    found: Link,
    names: list[str],
    dropped: set[str],
    *,
    threshold: float,
) -> tuple[Drift, ...]:
    mine = source.items_.only([source.item_names_.index(name) for name in names])
    theirs = reference.items_.only([reference.item_names_.index(name) for name in names])
    difference = locations(transformed(mine, found.slope, found.shift)) - locations(theirs)
    own, other = location_errors(source, names), location_errors(reference, names)
    error = np.hypot(found.slope * own, other)
    kept = np.array([name not in dropped for name in names])
    z = (difference - np.median(difference[kept])) / _spread(difference[kept])
    return tuple(
        Drift(
            item=name,
            difference=float(gap),
            z=float(size),
            drifting=bool(abs(size) > threshold and abs(gap) > max(SMALLEST, threshold * sampling)),
        )
        for name, gap, size, sampling in zip(names, difference, z, error, strict=True)
    )


def _spread(difference: FloatArray) -> float:
    low, high = np.quantile(difference, [0.25, 0.75])
    return max(0.74 * float(high - low), 1e-8)
