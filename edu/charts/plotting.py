"""The SVG of x–y pictures.

Lines and bands stand in an inner picture that is stretched in x alone, with strokes that keep
their width; dots and words stand at percents of the width and keep their shape.
"""

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from edu.charts import elements, keys
from edu.charts.elements import add, hatching, number, percent
from edu.charts.looks import Look, dot, stroke
from edu.charts.plane import Frame, Plane, PlaneLayout, Track
from edu.charts.points import PointRow
from edu.charts.settings import SMALL, SMALL_LINE, lines_of

_ACROSS = 1000  # the inner picture's own width
_DODGE = 9.0


def draw(plane: Plane, layout: PlaneLayout, *, key: str, title: str, description: str) -> str:
    """One setting of an x–y picture as an SVG element that fills the width it is given."""
    root = elements.root(
        layout.setting, layout.height, key=key, title=title, description=description
    )
    if _hidden(plane):
        hatching(root, key)
    quiet = {"font_size": number(SMALL), "fill": "var(--quiet)"}
    for text, y in layout.heading:
        add(root, "text", text, y=y, **quiet)
    above = add(root, "g", font_size=SMALL)
    for placed in layout.keys:
        keys.sample(above, placed, f"{key}-h")
        keys.words(above, placed, placed.x + keys.SWATCH + 6, placed.y)
    for frame in layout.frames:
        _panel(root, plane, layout, frame, f"{key}-h")
    return ET.tostring(root, encoding="unicode")


def _hidden(plane: Plane) -> bool:
    tracks = (track for panel in plane.panels for track in panel.tracks)
    return any(row.suppressed for track in tracks for row in track.rows)


def _panel(root: ET.Element, plane: Plane, layout: PlaneLayout, frame: Frame, hatch: str) -> None:
    left, width = frame.plot
    plot = add(root, "svg", x=percent(left), width=percent(width), overflow="visible")
    for text, y in frame.title:
        add(plot, "text", text, y=y, font_weight="600")
    _y_axis(plot, plane, layout.y_step, frame)
    _suppressed(plot, plane, frame, hatch)
    _x_axis(plot, plane, frame)
    _marks(plot, plane, frame, gold=False)
    for track in frame.panel.tracks:
        _bands(plot, plane, frame, track)
    _marks(plot, plane, frame, gold=True)
    shifts = _shifts(frame)
    for track, shift in zip(frame.panel.tracks, shifts, strict=True):
        moved = {"transform": f"translate({number(shift)})"} if shift else {}
        _track(add(plot, "g", **moved), plane, frame, track)
    _ends(plot, frame)


def _y(plane: Plane, frame: Frame, value: float) -> float:
    return frame.bottom - plane.y.percent(value) * (frame.bottom - frame.top) / 100


def _y_axis(plot: ET.Element, plane: Plane, step: float, frame: Frame) -> None:
    """Hairlines at round numbers, and the numbers beside the first panel."""
    lines = add(plot, "g", stroke="var(--line)", shape_rendering="crispEdges")
    numbers = add(plot, "g", font_size=SMALL, fill="var(--quiet)", text_anchor="end")
    for tick in plane.y.ticks(step):
        y = _y(plane, frame, tick)
        zero = {"stroke": "var(--quiet)"} if tick == 0 and plane.y.low < 0 else {}
        add(lines, "line", x2="100%", y1=y, y2=y, **zero)
        if frame.numbered:
            add(numbers, "text", plane.y_numbers.tick(tick, step), x=-8.0, y=y + 4.3)


def _x_axis(plot: ET.Element, plane: Plane, frame: Frame) -> None:
    bottom = frame.bottom
    axis = add(plot, "g", stroke="var(--quiet)", shape_rendering="crispEdges")
    add(axis, "line", x2="100%", y1=bottom, y2=bottom)
    words = add(plot, "g", font_size=SMALL, fill="var(--quiet)", text_anchor="middle")
    for tick in frame.x_ticks:
        place = percent(plane.x.percent(tick.x))
        add(axis, "line", x1=place, x2=place, y1=bottom, y2=bottom + 5 + tick.down)
        for text, y in lines_of(tick.lines, bottom + 17 + tick.down, SMALL_LINE):
            add(words, "text", text, x=place, y=y)
    for text, y in frame.x_label:
        add(words, "text", text, x="50%", y=y)


def _inner(parent: ET.Element, frame: Frame) -> ET.Element:
    """The picture stretched in x alone."""
    height = number(frame.bottom - frame.top)
    return add(
        parent,
        "svg",
        y=frame.top,
        width="100%",
        height=height,
        viewBox=f"0 0 {_ACROSS} {height}",
        preserveAspectRatio="none",
        overflow="visible",
    )


