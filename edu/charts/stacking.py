"""The layout and the SVG of shares by level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.etree import ElementTree as ET

from edu.charts import elements, lettering
from edu.charts.drawing import (
    draw_axis,
    draw_labels,
    draw_numbers,
    draw_separators,
    draw_suppressed,
    draw_target,
    plot_of,
)
from edu.charts.elements import add, hatching, percent
from edu.charts.figures import Row
from edu.charts.formats import NumberFormat
from edu.charts.keys import Key, draw_in_rows, in_rows
from edu.charts.layout import Layout, Plan, lay_out
from edu.charts.looks import Tint, tint
from edu.charts.settings import SMALL, Setting

_HEIGHT = 18.0
_BESIDE = 9.0  # what a number needs beside itself, half of the gold line included


@dataclass(frozen=True, slots=True)
class SignlessFormat(NumberFormat):
    """Numbers of an axis that counts in both directions."""

    def tick(self, number: float, step: float) -> str:
        """A mark of the axis."""
        return NumberFormat.tick(self, abs(number), step)

    def value(self, number: float) -> str:
        """An end of the axis."""
        return self.tick(number, 0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow(Row):
    """The share of one level of a bar, as a row of the table."""

    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPlan(Plan):
    """Bars of shares. `target` is the boundary, at 0.

    stacks: the shares of each row, those of the worst level first.
    """

    levels: tuple[tuple[str, Tint], ...]
    below: int
    stacks: tuple[tuple[LevelRow, ...], ...]

    def value(self, row: Row) -> str:
        """Nothing beside a bar: its numbers stand in it."""
        return ""

    def pieces(self, layout: Layout, first: int, last: int) -> Iterator[tuple[float, float, float]]:
        """From each bar the levels from `first` to before `last`: the row's middle, both ends."""
        slots = (slot for slot in layout.slots if not slot.row.suppressed)
        for slot, stack in zip(slots, self.stacks, strict=True):
            found = ends([part.value or 0.0 for part in stack], self.below)
            yield slot.middle, found[first], found[last]


def ends(shares: Sequence[float], below: int) -> tuple[float, ...]:
    """Where the levels of a bar begin and end, if `below` of them stand left of 0."""
    return tuple(accumulate(shares, initial=-sum(shares[:below])))


def draw(plan: StackPlan, setting: Setting, *, key: str, title: str, description: str) -> str:
    """One setting of the bars as an SVG element that fills the width it is given."""
    samples = [Key(name, tinted) for name, tinted in plan.levels]
    placed, room = in_rows(samples, setting.width, 0.0)
    layout = lay_out(plan, setting, above=room + 6)
    root = elements.root(setting, layout.height, key=key, title=title, description=description)
    if any(row.suppressed for row in plan.rows):
        hatching(root, key)
    draw_in_rows(root, placed, "")
    draw_separators(root, layout)
    plot = plot_of(root, layout)
    draw_axis(plot, plan, layout)
    _bars(plot, plan, layout)
    draw_target(plot, plan, layout)
    _shares(plot, plan, layout)
    draw_suppressed(plot, layout, key)
    draw_labels(root, layout)
    draw_numbers(root, plan, layout)
    return ET.tostring(root, encoding="unicode")


def _bars(plot: ET.Element, plan: StackPlan, layout: Layout) -> None:
    """Bars on a ground through which no line of the axis shines."""
    ground = add(plot, "g", fill="var(--sheet)")
    for middle, start, end in plan.pieces(layout, 0, len(plan.levels)):
        _piece(ground, plan, middle, start, end)
    for level, (_, tinted) in enumerate(plan.levels):
        for look in tint(tinted):
            group = add(plot, "g", stroke="var(--sheet)", **look)
            for middle, start, end in plan.pieces(layout, level, level + 1):
                _piece(group, plan, middle, start, end)


def _piece(parent: ET.Element, plan: StackPlan, middle: float, start: float, end: float) -> None:
    x = plan.scale.percent(start)
    place = {"x": percent(x), "width": percent(plan.scale.percent(end) - x)}
    add(parent, "rect", y=middle - _HEIGHT / 2, height=_HEIGHT, **place)


def _shares(plot: ET.Element, plan: StackPlan, layout: Layout) -> None:
    """The percent of a share where it has room."""
    percents = NumberFormat(plan.numbers.locale, "points", 0)
    words = add(plot, "g", font_size=SMALL, text_anchor="middle")
    for level, (_, tinted) in enumerate(plan.levels):
        group = add(words, "g", fill="var(--sheet)" if tinted.strong else "var(--ink)")
        for middle, start, end in plan.pieces(layout, level, level + 1):
            text = percents.value(100 * (end - start))
            room = plan.scale.percent(end) - plan.scale.percent(start)
            if lettering.width(text, SMALL) + _BESIDE <= room / 100 * layout.plot_pixels:
                place = percent(plan.scale.percent((start + end) / 2))
                add(group, "text", text, x=place, y=middle + 4.3)
