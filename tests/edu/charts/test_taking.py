"""A chart as a file: its numbers, its picture without the page, its source."""

import csv
import io
import json
import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

import edu.web
from edu.charts import (
    Chart,
    Curve,
    Point,
    Shares,
    chart_csv,
    chart_file,
    chart_png,
    chart_spec,
    chart_svg,
    curves,
    ranked_dots,
)
from edu.charts.palette import LIGHT
from models.errors import NotFound
from tests.edu.charts.curve_samples import (
    convergence,
    fan,
    item,
    model,
    shares,
    stacked,
    subjects,
    waves,
)
from tests.edu.charts.samples import ENGLISH, PAYLOADS, bars, counts, dots, gain

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = {
    "dots": dots(),
    "bars": bars(),
    "counts": counts(),
    "item": item(),
    "fan": fan(),
    "waves": waves(),
    "subjects": subjects(),
    "stacked": stacked(),
}
KINDS = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


@pytest.fixture
def app() -> Iterator[Flask]:
    made = Flask(__name__)
    Babel(made)
    with made.test_request_context():
        yield made


def lines(chart: Chart) -> list[list[str]]:
    return list(csv.reader(io.StringIO(chart_csv(chart))))


@KINDS
def test_the_csv_holds_every_row_and_every_number(chart: Chart) -> None:
    heading, *rows = lines(chart)
    assert all(len(row) == len(heading) for row in rows)
    assert [row[0] for row in rows] == [row.label for row in chart.table.rows]
    for at, column in enumerate(chart.table.columns, start=1):
        found = [column.of(row) for row in chart.table.rows]
        assert [row[at] for row in rows] == ["" if one is None else str(one) for one in found]


def test_the_csv_says_why_a_row_has_no_numbers() -> None:
    heading, *rows = lines(counts(texts=ENGLISH))
    assert heading == ["Group", "Number", "too few to show"]
    assert rows[2] == ["Шығып кетті", "", "too few to show"]
    assert rows[3] == ["Ауысты", "0", ""]


def test_the_csv_of_curves_gives_places_as_numbers_too() -> None:
    heading, first, *_ = lines(item())
    assert (heading[-1], first[-1]) == ("x", "-3.0")


def test_a_zero_has_no_sign() -> None:
    texts = {"title": "t", "description": "d", "texts": ENGLISH}
    dotted = ranked_dots([gain(-0.0, "a", half=0.0)], unit_label="u", **texts)
    assert lines(dotted)[1][1:4] == ["0.0"] * 3
    point = Point(-0.0, -0.0, -0.0, -0.0, 12)
    placed = curves([Curve("c", [point])], x_label="x", y_label="y", **texts)
    assert "-0.0" not in chart_csv(placed) + chart_spec(placed)


def test_a_label_is_no_formula_of_a_spreadsheet() -> None:
    chart = ranked_dots(
        [gain(3, '=HYPERLINK("http://evil")'), gain(-2, "@a")],
        title="t", description="d", unit_label="u", texts=ENGLISH,
    )  # fmt: skip
    _, *rows = lines(chart)
    assert [row[0] for row in rows] == ['\'=HYPERLINK("http://evil")', "'@a"]
    assert rows[1][1] == "-2.0"


@KINDS
def test_the_picture_stands_without_the_page(chart: Chart) -> None:
    svg = chart_svg(chart, foot="Дереккөз: бағалау")
    root = ET.fromstring(svg)  # noqa: S314
    assert "var(" not in svg
    assert not re.search(r'="-?[\d.]+%"', svg)
    assert "vector-effect" not in svg
    assert svg.count("<svg") == 1
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert (root[0].tag, root[0].text) == (f"{SVG}title", chart.title)
    shown = [text.text for text in root.iter(f"{SVG}text")]
    assert " ".join(filter(None, shown)).startswith(chart.title)
    assert shown[-1] == "Дереккөз: бағалау"


@KINDS
def test_nothing_of_the_picture_is_lost(chart: Chart) -> None:
    drawn, alone = (ET.fromstring(svg) for svg in (chart.svg, chart_svg(chart)))  # noqa: S314
    for tag in ("circle", "line", "path"):
        assert len(list(alone.iter(SVG + tag))) == len(list(drawn.iter(SVG + tag)))


