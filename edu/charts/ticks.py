"""The words under an axis of numbers or of names, where they have room."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from edu.charts import lettering
from edu.charts.formats import NumberFormat
from edu.charts.scale import Scale
from edu.charts.settings import SMALL, SMALL_LINE

_BESIDE = 10.0
_MOST_ROWS = 2  # a third would stand under the lines that lead to the second


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis, with words or without; `down`: how far below the first row they are."""

    x: float
    lines: tuple[str, ...]
    down: float


def ticks_of_numbers(
    scale: Scale, numbers: NumberFormat, pixels: float, *, whole: bool
) -> tuple[Tick, ...]:
    """Round numbers, as many as there is room for; `whole` ones where nothing lies between."""
    widest = max(lettering.width(numbers.value(end), SMALL) for end in (scale.low, scale.high))
    step = scale.step(max(2, min(9, int(pixels // (widest + 2 * _BESIDE)))))
    step = max(step, 1.0) if whole else step
    return tuple(Tick(x, (numbers.tick(x, step),), 0.0) for x in scale.ticks(step))


def ticks_of_names(
    scale: Scale, names: Sequence[tuple[float, str]], pixels: float
) -> tuple[Tick, ...]:
    """Every name, in rows by turns where they are too long to stand side by side."""
    places = [scale.percent(x) * pixels / 100 for x, _ in names]
    if all(name.isdigit() for _, name in names):
        return _every(names, places, pixels)
    rows = next((rows for rows in range(1, _MOST_ROWS) if _fit(names, places, rows)), _MOST_ROWS)
    room = _room(places, rows, pixels)
    wrapped = [lettering.wrap(name, SMALL, room) for _, name in names]
    heights = [max(map(len, wrapped[row::rows]), default=0) for row in range(rows)]
    return tuple(
        Tick(x, lines, SMALL_LINE * sum(heights[: index % rows]))
        for index, ((x, _), lines) in enumerate(zip(names, wrapped, strict=True))
    )


def _every(
    names: Sequence[tuple[float, str]], places: Sequence[float], pixels: float
) -> tuple[Tick, ...]:
    """Every first, second or third of such names as years, which tell the ones between."""
    widest = max(lettering.width(name, SMALL) for _, name in names)
    every = next(
        every
        for every in range(1, len(names) + 1)
        if _room(places, every, pixels) >= widest or every == len(names)
    )
    last = len(names) - 1
    return tuple(
        Tick(x, () if (last - index) % every else (name,), 0.0)
        for index, (x, name) in enumerate(names)
    )


def _fit(names: Sequence[tuple[float, str]], places: Sequence[float], rows: int) -> bool:
    """Whether no word has to be broken in so many rows."""
    room = _room(places, rows, float("inf"))
    return all(lettering.width(word, SMALL) <= room for _, name in names for word in name.split())


def _room(places: Sequence[float], every: int, pixels: float) -> float:
    """The least room of a name that shares its row with each `every`-th."""
    gaps = [b - a for row in range(every) for a, b in pairwise(places[row::every])]
    return min(gaps, default=pixels) - _BESIDE


def depth(ticks: Sequence[Tick]) -> float:
    """How high the words under the axis are together."""
    return max((tick.down + SMALL_LINE * len(tick.lines) for tick in ticks), default=0.0)
