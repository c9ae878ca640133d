"""An analysis answered: everything that its page tells, as plain values for the Finding."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from edu.outcomes.analyses.comparison.arms import Arms
from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.analyses.comparison.waves import Waves
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.estimates.checks import balance_step, told_checks
from edu.outcomes.analyses.estimates.dose import dose_of
from edu.outcomes.analyses.estimates.effects import BASELINE, Adjusted, effect_of
from edu.outcomes.analyses.estimates.events import events_of
from edu.outcomes.analyses.estimates.gains import Gains, gains_of
from edu.outcomes.analyses.estimates.growth import growth_of
from edu.outcomes.analyses.estimates.imputed import tried
from edu.outcomes.analyses.estimates.places import participants, regions_of, schools_of
from edu.outcomes.linked import without_links
from edu.outcomes.population import divides
from edu.outcomes.precision import PEOPLE_OF, in_steps, told
from edu.scoring.progress import Progress
from ml.effect import GroupEffect, calibration_test, group_effects
from ml.errors import StatisticsError
from ml.multiple import holm
from ml.publication import MIN_PERSONS, TOO_FEW_PERSONS

# Of an effect, what stands elsewhere, and what would tell of a single person.
INNER = frozenset({"checks", "imputation_variance"})
# What a test of heterogeneity may run into without sinking the analysis.
UNTESTABLE = frozenset({"constant_prediction", "no_overlap"})


@dataclass(frozen=True)
class Question:
    """What is asked, of whom; levels: lower bounds of the scale's levels.

    waves: all that the run holds, None where they are two.
    """

    asked: Definition
    arms: Arms
    levels: tuple[float, ...]
    waves: Waves | None = None


def answer(material: Material, question: Question, progress: Progress) -> dict[str, Any]:
    """All that was found. Errors: those of the estimators, which refuse what has no answer."""
    asked = question.asked
    progress.at("gains")
    gains = gains_of(material)

    def tell(done: int, total: int) -> None:
        progress.at("effect", done, total)

    adjusted = effect_of(material, asked, tell)
    progress.at("differences")
    differences = heterogeneity(adjusted)
    progress.at("groups")
    effect = adjusted.effect
    progress.at("further")
    by_group = groups(adjusted, material, asked)
    found = {
        "effect": {name: value for name, value in effect.as_dict().items() if name not in INNER},
        "arms": sizes(material),
        "participants": {"estimate": gains.participants.estimate.as_dict()},
        "views": views(gains, adjusted),
        "notes": notes(gains),
        "groups": by_group,
        "heterogeneity": differences,
        "balance": balance(adjusted, material, withheld_labels(by_group)),
        "flow": flow(question.arms, material),
        **further(material, question),
        "draws": material.draws,
    }
    people = found["arms"]["treated"]["n"]
    columns = [row["column"] for row in found["balance"]]
    checks = told_checks(effect, material, columns)
    answered: dict[str, Any] = told(plain({"report": found, "checks": checks}), people=people)
    answered["report"]["effect"]["largest"] = largest(answered["report"]["effect"]["estimate"])
    return answered


def largest(estimate: Mapping[str, Any]) -> float:
    """The size beyond which an effect lies outside the interval that is told."""
    return max(abs(float(end)) for end in estimate["interval"])


def further(material: Material, question: Question) -> dict[str, Any]:
    """Sections that the answer can do without."""
    asked, waves = question.asked, question.waves
    growth = tried(lambda: growth_of(material, asked, question.levels))
    regions = tried(lambda: regions_of(material, asked))
    of_regions = [regions] if "rows" in regions else []
    without_links([*growth.get("groups", ()), *of_regions], participants(material))
    return {
        "events": tried(lambda: events_of(material, waves, asked)) if waves else None,
        "growth": growth,
        "dose": tried(lambda: dose_of(material, asked)),
        "regions": regions,
        "schools": tried(lambda: schools_of(material)),
    }


def refuse_without_arms(arms: Arms) -> None:
    """Errors: nobody_enrolled, all_enrolled, no_comparison_group, with a word on what to do."""
    took, others = int(arms.treated.sum()), int(arms.compared.sum())
    if not took:
        raise StatisticsError("nobody_enrolled")
    if others:
        return
    left = dict(arms.flow["comparison"])["not_enrolled"]
    raise StatisticsError("no_comparison_group" if left else "all_enrolled")


def sizes(material: Material) -> dict[str, dict[str, int]]:
    """Persons with both waves and their schools, of each arm."""
    done = material.finished
    found = {}
    for name, value in (("treated", 1), ("comparison", 0)):
        rows = done & (material.took == value)
        found[name] = {"n": int(rows.sum()), "schools": len(np.unique(material.schools[rows]))}
    return found


def views(gains: Gains, adjusted: Adjusted) -> list[dict[str, Any]]:
    """The difference between the arms in every view, the plainest first."""
    known = {one.name: one for one in gains.compared.alternatives}
    by_name = {
        "score": known.get("score"),
        "ancova": gains.compared.estimate,
        "eiv": gains.error_free.estimate if gains.error_free else None,
        "mixed": known.get("mixed"),
        "adjusted": adjusted.effect.estimate,
    }
    return [
        {"view": name, "estimate": one.as_dict()}
        for name, one in by_name.items()
        if one is not None
    ]


def notes(gains: Gains) -> list[dict[str, Any]]:
    """What must be said beside the views, each once."""
    told = [*gains.compared.notes, *(gains.error_free.notes if gains.error_free else ())]
    found = {note.code: {"code": note.code, "parameters": dict(note.parameters)} for note in told}
    return list(found.values())


def groups(adjusted: Adjusted, material: Material, asked: Definition) -> list[dict[str, Any]]:
    """By every grouping that was named; Holm counts all groups that are shown, of all of them."""
    found = [
        {"grouping": grouping.value, **grouped(adjusted, material, grouping.value)}
        for grouping in asked.groups
        if grouping.value in material.labels
    ]
    without_links(found, material.only(material.finished))
    rows = [row for one in found for row in one["rows"]]
    for row, corrected in zip(rows, holm([row["p_value"] for row in rows]), strict=True):
        row["holm"] = float(corrected)
    return found


def grouped(adjusted: Adjusted, material: Material, grouping: str) -> dict[str, Any]:
    """The effect by one grouping; where no group may be shown, all are withheld.

    Where everybody is in one group it says nothing of its own, and is left out.
    """
    labels = material.labels[grouping]
    if not divides(labels):
        return {"rows": [], "suppressed": [], "spread": None, "told_apart": None}
    try:
        effects = group_effects(adjusted.fitted, labels)
    except StatisticsError as error:
        if error.code != "no_data":
            raise
        known = sorted({str(label) for label in labels if label is not None})
        hidden = [{"group": label, "reason": TOO_FEW_PERSONS} for label in known]
        return {"rows": [], "suppressed": hidden, "spread": None, "told_apart": None}
    of_group = Counter(labels[material.finished & (material.took > 0)].tolist())
    return {
        "rows": [group_row(one, of_group[str(one.estimate.group)]) for one in effects.groups],
        "suppressed": [asdict(one) for one in effects.suppressed],
        "spread": effects.spread,
        "told_apart": effects.told_apart,
    }


def group_row(one: GroupEffect, treated: int) -> dict[str, Any]:
    """A group's figures, of so many who took part."""
    return {
        PEOPLE_OF: treated,
        "estimate": one.estimate.as_dict(),
        "shrunken": one.shrunken.as_dict(),
        "p_value": one.p_value,
    }


