"""Shares by level as Vega-Lite with their data."""

from collections.abc import Iterator, Mapping

from edu.charts.looks import Tint
from edu.charts.palette import LIGHT, laid
from edu.charts.spec import GOLD, SCHEMA
from edu.charts.stacking import StackPlan, ends


def vega_lite(plan: StackPlan, *, title: str, description: str) -> Mapping[str, object]:
    """A Vega-Lite 6 specification; a bar that may not be shown has its label and nulls."""
    names = [name for name, _ in plan.levels]
    colors = [_seen(tinted) for _, tinted in plan.levels]
    axis = (
        {"format": "%"} if plan.target is None else {"labelExpr": "format(abs(datum.value), '.0%')"}
    )
    x = {"field": "from", "type": "quantitative", "title": plan.heading, "axis": axis}
    labels = list(dict.fromkeys(row.label for row in plan.rows))
    color = {"domain": names, "range": colors}
    bars = {
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": x,
            "x2": {"field": "to"},
            "y": {"field": "label", "type": "nominal", "scale": {"domain": labels}, "title": None},
            "color": {"field": "level", "type": "ordinal", "scale": color, "title": None},
        },
    }
    line = {
        "data": {"values": [{"label": plan.target_label, "at": 0}]},
        "mark": {"type": "rule", "color": GOLD, "size": 3},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }
    return {
        "$schema": SCHEMA,
        "title": title,
        "description": description,
        "data": {"values": list(_values(plan))},
        "layer": [bars] if plan.target is None else [bars, line],
    }


def _values(plan: StackPlan) -> Iterator[dict[str, object]]:
    stacks = iter(plan.stacks)
    for row in plan.rows:
        if row.suppressed:
            yield {"label": row.label, "level": None, "value": None, "from": None, "to": None}
            continue
        stack = next(stacks)
        found = ends([part.value or 0.0 for part in stack], plan.below)
        for index, part in enumerate(stack):
            yield {
                "label": part.label,
                "level": part.level,
                "value": part.value,
                "low": part.low,
                "high": part.high,
                "n": part.n,
                "from": found[index],
                "to": found[index + 1],
            }


def _seen(tinted: Tint) -> str:
    """The color of a level on a light sheet."""
    series = laid(LIGHT["series-1"], LIGHT["sheet"], tinted.depth)
    return laid(LIGHT["ink"], series, tinted.ink)
