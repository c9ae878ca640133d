"""Data augmentation for waves and clusters (Tanner & Wong 1987, JASA 82).

    θ_pw = u'β_w + c_{s(p),w} + e_pw,   e_p ~ N(0, Σ_g),   c_s ~ N(0, T)

p a person of group g, w a wave, s a cluster. One sweep draws, wave by wave, θ given the person's
other waves, then β, then c; a wave that a person missed is imputed; then Σ and T. Priors: flat β,
inverse Wishart with n_waves + 1 degrees of freedom and scale SCALE for Σ and T.

The less reliable a test, the longer Σ remembers itself: draws stand as many sweeps apart as the
slowest variance or correlation needs to forget, else too little would vary between them.
"""

from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.irt.latent_regression import Fixed, Sample, draw_on_nodes, moments

BURN_IN = 150
# Of them, those watched, and the autocorrelation that counts as forgotten.
WATCHED = 100
FORGOTTEN = 0.15
LONGEST = 40
SCALE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Wave, person and cluster (or None) of every row, (n_rows,); group: (n_persons,)."""

    wave: IntArray
    person: IntArray
    cluster: IntArray | None
    fixed: Fixed
    group: IntArray


@dataclass(slots=True, eq=False)
class State:
    """theta, fixed: (n_rows,), the latter u'β; residual: (n_persons, n_waves); effect:
    (n_clusters, n_waves); covariance: (n_groups, n_waves, n_waves); between: (n_waves, n_waves).
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
    waves = [_wave_of(sample, chain, wave) for wave in range(state.residual.shape[1])]

    def sweep(child: np.random.SeedSequence) -> FloatArray:
        _sweep(waves, chain, state, child)
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
    for covariance in [*state.covariance, state.between][: None if state.effect.size else -1]:
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
    theta = moments(sample, center, np.full(sample.n, 2.0))[:, 0] * 2.0
    state = State(
        theta=theta,
        fixed=np.zeros(sample.n),
        residual=np.zeros((int(chain.person.max()) + 1, n_waves)),
        effect=np.zeros((n_clusters, n_waves)),
        covariance=np.repeat(0.5 * (np.eye(n_waves) + 1.0)[None], len(chain.fixed.gram), axis=0),
        between=np.eye(n_waves) * 0.1,
    )
    for wave in range(n_waves):
        rows = np.flatnonzero(chain.wave == wave)
        state.fixed[rows] = theta[rows].mean()
        state.residual[chain.person[rows], wave] = theta[rows] - theta[rows].mean()
    return state


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """One wave's rows, in ascending order; their sample and conditioning, (n_rows_of_wave, …)."""

    number: int
    rows: IntArray
    sample: Sample
    fixed: Fixed


def _wave_of(sample: Sample, chain: Chain, wave: int) -> Wave:
    """With an orthonormal basis of its own: a wave may not show every column."""
    rows = np.flatnonzero(chain.wave == wave)
    mine = chain.fixed.basis[rows]
    values, vectors = np.linalg.eigh(mine.T @ mine)
    keep = values > 1e-10 * values.max()
    basis = mine @ (vectors[:, keep] / np.sqrt(values[keep]))
    fixed = Fixed.of(basis, chain.fixed.group[rows], len(chain.fixed.gram))
    return Wave(wave, rows, _restricted(sample, rows), fixed)


def _sweep(waves: list[Wave], chain: Chain, state: State, seed: np.random.SeedSequence) -> None:
    own, *grids = seed.spawn(len(waves) + 1)
    generator = np.random.default_rng(own)
    for wave, grid in zip(waves, grids, strict=True):
        pull, variance = _given_others(chain, state, wave.number)
        spread = np.sqrt(variance)[chain.group]
        imputed = pull + generator.standard_normal(len(pull)) * spread
        part = Rows(pull[chain.person[wave.rows]], variance)
        _draw_theta(wave, chain, state, part, grid)
        _draw_fixed(wave, chain, state, part, generator)
        if chain.cluster is not None:
            _draw_effects(wave, chain, state, part, generator)
        state.residual[:, wave.number] = imputed
        known = state.theta[wave.rows] - state.fixed[wave.rows] - _effects(wave, chain, state)
        state.residual[chain.person[wave.rows], wave.number] = known
    for group in range(len(state.covariance)):
        mine = state.residual[chain.group == group]
        state.covariance[group] = inverse_wishart(mine, generator)
    if chain.cluster is not None:
        state.between = inverse_wishart(state.effect, generator)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What the persons' other waves say of e in the rows of one, and its variance by group."""

    expected: FloatArray
    variance: FloatArray


