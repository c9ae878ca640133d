"""How series are told apart: by color, and by dash or shape where color is not seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from edu.charts.elements import add, number
from edu.charts.points import Curve

_COLORS = 6
_DASHES = ("", "7 4", "2 4", "11 4 2 4", "5 2", "1 3")
_DASHED = "5 4"
# around the middle of a point, all of about the same area
_SHAPES = (
    "",
    "M-3.8-3.8H3.8V3.8H-3.8z",
    "M0-5.4L5.4 0 0 5.4-5.4 0z",
    "M0-5.2L5 4H-5z",
    "M0 5.2L5-4H-5z",
    "M-5-1.6H-1.6V-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5z",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a series is drawn; `line` is the width of its line, 0 without one."""

    series: int
    line: float
    dash: str
    dots: bool
    hollow: bool

    @property
    def color(self) -> str:
        """A token of the theme."""
        return f"var(--series-{self.series % _COLORS + 1})"


@dataclass(frozen=True, slots=True)
class Shade:
    """One of the nested intervals of a fan: so many bands lie over one another in it."""

    look: Look
    layers: int


@dataclass(frozen=True, slots=True)
class Tint:
    """The color of a level: that of the first series thinned, or mixed with so much ink."""

    depth: float
    ink: float = 0.0

    @property
    def strong(self) -> bool:
        """Whether words on it are the color of the sheet."""
        return self.depth == 1


def tints(pale: int, strong: int) -> tuple[Tint, ...]:
    """A sequence of tints; its one leap stands where the pale ones, which take ink, end."""
    return (
        *(Tint(0.16 + 0.34 * place / max(1, pale - 1)) for place in range(pale)),
        *(Tint(1.0, 0.6 * place / max(2, strong - 1)) for place in range(strong)),
    )


def tint(tinted: Tint) -> Iterator[dict[str, str]]:
    """Attributes of the one or two layers of a level's color."""
    color = {"fill": "var(--series-1)"}
    yield color if tinted.strong else color | {"fill_opacity": number(tinted.depth, 2)}
    if tinted.ink:
        yield {"fill": "var(--ink)", "fill_opacity": number(tinted.ink, 2)}


def looks(curves: Sequence[Curve]) -> dict[str, Look]:
    """The look of each label; the first curve of a label decides."""
    series: dict[str, int] = {}
    found: dict[str, Look] = {}
    for curve in curves:
        if curve.like and curve.like not in series:
            raise ValueError(f"no earlier curve is called {curve.like!r}")
        if curve.like:
            series.setdefault(curve.label, series[curve.like])
        series.setdefault(curve.label, len(set(series.values())))
        found.setdefault(curve.label, _look(curve, series[curve.label]))
    return found


def _turned(series: int) -> int:
    """A shape or dash that changes when the colors begin anew."""
    return (series + series // _COLORS) % _COLORS


def _look(curve: Curve, series: int) -> Look:
    dash = _DASHES[_turned(series)] if curve.smooth else ""
    line = 2.5 if curve.smooth else 1.5 if curve.joined else 0.0
    return Look(
        series=series,
        line=line,
        dash=_DASHED if curve.dashed else dash,
        dots=not curve.smooth,
        hollow=curve.hollow,
    )


def shade(look: Look) -> dict[str, str]:
    """Attributes of an interval around a series; laid over one another they darken."""
    return {"fill": look.color, "fill_opacity": ".16"}


def stroke(look: Look) -> dict[str, str]:
    """Attributes of a series' line."""
    dash = {"stroke_dasharray": look.dash} if look.dash else {}
    return {"fill": "none", "stroke": look.color, "stroke_width": number(look.line), **dash}


def dot(parent: ET.Element, look: Look, *, hollow: bool) -> None:
    """The series' shape around the origin."""
    fill = "var(--sheet)" if hollow else look.color
    shape = _SHAPES[_turned(look.series)]
    paint = {"fill": fill, "stroke": look.color, "stroke_width": "2"}
    if shape:
        add(parent, "path", d=shape, **paint)
    else:
        add(parent, "circle", r=4.0, **paint)
