"""How regions and schools differ among those who took part: no league table, no school by name."""

from dataclasses import asdict
from typing import Any

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.estimates.imputed import combined_groups, refuse_few
from edu.outcomes.groupings import Grouping
from ml.errors import StatisticsError
from ml.growth import (
    GroupEstimates,
    ShrunkenEffect,
    pooled_means,
    region_effects,
    school_spread,
)


def participants(material: Material) -> Material:
    """Those who took part and have both scores."""
    return material.only(material.finished & (material.took > 0))


def regions_of(material: Material, asked: Definition) -> dict[str, Any]:
    """What participants of each region gained, drawn towards the mean as far as it is noise.

    Regions of fewer than 30 participants or five schools are withheld, and what would give them
    away. Errors: too_few_groups below three that may be shown; no_data.
    """
    own = participants(material)
    if Grouping.REGION.value not in own.labels:
        raise StatisticsError("no_data")
    found = region_effects(gains_by_region(own), random_state=asked.seed)
    return {
        "grouping": Grouping.REGION.value,
        "mean": found.mean.as_dict(),
        "spread": found.spread.as_dict(),
        "rows": [region_row(one) for one in found.effects],
        "suppressed": [asdict(one) for one in found.suppressed],
    }


def gains_by_region(own: Material) -> GroupEstimates:
    """Of all plausible values together, with errors that rest on the schools of all regions."""
    return combined_groups(
        [
            pooled_means(
                own.post[:, draw] - own.pre[:, draw],
                groups=own.labels[Grouping.REGION.value],
                clusters=own.schools,
            )
            for draw in range(own.draws)
        ]
    )


def region_row(one: ShrunkenEffect) -> dict[str, Any]:
    """A region's figures, with the ranks that it may have."""
    return {
        "estimate": one.estimate.as_dict(),
        "reliability": one.reliability,
        "ranks": list(one.rank_interval),
    }


def schools_of(material: Material) -> dict[str, Any]:
    """How far schools differ in where participants end up who started alike; never which.

    Errors: too_few_persons, too_few_clusters, and those of `ml.growth.school_spread`.
    """
    own = participants(material)
    refuse_few(own)
    found = school_spread(own.post, prior=own.pre, clusters=own.schools)
    return {"spread": found.spread.as_dict(), "share": found.share.as_dict()}
