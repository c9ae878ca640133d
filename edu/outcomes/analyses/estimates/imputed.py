"""What the sections of an answer share: groups over all plausible values, and refusals."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.imputed import combined, telling
from ml.errors import StatisticsError
from ml.growth import GroupEstimates
from ml.publication import Threshold, too_small


def combined_groups(found: Sequence[GroupEstimates]) -> GroupEstimates:
    """The groups that may be shown on every plausible value, but for those that say nothing."""
    names = [str(one.group) for one in found[0].estimates]
    kept = [{str(one.group): one for one in each.estimates} for each in found]
    together = [
        combined([each[name] for each in kept])
        for name in names
        if all(name in each for each in kept)
    ]
    shown, hidden = telling(together)
    return GroupEstimates(estimates=shown, suppressed=(*found[0].suppressed, *hidden))


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
