"""The layout of x–y pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edu.charts import lettering
from edu.charts.formats import level
from edu.charts.keys import LEADER, Key, PlacedKey, at_ends, in_rows
from edu.charts.looks import Shade
from edu.charts.plane import Frame, MarkWord, Plane, PlaneLayout, PlannedPanel, Track
from edu.charts.points import Mark
from edu.charts.settings import LABEL, LINE, SMALL, SMALL_LINE, Setting, lines_of
from edu.charts.ticks import Tick, depth, ticks_of_names, ticks_of_numbers

_HEIGHT, _NARROW_HEIGHT, _PANEL_HEIGHT = 340.0, 260.0, 220.0
_BESIDE = 8.0  # between the axis and its numbers
_MOST_WORDS = 190.0
_BETWEEN = 28.0
_BELOW = 14.0
_COLUMNS = 3


def lay_out(plane: Plane, setting: Setting) -> PlaneLayout:
    """The picture in one of its settings."""
    many = len(plane.panels) > 1
    y_step = plane.y.step(5 if many else 6)
    height = _NARROW_HEIGHT if setting.stacked else _PANEL_HEIGHT if many else _HEIGHT
    ends = () if many or setting.stacked else _ends(plane, height)
    heading = lines_of(lettering.wrap(plane.heading, SMALL, setting.width), 12, SMALL_LINE)
    keys, line = in_rows(
        (*(() if ends else _keys(plane)), *plane.notes), setting.width, heading[-1][1] + 8
    )
    grid = _grid(plane, setting, y_step, height, ends)
    frames: list[Frame] = []
    columns = len(grid.lefts)
    for first in range(0, len(plane.panels), columns):
        panels, after = plane.panels[first:][:columns], plane.panels[first + columns :]
        frames += grid.row(panels, line, last=not after)
        line = frames[-1].end + _BELOW
    return PlaneLayout(
        setting=setting,
        height=frames[-1].end,
        heading=heading,
        keys=keys,
        frames=tuple(frames),
        y_step=y_step,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Plots side by side: their left edges and width in pixels at the narrowest, their height."""

    plane: Plane
    setting: Setting
    lefts: tuple[float, ...]
    pixels: float
    height: float
    ends: tuple[PlacedKey, ...]
    x_ticks: tuple[Tick, ...]

    def row(self, panels: Sequence[PlannedPanel], line: float, *, last: bool) -> list[Frame]:
        """Panels side by side, their plots at one height under the tallest of their words.

        The last row names the x axis.
        """
        titles = [lettering.wrap(panel.title, LABEL, self.pixels, bold=True) for panel in panels]
        words = [self._words(panel, left) for panel, left in zip(panels, self.lefts, strict=False)]
        raised = max((word.y for placed in words for word in placed), default=-SMALL_LINE)
        top = line + 10 + raised + SMALL_LINE
        top += max(map(len, titles)) * LINE + 6 if any(map(any, titles)) else 0.0
        return [
            replace(
                self._frame(panel, column, top, last=last),
                title=lines_of(title, line + 22, LINE),
                words=tuple(word.moved(top - 8 - raised) for word in words[column]),
            )
            for column, (panel, title) in enumerate(zip(panels, titles, strict=True))
        ]

    def _frame(self, panel: PlannedPanel, column: int, top: float, *, last: bool) -> Frame:
        bottom = top + self.height
        under = bottom + 19 + depth(self.x_ticks)
        label = lettering.wrap(self.plane.x_label, SMALL, self.pixels) if last else ()
        share = 100 / self.setting.width
        return Frame(
            panel=panel,
            plot=(self.lefts[column] * share, self.pixels * share),
            title=(),
            words=(),
            top=top,
            bottom=bottom,
            end=under + SMALL_LINE * (len(label) - 1) + 6,
            numbered=column == 0,
            x_ticks=self.x_ticks,
            x_label=lines_of(label, under, SMALL_LINE),
            ends=self.ends,
        )

    def _words(self, panel: PlannedPanel, left: float) -> tuple[MarkWord, ...]:
        """The words of vertical marks, each in the first row where it touches no other."""
        placed: list[MarkWord] = []
        taken: list[float] = []  # the right end of each row
        for mark in sorted((mark for mark in panel.marks if mark.x is not None), key=_place):
            x = self.plane.x.percent(mark.x or 0.0)
            place = left + x * self.pixels / 100
            anchor, lines = lettering.beside(mark.label, SMALL, place, self.setting.width)
            width = max(lettering.width(line, SMALL) for line in lines)
            start = place - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
            row = next(
                row
                for row in range(len(taken) + 1)
                if all(end + _BESIDE < start for end in taken[row : row + len(lines)])
            )
            for index, text in enumerate(lines):
                taken[row + index : row + index + 1] = [start + width]
                placed.append(MarkWord(text, x, anchor, (row + index) * SMALL_LINE))
        return tuple(placed)


