"""Latent regression: θ = u'β + e, e ~ N(0, σ²), from item responses with known items.

Newton's method on the marginal likelihood (Mislevy 1985, JASA 80), with the item likelihoods on
a grid: a normal prior only adds a multiple of θ and one of θ² to a person's log weights.
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.expectation import BlockCurves, Input, block_curves, inputs, normalized, tasks_of
from ml.irt.items import Items, curves
from ml.irt.parallel import mapped
from ml.irt.responses import Block, Codes, Responses, as_responses

ITERATIONS = 60
PRECISION = 1e-4  # of a standard error


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
    each: Input, mine: BlockCurves, theta: FloatArray, center: FloatArray, precision: FloatArray
) -> FloatArray:
    """Log posterior up to a constant per person, under N(center, 1 / precision), (m, n_nodes)."""
    left = np.empty((each.score.size, 3))
    left[:, 0] = each.score + center * precision
    left[:, 1] = 1.0
    left[:, 2] = -0.5 * precision
    logs = left @ np.stack([theta, mine.base, theta * theta])
    return np.asarray(logs if each.extra is None else logs + each.extra)


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
        for each in inputs(block, mine, span):
            rows = block.rows[each.start : each.stop]
            mean = center[rows]
            logs = weights_on_nodes(each, mine, theta, mean, np.full(mean.size, 1 / sd**2))
            posterior, total, _ = normalized(logs)
            raw = (posterior @ powers) / total[:, None]
            result[rows] = _centered(raw, (mean - origin) / unit)

    mapped(work, tasks_of(sample.responses), sample.n_jobs)
    return result


def _centered(raw: FloatArray, c: FloatArray) -> FloatArray:
    """Moments around c from moments around 0."""
    m1, m2, m3, m4 = raw.T
    return np.stack(
        [
            m1 - c,
            m2 - 2 * c * m1 + c**2,
            m3 - 3 * c * m2 + 3 * c**2 * m1 - c**3,
            m4 - 4 * c * m3 + 6 * c**2 * m2 - 4 * c**3 * m1 + c**4,
        ],
        axis=1,
    )


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
        for each in inputs(block, mine, span):
            rows = block.rows[each.start : each.stop]
            logs = weights_on_nodes(each, mine, sample.theta, center[rows], 1.0 / variance[rows])
            result[rows] = _one_draw(logs, sample.theta, generator)

    mapped(work, list(range(len(tasks))), sample.n_jobs)
    return result


def _one_draw(logs: FloatArray, theta: FloatArray, generator: np.random.Generator) -> FloatArray:
    posterior, total, _ = normalized(logs)
    step = float(theta[1] - theta[0])
    first = (posterior @ np.stack([theta, theta * theta], axis=1)) / total[:, None]
    mean = first[:, 0]
    variance = np.maximum(first[:, 1] - mean * mean, 0.0)
    uniform = generator.random((2, total.size))
    cumulated = np.cumsum(posterior, axis=1, out=posterior)
    node = np.count_nonzero(cumulated < (uniform[0] * cumulated[:, -1])[:, None], axis=1)
    drawn = theta[np.minimum(node, theta.size - 1)] + step * (uniform[1] - 0.5)
    shrink = np.sqrt(variance / (variance + step * step / 12))
    return np.asarray(mean + (drawn - mean) * shrink)


def positions(labels: IntArray, count: int) -> list[IntArray]:
    """Rows of each label 0…count − 1."""
    order = np.argsort(labels, kind="stable")
    ends = np.searchsorted(labels[order], np.arange(1, count))
    return np.split(order, ends)
