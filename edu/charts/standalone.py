"""A chart as a file of its own: colors said outright, places in pixels, title and source drawn.

Many readers of SVG know neither custom properties, nor percents, nor strokes that keep their width.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from edu.charts import lettering
from edu.charts.elements import add, number
from edu.charts.figures import Chart
from edu.charts.palette import LIGHT
from edu.charts.settings import SMALL, SMALL_LINE, lines_of

_WIDTH = 880.0
_EDGE = 24.0
_TITLE, _TITLE_LINE = 18.0, 24.0
_SPACE = "http://www.w3.org/2000/svg"
_COLOR = re.compile(r"var\(--([a-z0-9-]+)\)")
_PLACE = re.compile(r"([ML])(-?[\d.]+)")
_ROOT = ("role", "aria-labelledby", "font-family", "font-size", "fill")
_LOST = {"x", "y", "width", "height", "overflow", "viewBox", "preserveAspectRatio"}


def chart_svg(chart: Chart, *, foot: str = "") -> str:
    """The wide setting as a file, on a light sheet; `foot` is written under the picture."""
    drawn = _without_space(ET.fromstring(chart.svg))  # noqa: S314 (our own)
    names, marks = drawn[:2], drawn[2:]
    title = lettering.wrap(chart.title, _TITLE, _WIDTH, bold=True)
    source = lettering.wrap(lettering.legible(foot), SMALL, _WIDTH) if foot else ()
    top = _EDGE + _TITLE_LINE * len(title) + 4
    under = top + float(drawn.get("height", 0))
    height = under + SMALL_LINE * len(source) + _EDGE
    root = _sheet(drawn, height)
    root[:0] = names
    for text, y in lines_of(title, _EDGE + 16, _TITLE_LINE):
        add(root, "text", text, x=_EDGE, y=y, font_size=_TITLE, font_weight="600")
    picture = add(root, "g", transform=f"translate({number(_EDGE)} {number(top)})")
    picture.extend(_fixed(mark, _WIDTH) for mark in marks)
    for text, y in lines_of(source, under + 16, SMALL_LINE):
        add(root, "text", text, x=_EDGE, y=y, font_size=SMALL, fill="var(--quiet)")
    for element in root.iter():
        for name, value in element.items():
            if color := _COLOR.fullmatch(value):
                element.set(name, LIGHT[color[1]])
    return ET.tostring(root, encoding="unicode")


def _without_space(root: ET.Element) -> ET.Element:
    """The same tree, with names as they are written."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SPACE}}}")
    return root


def _sheet(drawn: ET.Element, height: float) -> ET.Element:
    width = _WIDTH + 2 * _EDGE
    size = {"width": number(width), "height": number(height)}
    kept = {name: drawn.attrib[name] for name in _ROOT}
    box = f"0 0 {size['width']} {size['height']}"
    root = ET.Element("svg", {"xmlns": _SPACE, **size, "viewBox": box, **kept})
    add(root, "rect", fill="var(--sheet)", **size)
    return root


def _fixed(element: ET.Element, width: float) -> ET.Element:
    """An element and all in it, with pixels for percents of `width`; a picture becomes a group."""
    given = {name: _pixels(value, width) for name, value in element.items()}
    if element.tag != "svg":
        fixed = ET.Element(element.tag, given)
        fixed.text = element.text
        fixed.extend(_fixed(child, width) for child in element)
        return fixed
    kept = {name: value for name, value in given.items() if name not in _LOST}
    moved = f"translate({given.get('x', '0')} {given.get('y', '0')})"
    group = ET.Element("g", {"transform": moved, **kept})
    inner = float(given.get("width", number(width)))
    if box := element.get("viewBox"):
        group.extend(_stretched(element, inner / float(box.split()[2])))
    else:
        group.extend(_fixed(child, inner) for child in element)
    return group


def _stretched(picture: ET.Element, factor: float) -> Iterator[ET.Element]:
    """What is in a picture that is stretched in x alone."""
    for element in picture.iter():
        element.attrib.pop("vector-effect", None)
        if path := element.get("d"):
            wide = _PLACE.sub(lambda at: f"{at[1]}{number(float(at[2]) * factor)}", path)
            element.set("d", wide)
    yield from picture


def _pixels(value: str, width: float) -> str:
    """A percent of the width in pixels; anything else as it is."""
    if not re.fullmatch(r"-?[\d.]+%", value):
        return value
    return number(float(value.removesuffix("%")) * width / 100)
