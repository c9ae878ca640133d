"""One figure from those on each plausible value, by Rubin's rules: never on their average."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from edu.outcomes.analyses.material import Material
from edu.outcomes.pisa.cohorts import LEAST_DF, TOO_UNCERTAIN
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth import GroupEstimates
from ml.intervals import t_estimate
from ml.publication import Suppressed, Threshold, too_small
from ml.rubin import combine


def combined(found: Sequence[Estimate]) -> Estimate:
    """The figure of all plausible values together; n and the name are those of the first."""
    first = found[0]
    together = combine(
        [each.value for each in found], [each.se for each in found], min(each.df for each in found)
    )
    return t_estimate(
        first.name,
        together.value,
        together.se,
        df=together.df,
        n=first.n,
        n_clusters=first.n_clusters,
        group=first.group,
        unit=first.unit,
        level=first.level,
    )


def combined_groups(found: Sequence[GroupEstimates]) -> GroupEstimates:
    """The groups that may be shown on every plausible value, but for those that say nothing."""
    names = [str(one.group) for one in found[0].estimates]
    kept = [{str(one.group): one for one in each.estimates} for each in found]
    together = [
        combined([each[name] for each in kept])
        for name in names
        if all(name in each for each in kept)
    ]
    return GroupEstimates(
        estimates=tuple(one for one in together if one.df >= LEAST_DF),
        suppressed=(
            *found[0].suppressed,
            *(Suppressed(str(one.group), TOO_UNCERTAIN) for one in together if one.df < LEAST_DF),
        ),
    )


def tried(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A section of an answer, or why there is none: the rest of the answer stands without it."""
    try:
        return make()
    except StatisticsError as error:
        return {"refused": {"code": error.code, "parameters": dict(error.parameters)}}


def refuse_few(material: Material) -> None:
    """Refuses (too_few_persons, too_few_clusters) what would tell about a few people."""
    least = Threshold()
    schools = len(np.unique(material.schools))
    reason = too_small(len(material.took), schools, least)
    if reason is not None:
        raise StatisticsError(reason, min_persons=least.persons, min_clusters=least.clusters)
