"""From a plan to a finished chart: its element id, its two settings, its table."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Required, TypedDict

from edu.charts.drawing import draw
from edu.charts.figures import Chart, ChartTable, Column
from edu.charts.layout import NARROW, WIDE, Plan, lay_out
from edu.charts.lettering import legible
from edu.charts.spec import vega_lite
from edu.charts.texts import Texts
from models.errors import Refusal

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Caption(TypedDict, total=False):
    """What a chart says about itself.

    unit_label: what the axis measures ("Gain, points").
    source, as_of: where the numbers come from and of which day they are.
    key: the element id; needed only where one page holds the very same chart twice.
    """

    title: Required[str]
    description: Required[str]
    unit_label: Required[str]
    source: str
    as_of: date | None
    key: str


def chart(plan: Plan, columns: Sequence[Column], texts: Texts, caption: Caption) -> Chart:
    """Draw both settings and set the table beside them."""
    if not plan.rows:
        raise Refusal("chart_without_rows")
    title, description = legible(caption["title"]), legible(caption["description"])
    if not title or not description:
        raise ValueError("a chart needs a title and a description")
    key = caption.get("key") or _fingerprint(plan, title, description)
    if not _KEY.fullmatch(key):
        raise ValueError(f"not an element id: {key!r}")
    wide, narrow = (
        draw(plan, lay_out(plan, setting), key=key, title=title, description=description)
        for setting in (WIDE, NARROW)
    )
    return Chart(
        id=key,
        title=title,
        description=description,
        svg=wide,
        narrow_svg=narrow,
        table=ChartTable(
            label_heading=texts.label,
            columns=tuple(columns),
            rows=plan.rows,
            hidden=plan.hidden,
        ),
        spec=vega_lite(plan, title=title, description=description),
        source=caption.get("source", ""),
        as_of=caption.get("as_of"),
    )


def _fingerprint(plan: Plan, title: str, description: str) -> str:
    """An id of the content, so that the same chart gives the same bytes."""
    content = repr((plan, title, description)).encode("utf-8", "backslashreplace")
    return "chart-" + hashlib.blake2b(content, digest_size=4).hexdigest()
