"""A calibration in pictures: its items' curves, its precision, and how it settled."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from edu.charts import Chart, Curve, Mark, Point, curves
from edu.web.language import language
from models.scores import ItemStatistic, Scale, ScoringRun

MODEL_LEVEL = 0.95


def characteristic_curve(
    item: ItemStatistic, kept: Mapping[str, Any], versions: Callable[[str], str], scale: Scale
) -> Chart:
    """The model's curve with its band, and what was observed: in all, or by language version."""
    observed = kept["observed_by"] if len(kept["observed_by"]) > 1 else {"": kept["observed"]}
    series = [
        Curve(gettext("the model"), model_points(kept["curve"]), smooth=True),
        *(
            Curve(
                versions(version) if version else gettext("observed"),
                [observed_point(one) for one in shares],
            )
            for version, shares in observed.items()
        ),
    ]
    return curves(
        series,
        title=gettext("How often %(item)s is solved, by ability", item=item.item.code),
        description=gettext(
            "The expected share of the item's points rises with ability; the dots are what people "
            "of that ability got."
        ),
        x_label=gettext("Ability, points of the scale “%(scale)s”", scale=scale.name(language())),
        y_label=gettext("Share of the item's points"),
        source=gettext("scoring run %(number)s", number=item.run_id),
        key=f"run-{item.run_id}-item-{item.item_id}",
        y_range=(0.0, 1.0),
        unit="share",
        marks=marks_of(scale, kept["curve"]["at"]),
    )


def model_points(kept: Mapping[str, list[float]]) -> list[Point]:
    """The expected shares with their band."""
    rows = zip(kept["at"], kept["expected"], kept["low"], kept["high"], strict=True)
    return [Point(at, value, low, high, level=MODEL_LEVEL) for at, value, low, high in rows]


def observed_point(kept: Mapping[str, Any]) -> Point:
    """An observed share with its interval and the number of people behind it."""
    return Point(kept["at"], kept["share"], kept["low"], kept["high"], kept["n"])


def marks_of(scale: Scale, shown: list[float]) -> list[Mark]:
    """The levels that begin within the picture."""
    low, high = min(shown), max(shown)
    return [
        Mark(label=level.code, x=level.lower_bound)
        for level in scale.levels
        if low < level.lower_bound < high
    ]


def precision_curve(run: ScoringRun, scale: Scale) -> Chart | None:
    """How exact a score is, from low to high."""
    kept = (run.report or {}).get("precision")
    if not kept:
        return None
    points = [Point(at, se) for at, se in zip(kept["at"], kept["se"], strict=True)]
    return curves(
        [Curve(gettext("standard error"), points, smooth=True)],
        title=gettext("How exact a score is"),
        description=gettext(
            "The standard error of a person's score: the lower the curve, the more exact the test "
            "is at that ability."
        ),
        x_label=gettext("Ability, points"),
        y_label=gettext("Standard error, points"),
        y_range=(0.0, 0.0),
        marks=marks_of(scale, kept["at"]),
    )


def convergence_curve(run: ScoringRun) -> Chart | None:
    """How the calibration settled, iteration by iteration."""
    report = run.report or {}
    if len(report.get("trace", ())) < 2:
        return None
    points = [Point(iteration, value) for iteration, value in report["trace"]]
    return curves(
        [Curve(gettext("distance"), points, smooth=True)],
        title=gettext("How the calibration settled"),
        description=gettext(
            "The distance to the maximum in powers of ten, which must fall below the line."
        ),
        x_label=gettext("Iteration"),
        y_label=gettext("Distance to the maximum, powers of ten"),
        marks=[Mark(label=gettext("settled"), y=math.log10(report["tolerance"]), gold=True)],
    )
