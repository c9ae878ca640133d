"""How much people gained, seen in every way that two waves allow."""

from dataclasses import dataclass

import numpy as np

from edu.outcomes.analyses.comparison.material import Material
from ml.errors import StatisticsError
from ml.growth import Gain, gain


@dataclass(frozen=True, eq=False)
class Gains:
    """participants: how much those who took part gained. compared: how much more than the others,
    in every view, "eiv" on scores since plausible values carry their error themselves."""

    participants: Gain
    compared: Gain
    error_free: Gain | None


def gains_of(material: Material) -> Gains:
    """How much participants gained, and how much more than those compared.

    Errors: those of `ml.growth.gain`.
    """
    done = material.only(material.finished)
    own = done.only(done.took > 0)
    return Gains(
        participants=gain(own.pre, own.post, clusters=own.schools),
        compared=gain(done.pre, done.post, design="ancova", group=done.took, clusters=done.schools),
        error_free=error_free_gain(done),
    )


def error_free_gain(done: Material) -> Gain | None:
    """Errors in variables with the pre-test's reliability among these people; None where it is too
    low to be corrected for."""
    known = ~np.isnan(done.pre_score) & ~np.isnan(done.post_score)
    score, error = done.pre_score[known], done.pre_error[known]
    reliability = 1 - float(np.square(error).mean()) / float(score.var(ddof=1))
    if not 0 < reliability <= 1:
        return None
    try:
        return gain(
            score,
            done.post_score[known],
            design="eiv",
            group=done.took[known],
            clusters=done.schools[known],
            reliability=reliability,
        )
    except StatisticsError as error:
        if error.code == "reliability_too_low":
            return None
        raise
