"""What an x–y picture is, planned and laid out: panels in percent, lines in pixels."""

from dataclasses import dataclass, replace

from edu.charts.formats import NumberFormat
from edu.charts.keys import Key, PlacedKey
from edu.charts.looks import Look
from edu.charts.points import Mark, PointRow
from edu.charts.scale import Scale
from edu.charts.settings import Setting
from edu.charts.ticks import Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A curve, planned: its rows from left to right and its look."""

    label: str
    rows: tuple[PointRow, ...]
    smooth: bool
    look: Look

    @property
    def bands(self) -> dict[float, list[tuple[float, float, float]]]:
        """The intervals of a smooth curve as (x, low, high) by level, the widest first."""
        if not self.smooth:
            return {}
        found: dict[float, list[tuple[float, float, float]]] = {}
        for row in self.rows:
            for share, low, high in row.intervals:
                found.setdefault(share, []).append((row.x, low, high))
        return dict(sorted(found.items(), reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPanel:
    """A panel, planned."""

    title: str
    tracks: tuple[Track, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """What is to be drawn in an x–y picture, in words and numbers of the reader's language.

    x_ticks: where the x axis is marked and with which words; () for round numbers.
    notes: keys of what has no line of its own (hatching, points that stand apart).
    """

    panels: tuple[PlannedPanel, ...]
    x: Scale
    y: Scale
    x_ticks: tuple[tuple[float, str], ...]
    x_whole: bool
    x_numbers: NumberFormat
    y_numbers: NumberFormat
    x_label: str
    heading: str
    notes: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class MarkWord:
    """A line of a vertical mark's word: where it stands, on which side, on which baseline."""

    text: str
    x: float
    anchor: str
    y: float

    def moved(self, down: float) -> "MarkWord":
        """The same, so much further down."""
        return replace(self, y=self.y + down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The plot of one panel.

    plot: left and width in percent of the width given.
    numbered: whether the numbers of the y axis stand beside it.
    ends: the keys at the ends of its lines.
    """

    panel: PlannedPanel
    plot: tuple[float, float]
    title: tuple[tuple[str, float], ...]
    words: tuple[MarkWord, ...]
    top: float
    bottom: float
    end: float
    numbered: bool
    x_ticks: tuple[Tick, ...]
    x_label: tuple[tuple[str, float], ...]
    ends: tuple[PlacedKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneLayout:
    """A whole x–y picture in one setting."""

    setting: Setting
    height: float
    heading: tuple[tuple[str, float], ...]
    keys: tuple[PlacedKey, ...]
    frames: tuple[Frame, ...]
    y_step: float
