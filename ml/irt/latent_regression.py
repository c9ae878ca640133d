"""Latent regression: θ = u'β + e, e ~ N(0, σ_g²), from item responses with known items.

Newton's method on the marginal likelihood (Mislevy 1985, JASA 80), with the item likelihoods on
a grid: a normal prior only adds a multiple of θ and one of θ² to a person's log weights.
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.expectation import (
    BlockCurves,
    Input,
    Scratch,
    block_curves,
    inputs,
    log_weights,
    normalized,
    tasks_of,
)
from ml.irt.items import Items, curves
from ml.irt.parallel import mapped
from ml.irt.responses import Block, Codes, Responses, as_responses

ITERATIONS = 60
PRECISION = 1e-4  # of a standard error
RUNG = 8


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Persons with their likelihoods on the nodes; `likelihood` has one entry per block."""

    responses: Responses
    likelihood: list[BlockCurves]
    theta: FloatArray
    n: int
    n_jobs: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What is known of the persons. basis: (n, p) orthonormal. group: (n,) from 0, whose residual
    SDs may differ; gram: (n_groups, p, p) basis' basis of each.
    """

    basis: FloatArray
    group: IntArray
    gram: FloatArray

    @classmethod
    def of(cls, basis: FloatArray, group: IntArray, n_groups: int) -> "Fixed":
        parts = [basis[group == number] for number in range(n_groups)]
        return cls(basis, group, np.array([part.T @ part for part in parts]))

    def sums(self, values: FloatArray) -> FloatArray:
        """(n_groups,)"""
        return np.bincount(self.group, values, len(self.gram)).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """β (p,) on an orthonormal basis, log σ (n_groups,), and their covariance."""

    beta: FloatArray
    log_sd: FloatArray
    covariance: FloatArray


def sample_of(codes: Codes, items: Items, theta: FloatArray, n_jobs: int | None) -> Sample:
    """All persons, also those without a response: their likelihood is flat.

    The nodes are made a multiple of RUNG.
    """
    n = codes.shape[0]
    step, more = theta[1] - theta[0], -theta.size % RUNG
    theta = np.concatenate([theta, theta[-1] + step * np.arange(1, more + 1)])
    responses = as_responses(codes, np.zeros(n, dtype=np.int64), n_steps=items.intercept.shape[1])
    silent = np.flatnonzero((codes < 0).all(axis=1))
    blocks = responses.blocks
    if silent.size:
        empty = np.empty((silent.size, 0), dtype=np.int8)
        blocks += (Block(0, silent, np.empty(0, dtype=np.int64), empty, False),)
        responses = Responses(blocks, responses.counts, codes.shape[1], n, float(n))
    at = curves(items, theta)
    mine = [block_curves(block, items, at, prior=False) for block in blocks]
    return Sample(responses, mine, theta, n, n_jobs)


def weights_on_nodes(
    each: Input,
    mine: BlockCurves,
    theta: FloatArray,
    *,
    center: FloatArray,
    precision: FloatArray,
    scratch: Scratch,
) -> FloatArray:
    """Log posterior up to a constant per person, under N(center, 1 / precision), (m, n_nodes)."""
    left = np.empty((each.score.size, 3))
    left[:, 0] = each.score + center * precision
    left[:, 1] = 1.0
    left[:, 2] = -0.5 * precision
    return log_weights(each, left, np.stack([theta, mine.base, theta * theta]), scratch)


def moments(sample: Sample, center: FloatArray, sd: FloatArray) -> FloatArray:
    """Posterior E(e), E(e²), E(e³), E(e⁴) of e = (θ − center) / sd, (n, 4); center, sd: (n,)."""
    result = np.empty((sample.n, 4))
    theta = sample.theta
    origin, unit = float(theta.mean()), float(sd.max())
    scaled = (theta - origin) / unit
    powers = np.stack([scaled**power for power in range(1, 5)], axis=1)

    def work(task: tuple[int, tuple[int, int]]) -> None:
        number, span = task
        block, mine = sample.responses.blocks[number], sample.likelihood[number]
        scratch = Scratch(theta.size)
        for each in inputs(block, mine, span):
            rows = block.rows[each.start : each.stop]
            mean, spread = center[rows], sd[rows]
            logs = weights_on_nodes(
                each, mine, theta, center=mean, precision=1 / spread**2, scratch=scratch
            )
            posterior, total, _ = normalized(logs, scratch)
            raw = (posterior @ powers) / total[:, None]
            result[rows] = _centered(raw, (mean - origin) / unit)
            result[rows] *= (unit / spread)[:, None] ** np.arange(1, 5)

    mapped(work, tasks_of(sample.responses), sample.n_jobs)
    return result


def _centered(raw: FloatArray, c: FloatArray) -> FloatArray:
    """Moments around c from moments around 0."""
    m1, m2, m3, m4 = raw.T
    c2 = c * c
    result = np.empty(raw.shape)
    result[:, 0] = m1 - c
    result[:, 1] = m2 - 2 * c * m1 + c2
    result[:, 2] = m3 - 3 * c * m2 + 3 * c2 * m1 - c2 * c
    result[:, 3] = m4 - 4 * c * m3 + 6 * c2 * m2 - 4 * c2 * c * m1 + c2 * c2
    return result


def fit_regression(
    sample: Sample, fixed: Fixed, beta: FloatArray, log_sd: FloatArray, *, em_steps: int = 2
) -> Regression:
    """Maximum likelihood of β and log σ from a start. Errors: regression_not_converged."""
    basis, p = fixed.basis, fixed.basis.shape[1]
    for iteration in range(ITERATIONS):
        sd = np.exp(log_sd)
        m = moments(sample, basis @ beta, sd[fixed.group])
        gradient, information = _newton_parts(fixed, m, sd)
        covariance = _inverse(information)
        if covariance is None or iteration < em_steps:
            beta, log_sd = _em_step(fixed, m, beta, sd)
            continue
        step = covariance @ gradient
        step *= min(1.0, 0.7 / max(float(np.abs(step[p:]).max()), 1e-300))
        beta, log_sd = beta + step[:p], log_sd + step[p:]
        if np.max(np.abs(step) / np.sqrt(np.diag(covariance))) < PRECISION:
            return Regression(beta, log_sd, covariance)
    raise StatisticsError("regression_not_converged")


def _em_step(
    fixed: Fixed, m: FloatArray, beta: FloatArray, sd: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Least squares of E(θ), the groups weighted by their precision; then the spread around it."""
    precision = np.einsum("g,gab->ab", 1 / sd**2, fixed.gram)
    spread = sd[fixed.group]
    change = np.linalg.solve(precision, fixed.basis.T @ (m[:, 0] / spread))
    residual = m[:, 0] - (fixed.basis @ change) / spread
    squares = fixed.sums(m[:, 1] - m[:, 0] ** 2 + residual**2) / fixed.sums(np.ones(len(m)))
    return beta + change, np.log(sd) + 0.5 * np.log(squares)


