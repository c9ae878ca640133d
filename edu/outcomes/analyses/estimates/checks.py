"""Checks as they are told: without what would tell of a few people, or of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.precision import in_steps, in_tens, nice, part_in_tens, step_of
from ml.effect import Effect
from ml.estimate import Estimate

# A standardized difference is told to two decimals, or in steps of three people's part of it.
BALANCE_STEP, PEOPLE_IN_STEP = 0.01, 3.0

Told = dict[str, Any]


def told_checks(effect: Effect, material: Material, columns: Sequence[str]) -> list[Told]:
    """The checks of an effect; columns: those of the balance that may be named."""
    found: dict[str, Told] = {check.name: check.as_dict() for check in effect.checks}
    took = int((material.finished & (material.took > 0)).sum())
    step = step_of(effect.estimate.se, took)
    if "balance" in found:
        tell_balance(found["balance"], columns, balance_step(material))
    if "attrition" in found:
        tell_losses(found["attrition"], losses(material), step)
    if "overlap" in found:
        unlike = round((1 - found["overlap"]["value"]) * took)
        found["overlap"]["value"] = 1 - part_in_tens(unlike, took)
    if "placebo" in found:
        tell_placebo(found["placebo"], step)
    for name in ("effective_sample_size", "small_samples"):
        if name in found and not counts_schools(found[name]):
            found[name]["value"] = float(in_tens(round(found[name]["value"])) or 0)
    return list(found.values())


def told_event_checks(
    effect: Effect, gone: Mapping[str, tuple[int, int]], times: Sequence[Estimate]
) -> list[Told]:
    """Those of an effect over several waves; times: the changes before the program."""
    found: dict[str, Told] = {check.name: check.as_dict() for check in effect.checks}
    took = gone["treated"][0]
    if "attrition" in found and found["attrition"]["parameters"]:
        tell_losses(found["attrition"], gone, step_of(effect.estimate.se, took))
    if "pre_trend" in found and times:
        largest = max(abs(in_steps(one.value, step_of(one.se, took)) or 0.0) for one in times)
        found["pre_trend"]["parameters"]["largest"] = largest
        found["pre_trend"]["value"] = one_digit(found["pre_trend"]["value"])
    return list(found.values())


def one_digit(value: float) -> float:
    """A test over several differences, which are told themselves."""
    return float(f"{value:.0e}")


def counts_schools(check: Mapping[str, Any]) -> bool:
    """Whether the smaller group is told in schools."""
    return check["explanation"] in ("enough_schools", "few_schools")


def balance_step(material: Material) -> float:
    """How finely a standardized difference may be told: one of n people moves a mean by about a
    standard deviation over n."""
    took = int((material.finished & (material.took > 0)).sum())
    return nice(max(BALANCE_STEP, PEOPLE_IN_STEP / took))


def tell_balance(check: Told, columns: Sequence[str], step: float) -> None:
    """A column that may not be told goes by its grouping alone."""
    given = check["parameters"]
    check["value"] = in_steps(check["value"], step)
    given["before"] = in_steps(given["before"], step)
    if given["column"] not in columns:
        given |= {"column": f"{given['column'].partition(':')[0]}:", "before": None}


def tell_losses(check: Told, gone: Mapping[str, tuple[int, int]], step: float) -> None:
    """Shares of people counted in tens, and the bounds of the difference in steps."""
    parts = {arm: part_in_tens(lost, of) for arm, (of, lost) in gone.items()}
    check["value"] = abs(parts["treated"] - parts["comparison"])
    check["parameters"] |= parts
    tell_points(check, ("lower", "upper"), step)


def tell_points(check: Told, names: Sequence[str], step: float) -> None:
    """Parameters in points, in steps of a whole point at least."""
    given = check["parameters"]
    given |= {name: in_steps(given[name], max(step, 1.0)) for name in names if name in given}


def tell_placebo(check: Told, step: float) -> None:
    """Its ratio to the error, too, is that of the figures as they are told."""
    tell_points(check, ("estimate", "low", "high"), step)
    given = check["parameters"]
    if given:
        most = check["threshold"]
        value = 2 * most * abs(given["estimate"]) / (given["high"] - given["low"] or step)
        check["value"] = min(value, most) if check["passed"] else max(value, most)


def losses(people: Material) -> dict[str, tuple[int, int]]:
    """By arm: how many were there at first, and how many of them have no outcome."""
    arms = {"treated": people.took > 0, "comparison": people.took == 0}
    return {
        name: (int(rows.sum()), int((rows & ~people.finished).sum())) for name, rows in arms.items()
    }
