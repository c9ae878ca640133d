"""Group effects drawn towards their common mean as far as their errors say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.shrinkage import MIN_GROUPS, Shrunken, shrink

ALPHA = 0.05
ALIKE, DIFFER, ALONE = "groups_alike", "groups_differ", "one_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """estimates: posterior mean and error per group. mean: their common mean.

    spread, spread_interval: standard deviation of the groups' true effects; NaN where fewer than
    three groups are compared. p_alike: p value of all groups having the same effect.
    """

    estimates: tuple[Estimate, ...]
    mean: float
    spread: float
    spread_interval: tuple[float, float]
    p_alike: float

    @property
    def is_shrunk(self) -> bool:
        """Whether there were enough groups to say how far they differ."""
        return not math.isnan(self.spread)

    @property
    def told_apart(self) -> str:
        """Code of what may be said: "groups_alike" (not to be told apart) or "groups_differ"."""
        if len(self.estimates) < 2:
            return ALONE
        return DIFFER if self.p_alike < ALPHA else ALIKE


def shrunken(estimates: Sequence[Estimate]) -> Shrunk:
    """At least one estimate with se > 0, taken as independent.

    Empirical Bayes, averaged over the spread's posterior (`ml.shrinkage`). Degrees of freedom are
    Satterthwaite's of a group's own error and of the common mean's; that one counts how well the
    groups' errors are known by which they are weighted (Meier 1953, Biometrics 9). Below three
    groups nothing says how far groups differ, so that all stay as they are.
    """
    values = np.array([each.value for each in estimates])
    errors = np.array([each.se for each in estimates])
    p_alike = same_effect(estimates)
    if len(estimates) < MIN_GROUPS or not np.ptp(values) > 0:
        return Shrunk(
            estimates=tuple(estimates),
            mean=float(np.average(values, weights=errors**-2.0)),
            spread=math.nan,
            spread_interval=(math.nan, math.nan),
            p_alike=p_alike,
        )
    found = shrink(values, errors, level=estimates[0].level)
    return Shrunk(
        estimates=_drawn(estimates, found),
        mean=found.mean,
        spread=found.spread,
        spread_interval=found.spread_interval,
        p_alike=p_alike,
    )


def same_effect(estimates: Sequence[Estimate]) -> float:
    """p value of one effect for all groups; NaN for a single group.

    Welch (1951, Biometrika 38): groups whose errors differ and rest on few schools.
    """
    from scipy.special import chdtrc, fdtrc  # noqa: PLC0415

    k = len(estimates)
    if k < 2:
        return math.nan
    values = np.array([each.value for each in estimates])
    weights = np.array([each.se**-2.0 for each in estimates])
    share = weights / weights.sum()
    unsure = float((np.square(1 - share) / _degrees(estimates)).sum())
    distance = float(weights @ np.square(values - share @ values))
    if unsure == 0:
        return float(chdtrc(k - 1, distance))
    ratio = distance / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * unsure)
    return float(fdtrc(k - 1, (k**2 - 1) / (3 * unsure), ratio))


def _degrees(estimates: Sequence[Estimate]) -> FloatArray:
    return np.array([each.df for each in estimates])


def _drawn(estimates: Sequence[Estimate], found: Shrunken) -> tuple[Estimate, ...]:
    df = _degrees(estimates)
    sampling = np.array([each.se**2 for each in estimates])
    share, noise = found.mean_weights, 1 - found.reliability
    own = found.own_variances
    shared = found.errors**2 - own
    shared = shared * (1 + 4 * float((share * (1 - share) * noise**2 / df).sum()))
    mean_df = _mean_degrees(share**2 * sampling, share**2 * found.spread**2, df)
    total = own + shared
    degrees = total**2 / (own**2 / df + shared**2 / mean_df)
    rows = zip(estimates, found.values, total, degrees, strict=True)
    return tuple(
        t_estimate(
            each.name,
            float(value),
            math.sqrt(variance),
            df=float(own_df),
            n=each.n,
            n_clusters=each.n_clusters,
            group=each.group,
            unit=each.unit,
            level=each.level,
        )
        for each, value, variance, own_df in rows
    )


def _mean_degrees(sampling: FloatArray, between: FloatArray, df: FloatArray) -> float:
    """Of the common mean: groups' errors on their own df, what lies between on their number."""
    squares = float((sampling**2 / df + between**2 / (df.size - 1)).sum())
    return float((sampling + between).sum()) ** 2 / squares
