"""Where things stand: columns in percent of the width, lines in pixels from the top."""

from dataclasses import dataclass

from edu.charts import lettering
from edu.charts.figures import Row
from edu.charts.formats import NumberFormat
from edu.charts.scale import Scale
from edu.charts.settings import GAP, LABEL, LINE, SMALL, SMALL_LINE, Setting, lines_of

_CLIMB = 5.0  # from the middle of a line down to its baseline
_INDENT = 8.0
_MANY = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be drawn, in words and numbers of the reader's language."""

    rows: tuple[Row, ...]
    bars: bool
    counts: bool
    scale: Scale
    target: float | None
    target_label: str
    heading: str
    n_heading: str
    hidden: str
    numbers: NumberFormat

    def value(self, row: Row) -> str:
        """What is written beside a row: of a rank its range, as a rank is no point."""
        if row.value is None:
            return ""
        if self.numbers.unit == "rank" and row.low is not None and row.high is not None:
            ends = dict.fromkeys(self.numbers.value(end) for end in (row.low, row.high))
            return "–".join(ends)
        return self.numbers.value(row.value)

    def count(self, row: Row) -> str:
        return "" if row.n is None or self.counts else self.numbers.count(row.n)


@dataclass(frozen=True, slots=True)
class Slot:
    """One row: label and note in lines with baselines, the value's baseline, the mark's strip.

    The note is the word in place of suppressed numbers.
    """

    row: Row
    label: tuple[tuple[str, float], ...]
    note: tuple[tuple[str, float], ...]
    value: float
    middle: float
    strip: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A chart laid out: `plot` is (left, width) in percent, the columns end at a percent."""

    setting: Setting
    plot: tuple[float, float]
    plot_pixels: float
    value_end: float
    heading: tuple[tuple[str, float], ...]
    target: tuple[tuple[str, float], ...]
    target_anchor: str
    tick_lines: tuple[float, ...]
    step: float
    slots: tuple[Slot, ...]
    top: float
    bottom: float
    height: float

    @property
    def strips(self) -> tuple[tuple[float, float], ...]:
        """Top and bottom of what vertical lines cross: rows with numbers, beneath their labels."""
        strips: list[tuple[float, float]] = []
        for slot in self.slots:
            if slot.row.suppressed:
                continue
            if self.setting.stacked:
                strips.append((slot.middle - slot.strip / 2, slot.middle + slot.strip / 2))
            elif strips and strips[-1][1] == slot.top:
                strips[-1] = (strips[-1][0], slot.bottom)
            else:
                strips.append((slot.top, slot.bottom))
        return tuple(strips)


def lay_out(plan: Plan, setting: Setting, *, above: float = 0.0) -> Layout:
    """The chart in one of its settings, under `above` pixels that are kept free."""
    left, right, value_room = _columns(plan, setting)
    pixels = setting.width - left - right
    n_heading = 0 if plan.counts else lettering.width(plan.n_heading, SMALL) + GAP
    heading_room = setting.width - left - n_heading
    heading = _heading(plan, heading_room, above)
    line = heading[-1][1] + 8
    anchor, target = _target(plan, left, pixels, setting.width)
    target_lines = lines_of(target, line + 12, SMALL_LINE)
    line = target_lines[-1][1] + 10 if target else line
    shown = any(row.value is not None for row in plan.rows)
    high = (line + 12,) if shown and len(plan.rows) > _MANY else ()
    top = line + (20 if high else 4)
    slots = _slots(plan, setting, top, left, value_room)
    bottom = slots[-1].bottom
    share = 100 / setting.width
    return Layout(
        setting=setting,
        plot=(left * share, pixels * share),
        plot_pixels=pixels,
        value_end=100 - (0 if setting.stacked else (right - value_room) * share),
        heading=heading,
        target=target_lines,
        target_anchor=anchor,
        tick_lines=(*high, bottom + 16) if shown else (),
        step=plan.scale.step(_most_ticks(plan, pixels)),
        slots=slots,
        top=top,
        bottom=bottom,
        height=bottom + (22 if shown else 4),
    )


def _columns(plan: Plan, setting: Setting) -> tuple[float, float, float]:
    """Pixels left and right of the plot at the narrowest width, and those of the values."""
    values = max(
        (lettering.width(plan.value(row), LABEL, bold=True) for row in plan.rows), default=0
    )
    if plan.counts:
        right = value_room = values + GAP
    else:
        ns = [plan.count(row) for row in plan.rows]
        heading = "" if setting.stacked else plan.n_heading
        n_room = max(lettering.width(text, SMALL) for text in (*ns, heading)) + GAP
        value_room = values + GAP
        right = n_room + (0 if setting.stacked else value_room)
    if setting.stacked:
        return 0.0, right, value_room
    longest = max(lettering.width(row.label, LABEL, bold=row.reference) for row in plan.rows)
    return min(longest, setting.label_room) + 16, right, value_room


def _target(plan: Plan, left: float, pixels: float, width: float) -> tuple[str, tuple[str, ...]]:
    """The word of the target, and on which side of it that stands."""
    if plan.target is None:
        return "", ()
    place = left + plan.scale.percent(plan.target) / 100 * pixels
    return lettering.beside(plan.target_label, SMALL, place, width, bold=True)


def _heading(plan: Plan, room: float, above: float) -> tuple[tuple[str, float], ...]:
    return lines_of(lettering.wrap(plan.heading, SMALL, room), above + 12, SMALL_LINE)


def _slots(
    plan: Plan, setting: Setting, top: float, left: float, value_room: float
) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    for row in plan.rows:
        beside = value_room if setting.stacked and not plan.counts and row.value is not None else 0
        room = setting.label_room - beside
        label = lettering.wrap(row.label, LABEL, room, bold=row.reference)
        note = lettering.wrap(row.why or plan.hidden, SMALL, setting.width - left - 2 * _INDENT)
        place = _stacked if setting.stacked else _level
        above = slots[-1].bottom if slots else top
        slots.append(place(row, label, note if row.suppressed else (), above, setting.row))
    return tuple(slots)


def _level(
    row: Row, label: tuple[str, ...], note: tuple[str, ...], top: float, height: float
) -> Slot:
    """Label, mark and numbers side by side."""
    strip = _strip(note)
    bottom = top + max(height, len(label) * LINE + 8, strip + 10)
    middle = (top + bottom) / 2
    first = middle + _CLIMB - (len(label) - 1) * LINE / 2
    lines = lines_of(label, first, LINE)
    return Slot(row, lines, _note(note, middle), middle + _CLIMB, middle, strip, top, bottom)


def _stacked(
    row: Row, label: tuple[str, ...], note: tuple[str, ...], top: float, height: float
) -> Slot:
    """The label and the value above, the mark and n beneath."""
    strip = _strip(note)
    lines = lines_of(label, top + 15, LINE)
    middle = lines[-1][1] + 5 + strip / 2
    bottom = middle + strip / 2 + height
    return Slot(row, lines, _note(note, middle), lines[0][1], middle, strip, top, bottom)


def _strip(note: tuple[str, ...]) -> float:
    """How high the strip of a row's mark is."""
    return 18 + SMALL_LINE * max(0, len(note) - 1)


def _note(note: tuple[str, ...], middle: float) -> tuple[tuple[str, float], ...]:
    return lines_of(note, middle + 4.3 - (len(note) - 1) * SMALL_LINE / 2, SMALL_LINE)


def _most_ticks(plan: Plan, pixels: float) -> int:
    ends = (plan.scale.low, plan.scale.high)
    widest = max(lettering.width(plan.numbers.value(end), SMALL) for end in ends)
    return max(2, min(7, int(pixels // (widest + 18))))
