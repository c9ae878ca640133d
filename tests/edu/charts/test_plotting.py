"""The SVG of x–y pictures: where dots, lines, bands and words stand."""

import re
from xml.etree import ElementTree as ET

import pytest

from edu.charts import Chart, Curve, Mark, Point
from tests.edu.charts.curve_samples import (
    WAVES,
    convergence,
    cycles,
    fan,
    forecast,
    item,
    model,
    observed,
    subjects,
    waves,
)
from tests.edu.charts.samples import KAZAKH, PAYLOADS

SVG = "{http://www.w3.org/2000/svg}"


def settings(chart: Chart) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in (chart.svg, chart.narrow_svg)]  # noqa: S314


def words(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def plots(root: ET.Element) -> list[ET.Element]:
    """The panels of a picture."""
    return [svg for svg in root.findall(f"{SVG}svg") if svg.get("width", "").endswith("%")]


def dots(plot: ET.Element) -> list[tuple[float, float, float, float]]:
    """Of each dot with its interval: x in percent; the value, the low and the high end in y."""
    found = []
    for box in plot.iter(f"{SVG}svg"):
        path = box.find(f"{SVG}path")
        if path is None or not re.fullmatch(r"M0 -?[\d.]+V-?[\d.]+", path.get("d", "")):
            continue
        x, y = box.get("x", "0"), float(box.get("y", "0"))
        if x.endswith("%"):
            high, low = map(float, re.findall(r"-?[\d.]+", path.get("d", ""))[1:])
            found.append((float(x.rstrip("%")), y, y + low, y + high))
    return found


def inner(plot: ET.Element) -> list[ET.Element]:
    """Paths of the picture that is stretched in x."""
    return [
        path
        for svg in plot.iter(f"{SVG}svg")
        if svg.get("viewBox")
        for path in svg.iter(f"{SVG}path")
    ]


def places(path: ET.Element) -> list[tuple[float, float]]:
    """Where a path goes: x in percent of the plot, y in pixels below its top."""
    pairs = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
    return [(float(x) / 10, float(y)) for x, y in pairs]


def test_each_observed_point_is_a_dot_on_its_interval() -> None:
    for root in settings(item(series=[observed("a")])):
        (plot,) = plots(root)
        found = dots(plot)
        assert len(found) == 9
        for x, value, low, high in found:
            assert 0 < x < 100
            assert high < value < low


def test_dots_stand_at_their_values_on_the_axis() -> None:
    series = [Curve("a", [Point(0, 0.0, 0.0, 0.25, 9), Point(1, 1.0, 0.5, 1.0, 9)])]
    (plot,) = plots(settings(item(series=series, marks=()))[0])
    first, last = dots(plot)
    axis = {
        text.text: float(text.get("y", "")) - 4.3
        for text in plot.iter(f"{SVG}text")
        if (text.text or "").endswith("%")
    }
    assert first[1] == pytest.approx(axis["0%"], abs=0.1)
    assert last[1] == pytest.approx(axis["100%"], abs=0.1)
    assert first[3] == pytest.approx(0.75 * axis["0%"] + 0.25 * axis["100%"], abs=0.1)
    assert last[2] == pytest.approx((axis["0%"] + axis["100%"]) / 2, abs=0.1)


def test_a_model_is_a_line_in_its_band() -> None:
    for root in settings(item(series=[model()])):
        (plot,) = plots(root)
        assert dots(plot) == []
        band, line = inner(plot)
        upper, lower = places(band)[:61], places(band)[61:][::-1]
        assert band.get("d", "").endswith("z")
        assert line.get("vector-effect") == "non-scaling-stroke"
        for (x, y), (_, high), (_, low) in zip(places(line), upper, lower, strict=True):
            assert 0 <= x <= 100
            assert high <= y <= low


def test_the_axis_of_probabilities_goes_from_zero_to_one() -> None:
    for root in settings(item(series=[observed("a")])):
        shown = words(root)
        assert {"0%", "100%"} <= set(shown)


def test_an_axis_is_never_cut_at_the_range_asked_for() -> None:
    series = [Curve("a", [Point(0, 1.1, 0.9, 1.3, 9), Point(1, 0.2, -0.1, 0.4, 9)])]
    (plot,) = plots(settings(item(series=series, marks=()))[0])
    box = next(svg for svg in plot.iter(f"{SVG}line") if svg.get("x2") == "100%")
    assert float(box.get("y1", "")) > 0
    bottom = max(float(line.get("y1", "0")) for line in plot.iter(f"{SVG}line"))
    assert all(high >= 0 and low <= bottom for _, _, low, high in dots(plot))


def test_a_point_that_stands_apart_is_hollow_and_no_line_joins_it() -> None:
    for root in settings(fan(series=[cycles()])):
        (plot,) = plots(root)
        hollow = [dot for dot in plot.iter(f"{SVG}circle") if dot.get("fill") == "var(--sheet)"]
        assert len(hollow) == 1
        assert len(list(plot.iter(f"{SVG}circle"))) - len(hollow) >= 4
        (line,) = inner(plot)
        assert len(places(line)) == 4
        assert "басқа іріктеме" in words(root)


def test_a_line_ends_before_a_point_that_may_not_be_shown() -> None:
    chart = waves(["a", "b"])
    (plot,) = plots(settings(chart)[0])
    whole, broken = inner(plot)
    assert whole.get("d", "").count("M") == 1
    assert len(places(broken)) == 2
    assert len(re.findall(r'fill="url\(#', chart.svg)) == 2  # there, and in the key
    assert KAZAKH.suppressed in words(settings(chart)[0])


def test_a_fan_has_nested_bands_that_name_their_levels() -> None:
    for root in settings(fan(series=[cycles(), forecast()])):
        (plot,) = plots(root)
        bands = [path for path in inner(plot) if path.get("d", "").endswith("z")]
        ends = [max(y for x, y in places(band)) - min(y for x, y in places(band)) for band in bands]
        assert ends == sorted(ends, reverse=True)
        assert len(bands) == 3
        assert {"50%", "80%", "95%"} <= set(words(root))


def test_series_are_told_apart_by_color_and_by_shape_or_dash() -> None:
    chart = item(series=[model("a"), model("b"), observed("c"), observed("d")])
    (plot,) = plots(settings(chart)[0])
    lines = [path for path in inner(plot) if path.get("vector-effect")]
    assert len({line.get("stroke") for line in lines}) == 2
    assert len({line.get("stroke-dasharray") for line in lines}) == 2
    shapes = {
        (path.get("stroke"), path.get("d"))
        for path in plot.iter(f"{SVG}path")
        if path.get("d", "").endswith("z") and path.get("stroke")
    }
    assert len(shapes) == 2


def test_more_series_than_colors_still_differ_in_shape() -> None:
    chart = waves([str(number) for number in range(8)])
    (plot,) = plots(settings(chart)[0])
    looks = {
        (shape.get("stroke"), shape.get("d", shape.get("r")))
        for box in plot.iter(f"{SVG}svg")
        for shape in list(box)[1:2]
        if len(box) == 2 and (box.get("x") or "").endswith("%")
    }
    assert len(looks) == 8


def test_words_stand_at_the_ends_of_lines_or_above_in_the_narrow_setting() -> None:
    wide, narrow = settings(waves())
    label = "Түркістан"
    (plot,) = plots(wide)
    assert label in words(plot)
    (plot,) = plots(narrow)
    assert label not in words(plot)
    assert label in words(narrow)


def test_words_go_above_where_they_have_no_room_at_the_ends() -> None:
    wide, _ = settings(waves([f"{number}-өңір" for number in range(40)]))
    (plot,) = plots(wide)
    assert "7-өңір" not in words(plot)
    assert "7-өңір" in words(wide)


def test_dots_at_one_place_stand_side_by_side_where_they_would_hide_one_another() -> None:
    near = [observed("a"), observed("b", 0.05)]
    far = [cycles("a"), cycles("b", down=200)]
    assert settings(item(series=near))[0].findall(".//*[@transform='translate(-4.5)']")
    assert not settings(fan(series=far))[0].findall(f".//{SVG}g[@transform]")


def test_reference_lines_have_their_words() -> None:
    marks = [Mark(label="Бастау", x=1.0), Mark(label="Деңгей", y=50.0)]
    for root in settings(waves(marks=marks, target=58)):
        shown = words(root)
        assert {"Бастау", "Деңгей", "Мақсат 58"} <= set(shown)
        (plot,) = plots(root)
        gold = [line for line in plot.iter(f"{SVG}line") if line.get("stroke") == "var(--gold)"]
        assert len(gold) == 1
        dashed = [line for line in plot.iter(f"{SVG}line") if line.get("stroke-dasharray") == "4 3"]
        assert len(dashed) == 2


@pytest.mark.parametrize("ticks", [WAVES, WAVES[:2]])
def test_every_name_of_the_axis_is_written_in_full(ticks: list[tuple[float, str]]) -> None:
    for root in settings(waves(x_ticks=ticks)):
        shown = " ".join(words(root))
        assert all(all(word in shown for word in name.split()) for _, name in ticks)


def test_years_that_have_no_room_keep_their_mark() -> None:
    _, narrow = settings(fan())
    assert "2031" in words(narrow)
    assert "2009" not in words(narrow)
    (plot,) = plots(narrow)
    marks = {line.get("x1") for line in plot.iter(f"{SVG}line") if line.get("x1") == line.get("x2")}
    assert len(marks - {None}) == 8


def test_iterations_are_counted_in_whole_numbers() -> None:
    points = [Point(1, 5.0), Point(2, 5.5), Point(3, 5.75)]
    chart = convergence()
    assert "0,5" not in words(settings(chart)[0])
    chart = fan(series=[Curve("a", points, smooth=True)], x_ticks=(), marks=())
    assert "1,5" not in words(settings(chart)[0])


def test_panels_stand_side_by_side_or_one_under_the_other() -> None:
    wide, narrow = (plots(root) for root in settings(subjects()))
    assert len(wide) == len(narrow) == 3
    lefts = [float(plot.get("x", "").rstrip("%")) for plot in wide]
    assert lefts == sorted(set(lefts))
    assert len({plot.get("x") for plot in narrow}) == 1
    assert {plot.get("width") for plot in wide} == {wide[0].get("width")}


def test_panels_share_the_numbers_of_their_axis() -> None:
    wide, narrow = (plots(root) for root in settings(subjects()))
    assert ["450" in words(plot) for plot in wide] == [True, False, False]
    assert ["450" in words(plot) for plot in narrow] == [True, True, True]


def test_hostile_words_are_shown_as_written_and_never_become_elements() -> None:
    chart = waves(
        PAYLOADS,
        x_ticks=[(float(at), text) for at, text in enumerate(PAYLOADS)],
        x_label=PAYLOADS[0],
        y_label=PAYLOADS[1],
        marks=[Mark(label=text, x=1.0) for text in PAYLOADS],
    )
    for root in settings(chart):
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags <= {
            "svg", "title", "desc", "g", "pattern", "path", "rect", "line", "circle", "text",
        }  # fmt: skip
        assert "javascript:window.hurt=1//" in "".join(words(root))


@pytest.mark.parametrize("chart", [item(), fan(), waves(), convergence()])
def test_a_picture_takes_at_most_twelve_kilobytes(chart: Chart) -> None:
    assert len(chart.svg.encode()) <= 12_000
    assert len(chart.narrow_svg.encode()) <= 12_000
