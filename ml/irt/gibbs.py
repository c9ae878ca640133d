"""Data augmentation for waves and clusters (Tanner & Wong 1987, JASA 82).

    θ_pw = u'β_w + c_{s(p),w} + e_pw,   e_p ~ N(0, Σ),   c_s ~ N(0, T)

p a person, w a wave, s a cluster. One sweep draws, wave by wave, θ given the person's other
waves, then β, then c; a wave that a person missed is imputed; then Σ and T. Priors: flat β,
inverse Wishart with n_waves + 1 degrees of freedom and scale SCALE for Σ and T.

The less reliable a test, the longer Σ remembers itself: draws stand as many sweeps apart as the
slowest variance or correlation needs to forget, else too little would vary between them.
"""

from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.irt.latent_regression import Sample, draw_on_nodes, moments

BURN_IN = 150
# Of them, those watched, and the autocorrelation that counts as forgotten.
WATCHED = 100
FORGOTTEN = 0.25
LONGEST = 40
SCALE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Wave, person and cluster (or None) of every row, (n_rows,); basis: (n_rows, p)."""

    wave: IntArray
    person: IntArray
    cluster: IntArray | None
    basis: FloatArray


@dataclass(slots=True, eq=False)
class State:
    """theta, fixed: (n_rows,), the latter u'β; residual: (n_persons, n_waves); effect:
    (n_clusters, n_waves); covariance, between: (n_waves, n_waves).
    """

    theta: FloatArray
    fixed: FloatArray
    residual: FloatArray
    effect: FloatArray
    covariance: FloatArray
    between: FloatArray


def joint_draws(
    sample: Sample, chain: Chain, n_draws: int, seed: np.random.SeedSequence
) -> FloatArray:
    """(n_rows, n_draws), from one chain."""
    state = _start(sample, chain)
    bases = [_wave_basis(chain, wave) for wave in range(state.covariance.shape[0])]
    samples = [_restricted(sample, rows) for rows, _ in bases]

    def sweep(child: np.random.SeedSequence) -> FloatArray:
        _sweep(samples, chain, state, bases, child)
        return _spreads(state)

    trace = np.array([sweep(child) for child in seed.spawn(BURN_IN)])
    apart = forgetting(trace[-WATCHED:])
    result = np.empty((sample.n, n_draws))
    for draw in range(n_draws):
        for child in seed.spawn(apart):
            sweep(child)
        result[:, draw] = state.theta
    return result


def _spreads(state: State) -> FloatArray:
    """Log variances, and Fisher's z of the correlations, of Σ and, with clusters, of T."""
    parts = []
    for covariance in [state.covariance, state.between][: 2 if state.effect.size else 1]:
        spread = np.sqrt(np.diag(covariance))
        correlation = covariance / spread / spread[:, None]
        parts += [np.log(spread), np.arctanh(correlation[np.triu_indices(len(spread), 1)])]
    return np.concatenate(parts)


def forgetting(trace: FloatArray) -> int:
    """Sweeps after which no column of a trace (n_sweeps, n_columns) is correlated with itself."""
    deviation = trace - trace.mean(axis=0)
    variance = np.maximum(np.square(deviation).sum(axis=0), 1e-300)
    for lag in range(1, LONGEST):
        products = (deviation[lag:] * deviation[:-lag]).sum(axis=0)
        if (products < FORGOTTEN * variance).all():
            return lag
    return LONGEST


def _start(sample: Sample, chain: Chain) -> State:
    n_waves = int(chain.wave.max(initial=0)) + 1
    n_clusters = 0 if chain.cluster is None else int(chain.cluster.max()) + 1
    center = np.zeros(sample.n)
    theta = moments(sample, center, 2.0)[:, 0] * 2.0
    state = State(
        theta=theta,
        fixed=np.zeros(sample.n),
        residual=np.zeros((int(chain.person.max()) + 1, n_waves)),
        effect=np.zeros((n_clusters, n_waves)),
        covariance=0.5 * (np.eye(n_waves) + 1.0),
        between=np.eye(n_waves) * 0.1,
    )
    for wave in range(n_waves):
        rows = np.flatnonzero(chain.wave == wave)
        state.fixed[rows] = theta[rows].mean()
        state.residual[chain.person[rows], wave] = theta[rows] - theta[rows].mean()
    return state


def _wave_basis(chain: Chain, wave: int) -> tuple[IntArray, FloatArray]:
    """The rows of a wave and an orthonormal basis of its conditioning."""
    rows = np.flatnonzero(chain.wave == wave)
    mine = chain.basis[rows]
    values, vectors = np.linalg.eigh(mine.T @ mine)
    keep = values > 1e-10 * values.max()
    return rows, mine @ (vectors[:, keep] / np.sqrt(values[keep]))


