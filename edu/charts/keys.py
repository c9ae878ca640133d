"""Words that say which line is which: in a row above a picture, or at the ends of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.etree import ElementTree as ET

from edu.charts import lettering
from edu.charts.elements import add, number
from edu.charts.looks import Look, dot, stroke
from edu.charts.settings import SMALL, SMALL_LINE

SWATCH = 26.0
LEADER = 22.0  # from the end of a line to its words
_AFTER = 6.0
_APART = 18.0
_ROW = 20.0


@dataclass(frozen=True, slots=True)
class Key:
    """A word and the sample it explains: a series' look, a mark, an apart dot, a shade."""

    text: str
    sample: Look | Literal["gold", "mark", "apart", "hidden"]


@dataclass(frozen=True, slots=True)
class PlacedKey:
    """A key with its text in lines.

    y: the middle of its first line, in a row; of all its lines, at the end of a line.
    end: the height at which the line ends.
    """

    key: Key
    x: float
    y: float
    lines: tuple[str, ...]
    end: float = 0.0

    @property
    def height(self) -> float:
        return SMALL_LINE * len(self.lines)


def in_rows(keys: Sequence[Key], room: float, top: float) -> tuple[tuple[PlacedKey, ...], float]:
    """Keys one after the other, in as many rows as they need, and where the last row ends."""
    placed: list[PlacedKey] = []
    x, y, height = 0.0, top + _ROW / 2, 0.0
    for key in keys:
        lines = lettering.wrap(key.text, SMALL, room - SWATCH - _AFTER)
        width = SWATCH + _AFTER + max(lettering.width(line, SMALL) for line in lines)
        if x and x + width > room:
            x, y, height = 0.0, y + height, 0.0
        placed.append(PlacedKey(key, x, y, lines))
        x += width + _APART
        height = max(height, _ROW + SMALL_LINE * (len(lines) - 1))
    return tuple(placed), y - _ROW / 2 + height


def at_ends(keys: Sequence[tuple[Key, float]], room: float, height: float) -> tuple[PlacedKey, ...]:
    """Keys as near to the ends of their lines as they can be without touching; () if too many."""
    wrapped = [
        PlacedKey(key, 0.0, end, lettering.wrap(key.text, SMALL, room), end) for key, end in keys
    ]
    wrapped.sort(key=lambda placed: placed.end)
    heights = [placed.height + 3 for placed in wrapped]
    if sum(heights) > height:
        return ()
    middles: list[float] = []
    floor = 0.0
    for placed, own in zip(wrapped, heights, strict=True):
        middles.append(max(placed.end, floor + own / 2))
        floor = middles[-1] + own / 2
    ceiling = height
    for index in reversed(range(len(wrapped))):
        middles[index] = min(middles[index], ceiling - heights[index] / 2)
        ceiling = middles[index] - heights[index] / 2
    return tuple(replace(placed, y=middle) for placed, middle in zip(wrapped, middles, strict=True))


def sample(parent: ET.Element, placed: PlacedKey, hatch: str) -> None:
    """The sample of a key, as wide as `SWATCH`; `hatch` is the id of the hatching."""
    look, y = placed.key.sample, placed.y
    box = add(parent, "svg", x=placed.x, y=y, overflow="visible")
    across = f"M0 0H{number(SWATCH)}"
    if isinstance(look, Look):
        if look.line:
            add(box, "path", d=across, **stroke(look))
        if look.dots:
            middle = add(box, "svg", x=SWATCH / 2, overflow="visible")
            if not look.line:
                add(middle, "path", d="M0-7V7", stroke=look.color, stroke_width="2")
            dot(middle, look, hollow=look.hollow)
    elif look == "gold":
        gold_line(box, across)
    elif look == "mark":
        add(box, "path", d=across, stroke="var(--quiet)", stroke_dasharray="4 3")
    elif look == "apart":
        add(
            box,
            "circle",
            cx=SWATCH / 2,
            r=4.0,
            fill="none",
            stroke="var(--quiet)",
            stroke_width="2",
        )
    else:
        add(box, "path", d=f"M4-7H{number(SWATCH - 4)}V7H4z", fill=f"url(#{hatch})")


def gold_line(parent: ET.Element, path: str) -> None:
    """The one gold thing; gold alone is too faint on a light sheet."""
    still = {"vector_effect": "non-scaling-stroke", "fill": "none"}
    add(parent, "path", d=path, stroke="var(--gold)", stroke_width="5", **still)
    add(parent, "path", d=path, stroke="var(--ink)", **still)


def leader(parent: ET.Element, placed: PlacedKey) -> None:
    """A thin line from the end of a series to its words; its shape where it has dots."""
    look = placed.key.sample
    color = look.color if isinstance(look, Look) else "var(--quiet)"
    line = f"M3 {number(placed.end)}L{number(LEADER - 5)} {number(placed.y)}"
    add(parent, "path", d=line, fill="none", stroke=color)


def words(parent: ET.Element, placed: PlacedKey, x: float, first: float) -> None:
    """The lines of a key's text; `first` is the middle of the first."""
    for index, line in enumerate(placed.lines):
        add(parent, "text", line, x=x, y=first + 4.3 + index * SMALL_LINE)
