"""More months, more gain? Among those who took part, and never called an effect.

The service does not know who attended which lesson. It knows from when to when somebody was in a
program, and that is the amount here.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.estimates.effects import covariates, scaled
from edu.outcomes.analyses.estimates.imputed import refuse_few
from edu.outcomes.frames import Floats
from edu.outcomes.imputed import combined
from ml.effect import DoseResponse, dose_response
from ml.effect.dose import STEPS
from ml.errors import StatisticsError
from ml.publication import Threshold, too_small

# Nine of ten were in the program for the same time, give or take a week: nothing to compare.
NARROWEST = 0.5


def dose_of(material: Material, asked: Definition) -> dict[str, Any]:
    """How the last score goes with the months, among people alike in all that was known before.

    Errors: too_few_persons, too_few_clusters, dose_alike, and those of `ml.effect.dose_response`.
    """
    own = material.only(material.finished & (material.took > 0) & (material.months > 0))
    refuse_few(own)
    low, high = np.quantile(own.months, [0.05, 0.95])
    if high - low < NARROWEST:
        raise StatisticsError("dose_alike", low=float(low), high=float(high))
    found = [response(own, asked, draw) for draw in range(own.draws)]
    return {
        "slope": combined([each.slope for each in found]).as_dict(),
        "steps": steps(own, found),
        "from": float(low),
        "to": float(high),
        "explained": float(np.mean([each.explained for each in found])),
        "caveats": caveats(found),
    }


def response(own: Material, asked: Definition, draw: int) -> DoseResponse:
    """On one plausible value, with that value's own baseline."""
    from sklearn.linear_model import Ridge  # noqa: PLC0415  1 s: not at import

    return dose_response(
        scaled(covariates(own, draw), own.schools),
        own.post[:, draw],
        own.months,
        Ridge(alpha=1.0),
        Ridge(alpha=1.0),
        clusters=own.schools,
        folds=asked.folds,
        random_state=asked.seed,
    )


def steps(own: Material, found: Sequence[DoseResponse]) -> list[dict[str, Any]]:
    """By quarters of the months: their mean, and the difference to the shortest quarter.

    None where one of the quarters would tell about a few people.
    """
    quarters = quarters_of(own.months)
    masks = [quarters == number for number in np.unique(quarters)]
    if any(
        too_small(int(mask.sum()), len(np.unique(own.schools[mask])), Threshold()) for mask in masks
    ):
        return []
    means = [float(own.months[mask].mean()) for mask in masks]
    differences = [combined(each) for each in zip(*(one.steps for one in found), strict=True)]
    shortest: dict[str, Any] = {"at": means[0], "estimate": None}
    return [
        shortest,
        *(
            {"at": at, "estimate": {**each.as_dict(), "group": None}}
            for at, each in zip(means[1:], differences, strict=True)
        ),
    ]


def quarters_of(months: Floats) -> np.ndarray[Any, np.dtype[np.int64]]:
    """(n,) the quarter of each, equal months together, as `dose_response` has them."""
    edges = np.unique(np.quantile(months, np.arange(1, STEPS) / STEPS))
    return np.searchsorted(edges, months, side="left").astype(np.int64)


def caveats(found: Sequence[DoseResponse]) -> list[str]:
    """What must be said beside the figure: on at least half of the plausible values."""
    codes = dict.fromkeys(code for each in found for code in each.caveats)
    return [code for code in codes if 2 * sum(code in each.caveats for each in found) >= len(found)]