def _given_others(chain: Chain, state: State, wave: int) -> tuple[FloatArray, FloatArray]:
    """Mean (n_persons,) and variance (n_groups,) of a wave's residuals given the other waves."""
    pull, variance = np.empty(len(state.residual)), np.empty(len(state.covariance))
    for group, covariance in enumerate(state.covariance):
        mine = chain.group == group
        pull[mine], variance[group] = conditional(covariance, state.residual[mine], wave)
    return pull, variance


def conditional(covariance: FloatArray, values: FloatArray, wave: int) -> tuple[FloatArray, float]:
    """Mean (n,) and variance of one column of N(0, covariance) given the others."""
    others = np.arange(covariance.shape[0]) != wave
    if not others.any():
        return np.zeros(len(values)), float(covariance[0, 0])
    slope = np.linalg.solve(covariance[np.ix_(others, others)], covariance[others, wave])
    variance = float(covariance[wave, wave] - slope @ covariance[others, wave])
    return values[:, others] @ slope, variance


def _effects(wave: Wave, chain: Chain, state: State) -> FloatArray:
    if chain.cluster is None:
        return np.zeros(wave.rows.size)
    return np.asarray(state.effect[chain.cluster[wave.rows], wave.number])


def _draw_theta(
    wave: Wave, chain: Chain, state: State, part: Rows, seed: np.random.SeedSequence
) -> None:
    center = state.fixed[wave.rows] + _effects(wave, chain, state) + part.expected
    variance = part.variance[wave.fixed.group]
    state.theta[wave.rows] = draw_on_nodes(wave.sample, center, variance, seed)


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
    wave: Wave, chain: Chain, state: State, part: Rows, generator: np.random.Generator
) -> None:
    """β given everything else: least squares, the groups weighted by their precision."""
    fixed = wave.fixed
    target = state.theta[wave.rows] - _effects(wave, chain, state) - part.expected
    precision = np.einsum("g,gab->ab", 1 / part.variance, fixed.gram)
    root = np.linalg.inv(np.linalg.cholesky(precision))
    mean = root.T @ (root @ (fixed.basis.T @ (target / part.variance[fixed.group])))
    beta = mean + root.T @ generator.standard_normal(mean.size)
    state.fixed[wave.rows] = fixed.basis @ beta


def _draw_effects(
    wave: Wave, chain: Chain, state: State, part: Rows, generator: np.random.Generator
) -> None:
    assert chain.cluster is not None  # noqa: S101  the caller has asked
    pull, variance = conditional(state.between, state.effect, wave.number)
    target = state.theta[wave.rows] - state.fixed[wave.rows] - part.expected
    cluster, size = chain.cluster[wave.rows], len(state.effect)
    known = 1 / part.variance[wave.fixed.group]
    precision = np.bincount(cluster, weights=known, minlength=size) + 1 / variance
    total = np.bincount(cluster, weights=target * known, minlength=size)
    noise = generator.standard_normal(size) / np.sqrt(precision)
    state.effect[:, wave.number] = (total + pull / variance) / precision + noise


def inverse_wishart(values: FloatArray, generator: np.random.Generator) -> FloatArray:
    """A draw of the covariance of the rows of `values` (mean 0), by Bartlett's decomposition."""
    n, size = values.shape
    scale = values.T @ values + SCALE * np.eye(size)
    degrees = n + size + 1
    root = np.tril(generator.standard_normal((size, size)), -1)
    root[np.diag_indices(size)] = np.sqrt(generator.chisquare(degrees - np.arange(size)))
    left = np.linalg.cholesky(np.linalg.inv(scale)) @ root
    return np.asarray(np.linalg.inv(left @ left.T))
