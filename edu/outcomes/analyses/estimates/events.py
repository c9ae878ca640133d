"""Several waves: how participants moved from wave to wave beside those who never took part."""

from typing import Any

import numpy as np

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.analyses.comparison.waves import Waves
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.estimates.checks import one_digit, told_event_checks
from edu.outcomes.frames import Floats
from edu.outcomes.population import Mask
from ml.effect import staggered_effects
from ml.errors import StatisticsError
from ml.publication import Threshold, too_small


def events_of(material: Material, waves: Waves, asked: Definition) -> dict[str, Any]:
    """Changes since the wave before somebody's start, by waves since then, with the pre-trend.

    Who started by which wave is a cohort; those of fewer than 30 people or five schools are left
    out. Only changes are compared, nothing else is made alike.
    Errors: too_few_persons, and those of `ml.effect.staggered_effects`.
    """
    first = np.where(material.took > 0, waves.first[material.rows], np.nan)
    kept = large_enough(material, first)
    if not (kept & (material.took > 0)).any():
        least = Threshold()
        raise StatisticsError(
            "too_few_persons", min_persons=least.persons, min_clusters=least.clusters
        )
    values = waves.values[material.rows][kept]
    found = staggered_effects(
        values,
        first[kept],
        clusters=material.schools[kept],
        random_state=asked.seed,
    )
    tested = found.pre_trend
    before = [each.estimate for each in found.event_study if each.time < 0]
    return {
        "waves": list(waves.codes),
        "effect": found.effect.estimate.as_dict(),
        "checks": told_event_checks(found.effect, losses_over(values, first[kept]), before),
        "pre_trend": None if tested is None else {"p_value": one_digit(tested.p_value)},
        "times": [
            {"time": each.time, "estimate": each.estimate.as_dict(), "band": list(each.band)}
            for each in found.event_study
        ],
    }


def losses_over(values: Floats, first: Floats) -> dict[str, tuple[int, int]]:
    """By arm: how many sat the first of all waves, and how many of them not the last."""
    present = ~np.isnan(values[:, 0, 0])
    gone = present & np.isnan(values[:, -1, 0])
    arms = {"treated": ~np.isnan(first), "comparison": np.isnan(first)}
    return {
        name: (int((arm & present).sum()), int((arm & gone).sum())) for name, arm in arms.items()
    }


def large_enough(material: Material, first: Floats) -> Mask:
    """(n,) all who are compared, and the cohorts of enough people."""
    kept: Mask = material.took == 0
    for start in np.unique(first[~np.isnan(first)]):
        cohort = first == start
        schools = len(np.unique(material.schools[cohort]))
        if too_small(int(cohort.sum()), schools, Threshold()) is None:
            kept |= cohort
    return kept
