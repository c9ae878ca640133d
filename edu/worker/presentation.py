"""What a job came through, as a picture."""

from flask_babel import gettext

from edu.charts import Chart, Curve, Point, curves
from edu.jobs import JobState
from edu.web.frame import format_number

FEWEST_POINTS = 2


def picture(state: JobState) -> Chart | None:
    """The trace of a job whose kind says what it is, once there is a line to draw."""
    if state.axes is None or len(state.trace) < FEWEST_POINTS:
        return None
    x_label, y_label = map(str, state.axes)
    first, last = state.trace[0][1], state.trace[-1][1]
    return curves(
        [Curve("", [Point(x, value) for x, value in state.trace], smooth=True)],
        title=gettext("How it converges"),
        description=gettext(
            "%(what)s: at first %(first)s, most recently %(last)s.",
            what=y_label,
            first=format_number(first, 2),
            last=format_number(last, 2),
        ),
        x_label=x_label,
        y_label=y_label,
        key="trace",
    )
