"""Where those who took part stand among people who started alike and did not."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.estimates.imputed import combined_groups, refuse_few
from edu.outcomes.analyses.estimates.places import participants
from edu.outcomes.frames import Floats
from edu.outcomes.imputed import combined
from edu.outcomes.population import LabelArray, divides
from ml.estimate import Estimate
from ml.growth import GrowthPercentiles, group_means, growth_to_target, pooled_means
from ml.parallel import mapped

# Norms of more people than this would be no more exact than what is read off them.
MOST_IN_NORMS = 5000
PERCENTILE = "percentile"


def growth_of(material: Material, asked: Definition, levels: Sequence[float]) -> dict[str, Any]:
    """The mean growth percentile of those who took part, in all and by group.

    levels: lower bounds of the scale's levels; with them also the share of participants whose
    growth leads to the next level. Each plausible value has its own norms, from schools weighted
    at random (the Bayesian bootstrap): what norms leave open is then in the interval too.
    Errors: too_few_persons, too_few_clusters, and those of `ml.growth.GrowthPercentiles`.
    Source: Betebenner (2009); Rubin (1981, Annals of Statistics 9).
    """
    own = participants(material)
    others = material.only(material.finished & (material.took == 0))
    refuse_few(own)
    refuse_few(others)
    norms = mapped(lambda draw: norms_on(others, draw, asked.seed), range(own.draws), None)
    percentiles = np.column_stack(
        [placed(each, own.pre[:, draw], own.post[:, draw]) for draw, each in enumerate(norms)]
    )
    return {
        "mean": everybody(percentiles, own, PERCENTILE).as_dict(),
        "groups": [
            {"grouping": grouping.value, **grouped(percentiles, own, own.labels[grouping.value])}
            for grouping in asked.groups
            if grouping.value in own.labels and divides(own.labels[grouping.value])
        ],
        "on_track": on_track(norms, percentiles, own, levels) if levels else None,
    }


def norms_on(others: Material, draw: int, seed: int) -> GrowthPercentiles:
    """How people grew who did not take part, on one plausible value."""
    generator = np.random.default_rng([seed, draw])
    place = np.unique(others.schools, return_inverse=True)[1]
    weights = generator.exponential(size=int(place.max()) + 1)[place]
    rows = np.arange(place.size)
    if rows.size > MOST_IN_NORMS:
        rows = np.sort(generator.choice(rows, MOST_IN_NORMS, replace=False))
    return GrowthPercentiles().fit(
        others.pre[rows, draw], others.post[rows, draw], sample_weight=weights[rows]
    )


def placed(norms: GrowthPercentiles, before: Floats, after: Floats) -> Floats:
    """(n,) growth percentiles; plausible values carry the error of measurement themselves."""
    found = norms.percentiles(before, after, prior_error=0.0, current_error=0.0)
    return found.percentile.astype(np.float64)


def everybody(values: Floats, own: Material, unit: str) -> Estimate:
    """The mean over all who took part; values: (n, M)."""
    return combined(
        [group_means(column, clusters=own.schools, unit=unit).estimates[0] for column in values.T]
    )


def grouped(values: Floats, own: Material, labels: LabelArray) -> dict[str, Any]:
    """The means by group; small groups are withheld, and what would give them away."""
    found = combined_groups(
        [
            pooled_means(column, groups=labels, clusters=own.schools, unit=PERCENTILE)
            for column in values.T
        ]
    )
    return {
        "rows": [one.as_dict() for one in found.estimates],
        "suppressed": [asdict(one) for one in found.suppressed],
    }


def on_track(
    norms: Sequence[GrowthPercentiles], percentiles: Floats, own: Material, levels: Sequence[float]
) -> dict[str, Any]:
    """The share who would reach the next level if they grew once more as they just did.

    Who is at the highest level has arrived.
    """
    bounds = np.append(np.sort(np.asarray(levels, dtype=np.float64)), np.inf)
    reached = np.empty_like(percentiles)
    for draw, each in enumerate(norms):
        start = own.post[:, draw]
        goal = bounds[np.searchsorted(bounds[:-1], start, side="left")]
        needed = growth_to_target(
            [each], start, np.where(np.isinf(goal), start, goal), start_error=0.0
        ).percentile
        reached[:, draw] = np.isinf(goal) | (percentiles[:, draw] >= needed)
    return everybody(reached, own, "share").as_dict()
