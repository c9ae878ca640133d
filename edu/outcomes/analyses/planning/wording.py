"""A planned rollout in words and as a picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from edu.charts import Chart, Curve, Mark, Point, curves
from edu.outcomes.analyses.planning.rollout import Planned, planned
from edu.outcomes.analyses.schemas import PlanSchema
from edu.web.forms import Form, checked
from edu.web.frame import format_number, format_share
from models.errors import NotFound, Refusal

# The scales of the service have this standard deviation.
SCALE_SD = 100


@dataclass(frozen=True)
class ShownPlan:
    """headline: what the rollout can show, sentences: what stands behind that."""

    plan: Planned
    headline: str
    sentences: tuple[str, ...]
    chart: Chart


def plan_form(given: Mapping[str, Any]) -> Form:
    """The fields as given, the 500 pilot schools where nothing is."""
    fields = PlanSchema().fields
    known = {name: value for name, value in given.items() if name in fields}
    form = checked(PlanSchema(), {name: value for name, value in known.items() if value != ""})
    defaults = {name: field.load_default for name, field in fields.items() if name != "effect"}
    form.raw = {**defaults, **known}
    return form


def plan_of(given: Mapping[str, Any]) -> Planned:
    """The same for a command: refuses (invalid_plan) with all that is wrong at once."""
    form = checked(PlanSchema(), given)
    if form.errors:
        told = "; ".join(f"{field}: {text}" for field, text in form.errors.items())
        raise Refusal("invalid_plan", problems=told)
    return planned(**form.values)


def show(**asked: Any) -> ShownPlan:
    """A plan as its page shows it."""
    plan = planned(**asked)
    return ShownPlan(plan, headline(plan), sentences(plan), power_chart(plan))


def chart_of(given: Mapping[str, Any]) -> Chart:
    """The picture to take along."""
    shown = plan_form(given).submit(show)
    if shown is None:
        raise NotFound("not_found")
    return shown.chart


def headline(plan: Planned) -> str:
    """The smallest effect that will be found."""
    design, found = plan.design, plan.detectable
    return str(
        gettext(
            "Schools: %(schools)s, of them in the program: %(share)s; pupils in each: %(pupils)s."
            " An effect of %(effect)s standard deviations or more is found with a chance of at"
            " least %(power)s; that is %(points)s points of a scale whose standard deviation is"
            " %(sd)s. Smaller effects may be missed.",
            schools=format_number(design.schools),
            share=format_share(design.treated_share),
            pupils=format_number(design.pupils),
            effect=format_number(found.effect, 3),
            power=format_share(plan.power),
            points=format_number(found.effect * SCALE_SD, 1),
            sd=SCALE_SD,
        )
    )


def sentences(plan: Planned) -> tuple[str, ...]:
    """What is left at the end and what it is worth, and what becomes of the effect asked about."""
    found = plan.detectable
    left = gettext(
        "Left at the end: schools %(schools)s, pupils %(pupils)s. Pupils of one school are alike:"
        " together they say as much as %(alone)s pupils assigned one by one.",
        schools=format_number(found.schools),
        pupils=format_number(found.pupils),
        alone=format_number(found.pupils / found.design_effect),
    )
    if plan.asked is None:
        return (left,)
    asked = gettext(
        "An effect of %(effect)s standard deviations is found with a chance of %(chance)s. To find"
        " it with %(power)s, this many schools are needed: %(needed)s.",
        effect=format_number(plan.asked.effect, 3),
        chance=format_share(plan.asked.power, 1),
        power=format_share(plan.power),
        needed=format_number(plan.needed),
    )
    return (left, asked)


def power_chart(plan: Planned) -> Chart:
    """The chance to find an effect, by its size and the number of schools."""
    effect = plan.detectable.effect
    marks = [
        Mark(label=gettext("smallest effect found"), x=round(effect, 3)),
        Mark(label=gettext("chance wanted"), y=plan.power, gold=True),
    ]
    return curves(
        [
            Curve(
                gettext("schools: %(count)s", count=format_number(schools)),
                [Point(at, power) for at, power in pairs],
                smooth=True,
            )
            for schools, pairs in plan.curve.items()
        ],
        marks=marks,
        title=gettext("The chance to find an effect, by its size"),
        description=gettext(
            "The larger an effect and the more schools, the likelier it is found: as planned, with"
            " half as many schools, and with twice as many."
        ),
        x_label=gettext("True effect, standard deviations"),
        y_label=gettext("Chance to find it"),
        y_range=(0.0, 1.0),
        unit="share",
        key="plan-power",
        source=gettext("computed from the numbers above, no data"),
    )
