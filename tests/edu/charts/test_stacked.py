"""Shares by level: what they accept, their table, where their pieces stand."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import altair
import pytest

from edu.charts import Chart, Shares, stacked_bars
from edu.charts.looks import Tint, tints
from edu.charts.palette import LIGHT, laid
from models.errors import Refusal
from tests.edu.charts.curve_samples import LEVELS, shares, stacked
from tests.edu.charts.samples import ENGLISH, share

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = {"title": "t", "description": "d", "unit_label": "u", "texts": ENGLISH}
DARK = {"series-1": "#35c3da", "ink": "#e8eef2", "sheet": "#16212a"}


def pieces(svg: str) -> list[tuple[float, float, float]]:
    """The row, the left end and the right end of each piece, in percent; grounds left out."""
    root = ET.fromstring(svg)  # noqa: S314
    found = []
    for group in root.iter(f"{SVG}g"):
        if "series-1" not in group.get("fill", ""):
            continue
        for rect in group.findall(f"{SVG}rect"):
            x, width = (float(rect.get(name, "").rstrip("%")) for name in ("x", "width"))
            found.append((float(rect.get("y", "")), x, x + width))
    return sorted(found)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colors."""
    lights = []
    for color in (one, other):
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    return max(lights) / min(lights)


def seen(tint: Tint, theme: dict[str, str]) -> str:
    """The color of a level in a theme."""
    series = laid(theme["series-1"], theme["sheet"], tint.depth)
    return laid(theme["ink"], series, tint.ink)


def test_the_table_holds_each_share_with_its_interval() -> None:
    chart = stacked(texts=ENGLISH)
    headings = [column.heading for column in chart.table.columns]
    assert headings == ["Level", "Value", "95% interval from", "95% interval to", "n", "Schools"]
    row = chart.table.rows[0]
    assert [column.of(row) for column in chart.table.columns] == [
        "1-деңгейден төмен", 0.2, pytest.approx(0.188), pytest.approx(0.212), 19769, 31,
    ]  # fmt: skip
    assert len(chart.table.rows) == 3 * len(LEVELS) + 1


def test_a_bar_that_may_not_be_shown_has_its_label_and_no_number() -> None:
    chart = stacked()
    hidden = [row for row in chart.table.rows if row.suppressed]
    assert [(row.label, row.n) for row in hidden] == [("Байқоңыр қаласы", None)]
    for svg in (chart.svg, chart.narrow_svg):
        assert len(re.findall(r'fill="url\(#', svg)) == 1
        assert "көрсету үшін тым аз" in svg


def test_all_bars_are_set_along_the_boundary() -> None:
    chart = stacked()
    for svg in (chart.svg, chart.narrow_svg):
        found = pieces(svg)
        rows = sorted({row for row, _, _ in found})
        assert len(rows) == 3
        at = {
            row: [piece[1:] for piece in found if piece[0] == row][2][0] for row in rows
        }  # where the third level begins
        assert max(at.values()) - min(at.values()) < 0.05
        for row in rows:
            ends = [piece[1:] for piece in found if piece[0] == row]
            assert len(ends) == len(LEVELS)
            assert all(
                left[1] == pytest.approx(right[0], abs=0.03) for left, right in pairwise(ends)
            )


def test_without_a_boundary_bars_fill_the_axis_from_zero_to_one() -> None:
    chart = stacked(boundary=None, bars=[shares("a", (1, 1, 1, 1, 1, 1))])
    found = pieces(chart.svg)
    assert found[0][1] == 0
    assert found[-1][2] == pytest.approx(100, abs=0.02)
    assert "--gold" not in chart.svg


def test_the_axis_counts_in_both_directions() -> None:
    words = re.findall(r">([^<>]*%)<", stacked(texts=ENGLISH).svg)
    assert words.count("20%") == 2
    assert not any(word.startswith("−") for word in words)


def test_numbers_stand_only_where_they_have_room() -> None:
    chart = stacked(bars=[shares("a", (1, 30, 1, 37, 30, 1))])
    shown = re.findall(r">(\d+)<", chart.svg)
    assert [text for text in shown if text in {"1", "30", "37"}] == ["30", "37", "30"]


@pytest.mark.parametrize("pale", range(1, 9))
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_are_readable_on_every_level(pale: int, theme: dict[str, str]) -> None:
    for tint in tints(pale, 9 - pale):
        ink = theme["sheet"] if tint.strong else theme["ink"]
        assert contrast(ink, seen(tint, theme)) >= 4.5


@pytest.mark.parametrize("pale", range(1, 6))
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_levels_darken_or_brighten_in_one_direction(pale: int, theme: dict[str, str]) -> None:
    against = [contrast(theme["sheet"], seen(tint, theme)) for tint in tints(pale, 6 - pale)]
    assert against == sorted(against)
    assert all(b / a > 1.05 for a, b in pairwise(against))


def test_shares_that_do_not_add_up_are_refused() -> None:
    bar = Shares("a", [share(0.5, "a"), share(0.3, "a")])
    with pytest.raises(Refusal) as refused:
        stacked_bars([bar], levels=["x", "y"], **CAPTION)
    assert refused.value.code == "chart_shares_incomplete"
    assert refused.value.parameters == {"label": "a"}


def test_a_share_below_zero_is_refused() -> None:
    bar = Shares("a", [share(1.2, "a"), share(-0.2, "a")])
    with pytest.raises(Refusal) as refused:
        stacked_bars([bar], levels=["x", "y"], **CAPTION)
    assert refused.value.code == "chart_shares_incomplete"


def test_an_estimate_that_is_not_whole_is_refused() -> None:
    bar = Shares("a", [replace(share(0.5, "a"), n=0), share(0.5, "a")])
    with pytest.raises(Refusal) as refused:
        stacked_bars([bar], levels=["x", "y"], **CAPTION)
    assert refused.value.code == "chart_estimate_incomplete"


def test_nothing_but_estimates_can_be_stacked() -> None:
    with pytest.raises(TypeError, match="takes Estimates"):
        stacked_bars([Shares("a", [0.5, 0.5])], levels=["x", "y"], **CAPTION)  # type: ignore[list-item]


def test_points_are_no_shares() -> None:
    bar = Shares("a", [replace(share(0.5, "a"), unit="points"), share(0.5, "a")])
    with pytest.raises(Refusal) as refused:
        stacked_bars([bar], levels=["x", "y"], **CAPTION)
    assert refused.value.code == "chart_units_differ"


def test_each_level_has_a_share() -> None:
    with pytest.raises(ValueError, match="2 shares for 3 levels"):
        stacked_bars([shares("a", (1, 1))], levels=["x", "y", "z"], **CAPTION)


def test_an_unknown_boundary_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in"):
        stacked(boundary="7-деңгей")


def test_no_bars_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        stacked(bars=[])
    assert refused.value.code == "chart_without_rows"


@pytest.mark.parametrize("chart", [stacked(), stacked(boundary=None)])
def test_the_vega_lite_source_is_valid_and_holds_the_shares(chart: Chart) -> None:
    spec = json.loads(json.dumps(chart.spec, allow_nan=False))
    altair.Chart.from_dict(spec, validate=True)
    assert [value["value"] for value in spec["data"]["values"]] == [
        row.value for row in chart.table.rows
    ]