def _newton_parts(fixed: Fixed, m: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Score and observed information in (β, log σ), by Louis's formula as for the items."""
    basis, group, p = fixed.basis, fixed.group, fixed.basis.shape[1]
    spread = sd[group]
    m1, m2, m3, m4 = m.T
    gradient = np.concatenate([basis.T @ (m1 / spread), fixed.sums(m2 - 1)])
    information = np.zeros((gradient.size, gradient.size))
    information[:p, :p] = (basis * ((1 - (m2 - m1**2)) / spread**2)[:, None]).T @ basis
    cross = (2 * m1 - (m3 - m1 * m2)) / spread
    for number in range(sd.size):
        mine = group == number
        information[:p, p + number] = information[p + number, :p] = basis[mine].T @ cross[mine]
    diagonal = np.arange(p, gradient.size)
    information[diagonal, diagonal] = fixed.sums(2 * m2 - (m4 - m2**2))
    return gradient, information


def _inverse(information: FloatArray) -> FloatArray | None:
    try:
        root = np.linalg.inv(np.linalg.cholesky(information))
    except np.linalg.LinAlgError:
        return None
    return np.asarray(root.T @ root)


def draw_on_nodes(
    sample: Sample,
    center: FloatArray,
    variance: FloatArray,
    seed: np.random.SeedSequence,
) -> FloatArray:
    """One draw of θ for every person from the posterior under N(center, variance), (n,).

    Inverse-CDF on the nodes, uniform within a cell, then brought to the exact posterior mean and
    variance, which the cells' width would otherwise widen by h² / 12.
    """
    result = np.empty(sample.n)
    tasks = tasks_of(sample.responses)
    children = seed.spawn(len(tasks))

    def work(at: int) -> None:
        (number, span), generator = tasks[at], np.random.default_rng(children[at])
        block, mine = sample.responses.blocks[number], sample.likelihood[number]
        theta = sample.theta
        scratch, ladder = Scratch(theta.size), Ladder(theta)
        for each in inputs(block, mine, span):
            rows = block.rows[each.start : each.stop]
            logs = weights_on_nodes(
                each, mine, theta,
                center=center[rows], precision=1.0 / variance[rows], scratch=scratch,
            )  # fmt: skip
            posterior, _, _ = normalized(logs, scratch)
            result[rows] = ladder.draw(posterior, generator)

    mapped(work, list(range(len(tasks))), sample.n_jobs)
    return result


class Ladder:
    """Draws nodes in two steps: the rung of RUNG nodes, then the node on it.

    Cumulated sums over all nodes cost five times as much. The number of nodes is a multiple of
    RUNG (see `sample_of`).
    """

    def __init__(self, theta: FloatArray) -> None:
        self.theta = theta
        self.rungs = theta.size // RUNG
        ends = np.arange(1, self.rungs + 1) * RUNG
        below = np.arange(theta.size)[:, None] < ends
        self._sums = np.column_stack([below, theta, theta * theta]).astype(np.float64).T.copy()

    def draw(self, posterior: FloatArray, generator: np.random.Generator) -> FloatArray:
        """(m,) values from unnormalized posteriors (m, n_nodes)."""
        m, step = len(posterior), float(self.theta[1] - self.theta[0])
        sums = self._sums @ posterior.T
        cumulated, total = sums[: self.rungs], sums[self.rungs - 1]
        mean = sums[self.rungs] / total
        variance = np.maximum(sums[self.rungs + 1] / total - mean * mean, 0.0)
        uniform = generator.random((2, m))
        node = self._nodes(posterior, cumulated, uniform[0] * total)
        drawn = self.theta[node] + step * (uniform[1] - 0.5)
        shrink = np.sqrt(variance / (variance + step * step / 12))
        return np.asarray(mean + (drawn - mean) * shrink)

    def _nodes(self, posterior: FloatArray, cumulated: FloatArray, target: FloatArray) -> IntArray:
        """The node at which the cumulated posterior passes the target."""
        rung = np.zeros(len(target), dtype=np.int64)
        for column in range(self.rungs - 1):
            rung += cumulated[column] < target
        rows = np.arange(len(target))
        here = posterior.reshape(-1, RUNG)[rows * self.rungs + rung].T.copy()
        left = target - np.where(rung > 0, cumulated[rung - 1, rows], 0.0)
        node = rung * RUNG
        for column in range(RUNG - 1):
            left -= here[column]
            node += left > 0
        return np.asarray(node)
