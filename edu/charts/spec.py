"""The same chart as Vega-Lite with its data, to be taken along and redrawn elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict

from edu.charts.layout import Plan
from edu.charts.palette import LIGHT, SERIES

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
COLORS = tuple(color.upper() for color in SERIES)
GOLD, QUIET = LIGHT["gold"].upper(), LIGHT["quiet"].upper()


def vega_lite(plan: Plan, *, title: str, description: str) -> Mapping[str, object]:
    """A Vega-Lite 6 specification; suppressed rows have a label and nulls."""
    zero = {"scale": {"zero": plan.bars}}
    x = {"field": "value", "type": "quantitative", "title": plan.heading, **zero}
    mark = {"type": "bar"} if plan.bars else {"type": "point", "filled": True, "size": 64}
    layers: list[dict[str, object]] = [{"mark": {**mark, "color": COLORS[0]}, "encoding": {"x": x}}]
    if not plan.counts:
        ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
        layers.insert(1 if plan.bars else 0, {"mark": "rule", "encoding": ends})
    label = {"field": "label", "type": "nominal", "sort": None, "title": None}
    layered: dict[str, object] = {"encoding": {"y": label}, "layer": layers}
    layers_with_target: list[dict[str, object]] = [layered]
    if plan.target is not None:
        layers_with_target.append(_target(plan.target))
    return {
        "$schema": SCHEMA,
        "title": title,
        "description": description,
        "data": {"values": [asdict(row) for row in plan.rows]},
        "layer": layers_with_target,
    }


def _target(target: float) -> dict[str, object]:
    return {
        "data": {"values": [{"target": target}]},
        "mark": {"type": "rule", "color": GOLD, "size": 3},
        "encoding": {"x": {"field": "target", "type": "quantitative"}},
    }
