"""The SVG of x–y pictures.

Lines and bands stand in an inner picture that is stretched in x alone, with strokes that keep
their width; dots and words stand at percents of the width and keep their shape.
"""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree as ET

from edu.charts import elements, keys
from edu.charts.elements import add, hatching, number, percent
from edu.charts.looks import Look, dot, shade, stroke
from edu.charts.plane import Frame, Plane, PlaneLayout, Track
from edu.charts.points import PointRow
from edu.charts.settings import SMALL, SMALL_LINE, lines_of

_ACROSS = 1000  # the inner picture's own width
_DODGE, _MOST_DODGE = 9.0, 27.0  # between two series at one x, and between the outermost
_STRIP = 26.0  # how high the hatching of one series among others is
_TOUCH = 4.0  # half of a dot


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
    keys.draw_in_rows(root, layout.keys, f"{key}-h")
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
    _x_axis(plot, plane, frame)
    _marks(plot, plane, frame, gold=False)
    for track in frame.panel.tracks:
        _bands(plot, plane, frame, track)
    _marks(plot, plane, frame, gold=True)
    shifts = _shifts(plane, frame)
    for index, track in enumerate(frame.panel.tracks):
        shift = shifts.get(index)
        group = add(plot, "g", **({"transform": f"translate({number(shift)})"} if shift else {}))
        _suppressed(group, plane, frame, track, hatch)
        _track(group, plane, frame, track)
    if frame.ends:
        keys.draw_at_ends(plot, frame.ends, frame.top)


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
    if not track.bands:
        return
    inner = add(_inner(plot, frame), "g", **shade(track.look))
    for band in track.bands.values():
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
            add(plot, "line", **keys.MARK, **ends)
    if gold:
        return
    words = add(plot, "g", font_size=SMALL)
    for word in frame.words:
        add(words, "text", word.text, x=percent(word.x), y=word.y, text_anchor=word.anchor)


def _suppressed(parent: ET.Element, plane: Plane, frame: Frame, track: Track, hatch: str) -> None:
    """A hatched strip where a point may not be shown; a short one among other series."""
    alone = sum(not other.smooth for other in frame.panel.tracks) == 1
    top = frame.top if alone else frame.bottom - _STRIP
    for row in track.rows:
        if row.suppressed:
            box = add(parent, "svg", x=percent(plane.x.percent(row.x)), y=top, overflow="visible")
            look = {"fill": f"url(#{hatch})", "stroke": "none" if alone else track.look.color}
            add(box, "rect", x=-4.5, width=9.0, height=frame.bottom - top, **look)


def _shifts(plane: Plane, frame: Frame) -> dict[int, float]:
    """How far each series' dots are moved aside where one would hide another at the same x."""
    dotted = [index for index, track in enumerate(frame.panel.tracks) if not track.smooth]
    if len(dotted) < 2 or not _hiding(plane, frame, [frame.panel.tracks[i] for i in dotted]):
        return {}
    apart = min(_DODGE, _MOST_DODGE / (len(dotted) - 1))
    middle = (len(dotted) - 1) / 2
    return {index: apart * (place - middle) for place, index in enumerate(dotted)}


def _hiding(plane: Plane, frame: Frame, tracks: Sequence[Track]) -> bool:
    """Whether intervals at one x touch."""
    spans: dict[float, list[tuple[float, float]]] = {}
    for track in tracks:
        for row in track.rows:
            if row.low is not None and row.high is not None:
                span = _y(plane, frame, row.high) - _TOUCH, _y(plane, frame, row.low) + _TOUCH
                spans.setdefault(row.x, []).append(span)
            elif row.suppressed:
                spans.setdefault(row.x, []).append((frame.bottom - _STRIP, frame.bottom))
    return any(
        below > top for found in spans.values() for (_, below), (top, _) in pairwise(sorted(found))
    )


def _track(parent: ET.Element, plane: Plane, frame: Frame, track: Track) -> None:
    """The line of a series and its dots on their intervals."""
    pieces = _pieces(track)
    if track.look.line and pieces:
        line = stroke(track.look) | {"vector_effect": "non-scaling-stroke"}
        path = "".join(_path(plane, frame, piece) for piece in pieces)
        add(_inner(parent, frame), "path", d=path, **line)
    if track.smooth:
        return
    for row in track.rows:
        if not row.suppressed:
            _dot(parent, plane, frame, row, track.look)


def _pieces(track: Track) -> list[list[tuple[float, float]]]:
    """What a line joins: it passes by a point that stands apart, and ends before a hidden one."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for row in track.rows:
        if row.value is None:
            pieces.append([])
        elif not row.apart:
            pieces[-1].append((row.x, row.value))
    return [piece for piece in pieces if len(piece) > 1]


def _dot(parent: ET.Element, plane: Plane, frame: Frame, row: PointRow, look: Look) -> None:
    y, low, high = (_y(plane, frame, end or 0.0) for end in (row.value, row.low, row.high))
    box = add(parent, "svg", x=percent(plane.x.percent(row.x)), y=y, overflow="visible")
    ends = f"M0 {number(high - y)}V{number(low - y)}"
    add(box, "path", d=ends, stroke=look.color, stroke_width="2")
    dot(box, look, hollow=look.hollow or bool(row.apart))
