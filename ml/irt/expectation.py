"""The E-step: what the persons, given their responses, tell about the items.

Except for three-parameter items the model is an exponential family in θ: with s = Σ aᵢ xᵢ a
person's likelihood on the nodes is proportional to exp(s θ) Π P(0 | θ), and the scores need only
the posterior mean of each person and the summed posterior of each block of persons who saw the
same items. So one pass costs one exponential per person and node and two thin products.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.irt.items import Curves, Items, pack, prior_scores
from ml.irt.parallel import CHUNK_ROWS, TASK_ROWS, mapped, spans
from ml.irt.responses import Block, Responses

TINY, HUGE = 1e-250, 1e250


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """loglik; first: Σ w x E(θ), (n_items,); presented: expected weight at each node of those who
    saw an item, (n_items, n_nodes); population: the same by group, (n_groups, n_nodes); correct:
    expected right answers to three-parameter items, (n_items, n_nodes).
    """

    loglik: float
    first: FloatArray
    presented: FloatArray
    population: FloatArray
    correct: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class BlockCurves:
    """The curves as one block needs them, by its own columns.

    base: (n_nodes,) log weight common to all its persons. omitted: (k, n_nodes) log P(0), to be
    added per presented item where the block is masked. lift: (n_guessing, n_nodes).
    """

    slope: FloatArray
    base: FloatArray
    omitted: FloatArray | None
    guessing: IntArray
    lift: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Persons start…stop of a block: codes as doubles with 0 for missing, the mask of presented
    items (None where all are), the sum Σ aᵢ xᵢ, unnormalized posterior (m, n_nodes) and its sum;
    log_total includes what was taken off to keep it in range.
    """

    start: int
    stop: int
    x: FloatArray
    presented: FloatArray | None
    posterior: FloatArray
    total: FloatArray
    log_total: FloatArray