def test_places_are_those_of_the_page() -> None:
    alone = ET.fromstring(chart_svg(item(series=[model()], marks=())))  # noqa: S314
    (path,) = [one for one in alone.iter(f"{SVG}path") if (one.get("d") or "").count("L") == 60]
    xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", path.get("d", ""))]
    steps = [after - before for before, after in pairwise(xs)]
    assert max(steps) - min(steps) < 0.25
    ticks = [one for one in alone.iter(f"{SVG}text") if one.text in {"−3", "3"}]
    assert [float(tick.get("x", "")) for tick in ticks] == pytest.approx([xs[0], xs[-1]], abs=0.2)


@KINDS
def test_the_png_is_twice_as_large_as_the_svg(chart: Chart) -> None:
    png = chart_png(chart)
    root = ET.fromstring(chart_svg(chart))  # noqa: S314
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    size = struct.unpack(">II", png[16:24])
    assert size == pytest.approx(
        (2 * float(root.get("width", "")), 2 * float(root.get("height", ""))), abs=2
    )


def test_the_png_has_letters_without_a_font_of_the_machine() -> None:
    shown = chart_png(convergence(title="Қазақша ӘҒҚҢӨҰҮҺІ"))
    blank = chart_png(convergence(title="—"))
    assert len(shown) > len(blank) + 1000
    assert shown == chart_png(convergence(title="Қазақша ӘҒҚҢӨҰҮҺІ"))


def test_hostile_words_stay_words() -> None:
    words = [*PAYLOADS, "var(--sky)", "50%"]
    chart = dots(3, suppressed=words, title=PAYLOADS[0], description=PAYLOADS[1])
    tags = {
        one.tag.removeprefix(SVG)
        for one in ET.fromstring(chart_svg(chart, foot=PAYLOADS[-1])).iter()  # noqa: S314
    }
    assert tags <= {
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
    }
    assert "var(--sky)" in chart_svg(chart)
    assert chart_png(chart, foot=PAYLOADS[-1])


def test_the_colors_are_those_of_the_theme() -> None:
    theme = (Path(edu.web.__file__).parent / "static/theme.css").read_text()
    for name, color in LIGHT.items():
        found = re.search(rf"--{name}: (?:light-dark\()?(#[0-9a-f]+)", theme)
        assert found
        written = found[1] if len(found[1]) == 7 else "#" + "".join(c * 2 for c in found[1][1:])
        assert written == color


@KINDS
def test_the_source_is_the_specification(chart: Chart) -> None:
    assert json.loads(chart_spec(chart)) == json.loads(json.dumps(chart.spec))


@pytest.mark.parametrize(
    ("kind", "media", "start"),
    [
        ("svg", "image/svg+xml", b"<svg "),
        ("png", "image/png", b"\x89PNG"),
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("json", "application/json", b"{"),
    ],
)
def test_a_chart_is_sent_as_a_file(app: Flask, kind: str, media: str, start: bytes) -> None:
    chart = dots(3)
    response = chart_file(chart, kind)
    assert response.mimetype == media
    assert response.headers["Content-Disposition"] == f"attachment; filename={chart.id}.{kind}"
    assert response.get_data().startswith(start)


def test_the_file_says_where_its_numbers_come_from(app: Flask) -> None:
    with force_locale("en"):
        svg = chart_file(dots(3), "svg").get_data(as_text=True)
    assert "Source: Цифрлық сауаттылық бағалауы · as of November 12, 2026" in svg


def test_there_is_no_file_of_another_kind(app: Flask) -> None:
    with pytest.raises(NotFound):
        chart_file(dots(3), "exe")


def test_a_chart_without_any_shown_row_can_be_taken_along() -> None:
    chart = stacked(bars=[Shares("a", None)])
    assert lines(chart)[1] == ["a", "", "", "", "", "", "көрсету үшін тым аз"]
    assert chart_png(chart)
    assert len(lines(stacked(bars=[shares("a", (1, 1, 1, 1, 1, 1))]))) == 7
