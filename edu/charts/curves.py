"""x–y pictures: curves of models, observed series with their intervals, small multiples."""

from collections.abc import Mapping, Sequence
from typing import Unpack

from edu.charts.assembly import finished
from edu.charts.curve_plan import Axes, plan
from edu.charts.curve_spec import vega_lite
from edu.charts.curve_table import table
from edu.charts.figures import Chart
from edu.charts.framing import lay_out
from edu.charts.plane import Plane
from edu.charts.plotting import draw
from edu.charts.points import Curve, Mark, Panel
from edu.charts.settings import Setting
from edu.charts.texts import current_texts


def curves(series: Sequence[Curve], *, marks: Sequence[Mark] = (), **axes: Unpack[Axes]) -> Chart:
    """Curves of models and observed series over one x axis, with reference lines.

    Refuses (chart_*) a point that is not whole and a mixture of levels.
    """
    return panels([Panel("", series, marks)], **axes)


def panels(parts: Sequence[Panel], **axes: Unpack[Axes]) -> Chart:
    """Small multiples: pictures side by side, or one under the other, that share their axes.

    A label has the same look in all of them. Refuses as `curves` does.
    """
    texts = axes.get("texts") or current_texts()
    plane = plan(parts, axes, texts)
    return finished(_Curves(plane), table(plane, texts), axes)


class _Curves:
    """The kind of chart."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane

    def __repr__(self) -> str:
        return repr(self.plane)

    def svg(self, setting: Setting, *, key: str, title: str, description: str) -> str:
        layout = lay_out(self.plane, setting)
        return draw(self.plane, layout, key=key, title=title, description=description)

    def spec(self, *, title: str, description: str) -> Mapping[str, object]:
        return vega_lite(self.plane, title=title, description=description)
