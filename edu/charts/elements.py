"""Elements of an SVG. Only presentation attributes: a strict content policy refuses styles."""

from xml.etree import ElementTree as ET

from edu.charts.settings import LABEL, Setting

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
# keeps words readable over lines and hatching
HALO = {
    "stroke": "var(--sheet)",
    "stroke_width": "4",
    "stroke_linejoin": "round",
    "paint_order": "stroke",
}


def number(value: float, decimals: int = 1) -> str:
    """A coordinate, no longer than it needs to be."""
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".") if value else "0"


def percent(value: float) -> str:
    """A share of the width."""
    return number(value, 2) + "%"


def add(parent: ET.Element, tag: str, text: str = "", **attributes: str | float) -> ET.Element:
    """A child element; `_` in names stands for `-`, floats are pixels."""
    written = {
        name.replace("_", "-"): value if isinstance(value, str) else number(value)
        for name, value in attributes.items()
    }
    child = ET.SubElement(parent, tag, written)
    child.text = text or None
    return child


def root(setting: Setting, height: float, *, key: str, title: str, description: str) -> ET.Element:
    """The picture in one setting: an image named by its title and its description."""
    picture = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": f"chart-{'narrow' if setting.stacked else 'wide'}",
            "width": "100%",
            "height": number(height),
            "role": "img",
            "aria-labelledby": f"{key}-t {key}-d",
            "font-family": FONT,
            "font-size": number(LABEL),
            "fill": "var(--ink)",
        },
    )
    add(picture, "title", title, id=f"{key}-t")
    add(picture, "desc", description, id=f"{key}-d")
    return picture


def hatching(picture: ET.Element, key: str) -> None:
    """The pattern `key`-h: something stands here, and it is not shown."""
    pattern = add(
        picture,
        "pattern",
        id=f"{key}-h",
        width="6",
        height="6",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    add(pattern, "path", d="M0 0H6V6H0z", fill="var(--sheet)")
    add(pattern, "path", d="M0 0V6", stroke="var(--line)", stroke_width="4")
