"""What curves accept, the table beside them, their Vega-Lite source."""

import json
import math
from typing import Any

import altair
import pytest

from edu.charts import Band, Chart, Curve, Mark, Panel, Point, curves, panels
from models.errors import Refusal
from tests.edu.charts.curve_samples import (
    convergence,
    cycles,
    fan,
    forecast,
    item,
    model,
    subjects,
    waves,
)
from tests.edu.charts.samples import ENGLISH, gain

DRAWN = {"model", "observed"}
AXES: dict[str, Any] = {
    "x_label": "x",
    "y_label": "y",
    "texts": ENGLISH,
    "title": "t",
    "description": "d",
}


def one(point: object, **changes: Any) -> Chart:
    return curves([Curve("a", [point], **changes)], **AXES)  # type: ignore[list-item]


def headings(chart: Chart) -> list[str]:
    return [chart.table.label_heading, *(column.heading for column in chart.table.columns)]


def cells(chart: Chart, row: int) -> list[object]:
    found = chart.table.rows[row]
    return [found.label, *(column.of(found) for column in chart.table.columns)]


@pytest.mark.parametrize(
    "point",
    [
        Point(1, 5.0),
        Point(1, 5.0, 4.0, 6.0),
        Point(1, 5.0, None, 6.0, 9),
        Point(1, None, 4.0, 6.0, 9),
        Point(1, 5.0, 5.5, 6.0, 9),
        Point(1, 5.0, 4.0, 6.0, 0),
        Point(1, math.nan, 4.0, 6.0, 9),
        Point(1, 5.0, -math.inf, 6.0, 9),
    ],
)
def test_an_observed_point_without_its_interval_and_n_is_refused(point: Point) -> None:
    with pytest.raises(Refusal) as refused:
        one(point)
    assert refused.value.code == "chart_estimate_incomplete"
    assert refused.value.parameters == {"label": "a (1)"}


@pytest.mark.parametrize(
    "point", [Point(1, None), Point(1, math.inf), Point(1, 5.0, 6.0, 7.0), Point(1, 5.0, 4.0, None)]
)
def test_a_point_of_a_model_lies_within_the_interval_it_has(point: Point) -> None:
    with pytest.raises(Refusal) as refused:
        one(point, smooth=True)
    assert refused.value.code == "chart_estimate_incomplete"


def test_a_curve_of_a_model_needs_no_interval_and_no_n() -> None:
    assert headings(convergence(texts=ENGLISH)) == ["Итерация", "Value"]
    assert [row.suppressed for row in convergence().table.rows] == [False] * 30


def test_a_band_that_leaves_its_curve_out_is_refused() -> None:
    with pytest.raises(Refusal):
        one(Point(1, 5.0), smooth=True, bands=[Band(0.8, [6.0], [7.0])])


def test_a_band_has_an_end_for_each_point() -> None:
    with pytest.raises(ValueError, match="as many ends"):
        one(Point(1, 5.0), smooth=True, bands=[Band(0.8, [4.0, 4.0], [7.0])])


def test_a_point_has_a_place_on_the_axis() -> None:
    with pytest.raises(ValueError, match="no place"):
        one(Point(math.nan, 5.0, 4.0, 6.0, 9))


def test_only_a_model_has_bands() -> None:
    with pytest.raises(ValueError, match="only a smooth curve"):
        one(Point(1, 5.0, 4.0, 6.0, 9), bands=[Band(0.8, [4.0], [7.0])])


@pytest.mark.parametrize("bare", [5.0, (1, 5.0), gain(3, "a")])
def test_nothing_but_a_point_can_be_plotted_as_one(bare: object) -> None:
    with pytest.raises(TypeError, match="takes Points"):
        one(bare)


def test_nothing_but_a_curve_can_be_plotted_as_one() -> None:
    with pytest.raises(TypeError, match="takes Curves"):
        curves([gain(3, "a")], **AXES)  # type: ignore[list-item]


def test_a_point_is_made_of_an_estimate_and_of_nothing_else() -> None:
    assert Point.of(2.0, gain(11.2, "a", half=0.5)) == Point(2.0, 11.2, 10.7, 11.7, 1200)
    with pytest.raises(TypeError, match="takes Estimates"):
        Point.of(2.0, 11.2)  # type: ignore[arg-type]


def test_intervals_of_different_levels_are_not_compared() -> None:
    points = [Point(1, 5.0, 4.0, 6.0, 9), Point(2, 5.0, 4.0, 6.0, 9, level=0.9)]
    with pytest.raises(Refusal) as refused:
        curves([Curve("a", points)], **AXES)
    assert refused.value.code == "chart_levels_differ"


