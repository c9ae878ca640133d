"""What an x–y picture is made of: points that carry their interval and n, curves, marks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edu.charts.figures import Row, unsigned_zero
from edu.charts.lettering import legible
from ml.estimate import Estimate
from models.errors import Refusal


@dataclass(frozen=True, slots=True)
class Point:
    """A figure at `x`: its value, its interval at `level`, and n, how many stand behind it.

    Only on a smooth curve may the interval or n be None. On any other, a point with neither value
    nor interval nor n is one that may not be shown: it is hatched, with a word.
    apart: why the point is not to be compared with its neighbors ("other sample"); it is drawn
        hollow, no line joins it, and the reason is written.
    """

    x: float
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    level: float = 0.95
    apart: str = ""

    @classmethod
    def of(cls, x: float, estimate: Estimate, *, apart: str = "") -> "Point":
        """An Estimate at `x`."""
        if not isinstance(estimate, Estimate):
            raise TypeError(f"a chart takes Estimates, not {type(estimate).__name__}")
        low, high = estimate.interval
        return cls(x, estimate.value, low, high, estimate.n, estimate.level, apart)


@dataclass(frozen=True, slots=True)
class Band:
    """An interval around a smooth curve at `level`: its ends at each of the curve's points."""

    level: float
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One series of a picture.

    smooth: a model's curve, drawn as a line with a band where its points have an interval;
        otherwise observed: dots on their intervals.
    joined: whether a thin line joins the dots.
    hollow, dashed: a quieter look, for what is not to be read like the others.
    bands: further intervals of a smooth curve, one within the other.
    like: the label of an earlier curve whose color and shape this one shares.
    """

    label: str
    points: Sequence[Point]
    hollow: bool = False
    dashed: bool = False
    smooth: bool = False
    joined: bool = False
    bands: Sequence[Band] = ()
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A reference line with its word: vertical at `x`, or horizontal at `y`; one may be gold."""

    label: str
    x: float | None = None
    y: float | None = None
    gold: bool = False

    def __post_init__(self) -> None:
        if (self.x is None) == (self.y is None):
            raise ValueError("a mark stands either at an x or at a y")


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several pictures side by side that share their axes."""

    title: str
    series: Sequence[Curve]
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow(Row):
    """A point as a row of the table; `bands` are (level, low, high)."""

    x: float
    place: str
    series: str
    panel: str = ""
    apart: str = ""
    level: float
    bands: tuple[tuple[float, float, float], ...] = ()

    @property
    def intervals(self) -> tuple[tuple[float, float, float], ...]:
        """Its own interval and its bands, as (level, low, high)."""
        if self.low is None or self.high is None:
            return self.bands
        return ((self.level, self.low, self.high), *self.bands)

    @property
    def ends(self) -> list[float]:
        """The value and the ends of all its intervals."""
        ends = [end for _, low, high in self.intervals for end in (low, high)]
        return ends if self.value is None else [self.value, *ends]


def points_of(curve: Curve) -> Sequence[Point]:
    """The points of a curve, which must be one."""
    if not isinstance(curve, Curve):
        raise TypeError(f"a chart of curves takes Curves, not {type(curve).__name__}")
    for point in curve.points:
        if not isinstance(point, Point):
            raise TypeError(f"a curve takes Points, not {type(point).__name__}")
        if not math.isfinite(point.x):
            raise ValueError(f"no place on an axis: {point.x}")
    if curve.bands and not curve.smooth:
        raise ValueError("only a smooth curve has bands")
    if any(not len(band.low) == len(band.high) == len(curve.points) for band in curve.bands):
        raise ValueError("a band has as many ends as its curve has points")
    return curve.points


def point_rows(
    curve: Curve, place: Callable[[float], str], panel: str = ""
) -> tuple[PointRow, ...]:
    """The rows of a curve; refuses (chart_estimate_incomplete) a point that is not whole."""
    name = legible(curve.label)
    rows = []
    for index, point in enumerate(points_of(curve)):
        row = PointRow(
            label=name,
            series=name,
            value=_float(point.value),
            low=_float(point.low),
            high=_float(point.high),
            n=None if point.n is None else int(point.n),
            x=unsigned_zero(point.x),
            place=place(point.x),
            panel=panel,
            apart=legible(point.apart),
            level=point.level,
            bands=tuple(
                (band.level, unsigned_zero(band.low[index]), unsigned_zero(band.high[index]))
                for band in curve.bands
            ),
        )
        if not (_model_whole(row) if curve.smooth else _whole(row) or _suppressed(row)):
            raise Refusal("chart_estimate_incomplete", label=f"{row.label} ({row.place})")
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: row.x))


def _float(value: float | None) -> float | None:
    """The same, where there is one."""
    return None if value is None else unsigned_zero(value)


def _suppressed(row: PointRow) -> bool:
    return row.value is None and row.low is None and row.high is None and row.n is None


def _whole(row: PointRow) -> bool:
    """Whether a point carries its interval and n."""
    return row.n is not None and row.n >= 1 and _holds(row.low, row.value, row.high)


def _model_whole(row: PointRow) -> bool:
    """Whether a point of a model's curve lies within such intervals as it has."""
    own = row.low is None and row.high is None
    low, high = (row.value, row.value) if own else (row.low, row.high)
    inner = [(low, high), *((low, high) for _, low, high in row.bands)]
    return (row.n is None or row.n >= 1) and all(
        _holds(low, row.value, high) for low, high in inner
    )


def _holds(low: float | None, value: float | None, high: float | None) -> bool:
    if low is None or value is None or high is None:
        return False
    return all(map(math.isfinite, (low, value, high))) and low <= value <= high
