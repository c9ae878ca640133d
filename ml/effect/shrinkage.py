"""Group effects drawn towards their common mean as far as their errors say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray
from ml.estimate import Estimate
from ml.intervals import t_estimate

ITERATIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """estimates: posterior mean and error per group. spread: standard deviation of true effects.

    mean: their common mean.
    """

    estimates: tuple[Estimate, ...]
    spread: float
    mean: float


def shrunken(estimates: Sequence[Estimate]) -> Shrunk:
    """Empirical Bayes: at least two estimates with se > 0, taken as independent.

    The spread is that of Paule & Mandel (1982, Journal of Research of the NBS 87). The errors
    include that of the common mean (Morris 1983, JASA 78, eq. 1.17 and 5.3, without its factor for
    few groups).
    """
    values = np.array([each.value for each in estimates])
    variances = np.array([each.se**2 for each in estimates])
    between = _between(values, variances)
    weights = 1 / (variances + between)
    mean = float(weights @ values / weights.sum())
    kept = between / (between + variances)
    posterior = kept * variances + np.square(1 - kept) / weights.sum()
    shown = tuple(
        replace(
            t_estimate(
                each.name,
                float(mean + share * (each.value - mean)),
                math.sqrt(variance),
                df=each.df,
                n=each.n,
                n_clusters=each.n_clusters,
                group=each.group,
                unit=each.unit,
                level=each.level,
            )
        )
        for each, share, variance in zip(estimates, kept, posterior, strict=True)
    )
    return Shrunk(estimates=shown, spread=math.sqrt(between), mean=mean)


def _between(values: FloatArray, variances: FloatArray) -> float:
    """The variance between groups under which Σ w (y − mean)² is what it should be, k − 1."""
    between = 0.0
    for _ in range(ITERATIONS):
        weights = 1 / (variances + between)
        deviation = np.square(values - weights @ values / weights.sum())
        excess = float(weights @ deviation) - (values.size - 1)
        if excess <= 1e-12:
            return between
        between += excess / float(np.square(weights) @ deviation)
    return between
