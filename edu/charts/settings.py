"""The two settings of a chart and the sizes of its letters."""

from collections.abc import Sequence
from dataclasses import dataclass

LABEL = 14.0
SMALL = 12.0
LINE = 18.0
SMALL_LINE = 15.0
GAP = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One of the two settings of a chart.

    width: the narrowest container it must fit.
    row: the least height of a row; stacked, the space beneath one.
    """

    name: str
    width: float
    stacked: bool
    label_room: float
    row: float


WIDE = Setting(name="w", width=680, stacked=False, label_room=230, row=28)
NARROW = Setting(name="n", width=256, stacked=True, label_room=256, row=7)


def lines_of(texts: Sequence[str], first: float, apart: float) -> tuple[tuple[str, float], ...]:
    """Lines of text with their baselines."""
    return tuple((text, first + index * apart) for index, text in enumerate(texts))
