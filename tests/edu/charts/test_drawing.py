"""The SVG: named, free of styles, colored by the theme, the same bytes each time."""

import re
from xml.etree import ElementTree as ET

import pytest

from edu.charts import Chart, count_bars, estimate_bars, ranked_dots
from edu.charts.figures import Count
from tests.edu.charts.curve_samples import convergence, fan, item, stacked, subjects, waves
from tests.edu.charts.samples import KAZAKH, PAYLOADS, bars, counts, dots, gain, gains

SVG = "{http://www.w3.org/2000/svg}"
TOKENS = {
    "--ink", "--quiet", "--paper", "--sheet", "--line", "--sky", "--sky-fill", "--gold",
    *(f"--series-{series}" for series in range(1, 7)),
}  # fmt: skip
CHARTS = {
    "dots": dots(),
    "bars": bars(),
    "counts": counts(),
    "item": item(),
    "fan": fan(),
    "convergence": convergence(),
    "waves": waves(),
    "subjects": subjects(),
    "stacked": stacked(),
}
KINDS = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


def settings(chart: Chart) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in (chart.svg, chart.narrow_svg)]  # noqa: S314


def words(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@KINDS
def test_a_chart_is_an_image_named_by_its_title_and_description(chart: Chart) -> None:
    for root in settings(chart):
        title, description = root[0], root[1]
        assert (title.tag, title.text) == (f"{SVG}title", chart.title)
        assert (description.tag, description.text) == (f"{SVG}desc", chart.description)
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@KINDS
def test_a_chart_has_no_styles_and_no_scripts(chart: Chart) -> None:
    for root in settings(chart):
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in {
                "svg", "title", "desc", "g", "pattern", "path", "rect", "line", "circle", "text",
            }  # fmt: skip
            assert "style" not in element.attrib
            assert not any(name.startswith("on") or "href" in name for name in element.attrib)


@KINDS
def test_every_color_is_a_token_of_the_theme(chart: Chart) -> None:
    for root in settings(chart):
        for element in root.iter():
            for name in ("fill", "stroke"):
                color = element.get(name, "var(--ink)")
                if color == "none" or color.startswith("url(#"):
                    continue
                assert color.removeprefix("var(").removesuffix(")") in TOKENS


@KINDS
def test_ids_are_unique_among_the_settings_of_a_chart(chart: Chart) -> None:
    ids = re.findall(r'\bid="([^"]+)"', chart.svg + chart.narrow_svg)
    assert len(ids) == len(set(ids)) >= 4
    assert all(id_.startswith(chart.id) for id_ in ids)


def test_charts_of_different_content_have_different_ids() -> None:
    ids = {dots(5).id, dots(6).id, dots(5, title="Басқа").id, bars().id, counts().id}
    assert len(ids) == 5


def test_the_same_chart_twice_on_a_page_can_be_given_an_id() -> None:
    assert dots(3, key="second").svg.count('"second-w-t') == 2


def test_an_id_that_is_no_id_is_an_error() -> None:
    with pytest.raises(ValueError, match="element id"):
        dots(3, key='x" onload="')


@KINDS
def test_a_chart_fills_the_width_it_is_given(chart: Chart) -> None:
    for root in settings(chart):
        assert root.get("width") == "100%"
        assert float(root.get("height", "nan")) > 0


def test_the_same_input_gives_the_same_bytes() -> None:
    assert dots() == dots()
    assert bars() == bars()
    assert counts() == counts()
    assert fan() == fan()
    assert subjects() == subjects()
    assert stacked() == stacked()


def test_hostile_labels_are_shown_as_written_and_never_become_elements() -> None:
    estimates = [gain(10 + index, text) for index, text in enumerate(PAYLOADS)]
    chart = ranked_dots(
        estimates,
        title=PAYLOADS[0],
        description=PAYLOADS[1],
        unit_label=PAYLOADS[2],
        suppressed=PAYLOADS,
        texts=KAZAKH,
    )
    tags = {element.tag for root in settings(chart) for element in root.iter()}
    assert tags <= {
        SVG + tag
        for tag in (
            "svg",
            "title",
            "desc",
            "g",
            "pattern",
            "path",
            "rect",
            "line",
            "circle",
            "text",
        )
    }
    shown = "".join(words(settings(chart)[0])).replace(" ", "")
    assert PAYLOADS[0].replace(" ", "") in shown
    assert "javascript:window.hurt=1//" in shown
    assert not set("\x00\x1b\ud800\ufffe") & set(chart.svg)


def test_a_suppressed_row_has_its_label_and_a_word_and_no_number() -> None:
    chart = ranked_dots(
        [gain(10, "Ашық")],
        title="t",
        description="d",
        unit_label="u",
        suppressed=["Жабық"],
        texts=KAZAKH,
    )
    for root in settings(chart):
        shown = words(root)
        assert "Жабық" in shown
        assert KAZAKH.suppressed in shown
        assert len(list(root.iter(f"{SVG}circle"))) == 1
        hatched = [rect for rect in root.iter(f"{SVG}rect") if "url(#" in rect.get("fill", "")]
        assert len(hatched) == 1


def test_a_chart_of_suppressed_rows_alone_has_no_axis_and_no_digit() -> None:
    chart = count_bars(
        [Count("Бірінші", None)], title="t", description="d", unit_label="u", texts=KAZAKH
    )
    for root in settings(chart):
        assert not re.search(r"\d", "".join(words(root)))


@pytest.mark.parametrize("rows", [1, 3, 20, 60])
def test_each_row_has_a_dot_on_its_interval(rows: int) -> None:
    chart = dots(rows, reference=None, suppressed=())
    for root in settings(chart):
        plot = root.find(f"{SVG}svg")
        assert plot is not None
        dots_ = list(plot.iter(f"{SVG}circle"))
        lines = [line for line in plot.iter(f"{SVG}line") if line.get("y1") == line.get("y2")]
        assert len(dots_) == len(lines) == rows
        for dot, line in zip(dots_, lines, strict=True):
            low, place, high = (
                float(text.rstrip("%"))
                for text in (line.get("x1", ""), dot.get("cx", ""), line.get("x2", ""))
            )
            assert 0 <= low < place < high <= 100
            assert place == pytest.approx((low + high) / 2, abs=0.02)


def test_bars_begin_at_zero() -> None:
    for chart in (bars(suppressed=()), counts()):
        plot = settings(chart)[0].find(f"{SVG}svg")
        assert plot is not None
        rects = [rect for rect in plot.iter(f"{SVG}rect") if rect.get("x") is not None]
        assert rects
        assert {rect.get("x") for rect in rects} == {"0%"}


def test_bars_of_negative_values_end_at_zero() -> None:
    chart = estimate_bars(
        [gain(-4, "а"), gain(3, "б")], title="t", description="d", unit_label="u", texts=KAZAKH
    )
    plot = settings(chart)[0].find(f"{SVG}svg")
    assert plot is not None
    below, above = (
        (float(rect.get("x", "").rstrip("%")), float(rect.get("width", "").rstrip("%")))
        for rect in plot.iter(f"{SVG}rect")
    )
    assert sum(below) == pytest.approx(above[0], abs=0.02)
    assert below[1] / above[1] == pytest.approx(4 / 3, abs=0.01)
    assert "−4,0" in words(settings(chart)[0])


def test_vertical_lines_pass_beneath_labels_and_over_suppressed_rows() -> None:
    narrow = settings(dots(20))[1]
    group = next(g for g in narrow.iter(f"{SVG}g") if g.get("stroke") == "var(--gold)")
    dashes = [float(length) for length in group.get("stroke-dasharray", "").split(",")]
    line = group[0]
    start, end = float(line.get("y1", "")), float(line.get("y2", ""))
    assert sum(dashes) == pytest.approx(end - start)
    drawn, y = [], start
    for stroke, gap in zip(dashes[::2], dashes[1::2], strict=True):
        drawn.append((y, y + stroke))
        y += stroke + gap
    middles = [float(dot.get("cy", "")) for dot in narrow.iter(f"{SVG}circle")]
    assert [(top + bottom) / 2 for top, bottom in drawn] == pytest.approx(middles)
    labels = [float(text.get("y", "")) for text in narrow.findall(f"{SVG}text")]
    assert not any(top - 1 < baseline < bottom for baseline in labels for top, bottom in drawn)


def test_the_target_is_a_gold_rule_with_its_label() -> None:
    for root in settings(dots(target=14.5)):
        assert "Мақсат 14,5" in words(root)
        assert any(group.get("stroke") == "var(--gold)" for group in root.iter(f"{SVG}g"))


def test_the_numbers_are_written_in_the_language_of_the_reader() -> None:
    shown = words(settings(dots(reference=gain(11.2, "Қазақстан", half=0.6, n=96212)))[0])
    assert "11,2" in shown
    assert "96\u00a0212" in shown


def test_n_stands_beside_every_row() -> None:
    estimates = gains(20)
    for root in settings(dots(20, suppressed=())):
        shown = [text.replace("\u00a0", "") for text in words(root)]
        assert all(str(estimate.n) in shown for estimate in estimates)


def test_twenty_rows_take_at_most_twelve_kilobytes() -> None:
    chart = dots(20)
    assert len(chart.svg.encode()) <= 12_000
    assert len(chart.narrow_svg.encode()) <= 12_000
