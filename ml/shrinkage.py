"""Empirical Bayes: many noisy figures, each drawn towards the mean as far as it is noise.

yᵢ ~ N(θᵢ, sᵢ²), θᵢ ~ N(μ, τ²), with μ and τ flat. The posterior is averaged over a grid of τ, so
that its spread holds what few groups leave open about τ (Gelman et al. 2013, Bayesian Data
Analysis, 3rd ed., eq. 5.20–5.21; Morris 1983, JASA 78).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.parallel import spans

MIN_GROUPS = 3
NODES = 200
# τ is looked for up to this many standard deviations of the figures.
WIDEST = 5.0
# Draws held at once, times groups.
PIECE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Shrunken:
    """values, errors: (n_groups,) posterior means and standard deviations of θ.

    reliability: share of a figure's own part in its value, the rest is the mean's.
    own_variances: part of errors² that is the figure's own error. mean_weights: (n_groups,) with
    which figures enter the mean; they add up to 1.
    mean, mean_error: of μ. spread, spread_error, spread_interval: of τ.
    """

    values: FloatArray
    errors: FloatArray
    reliability: FloatArray
    own_variances: FloatArray
    mean_weights: FloatArray
    mean: float
    mean_error: float
    spread: float
    spread_error: float
    spread_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """value, error, interval: of τ."""

    value: float
    error: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Posterior:
    """spreads: (NODES,) values of τ and their weights. means, mean_variances: of μ given τ.

    shares: (NODES, n_groups) τ²/(τ² + s²).
    """

    spreads: FloatArray
    weights: FloatArray
    means: FloatArray
    mean_variances: FloatArray
    shares: FloatArray


def shrink(values: FloatArray, errors: FloatArray, *, level: float) -> Shrunken:
    """(n_groups,) figures and their standard errors, all finite and positive.

    Errors: too_few_groups below three; not_estimable where all figures are the same.
    """
    posterior = _posterior(values, errors)
    weights, shares = posterior.weights, posterior.shares
    centers = shares * values + (1.0 - shares) * posterior.means[:, None]
    variances = shares * errors**2 + (1.0 - shares) ** 2 * posterior.mean_variances[:, None]
    found = weights @ centers
    mean = float(weights @ posterior.means)
    spread = float(weights @ posterior.spreads)
    return Shrunken(
        values=found,
        errors=np.sqrt(weights @ (variances + (centers - found) ** 2)),
        reliability=weights @ shares,
        own_variances=(weights @ shares) * errors**2,
        mean_weights=(weights * posterior.mean_variances)
        @ (1.0 / (posterior.spreads[:, None] ** 2 + errors**2)),
        mean=mean,
        mean_error=float(
            np.sqrt(weights @ (posterior.mean_variances + (posterior.means - mean) ** 2))
        ),
        spread=spread,
        spread_error=float(np.sqrt(weights @ (posterior.spreads - spread) ** 2)),
        spread_interval=_quantiles(posterior.spreads, weights, level),
    )


def spread_over(figures: Sequence[tuple[FloatArray, FloatArray]], *, level: float) -> Spread:
    """τ from several plausible versions of the same figures, each with its standard errors.

    The posterior is the mixture of theirs (Gelman et al. 2013, section 18.2): near zero τ is far
    from normal, so that no rule for estimates and errors would hold. Errors: those of `shrink`.
    """
    posteriors = [_posterior(values, errors) for values, errors in figures]
    spreads = np.concatenate([each.spreads for each in posteriors])
    weights = np.concatenate([each.weights for each in posteriors]) / len(posteriors)
    value = float(weights @ spreads)
    return Spread(
        value=value,
        error=float(np.sqrt(weights @ (spreads - value) ** 2)),
        interval=_quantiles(spreads, weights, level),
    )


def rank_intervals(
    values: FloatArray,
    errors: FloatArray,
    ranked: Sequence[int],
    *,
    level: float,
    random_state: int,
    n_draws: int = 2000,
) -> IntArray:
    """(n_ranked, 2): the ranks, 1 the highest, between which a group's own lies at `level`.

    ranked: the indices of the groups that are ranked among each other.
    From the ranks of posterior draws (Goldstein & Spiegelhalter 1996, JRSS A 159).
    """
    posterior = _posterior(values, errors)
    generator = np.random.default_rng(random_state)
    ranks = np.empty((n_draws, len(ranked)), dtype=np.int32)
    for start, stop in spans(n_draws, max(PIECE // values.size, 1)):
        drawn = _drawn(posterior, values, errors, stop - start, generator)[:, ranked]
        ranks[start:stop] = np.argsort(np.argsort(-drawn, axis=1), axis=1) + 1
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    low = np.quantile(ranks, tails[0], axis=0, method="lower")
    high = np.quantile(ranks, tails[1], axis=0, method="higher")
    return np.stack([low, high], axis=1).astype(np.int64)


def _posterior(values: FloatArray, errors: FloatArray) -> _Posterior:
    if values.size < MIN_GROUPS:
        raise StatisticsError("too_few_groups", least=MIN_GROUPS)
    widest = WIDEST * float(values.std())
    if not widest > 0:
        raise StatisticsError("not_estimable", name="shrinkage")
    spreads = widest * (np.arange(NODES) + 0.5) / NODES
    total = spreads[:, None] ** 2 + errors**2
    precision = 1.0 / total
    mean_variances = 1.0 / precision.sum(axis=1)
    means = mean_variances * (precision @ values)
    deviations = (values - means[:, None]) ** 2
    log_density = (
        np.log(mean_variances) - (np.log(total) + deviations * precision).sum(axis=1)
    ) / 2
    weights = np.exp(log_density - log_density.max())
    return _Posterior(
        spreads=spreads,
        weights=weights / weights.sum(),
        means=means,
        mean_variances=mean_variances,
        shares=spreads[:, None] ** 2 * precision,
    )


def _quantiles(spreads: FloatArray, weights: FloatArray, level: float) -> tuple[float, float]:
    """Of τ, between the nodes of its grids."""
    order = np.argsort(spreads, kind="stable")
    below = np.cumsum(weights[order]) - weights[order] / 2.0
    low, high = np.interp([(1.0 - level) / 2.0, (1.0 + level) / 2.0], below, spreads[order])
    return float(low), float(high)


def _drawn(
    posterior: _Posterior,
    values: FloatArray,
    errors: FloatArray,
    n_draws: int,
    generator: np.random.Generator,
) -> FloatArray:
    """(n_draws, n_groups) draws of θ."""
    node = generator.choice(NODES, size=n_draws, p=posterior.weights)
    mean = posterior.means[node] + np.sqrt(posterior.mean_variances[node]) * (
        generator.standard_normal(n_draws)
    )
    share = posterior.shares[node]
    noise = np.sqrt(share) * errors * generator.standard_normal(share.shape)
    return np.asarray(share * values + (1.0 - share) * mean[:, None] + noise)