def _path(plane: Plane, frame: Frame, points: Sequence[tuple[float, float]]) -> str:
    """A line through values, in the coordinates of the inner picture."""
    places = (
        f"{number(plane.x.percent(x) * _ACROSS / 100)} {number(_y(plane, frame, y) - frame.top)}"
        for x, y in points
    )
    return "M" + "L".join(places)


def _bands(plot: ET.Element, plane: Plane, frame: Frame, track: Track) -> None:
    """The intervals of a smooth curve, the widest first, so that they darken inwards."""
    ends = track.bands
    if not ends:
        return
    shade = {"fill": track.look.color, "fill_opacity": ".16" if len(ends) == 1 else ".14"}
    inner = add(_inner(plot, frame), "g", **shade)
    for band in ends:
        upper = [(x, high) for x, _, high in band]
        lower = [(x, low) for x, low, _ in reversed(band)]
        add(inner, "path", d=_path(plane, frame, [*upper, *lower]) + "z")


def _marks(plot: ET.Element, plane: Plane, frame: Frame, *, gold: bool) -> None:
    for mark in frame.panel.marks:
        if mark.gold != gold:
            continue
        if mark.x is not None:
            x = percent(plane.x.percent(mark.x))
            ends = {"x1": x, "x2": x, "y1": number(frame.top), "y2": number(frame.bottom)}
        else:
            y = number(_y(plane, frame, mark.y or 0.0))
            ends = {"x2": "100%", "y1": y, "y2": y}
        if gold:
            add(plot, "line", stroke="var(--gold)", stroke_width="5", **ends)
            add(plot, "line", stroke="var(--ink)", **ends)
        else:
            add(plot, "line", stroke="var(--quiet)", stroke_dasharray="4 3", **ends)
    if gold:
        return
    words = add(plot, "g", font_size=SMALL)
    for word in frame.words:
        add(words, "text", word.text, x=percent(word.x), y=word.y, text_anchor=word.anchor)


def _suppressed(plot: ET.Element, plane: Plane, frame: Frame, hatch: str) -> None:
    """A hatched strip where a point may not be shown."""
    rows = (row for track in frame.panel.tracks for row in track.rows if row.suppressed)
    height = frame.bottom - frame.top
    for x in dict.fromkeys(row.x for row in rows):
        box = add(plot, "svg", x=percent(plane.x.percent(x)), y=frame.top, overflow="visible")
        add(box, "rect", x=-7.0, width=14.0, height=height, fill=f"url(#{hatch})")


def _shifts(frame: Frame) -> list[float]:
    """How far each series' dots are moved aside so that none hides another at the same x."""
    dotted = [track for track in frame.panel.tracks if not track.smooth]
    places = Counter(row.x for track in dotted for row in track.rows)
    if max(places.values(), default=1) < 2:
        return [0.0] * len(frame.panel.tracks)
    middle = (len(dotted) - 1) / 2
    return [
        0.0 if track.smooth else _DODGE * (dotted.index(track) - middle)
        for track in frame.panel.tracks
    ]


def _track(parent: ET.Element, plane: Plane, frame: Frame, track: Track) -> None:
    """The line of a series and its dots on their intervals."""
    shown = [row for row in track.rows if row.value is not None]
    joined = [(row.x, row.value or 0.0) for row in shown if not row.apart]
    if track.look.line and len(joined) > 1:
        line = stroke(track.look) | {"vector_effect": "non-scaling-stroke"}
        add(_inner(parent, frame), "path", d=_path(plane, frame, joined), **line)
    if track.smooth:
        return
    for row in shown:
        _dot(parent, plane, frame, row, track.look)


def _dot(parent: ET.Element, plane: Plane, frame: Frame, row: PointRow, look: Look) -> None:
    y, low, high = (_y(plane, frame, end or 0.0) for end in (row.value, row.low, row.high))
    box = add(parent, "svg", x=percent(plane.x.percent(row.x)), y=y, overflow="visible")
    ends = f"M0 {number(high - y)}V{number(low - y)}"
    add(box, "path", d=ends, stroke=look.color, stroke_width="2")
    dot(box, look, hollow=look.hollow or bool(row.apart))


def _ends(plot: ET.Element, frame: Frame) -> None:
    """The words at the ends of lines, led to them."""
    if not frame.ends:
        return
    beside = add(plot, "svg", x="100%", y=frame.top, overflow="visible", font_size=SMALL)
    for placed in frame.ends:
        keys.leader(beside, placed)
        keys.words(beside, placed, keys.LEADER, placed.y - (placed.height - 15) / 2)