def heterogeneity(adjusted: Adjusted) -> dict[str, Any] | None:
    """Whether the effect differs between people at all; None where it cannot be tested."""
    try:
        found = calibration_test(adjusted.fitted)
    except StatisticsError as error:
        if error.code in UNTESTABLE:
            return None
        raise
    return {"slope": found.slope.as_dict(), "p_value": found.p_value, "exists": found.exists}


def withheld_labels(kept: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The columns of groups that are withheld, for whatever reason."""
    return frozenset(
        f"{one['grouping']}:{row['group']}" for one in kept for row in one["suppressed"]
    )


def balance(
    adjusted: Adjusted, material: Material, withheld: frozenset[str]
) -> list[dict[str, Any]]:
    """Standardized differences of the columns before and after weighting, in steps.

    An unrounded difference of a label tells how many have it. A label that fewer than ten people
    of an arm have, or lack, or whose group is withheld, is left out.
    """
    columns = (*BASELINE, *material.names)
    found = adjusted.fitted.balance_
    step = balance_step(material)
    rows = zip(columns, found.before, found.after, columns_to_tell(material), strict=True)
    return [
        {
            "column": name,
            "before": in_steps(float(before), step),
            "after": in_steps(float(after), step),
        }
        for name, before, after, told in rows
        if told and name not in withheld
    ]


def columns_to_tell(material: Material) -> list[bool]:
    """Of each column, whether it is measured, or a label of enough people of both arms."""
    told = [True] * len(BASELINE)
    for name, column in zip(material.names, material.records.T, strict=True):
        arms = [column[material.finished & (material.took == value)] for value in (0, 1)]
        sizes_of = [min(int(arm.sum()), int((1 - arm).sum())) for arm in arms]
        told.append(":" not in name or min(sizes_of) >= MIN_PERSONS)
    return told


def flow(arms: Arms, material: Material) -> dict[str, Any]:
    """Who is left after each step."""
    done = material.finished
    analysed = {
        "treated": int((done & (material.took > 0)).sum()),
        "comparison": int((done & (material.took == 0)).sum()),
    }
    found: dict[str, Any] = {"registered": arms.registered}
    for arm, steps in arms.flow.items():
        counts = [*steps[:-1], (steps[-1][0], analysed[arm])]
        found[arm] = [{"name": name, "count": count} for name, count in counts]
    return found


def plain(value: Any) -> Any:
    """Values for JSON; what is no finite number becomes None."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
