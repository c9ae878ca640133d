"""The SVG of rows: a label, a mark, numbers."""

from collections.abc import Iterable
from itertools import pairwise
from xml.etree import ElementTree as ET

from edu.charts import elements, lettering
from edu.charts.elements import HALO, add, hatching, number, percent
from edu.charts.layout import Layout, Plan
from edu.charts.settings import SMALL


def draw(plan: Plan, layout: Layout, *, key: str, title: str, description: str) -> str:
    """One setting of a chart as an SVG element that fills the width it is given."""
    root = elements.root(
        layout.setting, layout.height, key=key, title=title, description=description
    )
    if any(row.suppressed for row in plan.rows):
        hatching(root, key)
    draw_separators(root, layout)
    plot = plot_of(root, layout)
    draw_axis(plot, plan, layout)
    _reference(plot, plan, layout)
    if plan.bars:
        _bars(plot, plan, layout)
    draw_target(plot, plan, layout)
    (_counts if plan.counts else _intervals)(plot, plan, layout)
    draw_suppressed(plot, layout, key)
    draw_labels(root, layout)
    draw_numbers(root, plan, layout)
    return ET.tostring(root, encoding="unicode")


def draw_separators(root: ET.Element, layout: Layout) -> None:
    """Hairlines that lead the eye from a label to its numbers; one under the reference."""
    slots = layout.slots[:-1]
    if layout.setting.stacked:
        slots = tuple(slot for slot in slots if slot.row.reference)
    if not slots:
        return
    lines = add(root, "g", stroke="var(--line)", shape_rendering="crispEdges")
    for slot in slots:
        add(lines, "line", x2="100%", y1=slot.bottom, y2=slot.bottom)


def plot_of(root: ET.Element, layout: Layout) -> ET.Element:
    left, width = layout.plot
    return add(root, "svg", x=percent(left), width=percent(width), overflow="visible")


def _verticals(parent: ET.Element, layout: Layout, places: Iterable[str]) -> None:
    """Vertical lines through the rows; dashed so that they pass over labels and gaps."""
    strips = layout.strips
    first, last = strips[0], strips[-1]
    dashes = [first[1] - first[0]]
    for (_, bottom), (top, end) in pairwise(strips):
        dashes += [top - bottom, end - top]
    if len(strips) > 1:
        # a list of odd length would be repeated in turn, beginning with a gap
        parent.set("stroke-dasharray", ",".join(map(number, [*dashes, 0])))
    parent.set("shape-rendering", "crispEdges")
    for x in places:
        add(parent, "line", x1=x, x2=x, y1=first[0], y2=last[1])


def draw_axis(plot: ET.Element, plan: Plan, layout: Layout) -> None:
    if not layout.tick_lines:
        return
    ticks = plan.scale.ticks(layout.step)
    places = [percent(plan.scale.percent(tick)) for tick in ticks]
    _verticals(add(plot, "g", stroke="var(--line)"), layout, places)
    if plan.scale.low <= 0 <= plan.scale.high:
        zero = add(plot, "g", stroke="var(--quiet)")
        _verticals(zero, layout, [percent(plan.scale.percent(0))])
    for line in layout.tick_lines:
        words = add(plot, "g", font_size=SMALL, fill="var(--quiet)", text_anchor="middle")
        for tick, place in zip(ticks, places, strict=True):
            text = plan.numbers.tick(tick, layout.step)
            at_edge = {"text_anchor": "start"} if _leaves(plan, layout, tick, text) else {}
            add(words, "text", text, x=place, y=line, **at_edge)


def _leaves(plan: Plan, layout: Layout, tick: float, text: str) -> bool:
    """Whether a centered tick label would leave the picture at its left edge."""
    place = plan.scale.percent(tick) / 100 * layout.plot_pixels
    return layout.setting.stacked and place < lettering.width(text, SMALL) / 2


def _reference(plot: ET.Element, plan: Plan, layout: Layout) -> None:
    """The interval of the whole as a band behind the groups' dots."""
    if plan.bars:
        return
    for row in plan.rows:
        if not row.reference or row.low is None or row.high is None:
            continue
        low, high = plan.scale.percent(row.low), plan.scale.percent(row.high)
        band = add(plot, "g", fill="var(--sky-fill)", fill_opacity=".16")
        x, width = percent(low), percent(high - low)
        for top, bottom in layout.strips:
            add(band, "rect", x=x, y=top, width=width, height=bottom - top)


