"""What a chart accepts, in which order, and the table beside it."""

import json
import math
from dataclasses import replace

import altair
import pytest

from edu.charts import Chart, Count, Row, count_bars, estimate_bars, ranked_dots
from ml.estimate import Estimate
from models.errors import Refusal
from tests.edu.charts.samples import ENGLISH, bars, counts, dots, gain, gains, share

CAPTION = {"title": "t", "description": "d", "unit_label": "u", "texts": ENGLISH}


def labels(chart: Chart) -> list[str]:
    return [row.label for row in chart.table.rows]


def test_the_table_holds_exactly_the_estimates() -> None:
    estimates = gains(20)
    rows = {row.label: row for row in dots(20).table.rows if not row.suppressed}
    for estimate in estimates:
        row = rows[str(estimate.group)]
        assert (row.value, (row.low, row.high)) == (estimate.value, estimate.interval)
        assert (row.n, row.schools) == (estimate.n, estimate.n_clusters)
    assert len(rows) == len(estimates) + 1


def test_the_table_names_value_interval_n_and_schools() -> None:
    columns = [(column.key, column.heading) for column in dots(texts=ENGLISH).table.columns]
    assert columns == [
        ("value", "Value"),
        ("low", "95% interval from"),
        ("high", "95% interval to"),
        ("n", "n"),
        ("schools", "Schools"),
    ]


def test_schools_are_left_out_where_no_estimate_is_clustered() -> None:
    assert [column.key for column in bars().table.columns] == ["value", "low", "high", "n"]


def test_dots_stand_from_the_highest_to_the_lowest_under_the_whole() -> None:
    chart = ranked_dots(
        [gain(3, "c"), gain(9, "b"), gain(9, "a")],
        reference=gain(5, None),
        suppressed=["z", "y"],
        **CAPTION,
    )
    assert labels(chart) == ["All", "a", "b", "c", "z", "y"]
    assert [row.reference for row in chart.table.rows] == [True, *[False] * 5]


def test_bars_keep_their_order() -> None:
    chart = estimate_bars([share(0.2, "b"), share(0.9, "a")], **CAPTION)
    assert labels(chart) == ["b", "a"]


def test_a_suppressed_row_of_the_table_carries_no_number() -> None:
    row = dots(suppressed=["Жабық"]).table.rows[-1]
    assert row == Row(label="Жабық")
    assert counts().table.rows[2] == Row(label="Шығып кетті")


def test_codes_of_groups_get_their_labels() -> None:
    chart = ranked_dots([gain(3, "female"), gain(2, "x")], labels={"female": "Girls"}, **CAPTION)
    assert labels(chart) == ["Girls", "x"]


@pytest.mark.parametrize("bare", [3.5, (3.5, 1.0), {"value": 3.5}, Count("a", 3)])
def test_nothing_but_an_estimate_can_be_plotted_as_one(bare: object) -> None:
    for kind in (ranked_dots, estimate_bars):
        with pytest.raises(TypeError, match="takes Estimates"):
            kind([bare], **CAPTION)


@pytest.mark.parametrize("bare", [3, gain(3, "a"), ("a", 3)])
def test_nothing_but_a_count_can_be_plotted_as_one(bare: object) -> None:
    with pytest.raises(TypeError, match="takes Counts"):
        count_bars([bare], **CAPTION)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": math.nan},
        {"interval": (math.nan, 4.0)},
        {"interval": (1.0, math.inf)},
        {"interval": (4.0, 5.0)},
        {"n": 0},
    ],
)
def test_an_estimate_that_is_not_whole_is_refused(changes: dict[str, object]) -> None:
    broken: Estimate = replace(gain(3, "Абай"), **changes)
    with pytest.raises(Refusal) as refused:
        ranked_dots([broken], **CAPTION)
    assert refused.value.code == "chart_estimate_incomplete"
    assert refused.value.parameters == {"label": "Абай"}


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        count_bars([Count("a", -1)], **CAPTION)
    assert refused.value.code == "chart_count_negative"


def test_estimates_in_different_units_do_not_share_an_axis() -> None:
    with pytest.raises(Refusal) as refused:
        ranked_dots([gain(3, "a"), share(0.3, "b")], **CAPTION)
    assert refused.value.code == "chart_units_differ"


def test_intervals_of_different_levels_are_not_compared() -> None:
    with pytest.raises(Refusal) as refused:
        ranked_dots([gain(3, "a")], reference=replace(gain(3, "b"), level=0.9), **CAPTION)
    assert refused.value.code == "chart_levels_differ"


def test_a_chart_without_rows_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        ranked_dots([], **CAPTION)
    assert refused.value.code == "chart_without_rows"


@pytest.mark.parametrize("missing", ["title", "description"])
def test_a_chart_without_title_or_description_is_an_error(missing: str) -> None:
    with pytest.raises(ValueError, match="title and a description"):
        dots(**{missing: " \n"})


@pytest.mark.parametrize("chart", [dots(), bars(), counts(), dots(target=None, reference=None)])
def test_the_vega_lite_source_is_valid_and_holds_the_rows(chart: Chart) -> None:
    spec = json.loads(json.dumps(chart.spec))
    altair.Chart.from_dict(spec, validate=True)
    values = spec["data"]["values"]
    assert [value["label"] for value in values] == labels(chart)
    assert [value["value"] for value in values] == [row.value for row in chart.table.rows]


def test_beside_a_rank_stands_its_range_and_no_point() -> None:
    ranks = [
        Estimate(name="rank", value=34, se=0, interval=(33, 35), n=38, group="KAZ", unit="rank"),
        Estimate(name="rank", value=1, se=0, interval=(1, 1), n=38, group="SGP", unit="rank"),
    ]
    chart = ranked_dots(ranks, ascending=True, **CAPTION)
    assert ">33–35</text>" in chart.svg
    assert ">34</text>" not in chart.svg
    assert "1–1" not in chart.svg


def test_a_suppressed_group_may_say_its_own_reason() -> None:
    chart = ranked_dots([gain(3, "a")], suppressed={"b": "too uncertain", "c": ""}, **CAPTION)
    assert [row.why for row in chart.table.rows] == ["", "too uncertain", ""]
    assert "too uncertain" in chart.svg
    assert ENGLISH.suppressed in chart.svg
