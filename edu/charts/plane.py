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
    def bands(self) -> list[list[tuple[float, float, float]]]:
        """The intervals of a smooth curve as (x, low, high), the widest first."""
        if not self.smooth:
            return []
        own = [
            (row.x, row.low, row.high)
            for row in self.rows
            if row.low is not None and row.high is not None
        ]
        levels = range(len(self.rows[0].bands) if self.rows else 0)
        found = [[(row.x, *row.bands[level][1:]) for row in self.rows] for level in levels]
        found.sort(key=lambda band: sum(high - low for _, low, high in band), reverse=True)
        return [*found, *([own] if own else [])]


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
    level: of the points' own intervals.
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
    level: float | None
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

    plot, pixels: left and width in percent of the width given; its width at the narrowest.
    numbered: whether the numbers of the y axis stand beside it.
    ends: the keys at the ends of its lines.
    """

    panel: PlannedPanel
    plot: tuple[float, float]
    pixels: float
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
