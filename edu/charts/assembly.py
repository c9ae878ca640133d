"""From a plan to a finished chart: its element id, its two settings, its table."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol, Required, TypedDict

from edu.charts.drawing import draw
from edu.charts.figures import Chart, ChartTable, Column
from edu.charts.layout import Plan, lay_out
from edu.charts.lettering import legible
from edu.charts.settings import NARROW, WIDE, Setting
from edu.charts.spec import vega_lite
from edu.charts.texts import Texts
from models.errors import Refusal

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Words(TypedDict, total=False):
    """What every chart says about itself.

    source, as_of: where the numbers come from and of which day they are.
    key: the element id; needed only where one page holds the very same chart twice.
    """

    title: Required[str]
    description: Required[str]
    source: str
    as_of: date | None
    key: str


class Caption(Words, total=False):
    """Words of a chart of rows; unit_label: what the axis measures ("Gain, points")."""

    unit_label: Required[str]


class Picture(Protocol):
    """A kind of chart, planned: it can be drawn in either setting and described as Vega-Lite.

    Its `repr` is its content, from which the element id is made.
    """

    def svg(self, setting: Setting, *, key: str, title: str, description: str) -> str:
        """The picture in one setting; `key` begins all its element ids."""

    def spec(self, *, title: str, description: str) -> Mapping[str, object]:
        """The picture as Vega-Lite with its data."""


def chart(plan: Plan, columns: Sequence[Column], texts: Texts, caption: Caption) -> Chart:
    """A finished chart of rows."""
    table = ChartTable(
        label_heading=texts.label, columns=tuple(columns), rows=plan.rows, hidden=plan.hidden
    )
    return finished(_Rows(plan), table, caption)


def finished(picture: Picture, table: ChartTable, words: Words) -> Chart:
    """Draw both settings and set the table beside them."""
    if not table.rows:
        raise Refusal("chart_without_rows")
    title, description = legible(words["title"]), legible(words["description"])
    if not title or not description:
        raise ValueError("a chart needs a title and a description")
    key = words.get("key") or _fingerprint(picture, title, description)
    if not _KEY.fullmatch(key):
        raise ValueError(f"not an element id: {key!r}")
    wide, narrow = (
        picture.svg(setting, key=f"{key}-{setting.name}", title=title, description=description)
        for setting in (WIDE, NARROW)
    )
    return Chart(
        id=key,
        title=title,
        description=description,
        svg=wide,
        narrow_svg=narrow,
        table=table,
        spec=picture.spec(title=title, description=description),
        source=words.get("source", ""),
        as_of=words.get("as_of"),
    )


def _fingerprint(picture: Picture, title: str, description: str) -> str:
    """An id of the content, so that the same chart gives the same bytes."""
    content = repr((picture, title, description)).encode("utf-8", "backslashreplace")
    return "chart-" + hashlib.blake2b(content, digest_size=4).hexdigest()


class _Rows:
    """A chart of rows."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __repr__(self) -> str:
        return repr(self.plan)

    def svg(self, setting: Setting, *, key: str, title: str, description: str) -> str:
        layout = lay_out(self.plan, setting)
        return draw(self.plan, layout, key=key, title=title, description=description)

    def spec(self, *, title: str, description: str) -> Mapping[str, object]:
        return vega_lite(self.plan, title=title, description=description)