def draw_target(plot: ET.Element, plan: Plan, layout: Layout) -> None:
    if plan.target is None or not layout.strips:
        return
    place = percent(plan.scale.percent(plan.target))
    _verticals(add(plot, "g", stroke="var(--gold)", stroke_width="7"), layout, [place])
    # gold alone is too faint on a light sheet
    _verticals(add(plot, "g", stroke="var(--ink)"), layout, [place])
    look = {"text_anchor": layout.target_anchor, "font_size": number(SMALL), "font_weight": "600"}
    for text, y in layout.target:
        add(plot, "text", text, x=place, y=y, **look)


def _bars(plot: ET.Element, plan: Plan, layout: Layout) -> None:
    """Bars from zero."""
    group = add(plot, "g", fill="var(--series-1)")
    zero = plan.scale.percent(0.0)
    for slot in layout.slots:
        if slot.row.value is None:
            continue
        start, end = sorted((zero, plan.scale.percent(slot.row.value)))
        look = {"fill": "var(--quiet)"} if slot.row.reference else {}
        x, width = percent(start), percent(end - start)
        add(group, "rect", x=x, y=slot.middle - 7, width=width, height=14.0, **look)


def _counts(plot: ET.Element, plan: Plan, layout: Layout) -> None:
    """The number of a count at the end of its bar."""
    words = add(plot, "g", font_weight="600", **HALO)
    for slot in layout.slots:
        if slot.row.value is not None:
            place = percent(plan.scale.percent(slot.row.value))
            add(words, "text", plan.value(slot.row), x=place, dx="7", y=slot.middle + 5)


def _intervals(plot: ET.Element, plan: Plan, layout: Layout) -> None:
    """Intervals as lines: through dots, or with a halo over the ends of bars."""
    halo = add(plot, "g", stroke="var(--sheet)", stroke_width="4.5") if plan.bars else None
    color = "var(--ink)" if plan.bars else "var(--series-1)"
    group = add(plot, "g", fill=color, stroke=color, stroke_width="2")
    for slot in layout.slots:
        row, y = slot.row, slot.middle
        if row.value is None or row.low is None or row.high is None:
            continue
        ends = percent(plan.scale.percent(row.low)), percent(plan.scale.percent(row.high))
        ink = {"stroke": "var(--ink)"} if row.reference and not plan.bars else {}
        if halo is not None:
            add(halo, "line", x1=ends[0], x2=ends[1], y1=y, y2=y)
        add(group, "line", x1=ends[0], x2=ends[1], y1=y, y2=y, **ink)
        if not plan.bars:
            hollow = {"fill": "var(--sheet)"} if row.reference else {}
            place = percent(plan.scale.percent(row.value))
            add(group, "circle", cx=place, cy=y, r="4", **hollow, **ink)


def draw_suppressed(plot: ET.Element, layout: Layout, key: str) -> None:
    """Hatching with a word: something stands here, and it is not shown."""
    for slot in layout.slots:
        if not slot.row.suppressed:
            continue
        y = slot.middle - slot.strip / 2
        add(plot, "rect", y=y, width="100%", height=slot.strip, fill=f"url(#{key}-h)")
        words = add(plot, "g", fill="var(--quiet)", font_size=SMALL, **HALO)
        for text, line in slot.note:
            add(words, "text", text, x="8", y=line)


def draw_labels(root: ET.Element, layout: Layout) -> None:
    for slot in layout.slots:
        look: dict[str, str] = {"font_weight": "600"} if slot.row.reference else {}
        for text, y in slot.label:
            add(root, "text", text, y=y, **look)


def draw_numbers(root: ET.Element, plan: Plan, layout: Layout) -> None:
    """The heading, the values and n; columns are nested so that their places are said once."""
    quiet = {"font_size": number(SMALL), "fill": "var(--quiet)"}
    left = "0" if layout.setting.stacked else percent(layout.plot[0])
    heading = add(root, "svg", x=left, overflow="visible", **quiet)
    for text, y in layout.heading:
        add(heading, "text", text, y=y)
    if plan.counts:
        return
    end = {"overflow": "visible", "text_anchor": "end"}
    values = add(root, "svg", x=percent(layout.value_end), font_weight="600", **end)
    ns = add(root, "svg", x="100%", **quiet, **end)
    add(ns, "text", plan.n_heading, y=layout.heading[0][1])
    for slot in layout.slots:
        if slot.row.suppressed:
            continue
        if value := plan.value(slot.row):
            add(values, "text", value, y=slot.value)
        add(ns, "text", plan.count(slot.row), y=slot.middle + 4.3)