def _sweep(
    samples: list[Sample],
    chain: Chain,
    state: State,
    bases: list[tuple[IntArray, FloatArray]],
    seed: np.random.SeedSequence,
) -> None:
    own, *grids = seed.spawn(len(bases) + 1)
    generator = np.random.default_rng(own)
    for wave, (rows, basis) in enumerate(bases):
        pull, variance = conditional(state.covariance, state.residual, wave)
        everyone = generator.standard_normal(len(state.residual)) * np.sqrt(variance)
        imputed = pull + everyone
        expected = pull[chain.person[rows]]
        part = Rows(rows, expected, variance)
        _draw_theta(samples[wave], chain, state, part, wave, seed=grids[wave])
        _draw_fixed(chain, state, part, basis, wave, generator=generator)
        if chain.cluster is not None:
            _draw_effects(chain, state, part, wave, generator)
        state.residual[:, wave] = imputed
        known = state.theta[rows] - state.fixed[rows] - _effects(chain, state, rows, wave)
        state.residual[chain.person[rows], wave] = known
    state.covariance = inverse_wishart(state.residual, generator)
    if chain.cluster is not None:
        state.between = inverse_wishart(state.effect, generator)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a wave, what the person's other waves say of e there, and its variance."""

    at: IntArray
    expected: FloatArray
    variance: float


def conditional(covariance: FloatArray, values: FloatArray, wave: int) -> tuple[FloatArray, float]:
    """Mean (n,) and variance of one column of N(0, covariance) given the others."""
    others = np.arange(covariance.shape[0]) != wave
    if not others.any():
        return np.zeros(len(values)), float(covariance[0, 0])
    slope = np.linalg.solve(covariance[np.ix_(others, others)], covariance[others, wave])
    variance = float(covariance[wave, wave] - slope @ covariance[others, wave])
    return values[:, others] @ slope, variance


def _effects(chain: Chain, state: State, rows: IntArray, wave: int) -> FloatArray:
    if chain.cluster is None:
        return np.zeros(rows.size)
    return np.asarray(state.effect[chain.cluster[rows], wave])


def _draw_theta(
    sample: Sample,
    chain: Chain,
    state: State,
    part: Rows,
    wave: int,
    *,
    seed: np.random.SeedSequence,
) -> None:
    center = state.fixed[part.at] + _effects(chain, state, part.at, wave) + part.expected
    variance = np.full(part.at.size, part.variance)
    state.theta[part.at] = draw_on_nodes(sample, center, variance, seed)


def _restricted(sample: Sample, rows: IntArray) -> Sample:
    """The blocks' persons among `rows`, renumbered from 0."""
    place = np.full(sample.n, -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    blocks, likelihood = [], []
    for block, mine in zip(sample.responses.blocks, sample.likelihood, strict=True):
        keep = place[block.rows] >= 0
        if keep.any():
            blocks.append(replace(block, rows=place[block.rows[keep]], codes=block.codes[keep]))
            likelihood.append(mine)
    responses = replace(sample.responses, blocks=tuple(blocks))
    return replace(sample, responses=responses, likelihood=likelihood, n=int(rows.size))


def _draw_fixed(
    chain: Chain,
    state: State,
    part: Rows,
    basis: FloatArray,
    wave: int,
    *,
    generator: np.random.Generator,
) -> None:
    """β given everything else: the basis is orthonormal, so its covariance is σ² I."""
    target = state.theta[part.at] - _effects(chain, state, part.at, wave) - part.expected
    beta = basis.T @ target
    beta += np.sqrt(part.variance) * generator.standard_normal(beta.size)
    state.fixed[part.at] = basis @ beta


def _draw_effects(
    chain: Chain, state: State, part: Rows, wave: int, generator: np.random.Generator
) -> None:
    assert chain.cluster is not None  # noqa: S101  the caller has asked
    pull, variance = conditional(state.between, state.effect, wave)
    target = state.theta[part.at] - state.fixed[part.at] - part.expected
    cluster, size = chain.cluster[part.at], len(state.effect)
    count = np.bincount(cluster, minlength=size)
    total = np.bincount(cluster, weights=target, minlength=size)
    precision = count / part.variance + 1 / variance
    mean = (total / part.variance + pull / variance) / precision
    noise = generator.standard_normal(size) / np.sqrt(precision)
    state.effect[:, wave] = mean + noise


def inverse_wishart(values: FloatArray, generator: np.random.Generator) -> FloatArray:
    """A draw of the covariance of the rows of `values` (mean 0), by Bartlett's decomposition."""
    n, size = values.shape
    scale = values.T @ values + SCALE * np.eye(size)
    degrees = n + size + 1
    root = np.tril(generator.standard_normal((size, size)), -1)
    root[np.diag_indices(size)] = np.sqrt(generator.chisquare(degrees - np.arange(size)))
    left = np.linalg.cholesky(np.linalg.inv(scale)) @ root
    return np.asarray(np.linalg.inv(left @ left.T))