@pytest.mark.parametrize("series", [[], [Curve("a", [])]])
def test_curves_without_points_are_refused(series: list[Curve]) -> None:
    with pytest.raises(Refusal) as refused:
        curves(series, **AXES)
    assert refused.value.code == "chart_without_rows"


@pytest.mark.parametrize("place", [{}, {"x": 1.0, "y": 2.0}])
def test_a_mark_stands_at_one_place(place: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="either at an x or at a y"):
        Mark(label="a", **place)


def test_a_curve_that_is_like_no_other_is_an_error() -> None:
    with pytest.raises(ValueError, match="no earlier curve"):
        curves([model("a", like="b")], **AXES)


def test_the_table_of_several_series_names_series_and_place() -> None:
    chart = waves(["Astana", "Turkistan"], texts=ENGLISH, x_label="Wave")
    assert headings(chart) == [
        "Series", "Wave", "Value", "95% interval from", "95% interval to", "n",
    ]  # fmt: skip
    assert cells(chart, 0) == ["Astana", "Бастапқы бағалау", 40, 36, 45, 900]


def test_the_table_of_one_series_is_named_by_the_places() -> None:
    chart = fan(series=[cycles()], texts=ENGLISH, x_label="Cycle")
    assert headings(chart) == ["Cycle", "Value", "95% interval from", "95% interval to", "n"]
    assert cells(chart, 0)[::4] == ["2009", 5390]


def test_the_table_of_panels_names_them_first() -> None:
    chart = subjects(texts=ENGLISH)
    assert headings(chart)[:3] == ["Group", "Series", "Цикл"]
    assert {row.label for row in chart.table.rows} == {"Оқу", "Математика", "Жаратылыстану"}
    assert len(chart.table.rows) == 3 * 2 * 5


def test_a_fan_has_columns_for_each_of_its_levels() -> None:
    chart = fan(texts=ENGLISH)
    assert headings(chart)[3:-1] == [
        f"{level}% interval {end}" for level in (95, 80, 50) for end in ("from", "to")
    ]
    assert cells(chart, 0)[3:] == [pytest.approx(398.924), pytest.approx(411.076)] + [None] * 4 + [
        5390
    ]
    assert cells(chart, 6)[2:] == [431, 418, 444, 422, 440, 425, 437, None]


def test_a_point_that_stands_apart_says_why_in_the_table() -> None:
    places = [row.label for row in fan(series=[cycles()]).table.rows]
    assert places == ["2009", "2012", "2015 (басқа іріктеме)", "2018", "2022"]


def test_a_point_that_may_not_be_shown_has_its_place_and_no_number() -> None:
    row = next(row for row in waves().table.rows if row.suppressed)
    assert (row.label, row.value, row.low, row.high, row.n) == ("Түркістан", None, None, None, None)


def test_points_stand_in_the_order_of_the_axis() -> None:
    points = [Point(x, 5.0, 4.0, 6.0, 9) for x in (3, 1, 2)]
    chart = curves([Curve("a", points)], **AXES)
    assert [row.label for row in chart.table.rows] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "chart", [item(), fan(), convergence(), waves(), subjects()], ids=lambda chart: chart.title
)
def test_the_vega_lite_source_is_valid_and_holds_the_points(chart: Chart) -> None:
    spec = json.loads(json.dumps(chart.spec, allow_nan=False))
    altair.Chart.from_dict(spec, validate=True)
    values = [value["value"] for value in spec["data"]["values"] if value["kind"] in DRAWN]
    assert values == [row.value for row in chart.table.rows]


def test_panels_share_one_look_for_a_label() -> None:
    parts = [Panel("a", [cycles("one"), cycles("two")]), Panel("b", [cycles("two")])]
    chart = panels(parts, **AXES)
    scale = json.loads(json.dumps(chart.spec))["spec"]["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["one", "two"]
    assert len(set(scale["range"])) == 2


def test_a_projection_has_the_color_of_what_it_goes_on_from() -> None:
    chart = fan(series=[cycles(), forecast()])
    assert "var(--series-2)" not in chart.svg + chart.narrow_svg


def test_two_dots_of_one_series_may_stand_at_one_place() -> None:
    dots = [Point.of(3.0, gain(10.0, "a")), Point.of(3.0, gain(10.5, "b"))]
    assert curves([Curve("observed", dots)], **AXES).svg.count("<circle") >= 2
