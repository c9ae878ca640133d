"""Axis, numbers and letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu.charts.figures import Row
from edu.charts.formats import NumberFormat, digits, level
from edu.charts.lettering import legible, width, wrap
from edu.charts.scale import scale

FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(FINITE, min_size=1, max_size=20), st.booleans(), st.integers(2, 7))
def test_an_axis_holds_every_value_and_few_ticks(
    values: list[float], from_zero: bool, most: int
) -> None:
    axis = scale(values, from_zero=from_zero)
    assert all(-1e-6 <= axis.percent(value) <= 100 + 1e-6 for value in values)
    ticks = axis.ticks(axis.step(most))
    assert len(ticks) <= most
    assert list(ticks) == sorted(set(ticks))


@pytest.mark.parametrize(
    ("values", "most", "ticks"),
    [
        ([0.3, 20.7], 5, (0, 5, 10, 15, 20)),
        ([10.2, 11.9], 5, (10.5, 11.0, 11.5)),
        ([-8, 5], 4, (-5, 0, 5)),
    ],
)
def test_ticks_are_round_numbers(values: list[float], most: int, ticks: tuple[float, ...]) -> None:
    axis = scale(values)
    assert axis.ticks(axis.step(most)) == ticks


def test_an_axis_of_bars_begins_exactly_at_zero() -> None:
    assert scale([4, 9], from_zero=True).low == 0
    assert scale([-4, -9], from_zero=True).high == 0
    assert scale([], from_zero=True).percent(0) == 0


@pytest.mark.parametrize(
    ("locale", "written"), [("kk", "−12\u00a0480,3"), ("ru", "−12\u00a0480,3"), ("en", "−12,480.3")]
)
def test_numbers_follow_the_language(locale: str, written: str) -> None:
    assert NumberFormat(locale, "points", 1).value(-12480.25001) == written


def test_nothing_is_ever_minus_zero() -> None:
    assert NumberFormat("kk", "points", 1).value(-0.04) == "0,0"


def test_shares_are_written_as_percent() -> None:
    assert NumberFormat("ru", "share", 0).value(0.864) == "86\u00a0%"
    assert NumberFormat("kk", "share", 1).value(0.864) == "86,4%"
    assert NumberFormat("en", "share", 0).tick(0.05, 0.05) == "5%"
    assert level(0.95, "ru") == "95\u00a0%"
    assert level(0.975, "en") == "97.5%"


@pytest.mark.parametrize(("half", "expected"), [(40.0, 0), (4.0, 0), (2.0, 1), (0.2, 2), (1e-6, 3)])
def test_no_more_decimals_are_shown_than_the_interval_allows(half: float, expected: int) -> None:
    rows = [Row(label="a", value=5.0, low=5 - half, high=5 + half, n=9)]
    assert digits(rows, "points") == expected


@given(st.text(max_size=60), st.floats(40, 300))
def test_wrapping_loses_no_letter_and_exceeds_no_line(text: str, room: float) -> None:
    shown = legible(text)
    lines = wrap(shown, 14, room)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    assert all(width(line, 14) <= room or len(line) == 1 for line in lines)


def test_words_are_kept_whole_where_they_fit() -> None:
    assert wrap("Солтүстік Қазақстан облысы", 14, 180) == ("Солтүстік Қазақстан", "облысы")


def test_text_is_freed_of_what_xml_cannot_carry() -> None:
    assert legible("  a\x00b\nc\ud800\uffff\x1b ") == "ab c"
