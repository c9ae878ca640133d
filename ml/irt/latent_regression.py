"""Latent regression: θ = u'β + e, e ~ N(0, σ²), from item responses with known items.

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
from ml.irt.parallel import CHUNK_ROWS, mapped
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
class Regression:
    """β (p,) on an orthonormal basis, log σ, and their covariance (p + 1, p + 1)."""

    beta: FloatArray
    log_sd: float
    covariance: FloatArray


def sample_of(codes: Codes, items: Items, theta: FloatArray, n_jobs: int | None) -> Sample:
    """All persons, also those without a response: their likelihood is flat."""
    n = codes.shape[0]
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


def moments(sample: Sample, center: FloatArray, sd: float) -> FloatArray:
    """Posterior E(e), E(e²), E(e³), E(e⁴) of e = (θ − center) / sd, (n, 4)."""
    result = np.empty((sample.n, 4))
    theta = sample.theta
    origin, unit = float(theta.mean()), sd
    scaled = (theta - origin) / unit
    powers = np.stack([scaled**power for power in range(1, 5)], axis=1)

    def work(task: tuple[int, tuple[int, int]]) -> None:
        number, span = task
        block, mine = sample.responses.blocks[number], sample.likelihood[number]
        scratch = Scratch(theta.size)
        for each in inputs(block, mine, span):
            rows = block.rows[each.start : each.stop]
            mean = center[rows]
            precision = np.full(mean.size, 1 / sd**2)
            logs = weights_on_nodes(
                each, mine, theta, center=mean, precision=precision, scratch=scratch
            )
            posterior, total, _ = normalized(logs, scratch)
            raw = (posterior @ powers) / total[:, None]
            result[rows] = _centered(raw, (mean - origin) / unit)

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


def fit_regression(sample: Sample, basis: FloatArray, start: tuple[float, float]) -> Regression:
    """Maximum likelihood of β and log σ; basis: (n, p) orthonormal. start: mean and SD.

    Errors: regression_not_converged.
    """
    mean, sd = start
    beta = basis.T @ np.full(sample.n, mean)
    log_sd = float(np.log(sd))
    for iteration in range(ITERATIONS):
        sd = float(np.exp(log_sd))
        m = moments(sample, basis @ beta, sd)
        gradient, information = _newton_parts(basis, m, sd)
        covariance = _inverse(information)
        if covariance is None or iteration < 2:
            beta = beta + basis.T @ m[:, 0] * sd  # an EM step
            residual = m[:, 0] - basis @ (basis.T @ m[:, 0])
            spread = (m[:, 1] - m[:, 0] ** 2).mean() + np.square(residual).mean()
            log_sd += 0.5 * float(np.log(spread))
            continue
        step = covariance @ gradient
        step *= min(1.0, 0.7 / max(abs(float(step[-1])), 1e-300))
        beta, log_sd = beta + step[:-1], log_sd + float(step[-1])
        if np.max(np.abs(step) / np.sqrt(np.diag(covariance))) < PRECISION:
            return Regression(beta, log_sd, covariance)
    raise StatisticsError("regression_not_converged")


def _newton_parts(basis: FloatArray, m: FloatArray, sd: float) -> tuple[FloatArray, FloatArray]:
    """Score and observed information in (β, log σ), by Louis's formula as for the items."""
    p = basis.shape[1]
    m1, m2, m3, m4 = m.T
    gradient = np.append(basis.T @ m1 / sd, float((m2 - 1).sum()))
    information = np.empty((p + 1, p + 1))
    information[:p, :p] = (basis * (1 - (m2 - m1**2))[:, None]).T @ basis / sd**2
    information[:p, p] = information[p, :p] = basis.T @ (2 * m1 - (m3 - m1 * m2)) / sd
    information[p, p] = float((2 * m2 - (m4 - m2**2)).sum())
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
        scratch, ladder = Scratch(theta.size), Ladder(theta.size)
        for each in inputs(block, mine, span):
            rows = block.rows[each.start : each.stop]
            logs = weights_on_nodes(
                each, mine, theta,
                center=center[rows], precision=1.0 / variance[rows], scratch=scratch,
            )  # fmt: skip
            posterior, total, _ = normalized(logs, scratch)
            result[rows] = _one_draw(posterior, total, theta, ladder, generator)

    mapped(work, list(range(len(tasks))), sample.n_jobs)
    return result


class Ladder:
    """Finds a quantile's node in two steps: the rung of RUNG nodes, then the node on it.

    Cumulated sums over all nodes cost five times as much.
    """

    def __init__(self, n_nodes: int) -> None:
        self.rungs = -(-n_nodes // RUNG)
        ends = np.arange(1, self.rungs + 1) * RUNG
        self._below = (np.arange(n_nodes)[:, None] < ends).astype(np.float64)
        self._padded = np.zeros((CHUNK_ROWS, self.rungs * RUNG))
        self._n_nodes = n_nodes

    def nodes(self, posterior: FloatArray, uniform: FloatArray) -> IntArray:
        """(m,) node at which the cumulated posterior passes `uniform` times its sum."""
        m = len(posterior)
        padded = self._padded[:m]
        padded[:, : self._n_nodes] = posterior
        cumulated = posterior @ self._below
        target = uniform * cumulated[:, -1]
        rung = np.count_nonzero(cumulated[:, :-1] < target[:, None], axis=1)
        rows = np.arange(m)
        here = padded.reshape(m, self.rungs, RUNG)[rows, rung]
        before = np.where(rung > 0, cumulated[rows, rung - 1], 0.0)
        steps = np.cumsum(here[:, :-1], axis=1)
        step = np.count_nonzero(steps < (target - before)[:, None], axis=1)
        return np.minimum(rung * RUNG + step, self._n_nodes - 1)


def _one_draw(
    posterior: FloatArray,
    total: FloatArray,
    theta: FloatArray,
    ladder: Ladder,
    generator: np.random.Generator,
) -> FloatArray:
    step = float(theta[1] - theta[0])
    first = (posterior @ np.stack([theta, theta * theta], axis=1)) / total[:, None]
    mean = first[:, 0]
    variance = np.maximum(first[:, 1] - mean * mean, 0.0)
    uniform = generator.random((2, mean.size))
    drawn = theta[ladder.nodes(posterior, uniform[0])] + step * (uniform[1] - 0.5)
    shrink = np.sqrt(variance / (variance + step * step / 12))
    return np.asarray(mean + (drawn - mean) * shrink)
