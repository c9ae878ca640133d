"""x–y pictures as Vega-Lite with their data."""

import json
from collections.abc import Iterator, Mapping

from edu.charts.plane import Plane, Track
from edu.charts.spec import COLORS, GOLD, SCHEMA


def vega_lite(plane: Plane, *, title: str, description: str) -> Mapping[str, object]:
    """A Vega-Lite 6 specification; points that may not be shown have nulls."""
    tracks = [(panel.title, track) for panel in plane.panels for track in panel.tracks]
    layered: dict[str, object] = {"layer": [*_layers(plane), *_marks(plane)]}
    if len(plane.panels) > 1:
        panel = {"field": "panel", "type": "nominal", "sort": None, "title": None}
        layered = {"facet": panel, "columns": 3, "spec": layered}
    return {
        "$schema": SCHEMA,
        "title": title,
        "description": description,
        "data": {"values": [value for name, track in tracks for value in _values(name, track)]},
        **layered,
    }


def _values(panel: str, track: Track) -> Iterator[dict[str, object]]:
    """A row of data for each point, and one for each of its further intervals."""
    for row in track.rows:
        shared = {"panel": panel, "series": track.label, "x": row.x, "label": row.place}
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
    hollow = {"condition": {"test": "datum.hollow", "value": 0}, "value": 1}
    return [
        _layer("datum.kind != 'observed' && datum.low != null", {"type": "area", "opacity": 0.16},
               {**ends, "detail": {"field": "level"}}),
        _layer("datum.kind == 'model'", {"type": "line"}, {**value, "strokeDash": dash}),
        _layer("datum.kind == 'observed' && datum.joined", {"type": "line", "size": 1.5}, value),
        _layer("datum.kind == 'observed'", {"type": "rule"}, ends),
        _layer("datum.kind == 'observed'", {"type": "point", "filled": True, "size": 64},
               {**value, "shape": shape, "fillOpacity": hollow}),
    ]  # fmt: skip


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


def _marks(plane: Plane) -> list[dict[str, object]]:
    marks = dict.fromkeys(mark for panel in plane.panels for mark in panel.marks)
    return [
        {
            "data": {"values": [{"label": mark.label, "at": mark.y if mark.x is None else mark.x}]},
            "mark": {"type": "rule", "color": GOLD if mark.gold else "#52616B", "tooltip": True},
            "encoding": {"y" if mark.x is None else "x": {"field": "at", "type": "quantitative"}},
        }
        for mark in marks
    ]
