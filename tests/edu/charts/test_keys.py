"""Words above a picture and at the ends of its lines; names under an axis."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from edu.charts.formats import NumberFormat
from edu.charts.keys import SWATCH, Key, at_ends, in_rows
from edu.charts.lettering import beside, width
from edu.charts.scale import Scale
from edu.charts.settings import SMALL
from edu.charts.ticks import ticks_of_names, ticks_of_numbers

WORDS = st.text("абвгд ежзШЩ", min_size=1, max_size=60).map(str.strip).filter(bool)


@given(st.dictionaries(WORDS, st.floats(0, 300), min_size=1, max_size=12))
def test_words_at_ends_do_not_touch_and_do_not_leave_the_plot(ends: dict[str, float]) -> None:
    keys = {Key(text, "mark"): (100.0, y) for text, y in ends.items()}
    placed = at_ends(keys, 150, 300)
    if not placed:
        assert sum(-(-width(text, SMALL) // 150) for text in ends) > 5
        return
    assert len(placed) == len(ends)
    assert all(key.height / 2 - 0.01 <= key.y <= 300.01 - key.height / 2 for key in placed)
    for above, below in pairwise(placed):
        assert above.end[1] <= below.end[1]
        assert below.y - above.y >= (above.height + below.height) / 2 - 0.01


def test_words_that_have_room_stand_at_the_ends_of_their_lines() -> None:
    keys = {Key("a", "mark"): (100.0, 40.0), Key("b", "gold"): (90.0, 200.0)}
    assert [key.y for key in at_ends(keys, 100, 300)] == [40.0, 200.0]


@given(st.lists(WORDS, min_size=1, max_size=12), st.floats(200, 700))
def test_words_above_do_not_touch_and_stay_in_their_room(texts: list[str], room: float) -> None:
    placed, bottom = in_rows([Key(text, "mark") for text in texts], room, 10)
    boxes = []
    for key in placed:
        wide = SWATCH + 6 + max(width(line, SMALL) for line in key.lines)
        boxes.append((key.x, key.x + wide, key.y - 8, key.y - 8 + key.height))
        assert key.x + wide <= room + 0.01
        assert boxes[-1][3] <= bottom + 4
    for one, other in combinations(boxes, 2):
        beside_ = one[1] < other[0] or other[1] < one[0]
        assert beside_ or one[3] <= other[2] + 0.01 or other[3] <= one[2] + 0.01


@given(st.lists(WORDS, min_size=2, max_size=8), st.floats(150, 700))
def test_names_under_an_axis_do_not_touch(names: list[str], pixels: float) -> None:
    scale = Scale(-0.5, len(names) - 0.5)
    ticks = ticks_of_names(scale, [(float(x), name) for x, name in enumerate(names)], pixels)
    boxes = []
    for tick in ticks:
        assert "".join(tick.lines).replace(" ", "") == names[int(tick.x)].replace(" ", "")
        half = max(width(line, SMALL) for line in tick.lines) / 2
        middle = scale.percent(tick.x) * pixels / 100
        top = tick.down
        boxes.append((middle - half, middle + half, top, top + 15 * len(tick.lines)))
    for one, other in combinations(boxes, 2):
        side = one[1] <= other[0] or other[1] <= one[0]
        assert side or one[3] <= other[2] or other[3] <= one[2]


def test_whole_numbers_have_nothing_between_them() -> None:
    numbers = NumberFormat("kk", "points", 0)
    ticks = ticks_of_numbers(Scale(1, 3), numbers, 700, whole=True)
    assert [tick.lines for tick in ticks] == [("1",), ("2",), ("3",)]


@given(WORDS, st.floats(0, 256))
def test_a_word_beside_its_mark_stays_in_the_picture(text: str, place: float) -> None:
    anchor, lines = beside(text, SMALL, place, 256)
    wide = max(width(line, SMALL) for line in lines)
    start = place - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    if wide <= 128:
        assert start >= -0.01
        assert start + wide <= 256.01
