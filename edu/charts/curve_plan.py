"""From curves to a plan: checked, scaled, worded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Required

from edu.charts.assembly import Words
from edu.charts.formats import NumberFormat, digits, level, one_of
from edu.charts.keys import Key
from edu.charts.lettering import legible
from edu.charts.looks import looks
from edu.charts.plane import Plane, PlannedPanel, Track
from edu.charts.points import Mark, Panel, Point, PointRow, point_rows, points_of
from edu.charts.scale import Scale, scale
from edu.charts.texts import Texts

_ROOM = 0.08  # at both ends of the axis, for dots that are moved aside


class Axes(Words, total=False):
    """The axes of an x–y picture, and what it says about itself.

    x_ticks: (x, word) where x is a year, a wave or the like; without, round numbers are marked.
    y_range: the least that the y axis shows (0 to 1 for probabilities); it is never cut.
    unit: of y; "share" is written in percent.
    target: a horizontal gold line with its number.
    """

    x_label: Required[str]
    y_label: Required[str]
    x_ticks: Sequence[tuple[float, str]]
    y_range: tuple[float, float] | None
    unit: str
    target: float | None
    texts: Texts | None


def plan(parts: Sequence[Panel], axes: Axes, texts: Texts) -> Plane:
    """What is to be drawn."""
    names = tuple((x, legible(name)) for x, name in axes.get("x_ticks", ()))
    x_numbers = _x_numbers([point.x for point in _points(parts)], texts)
    tracks = _tracks(parts, _place(dict(names), x_numbers))
    rows = [row for part in tracks for track in part for row in track.rows]
    unit = axes.get("unit", "points")
    y_numbers = NumberFormat(texts.locale, unit, digits(rows, unit))
    target = _target(axes.get("target"), y_numbers, texts)
    planned = tuple(
        PlannedPanel(
            title=legible(part.title), tracks=drawn, marks=(*_legible(part.marks), *target)
        )
        for part, drawn in zip(parts, tracks, strict=True)
    )
    return Plane(
        panels=planned,
        x=_x_scale(planned, names),
        y=_y_scale(planned, axes.get("y_range")),
        x_ticks=names,
        x_whole=all(row.x == int(row.x) for row in rows),
        x_numbers=x_numbers,
        y_numbers=y_numbers,
        x_label=legible(axes["x_label"]),
        heading=_heading(parts, rows, legible(axes["y_label"]), texts),
        notes=_notes(rows, texts),
    )


def _points(parts: Sequence[Panel]) -> list[Point]:
    return [point for part in parts for curve in part.series for point in points_of(curve)]


def _x_numbers(places: Sequence[float], texts: Texts) -> NumberFormat:
    """As many decimals, up to two, as the places need to be told apart."""
    decimals = next((few for few in (0, 1) if all(x == round(x, few) for x in places)), 2)
    return NumberFormat(texts.locale, "points", decimals)


def _place(names: Mapping[float, str], numbers: NumberFormat) -> Callable[[float], str]:
    """What to call a place on the x axis."""
    return lambda x: names.get(x) or numbers.value(x)


def _tracks(parts: Sequence[Panel], place: Callable[[float], str]) -> tuple[tuple[Track, ...], ...]:
    found = looks([curve for part in parts for curve in part.series])
    return tuple(
        tuple(
            Track(
                label=legible(curve.label),
                rows=point_rows(curve, place, legible(part.title)),
                smooth=curve.smooth,
                look=found[curve.label],
            )
            for curve in part.series
        )
        for part in parts
    )


def _target(target: float | None, numbers: NumberFormat, texts: Texts) -> tuple[Mark, ...]:
    if target is None:
        return ()
    return (Mark(label=legible(f"{texts.target} {numbers.target(target)}"), y=target, gold=True),)


def _legible(marks: Sequence[Mark]) -> list[Mark]:
    return [replace(mark, label=legible(mark.label)) for mark in marks]


def _x_scale(planned: Sequence[PlannedPanel], names: Sequence[tuple[float, str]]) -> Scale:
    """All places and names, with room for dots at both ends."""
    tracks = [track for panel in planned for track in panel.tracks]
    held = [row.x for track in tracks for row in track.rows] + [x for x, _ in names]
    held += [mark.x for panel in planned for mark in panel.marks if mark.x is not None]
    low, high = min(held, default=0.0), max(held, default=1.0)
    smooth = all(track.smooth for track in tracks) and not names
    room = (high - low) * (0.0 if smooth else _ROOM) or (0.0 if high > low else 1.0)
    return Scale(low - room, high + room)


def _y_scale(planned: Sequence[PlannedPanel], least: tuple[float, float] | None) -> Scale:
    tracks = [track for panel in planned for track in panel.tracks]
    held = [end for track in tracks for row in track.rows for end in row.ends]
    held += [mark.y for panel in planned for mark in panel.marks if mark.y is not None]
    if least is None:
        return scale(held)
    return Scale(min([least[0], *held]), max([least[1], *held]))


def _heading(parts: Sequence[Panel], rows: Sequence[PointRow], unit: str, texts: Texts) -> str:
    """What y is and at which levels its intervals; refuses points of different levels."""
    own = {point.level for point in _points(parts) if point.low is not None}
    one_of(own, "chart_levels_differ")
    levels = sorted({found[0] for row in rows for found in row.intervals})
    if not levels:
        return unit
    named = ", ".join(level(share, texts.locale) for share in levels)
    return f"{unit} · {legible(texts.interval % {'level': named})}"


def _notes(rows: Sequence[PointRow], texts: Texts) -> tuple[Key, ...]:
    """What points that stand apart, and hatching, mean."""
    apart = dict.fromkeys(row.apart for row in rows if row.apart)
    hidden = any(row.suppressed for row in rows)
    return (
        *(Key(reason, "apart") for reason in apart),
        *([Key(legible(texts.suppressed), "hidden")] if hidden else []),
    )
