"""A risk report in words and small bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from edu.export.columns import QUASI_IDENTIFIERS


@dataclass(frozen=True)
class Risk:
    """Somebody's chance to name a person rightly: on average, and for the easiest to find."""

    mean: float
    largest: float
    smallest_class: int


@dataclass(frozen=True)
class ChosenLevel:
    """How finely a column is told: level `index` of 0 (finest) to `coarsest` (not at all)."""

    column: LazyString
    level: LazyString
    index: int
    coarsest: int


@dataclass(frozen=True)
class RiskTold:
    """What the page of a release says of its risk."""

    rows: int
    k: int
    share_dropped: float
    loss: float
    before: Risk
    after: Risk
    levels: Sequence[ChosenLevel]


def told(risk: Mapping[str, Any] | None) -> RiskTold | None:
    """The stored report as the page shows it."""
    if risk is None:
        return None
    return RiskTold(
        rows=risk["rows"],
        k=risk["k"],
        share_dropped=risk["share_dropped"],
        loss=risk["loss"],
        before=measures(risk["before"]),
        after=measures(risk["after"]),
        levels=[
            ChosenLevel(
                column.label,
                column.levels[risk["levels"][column.name]],
                risk["levels"][column.name],
                len(column.levels) - 1,
            )
            for column in QUASI_IDENTIFIERS
        ],
    )


def measures(found: Mapping[str, Any]) -> Risk:
    """One side of the report."""
    return Risk(found["mean_risk"], found["max_risk"], found["min_class"])
