"""Items as somebody else published them: known, without errors of their own, to be linked to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.items import Items, starting_items


@dataclass(frozen=True, eq=False)
class PublishedItems:
    """What `link` and `drifting_anchors` ask of a reference. Its parameters count as known: what
    they are uncertain by shows in how the anchors disagree."""

    item_names_: list[str]
    items_: Items
    covariance_: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))


def published_items(
    names: Sequence[str], slopes: Sequence[float], thresholds: Sequence[Sequence[float]]
) -> PublishedItems:
    """Items from their slopes and thresholds, in units of the reference's θ.

    thresholds: of each item the points where neighboring categories are equally likely; one for
    an item that is right or wrong. Errors: length_mismatch, invalid_item (with its name) where a
    slope is not positive or a threshold is no number.
    """
    for given, name in ((slopes, "slopes"), (thresholds, "thresholds")):
        if len(given) != len(names):
            raise StatisticsError(
                "length_mismatch", name=name, expected=len(names), found=len(given)
            )
    for name, slope, own in zip(names, slopes, thresholds, strict=True):
        if not (0 < slope < np.inf and len(own) and np.isfinite(own).all()):
            raise StatisticsError("invalid_item", item=name)
    steps = np.array([len(own) for own in thresholds], dtype=np.int64)
    items = starting_items(["gpcm"] * len(names), steps, 1)
    items.slope[:] = slopes
    for row, (slope, own) in enumerate(zip(slopes, thresholds, strict=True)):
        items.intercept[row, : len(own)] = -slope * np.cumsum(own)
    for mask in items.masks():
        mask[:] = False
    return PublishedItems(list(names), items)
