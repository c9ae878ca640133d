"""x–y pictures as Vega-Lite with their data."""

import json
from collections.abc import Iterator, Mapping

from edu.charts.plane import Plane, PlannedPanel, Track
from edu.charts.spec import COLORS, GOLD, QUIET, SCHEMA


def vega_lite(plane: Plane, *, title: str, description: str) -> Mapping[str, object]:
    """A Vega-Lite 6 specification; points that may not be shown have nulls."""
    layered: dict[str, object] = {"layer": [*_layers(plane), *_marks(plane)]}
    if len(plane.panels) > 1:
        titles = [panel.title for panel in plane.panels]
        field = {"field": "panel", "type": "nominal", "sort": titles, "title": None}
        layered = {"facet": field, "columns": 3, "spec": layered}
    return {
        "$schema": SCHEMA,
        "title": title,
        "description": description,
        "data": {"values": [{"panel": p.title} | one for p in plane.panels for one in _data(p)]},
        **layered,
    }


def _data(panel: PlannedPanel) -> Iterator[dict[str, object]]:
    """A row for each point, each of its further intervals, and each reference line."""
    for track in panel.tracks:
        yield from _values(track)
    for mark in panel.marks:
        place = {"x": mark.x} if mark.y is None else {"value": mark.y}
        yield {"kind": "gold" if mark.gold else "mark", "label": mark.label, **place}


def _values(track: Track) -> Iterator[dict[str, object]]:
    for row in track.rows:
        shared = {"series": track.label, "x": row.x, "label": row.place}
        yield {
            **shared,
            "kind": "model" if track.smooth else "observed",
            "value": row.value,
            "low": row.low,
            "high": row.high,
            "n": row.n,
            "apart": row.apart,
            "joined": bool(track.look.line) and not row.apart,
            "hollow": track.look.hollow or bool(row.apart),
        }
        for level, low, high in row.bands:
            yield {**shared, "kind": "band", "level": level, "low": low, "high": high}


def _layers(plane: Plane) -> list[dict[str, object]]:
    x, y, series = _x(plane), _y(plane), _series(plane)
    color, dash, shape = ({"field": "series", "type": "nominal", **way} for way in series)
    ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color}
    value = {"x": x, "y": y, "color": color}
    fill = {"condition": {"test": "datum.hollow", "value": "white"}, **color}
    model, dots = "datum.kind == 'model'", "datum.kind == 'observed'"
    band = f"({model} || datum.kind == 'band') && datum.low != null"
    shade, dot = {"type": "area", "opacity": 0.16}, {"type": "point", "opacity": 1, "size": 64}
    return [
        _layer(band, shade, {**ends, "detail": {"field": "level"}}),
        _layer(model, {"type": "line"}, {**value, "strokeDash": dash}),
        _layer(f"{dots} && datum.joined", {"type": "line", "size": 1.5}, value),
        _layer(dots, {"type": "rule"}, ends),
        _layer(dots, dot, {**value, "shape": shape, "fill": fill}),
    ]


def _layer(
    test: str, mark: Mapping[str, object], encoding: Mapping[str, object]
) -> dict[str, object]:
    return {"transform": [{"filter": test}], "mark": mark, "encoding": encoding}


def _x(plane: Plane) -> dict[str, object]:
    axis: dict[str, object] = {}
    if plane.x_ticks:
        names = json.dumps({f"{x:g}": name for x, name in plane.x_ticks})
        axis = {"values": [x for x, _ in plane.x_ticks], "labelExpr": f"({names})[datum.value]"}
    scale = {"domain": [plane.x.low, plane.x.high], "nice": False}
    return {
        "field": "x",
        "type": "quantitative",
        "title": plane.x_label,
        "scale": scale,
        "axis": axis,
    }


def _y(plane: Plane) -> dict[str, object]:
    scale = {"domain": [plane.y.low, plane.y.high], "nice": False}
    axis = {"format": "%"} if plane.y_numbers.unit == "share" else {}
    return {
        "field": "value",
        "type": "quantitative",
        "title": plane.heading,
        "scale": scale,
        "axis": axis,
    }


def _series(plane: Plane) -> tuple[dict[str, object], ...]:
    """How series are told apart: color, dash, shape."""
    looks = {track.label: track.look for panel in plane.panels for track in panel.tracks}
    shapes = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")
    ranges: tuple[list[object], ...] = (
        [COLORS[look.series % len(COLORS)] for look in looks.values()],
        [[int(length) for length in look.dash.split()] or [1, 0] for look in looks.values()],
        [shapes[look.series % len(shapes)] for look in looks.values()],
    )
    return tuple(
        {"scale": {"domain": list(looks), "range": values}, "title": None} for values in ranges
    )


def _marks(plane: Plane) -> Iterator[dict[str, object]]:
    """The reference lines that there are: vertical or horizontal, gold or not."""
    marks = [mark for panel in plane.panels for mark in panel.marks]
    found = {("gold" if mark.gold else "mark", "y" if mark.x is None else "x") for mark in marks}
    for kind, axis in sorted(found, reverse=True):
        field = {"x": "x", "y": "value"}[axis]
        color = {"gold": GOLD, "mark": QUIET}[kind]
        yield _layer(
            f"datum.kind == '{kind}' && datum.{field} != null",
            {"type": "rule", "color": color, "size": 3 if kind == "gold" else 1, "tooltip": True},
            {axis: {"field": field, "type": "quantitative"}},
        )
