"""Shares, gaps and scores over the cycles, in pictures and in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.charts import Chart, Curve, Panel, Point, current_texts, curves, panels
from edu.outcomes.pisa.microdata.population import OF_ALL
from edu.outcomes.pisa.national import movements
from edu.outcomes.pisa.national.movements import Movement
from edu.outcomes.pisa.national.pupil_pictures import figure_name, files_named
from edu.outcomes.pisa.national.series import ASSUMED_LINK_ERROR
from edu.outcomes.pisa.statements import explained
from edu.outcomes.pisa.words import domain_name, economy_name
from edu.web.frame import format_number
from models.pisa import SurveySummary

# By the kind of a movement: the sentence of a change, and of one that cannot be told.
TOLD: dict[str, tuple[LazyString, LazyString]] = {
    "share": (
        _l(
            "%(name)s: changed by %(value)s percentage points per decade (95%% interval "
            "%(low)s to %(high)s)."
        ),
        _l(
            "%(name)s: no change can be told, its 95%% interval per decade is %(low)s to "
            "%(high)s percentage points."
        ),
    ),
    "score": (
        _l(
            "%(name)s: the score that they reach changed by %(value)s points per decade "
            "(95%% interval %(low)s to %(high)s)."
        ),
        _l(
            "%(name)s: no change of the score that they reach can be told, its 95%% interval "
            "per decade is %(low)s to %(high)s points."
        ),
    ),
    "gap": (
        _l(
            "%(name)s: the difference changed by %(value)s points per decade (95%% interval "
            "%(low)s to %(high)s)."
        ),
        _l(
            "%(name)s: no change of the difference can be told, its 95%% interval per decade "
            "is %(low)s to %(high)s points."
        ),
    ),
}


def share_chart(movement: Movement, summaries: Sequence[SurveySummary]) -> Chart:
    """One share over the cycles."""
    return curves(
        [curve(movement)],
        title=gettext(
            "%(economy)s, %(domain)s: %(name)s, cycle by cycle",
            economy=economy_name(summaries[0].economy),
            domain=domain_name(summaries[0].domain),
            name=movement_name(movement),
        ),
        description=gettext(
            "Each dot is a share on its 95% interval of sampling and measurement; comparable "
            "cycles are joined, hollow dots stand in no trend. The error of the link between "
            "cycles is not in these intervals but in the change told below."
        ),
        y_label=gettext("Share of pupils"),
        unit="share",
        **over_cycles([movement], summaries),
    )


def gaps_chart(found: Sequence[Movement], summaries: Sequence[SurveySummary]) -> Chart | None:
    """The gaps over the cycles, one picture each; None without any."""
    if not found:
        return None
    return panels(
        [Panel(movement_name(one), [curve(one)]) for one in found],
        title=gettext(
            "%(economy)s, %(domain)s: gaps, cycle by cycle",
            economy=economy_name(summaries[0].economy),
            domain=domain_name(summaries[0].domain),
        ),
        description=gettext(
            "Each dot is the difference of two groups' means on its 95% interval; comparable "
            "cycles are joined, hollow dots stand in no trend. In the change of a gap the link "
            "between cycles cancels."
        ),
        y_label=gettext("Difference, points"),
        **over_cycles(found, summaries),
    )


def background_chart(found: Sequence[Movement], summaries: Sequence[SurveySummary]) -> Chart | None:
    """How strong background is over the cycles; None without any."""
    if not found:
        return None
    return panels(
        [Panel(movement_name(one), [curve(one)]) for one in found],
        title=gettext(
            "%(economy)s, %(domain)s: the strength of background, cycle by cycle",
            economy=economy_name(summaries[0].economy),
            domain=domain_name(summaries[0].domain),
        ),
        description=gettext(
            "Each dot is a share on its 95% interval; comparable cycles are joined, hollow "
            "dots stand in no trend. Both shares compare the pupils of one cycle with one another, "
            "so that no link between cycles is in their changes."
        ),
        y_label=gettext("Share"),
        unit="share",
        **over_cycles(found, summaries),
    )


def over_cycles(found: Sequence[Movement], summaries: Sequence[SurveySummary]) -> dict[str, Any]:
    """What all pictures over the cycles say about themselves."""
    return {
        "x_label": gettext("Cycle"),
        "x_ticks": ticks(found),
        "texts": current_texts(n=gettext("Pupils")),
        "source": files_named(summaries),
        "as_of": newest(summaries),
    }


def curve(movement: Movement) -> Curve:
    """The figures of one movement."""
    points = [
        Point.of(step.cycle, step.estimate, apart=apart_words(step.apart))
        for step in movement.steps
    ]
    return Curve(gettext("from pupil files"), points, joined=True)


def apart_words(code: str) -> str:
    """Why a dot stands apart."""
    words = {
        movements.NOT_COMPARABLE: gettext("not comparable"),
        movements.OTHER_GROUPS: gettext("other groups"),
    }
    return str(words.get(code, ""))


def movement_name(movement: Movement) -> str:
    """What moved."""
    names = {
        movements.BELOW_BASELINE: gettext("below Level 2"),
        "share_level_5_and_above": gettext("Level 5 and above"),
        "of_all_p75": gettext("best quarter of all 15-year-olds"),
        "of_all_p50": gettext("best half of all 15-year-olds"),
    }
    return str(names.get(movement.name) or figure_name(movement.fields))


def ticks(found: Sequence[Movement]) -> list[tuple[float, str]]:
    """The cycles of all of them."""
    return [(cycle, str(cycle)) for cycle in sorted({s.cycle for one in found for s in one.steps})]


def newest(summaries: Sequence[SurveySummary]) -> date:
    """When the newest of the files was summarized."""
    return max(one.file.created_at for one in summaries).date()


def told(movement: Movement) -> str:
    """How far a figure moved per decade, no more than the interval allows."""
    name = capitalized(movement_name(movement))
    if movement.trend is None:
        return f"{name}: {explained(movement.refusal)}" if movement.refusal else ""
    change = movement.trend.per_decade_
    kind = kind_of(movement)
    low, high = change.interval
    words = {
        "name": name,
        "value": signed(change.value, kind == "share"),
        "low": signed(low, kind == "share"),
        "high": signed(high, kind == "share"),
    }
    moved, unclear = TOLD[kind]
    return str(unclear if low <= 0 <= high else moved) % words


def kind_of(movement: Movement) -> str:
    """Whether a share, a score or the difference of two moved."""
    if movement.steps[-1].estimate.unit == "share":
        return "share"
    return "score" if movement.name in OF_ALL else "gap"


def signed(value: float, share: bool) -> str:
    """With a true minus or a plus; shares in percentage points."""
    shown = round(100 * value if share else value, 1) + 0.0
    text = format_number(abs(shown), 1)
    if shown == 0:
        return text
    return f"−{text}" if shown < 0 else f"+{text}"


def capitalized(text: str) -> str:
    """The same at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def assumed(found: Sequence[Movement]) -> list[str]:
    """Which link errors the changes of shares rest on without a source."""
    pairs = {one.assumed for one in found if one.assumed}
    return [
        str(
            gettext(
                "No link error of %(cycles)s is among the sources; %(error)s points are assumed.",
                cycles=", ".join(f"{first}–{last}" for first, last in own),
                error=format_number(ASSUMED_LINK_ERROR),
            )
        )
        for own in sorted(pairs)
    ]