def _place(mark: Mark) -> float:
    return mark.x or 0.0


def _grid(
    plane: Plane, setting: Setting, y_step: float, height: float, ends: tuple[PlacedKey, ...]
) -> _Grid:
    """Plots as wide as the words around them allow."""
    columns = 1 if setting.stacked else min(len(plane.panels), _COLUMNS)
    numbers = [plane.y_numbers.tick(tick, y_step) for tick in plane.y.ticks(y_step)]
    left = max(lettering.width(number, SMALL) for number in numbers) + _BESIDE
    words = [lettering.width(line, SMALL) + LEADER for key in ends for line in key.lines]
    right = max(words, default=2.0)
    between = _BETWEEN
    ticks: tuple[Tick, ...] = ()
    pixels = 0.0
    for _ in range(2):  # the names of the axis need room, which takes some of theirs
        before, after = _beyond(plane, ticks, pixels)
        left, right = max(left, before), max(right, after)
        between = max(between, before + after + _BESIDE)
        pixels = (setting.width - left - right - between * (columns - 1)) / columns
        ticks = _x_ticks(plane, pixels)
    return _Grid(
        plane=plane,
        setting=setting,
        lefts=tuple(left + column * (pixels + between) for column in range(columns)),
        pixels=pixels,
        height=height,
        ends=ends,
        x_ticks=ticks,
    )


def _x_ticks(plane: Plane, pixels: float) -> tuple[Tick, ...]:
    if plane.x_ticks:
        return ticks_of_names(plane.x, plane.x_ticks, pixels)
    return ticks_of_numbers(plane.x, plane.x_numbers, pixels, whole=plane.x_whole)


def _beyond(plane: Plane, ticks: Sequence[Tick], pixels: float) -> tuple[float, float]:
    """How far the names of an axis pass its two ends."""
    before = after = 0.0
    for tick in ticks:
        half = max((lettering.width(line, SMALL) for line in tick.lines), default=0.0) / 2
        place = plane.x.percent(tick.x) * pixels / 100
        before, after = max(before, half - place), max(after, place + half - pixels)
    return before, after


def _keys(plane: Plane) -> tuple[Key, ...]:
    """Every series and horizontal mark once."""
    return tuple(dict.fromkeys(key for panel in plane.panels for key in _named(plane, panel)))


def _ends(plane: Plane, height: float) -> tuple[PlacedKey, ...]:
    """The same, where the lines of the only panel end."""
    named = _named(plane, plane.panels[0])
    ends = {
        key: (plane.x.percent(x), height * (1 - plane.y.percent(y) / 100))
        for key, (x, y) in named.items()
    }
    return at_ends(ends, _MOST_WORDS, height)


def _named(plane: Plane, panel: PlannedPanel) -> dict[Key, tuple[float, float]]:
    """What has a word at the right of a panel, and where it ends."""
    named: dict[Key, tuple[float, float]] = {}
    for track in panel.tracks:
        shown = [(row.x, row.value) for row in track.rows if row.value is not None]
        if track.label and shown:
            named[Key(track.label, track.look)] = shown[-1]
        named |= _fan(plane, track)
    for mark in panel.marks:
        if mark.y is not None:
            named[Key(mark.label, "gold" if mark.gold else "mark")] = (plane.x.high, mark.y)
    return named


def _fan(plane: Plane, track: Track) -> dict[Key, tuple[float, float]]:
    """The levels of a fan at the upper ends of its bands."""
    if len(track.bands) < 2:
        return {}
    return {
        Key(level(share, plane.y_numbers.locale), Shade(track.look, layers + 1)): band[-1][::2]
        for layers, (share, band) in enumerate(track.bands.items())
    }
