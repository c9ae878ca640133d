"""A figure that must be zero if the two groups were alike before the program."""

from math import nan

from ml.diagnostics import Check
from ml.effect.effect import Effect
from ml.estimate import Estimate
from ml.intervals import t_quantile

PLACEBO_NOT_DONE = Check("placebo", False, nan, nan, "placebo_not_done")


def placebo_check(placebo: Effect | Estimate) -> Check:
    """From the same estimation with an outcome that the program cannot have moved.

    An earlier score, or its earlier change, that is not among the columns of X. Passes where its
    interval holds 0. value: |estimate| / se; threshold: the t quantile of its level.
    """
    estimate = placebo.estimate if isinstance(placebo, Effect) else placebo
    threshold = t_quantile((1 + estimate.level) / 2, estimate.df)
    value = abs(estimate.value) / estimate.se if estimate.se > 0 else float("inf")
    passed = value <= threshold
    return Check(
        "placebo",
        passed,
        value,
        threshold,
        "placebo_passed" if passed else "placebo_failed",
        {"estimate": estimate.value, "low": estimate.interval[0], "high": estimate.interval[1]},
    )
