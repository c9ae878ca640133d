"""The missing part of the information where persons saw different items, or may have guessed.

No shortcut: for every node the weighted number of persons in each pair of categories.
"""

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.irt.expectation import BlockCurves, Expected, chunks
from ml.irt.items import Curves, Items, Layout, prior_scores
from ml.irt.responses import Block


def category_scores(
    block: Block, items: Items, at: Curves, where: Layout
) -> tuple[IntArray, FloatArray, list[tuple[int, int]]]:
    """Scores of every category of the block's items, and of its group.

    Returns positions (p,), scores (n_categories + 1, p, n_nodes) and the (column, category) of
    each row; the last row is the group's, which everybody has.
    """
    rows = [
        (column, category)
        for column, item in enumerate(block.items)
        for category in range(int(items.steps[item]) + 1)
    ]
    positions = np.concatenate(
        [where.slope[block.items], where.intercept[block.items].ravel(), where.guess[block.items],
         where.mean[[block.group]], where.log_sd[[block.group]]]
    )  # fmt: skip
    positions = np.unique(positions[positions >= 0])
    local = {int(position): index for index, position in enumerate(positions)}
    scores = np.zeros((len(rows) + 1, positions.size, at.theta.size))
    for row, (column, category) in enumerate(rows):
        item = int(block.items[column])
        for position, function in _item_scores(items, at, where, item, category):
            scores[row, local[position]] = function
    group = prior_scores(items, at.theta)[block.group]
    for position, function in zip(
        (where.mean[block.group], where.log_sd[block.group]), group, strict=True
    ):
        if position >= 0:
            scores[-1, local[int(position)]] = function
    return positions, scores, rows


def _item_scores(
    items: Items, at: Curves, where: Layout, item: int, category: int
) -> list[tuple[int, FloatArray]]:
    """(position, ∂ log P(category) / ∂ parameter on the nodes) of the free ones."""
    if items.guessing[item]:
        pairs = _guessing_item_scores(items, at, where, item, category)
    else:
        pairs = [(int(where.slope[item]), at.theta * (category - at.expected[item]))]
        for step in range(int(items.steps[item])):
            hit = 1.0 if category == step + 1 else 0.0
            pairs.append((int(where.intercept[item, step]), hit - at.probability[item, step + 1]))
    return [(position, function) for position, function in pairs if position >= 0]


def _guessing_item_scores(
    items: Items, at: Curves, where: Layout, item: int, category: int
) -> list[tuple[int, FloatArray]]:
    lower = float(items.lower[item])
    chance = np.maximum(at.probability[item, 1], 1e-300)
    core = (chance - lower) / (1 - lower)
    if category == 0:
        to_core, to_guess = -core, np.full(core.size, -lower)
    else:
        to_core = (1 - lower) * core * (1 - core) / chance
        to_guess = lower * (1 - lower) * (1 - core) / chance
    return [
        (int(where.slope[item]), to_core * at.theta),
        (int(where.intercept[item, 0]), to_core),
        (int(where.guess[item]), to_guess),
    ]


def general_missing_information(
    block: Block,
    mine: BlockCurves,
    items: Items,
    at: Curves,
    where: Layout,
    *,
    span: tuple[int, int],
) -> tuple[IntArray, FloatArray]:
    """Σ Cov[score | responses] of the persons of a span, (p,) positions and (p, p)."""
    positions, scores, rows = category_scores(block, items, at, where)
    n_nodes, p = at.theta.size, positions.size
    pairs = np.zeros((n_nodes, len(rows) + 1, len(rows) + 1))
    means = np.zeros((p, p))
    flat = np.ascontiguousarray(scores.transpose(0, 2, 1))  # (rows, nodes, p)
    for chunk in chunks(block, mine, at.theta, span):
        posterior = chunk.posterior / chunk.total[:, None]
        weights = np.ones(len(posterior))
        if block.weights is not None:
            weights = block.weights[chunk.start : chunk.stop]
        codes = block.codes[chunk.start : chunk.stop]
        chosen = np.ones((len(posterior), len(rows) + 1))
        for row, (column, category) in enumerate(rows):
            chosen[:, row] = codes[:, column] == category
        mean = np.zeros((len(posterior), p))
        for row in range(len(rows) + 1):
            mean += chosen[:, row : row + 1] * (posterior @ flat[row])
        means += (mean * weights[:, None]).T @ mean
        for node in range(n_nodes):
            pairs[node] += (chosen * (weights * posterior[:, node])[:, None]).T @ chosen
    result = -means
    for node in range(n_nodes):
        here = flat[:, node, :]
        result += here.T @ pairs[node] @ here
    return positions, result


def guessing_information(
    items: Items, at: Curves, expected: Expected
) -> list[tuple[int, FloatArray]]:
    """E[complete information] of each three-parameter item in (slope, intercept, logit c).

    Minus the second derivatives of r log P + w log(1 − P), P = c + (1 − c) ψ, written with the
    derivatives of P: −r (P''/P − P'P'/P²) + w (P''/(1 − P) + P'P'/(1 − P)²).
    """
    result = []
    for item in np.flatnonzero(items.guessing):
        right = expected.correct[item]
        wrong = expected.presented[item] - right
        lower = float(items.lower[item])
        chance = np.maximum(at.probability[item, 1], 1e-300)
        core = (chance - lower) / (1 - lower)
        slope = lower * (1 - lower)
        bell = core * (1 - core)
        by_core, by_guess = (1 - lower) * bell, slope * (1 - core)
        twice_core = (1 - lower) * bell * (1 - 2 * core)
        mixed = -slope * bell
        twice_guess = slope * (1 - 2 * lower) * (1 - core)
        part = right / chance - wrong / (1 - chance)
        square = right / chance**2 + wrong / (1 - chance) ** 2
        ee = square * by_core**2 - part * twice_core
        eg = square * by_core * by_guess - part * mixed
        gg = square * by_guess**2 - part * twice_guess
        theta = at.theta
        local = np.array(
            [
                [(ee * theta**2).sum(), (ee * theta).sum(), (eg * theta).sum()],
                [(ee * theta).sum(), ee.sum(), eg.sum()],
                [(eg * theta).sum(), eg.sum(), gg.sum()],
            ]
        )
        result.append((int(item), local))
    return result
