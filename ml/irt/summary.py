"""What a fit is reported with."""

import numpy as np

from ml.checks import FloatArray
from ml.irt.design import FitWarning, empty_categories
from ml.irt.items import Items, unpack

STEEP = 10.0
# An SD of abilities below it, in logits, is one of zero.
NO_SPREAD = 0.05


def standard_errors(items: Items, covariance: FloatArray) -> dict[str, FloatArray]:
    """Shaped as the parameters, NaN where fixed; guessing and SD by the delta method."""
    slope, intercept, guess, mean, log_sd = unpack(items, np.sqrt(np.diag(covariance)))
    return {
        "discrimination": slope,
        "intercept": intercept,
        "guessing": guess * items.lower * (1 - items.lower),
        "group_mean": mean,
        "group_sd": log_sd * items.sd,
    }


def fit_warnings(items: Items, names: list[str]) -> tuple[FitWarning, ...]:
    """Items, and scales, whose estimates deserve a second look."""
    sd = float(items.sd.max())
    warnings = [
        FitWarning("steep_item", names[item])
        for item in np.flatnonzero(items.free_slope & (np.abs(items.slope) * sd > STEEP))
    ]
    warnings += empty_categories(items, names)
    warnings += [
        FitWarning("negative_discrimination", names[item])
        for item in np.flatnonzero(items.free_slope & (items.slope < 0))
    ]
    idle = items.guessing & ~items.free_guess & np.isneginf(items.guess)
    warnings += [FitWarning("no_guessing", names[item]) for item in np.flatnonzero(idle)]
    if (items.sd < NO_SPREAD).any():
        warnings.append(FitWarning("no_spread"))
    return tuple(warnings)
