"""What a rollout can show, before it begins: the smallest effect it finds, and its power."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ml.effect import (
    Plan,
    SchoolDesign,
    detectable_effect,
    enough_schools,
    power_of,
    schools_needed,
)
from ml.errors import StatisticsError

# Of the effects at which the power is told, in standard deviations.
FINEST_STEP = 0.01
STEPS = 20
# The curve ends where half of the schools would find nearly every effect.
BEYOND = 1.6
# Which of the fields asked for is to be changed where too little would be left.
AT_FAULT = {
    "too_few_schools_in_arm": "treated_share",
    "too_few_schools_left": "school_attrition",
    "too_few_pupils_left": "attrition",
}


@dataclass(frozen=True)
class Planned:
    """design: as asked for. detectable: the smallest effect that is found with `power`.

    asked: what becomes of the effect that was named, needed: the schools that find it with
    `power`; None where none was named. curve: by number of schools the (effect, power) pairs.
    """

    design: SchoolDesign
    power: float
    detectable: Plan
    asked: Plan | None
    needed: int | None
    curve: Mapping[int, list[tuple[float, float]]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "design": asdict(self.design),
            "power": self.power,
            "detectable": asdict(self.detectable),
            "asked": asdict(self.asked) if self.asked else None,
            "schools_needed": self.needed,
            "curve": [
                {"schools": schools, "effect": effect, "power": power}
                for schools, pairs in self.curve.items()
                for effect, power in pairs
            ],
        }


def planned(*, power: float, effect: float | None = None, **asked: Any) -> Planned:
    """The rollout that the fields of `ml.effect.SchoolDesign` describe.

    Errors: those of `ml.effect.planning`, with the field at fault where it is one.
    """
    design = SchoolDesign(**asked)
    return Planned(
        design=design,
        power=power,
        detectable=detectable(design, power),
        asked=None if effect is None else power_of(design, effect),
        needed=None if effect is None else needed_for(design, effect, power),
        curve=power_curves(design, power),
    )


def detectable(design: SchoolDesign, power: float) -> Plan:
    """The smallest effect that is found with the power."""
    try:
        return detectable_effect(design, power=power)
    except StatisticsError as error:
        if error.code not in AT_FAULT:
            raise
        field = AT_FAULT[error.code]
        raise StatisticsError(error.code, **error.parameters, field=field) from error


def needed_for(design: SchoolDesign, effect: float, power: float) -> int:
    """The fewest schools, all else as planned."""
    return schools_needed(design, effect, power=power).planned_schools


def power_curves(design: SchoolDesign, power: float) -> dict[int, list[tuple[float, float]]]:
    """For all of the schools, half of them and twice as many."""
    smallest = detectable_effect(design, power=power).effect
    step = max(FINEST_STEP, round(smallest * BEYOND / STEPS, 2))
    effects = [round(step * place, 2) for place in range(STEPS + 1)]
    return {
        schools: [
            (effect, power_of(replace(design, schools=schools), effect).power) for effect in effects
        ]
        for schools in sizes_around(design)
    }


def sizes_around(design: SchoolDesign) -> list[int]:
    """Half is left out where too few schools would be left to test anything."""
    half = design.schools // 2
    found = [half] if enough_schools(replace(design, schools=half)) else []
    return [design.schools, *found, 2 * design.schools]
