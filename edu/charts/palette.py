"""The theme's light colors, for charts that leave the page (a test holds them to the theme)."""

LIGHT = {
    "ink": "#14212b",
    "quiet": "#52616b",
    "sheet": "#ffffff",
    "line": "#dde4e8",
    "sky-fill": "#00afca",
    "gold": "#ffc61e",
    "series-1": "#007c92",
    "series-2": "#b4500f",
    "series-3": "#5b4b9a",
    "series-4": "#1b7f4b",
    "series-5": "#8a6d00",
    "series-6": "#9b2c5f",
}
SERIES = tuple(color for name, color in LIGHT.items() if name.startswith("series"))


def laid(color: str, ground: str, opacity: float) -> str:
    """The color that is seen where one lies over another."""
    pairs = ((int(one[at : at + 2], 16) for one in (color, ground)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in pairs)