def block_curves(block: Block, items: Items, at: Curves, *, prior: bool = True) -> BlockCurves:
    """The part of the curves that concerns one block; without `prior`, the likelihood alone."""
    columns = block.items
    base = at.prior[block.group].copy() if prior else np.zeros(at.theta.size)
    zero = at.base[columns]
    if not block.masked:
        base += zero.sum(axis=0)
    three = items.guessing[columns]
    position = np.cumsum(items.guessing) - 1
    return BlockCurves(
        slope=np.where(three, 0.0, items.slope[columns]),
        base=base,
        omitted=zero if block.masked else None,
        guessing=np.flatnonzero(three),
        lift=at.lift[position[columns[three]]],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """The likelihoods of persons start…stop: exp(score θ + base + extra) on the nodes."""

    start: int
    stop: int
    x: FloatArray
    presented: FloatArray | None
    score: FloatArray
    extra: FloatArray | None


def inputs(
    block: Block, mine: BlockCurves, span: tuple[int, int], rows: int = CHUNK_ROWS
) -> Iterator[Input]:
    """The persons of a span, a few at a time."""
    for begin, end in spans(span[1] - span[0], rows):
        start, stop = span[0] + begin, span[0] + end
        codes = block.codes[start:stop]
        x = codes.astype(np.float64)
        presented, extra = None, None
        if mine.omitted is not None:
            presented = (codes >= 0).astype(np.float64)
            np.maximum(x, 0.0, out=x)
            extra = presented @ mine.omitted
        if mine.guessing.size:
            lifted = x[:, mine.guessing] @ mine.lift
            extra = lifted if extra is None else extra + lifted
        yield Input(start, stop, x, presented, x @ mine.slope, extra)


class Scratch:
    """Two matrices for a thread's chunks: to ask the system for new ones costs as much as exp."""

    def __init__(self, n_nodes: int, rows: int = CHUNK_ROWS) -> None:
        self._logs = np.empty((rows, n_nodes))
        self._posterior = np.empty((rows, n_nodes))

    def logs(self, m: int) -> FloatArray:
        return self._logs[:m]

    def posterior(self, m: int) -> FloatArray:
        return self._posterior[:m]


def chunks(
    block: Block, mine: BlockCurves, theta: FloatArray, span: tuple[int, int]
) -> Iterator[Chunk]:
    """Posteriors of the persons of a span; a chunk is good until the next one is asked for."""
    scratch = Scratch(theta.size)
    right = np.stack([theta, mine.base])
    for each in inputs(block, mine, span):
        left = np.empty((each.score.size, 2))
        left[:, 0] = each.score
        left[:, 1] = 1.0
        logs = log_weights(each, left, right, scratch)
        yield Chunk(each.start, each.stop, each.x, each.presented, *normalized(logs, scratch))


def log_weights(each: Input, left: FloatArray, right: FloatArray, scratch: Scratch) -> FloatArray:
    """left right + extra, (m, n_nodes): a person's multiples of the functions in `right`."""
    logs = np.matmul(left, right, out=scratch.logs(len(left)))
    if each.extra is not None:
        logs += each.extra
    return logs


def normalized(logs: FloatArray, scratch: Scratch) -> tuple[FloatArray, FloatArray, FloatArray]:
    """exp(logs), its sums and their logs; shifted only where a sum leaves the safe range."""
    posterior = scratch.posterior(len(logs))
    with np.errstate(over="ignore", invalid="ignore"):
        np.exp(logs, out=posterior)
        total = posterior @ np.ones(logs.shape[1])
    if total.min() > TINY and total.max() < HUGE:
        return posterior, total, np.log(total)
    peak = logs.max(axis=1)
    np.exp(logs - peak[:, None], out=posterior)
    total = posterior.sum(axis=1)
    return posterior, total, np.log(total) + peak


def tasks_of(responses: Responses) -> list[tuple[int, tuple[int, int]]]:
    """(block, span) of every piece of work."""
    return [
        (number, span)
        for number, block in enumerate(responses.blocks)
        for span in spans(block.size, TASK_ROWS)
    ]


@dataclass(slots=True, eq=False)
class _Sums:
    loglik: float
    nodes: FloatArray
    first: FloatArray
    presented: FloatArray | None
    correct: FloatArray


def expectation(
    responses: Responses, items: Items, at: Curves, n_jobs: int | None = None
) -> Expected:
    """One pass over all persons."""
    mine = [block_curves(block, items, at) for block in responses.blocks]

    def work(task: tuple[int, tuple[int, int]]) -> _Sums:
        number, span = task
        return _sums(responses.blocks[number], mine[number], at.theta, span)

    tasks = tasks_of(responses)
    shape = (responses.n_items, at.theta.size)
    first = np.zeros(responses.n_items)
    presented, correct = np.zeros(shape), np.zeros(shape)
    population = np.zeros(at.prior.shape)
    loglik = 0.0
    for (number, _), sums in zip(tasks, mapped(work, tasks, n_jobs), strict=True):
        block = responses.blocks[number]
        loglik += sums.loglik
        first[block.items] += sums.first
        presented[block.items] += sums.nodes if sums.presented is None else sums.presented
        population[block.group] += sums.nodes
        correct[block.items[mine[number].guessing]] += sums.correct
    loglik += _intercept_part(responses, items)
    return Expected(loglik, first, presented, population, correct)


def _intercept_part(responses: Responses, items: Items) -> float:
    """Σ counts · d, which is the same on every node."""
    chosen = responses.counts[:, 1:]
    known = np.where(np.isfinite(items.intercept), items.intercept, 0.0)
    known[items.guessing] = 0.0
    return float((chosen * known).sum())


def _sums(block: Block, mine: BlockCurves, theta: FloatArray, span: tuple[int, int]) -> _Sums:
    k, n_nodes = block.items.size, theta.size
    sums = _Sums(0.0, np.zeros(n_nodes), np.zeros(k), None, np.zeros(mine.lift.shape))
    if block.masked:
        sums.presented = np.zeros((k, n_nodes))
    for chunk in chunks(block, mine, theta, span):
        mean = (chunk.posterior @ theta) / chunk.total
        scale = 1.0 / chunk.total
        if block.weights is not None:
            weights = block.weights[chunk.start : chunk.stop]
            mean *= weights
            scale *= weights
            sums.loglik += float(weights @ chunk.log_total)
        else:
            sums.loglik += float(chunk.log_total.sum())
        sums.nodes += scale @ chunk.posterior
        sums.first += mean @ chunk.x
        if sums.presented is not None and chunk.presented is not None:
            sums.presented += (chunk.presented * scale[:, None]).T @ chunk.posterior
        if mine.guessing.size:
            sums.correct += (chunk.x[:, mine.guessing] * scale[:, None]).T @ chunk.posterior
    return sums


def score(responses: Responses, items: Items, at: Curves, expected: Expected) -> FloatArray:
    """Gradient of the log-likelihood in the free parameters (Fisher's identity, exact)."""
    slope = expected.first - (expected.presented * at.expected) @ at.theta
    intercept = responses.counts[:, 1:] - np.einsum(
        "iq,ikq->ik", expected.presented, at.probability[:, 1:]
    )
    guess = np.zeros(items.n_items)
    if items.guessing.any():
        three = np.flatnonzero(items.guessing)
        residual, to_guess = guessing_scores(items, at, expected)
        slope[three] = residual @ at.theta
        intercept[three, 0] = residual.sum(axis=1)
        guess[three] = to_guess.sum(axis=1)
    group = np.einsum("gq,gpq->gp", expected.population, prior_scores(items, at.theta))
    return pack(items, (slope, intercept, guess, group[:, 0], group[:, 1]))


def guessing_scores(items: Items, at: Curves, expected: Expected) -> tuple[FloatArray, FloatArray]:
    """∂/∂(aθ + d) and ∂/∂ logit c of the expected log-likelihood of three-parameter items,
    (n_guessing, n_nodes), node by node.
    """
    three = np.flatnonzero(items.guessing)
    right = expected.correct[three]
    wrong = expected.presented[three] - right
    lower = items.lower[three, None]
    chance = at.probability[three, 1]
    core = (chance - lower) / (1 - lower)
    gain = right / np.maximum(chance, 1e-300)
    to_core = gain * (1 - lower) * core * (1 - core) - wrong * core
    to_guess = gain * lower * (1 - lower) * (1 - core) - wrong * lower
    return to_core, to_guess
