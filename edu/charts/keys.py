"""Words that say which line is which: in a row above a picture, or at the ends of its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from xml.etree import ElementTree as ET

from edu.charts import lettering
from edu.charts.elements import add, number, percent
from edu.charts.looks import Look, Shade, Tint, dot, shade, stroke, tint
from edu.charts.settings import SMALL, SMALL_LINE, lines_of

SWATCH = 26.0
_LEAD, _SHORT = 12.0, 20.0  # from the plot to a short sample at the end of a line
LEADER = _LEAD + _SHORT + 6  # from the plot to the words
MARK = {"stroke": "var(--quiet)", "stroke_dasharray": "4 3"}
_AFTER = 6.0
_APART = 18.0
_ROW = 20.0

Sample: TypeAlias = Look | Shade | Tint | Literal["gold", "mark", "apart", "hidden"]


@dataclass(frozen=True, slots=True)
class Key:
    """A word and the sample it explains."""

    text: str
    sample: Sample


@dataclass(frozen=True, slots=True)
class PlacedKey:
    """A key with its text in lines.

    y: the middle of its first line, in a row; of all its lines, at the end of a line.
    end: where the line ends, in percent of the plot's width and in pixels from its top.
    """

    key: Key
    x: float
    y: float
    lines: tuple[str, ...]
    end: tuple[float, float] = (100.0, 0.0)

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


def at_ends(
    keys: Mapping[Key, tuple[float, float]], room: float, height: float
) -> tuple[PlacedKey, ...]:
    """Keys as near to the ends of their lines as they can be without touching; () if too many."""
    wrapped = [
        PlacedKey(key, 0.0, end[1], lettering.wrap(key.text, SMALL, room), end)
        for key, end in keys.items()
    ]
    wrapped.sort(key=lambda placed: placed.y)
    if sum(placed.height for placed in wrapped) > height:
        return ()
    floor = 0.0
    for index, placed in enumerate(wrapped):
        wrapped[index] = replace(placed, y=max(placed.y, floor + placed.height / 2))
        floor = wrapped[index].y + placed.height / 2
    ceiling = height
    for index, placed in reversed(list(enumerate(wrapped))):
        wrapped[index] = replace(placed, y=min(placed.y, ceiling - placed.height / 2))
        ceiling = wrapped[index].y - placed.height / 2
    return tuple(wrapped)


def draw_in_rows(parent: ET.Element, placed: Sequence[PlacedKey], hatch: str) -> None:
    """Keys with their samples; `hatch` is the id of the hatching."""
    group = add(parent, "g", font_size=SMALL)
    for key in placed:
        box = add(group, "svg", x=key.x, y=key.y, overflow="visible")
        _sample(box, key.key.sample, SWATCH, hatch)
        _words(group, key, key.x + SWATCH + _AFTER, key.y)


def draw_at_ends(parent: ET.Element, placed: Sequence[PlacedKey], top: float) -> None:
    """Keys at the right of a plot, led to the ends of their lines."""
    for key in placed:
        x, y = key.end
        if x < 100:
            look = {"stroke": _color(key.key.sample), "stroke_dasharray": "1 3"}
            add(parent, "line", x1=percent(x), x2="100%", y1=top + y, y2=top + y, **look)
    beside = add(parent, "svg", x="100%", y=top, overflow="visible", font_size=SMALL)
    for key in placed:
        lead = f"M2 {number(key.end[1])}L{number(_LEAD)} {number(key.y)}"
        add(beside, "path", d=lead, fill="none", stroke=_color(key.key.sample))
        box = add(beside, "svg", x=_LEAD, y=key.y, overflow="visible")
        _sample(box, key.key.sample, _SHORT, "")
        _words(beside, key, LEADER, key.y - (key.height - SMALL_LINE) / 2)


def _color(sample: Sample) -> str:
    if isinstance(sample, Look):
        return sample.color
    return sample.look.color if isinstance(sample, Shade) else "var(--quiet)"


def _sample(box: ET.Element, sample: Sample, width: float, hatch: str) -> None:
    across = f"M0 0H{number(width)}"
    block = f"M3-6H{number(width - 3)}V6H3z"
    if isinstance(sample, Look):
        if sample.line:
            add(box, "path", d=across, **stroke(sample))
        if sample.dots:
            middle = add(box, "svg", x=width / 2, overflow="visible")
            if not sample.line:
                add(middle, "path", d="M0-7V7", stroke=sample.color, stroke_width="2")
            dot(middle, sample, hollow=sample.hollow)
    elif isinstance(sample, Shade):
        for _ in range(sample.layers):
            add(box, "path", d=block, **shade(sample.look))
    elif isinstance(sample, Tint):
        for look in tint(sample):
            add(box, "path", d=block, **look)
    elif sample == "gold":
        add(box, "path", d=across, stroke="var(--gold)", stroke_width="5")
        add(box, "path", d=across, stroke="var(--ink)")
    elif sample == "mark":
        add(box, "path", d=across, **MARK)
    elif sample == "apart":
        hollow = {"fill": "none", "stroke": "var(--quiet)", "stroke_width": "2"}
        add(box, "circle", cx=width / 2, r=4.0, **hollow)
    else:
        add(box, "path", d=block, fill=f"url(#{hatch})", stroke="var(--quiet)")


def _words(parent: ET.Element, placed: PlacedKey, x: float, first: float) -> None:
    """The lines of a key's text; `first` is the middle of the first."""
    for text, y in lines_of(placed.lines, first + 4.3, SMALL_LINE):
        add(parent, "text", text, x=x, y=y)
