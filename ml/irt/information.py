"""The observed information of the marginal likelihood, exactly (Louis 1982, JRSS B 44).

I = Σ_persons { E[complete information | responses] − Cov[complete score | responses] }.

For items of the exponential family the score of a person at θ is x θ − θ E(x | θ) for a slope and
1{x = k} − P(k | θ) for an intercept: a part that is linear in θ and a function of θ that all
persons of a block share. The covariances therefore need only cross-products of responses,
posterior means and posteriors, and the item parameters enter once at the end.
"""

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.irt.expectation import BlockCurves, Expected, block_curves, chunks, tasks_of
from ml.irt.general_information import general_missing_information, guessing_information
from ml.irt.items import Curves, Items, Layout, layout, prior_scores
from ml.irt.parallel import mapped
from ml.irt.responses import Block, Responses

RANK_TOLERANCE = 1e-13


def observed_information(
    responses: Responses,
    items: Items,
    at: Curves,
    expected: Expected,
    n_jobs: int | None = None,
) -> FloatArray:
    """Minus the Hessian of the log-likelihood in the free parameters, (p, p)."""
    where = layout(items)
    result = complete_information(items, at, expected, where)
    mine = [block_curves(block, items, at) for block in responses.blocks]

    def work(task: tuple[int, tuple[int, int]]) -> tuple[IntArray, FloatArray]:
        number, span = task
        block = responses.blocks[number]
        if block.masked or mine[number].guessing.size:
            return general_missing_information(block, mine[number], items, at, where, span=span)
        return _missing_information(block, mine[number], items, at, where, span=span)

    for columns, part in mapped(work, tasks_of(responses), n_jobs):
        result[np.ix_(columns, columns)] -= part
    return np.asarray((result + result.T) / 2)


def complete_information(items: Items, at: Curves, expected: Expected, where: Layout) -> FloatArray:
    """E[complete information]: blocks by item, and by group."""
    result = np.zeros((where.size, where.size))
    local_parts = local_information(at, expected.presented)
    for item in np.flatnonzero(~items.guessing).tolist():
        at_item = np.concatenate([where.slope[item : item + 1], where.intercept[item]])
        _add(result, at_item, local_parts[item])
    if items.guessing.any():
        for item, local in guessing_information(items, at, expected):
            at_item = np.array([where.slope[item], where.intercept[item, 0], where.guess[item]])
            _add(result, at_item, local)
    _add_groups(result, items, at, expected, where)
    return result


def local_information(at: Curves, presented: FloatArray) -> FloatArray:
    """Complete information of each item in (slope, intercepts), (n_items, 1 + K, 1 + K).

    Not for three-parameter items.
    """
    chance, theta = at.probability[:, 1:], at.theta
    n_steps = chance.shape[1]
    number = np.arange(1, n_steps + 1)
    result = np.zeros((presented.shape[0], n_steps + 1, n_steps + 1))
    square = np.einsum("k,ikq->iq", number**2, chance) - at.expected**2
    result[:, 0, 0] = (presented * square) @ theta**2
    deviation = number[:, None] - at.expected[:, None, :]
    result[:, 0, 1:] = np.einsum("iq,ikq->ik", presented * theta, chance * deviation)
    result[:, 1:, 0] = result[:, 0, 1:]
    weighted = presented[:, None, :] * chance
    result[:, 1:, 1:] = -weighted @ chance.transpose(0, 2, 1)
    result[:, number, number] += weighted.sum(axis=2)
    return result


def _add_groups(
    result: FloatArray, items: Items, at: Curves, expected: Expected, where: Layout
) -> None:
    """Minus the second derivatives of the log prior on the nodes, which are normalized."""
    weights, scores = np.exp(at.prior), prior_scores(items, at.theta)
    for group in range(items.mean.size):
        sd = float(items.sd[group])
        z = (at.theta - items.mean[group]) / sd
        raw = np.array(
            [[np.full(z.size, 1 / sd**2), 2 * z / sd], [2 * z / sd, 2 * z * z]]
        )  # minus the second derivatives before normalization
        mass = expected.population[group]
        mean_raw = np.einsum("q,abq->ab", weights[group], raw)
        spread = np.einsum("q,aq,bq->ab", weights[group], scores[group], scores[group])
        local = np.einsum("q,abq->ab", mass, raw) - mass.sum() * (mean_raw - spread)
        _add(result, np.array([where.mean[group], where.log_sd[group]]), local)


def _add(result: FloatArray, positions: IntArray, local: FloatArray) -> None:
    free = positions >= 0
    result[np.ix_(positions[free], positions[free])] += local[np.ix_(free, free)]


def shared_scores(
    block: Block, items: Items, at: Curves, where: Layout
) -> tuple[IntArray, FloatArray, IntArray]:
    """The part of the score that all persons of a block share, negated.

    Returns the positions (p,) of the block's free parameters, the functions (p, n_nodes), and
    for every parameter the block's column whose response multiplies θ (−1 for none).
    """
    positions, functions, multiplies = [], [], []
    for column, item in enumerate(block.items):
        if where.slope[item] >= 0:
            positions.append(int(where.slope[item]))
            functions.append(at.theta * at.expected[item])
            multiplies.append(column)
        for step in np.flatnonzero(where.intercept[item] >= 0):
            positions.append(int(where.intercept[item, step]))
            functions.append(at.probability[item, step + 1])
            multiplies.append(-1)
    group_scores = prior_scores(items, at.theta)[block.group]
    for position, function in zip(
        (where.mean[block.group], where.log_sd[block.group]), group_scores, strict=True
    ):
        if position >= 0:
            positions.append(int(position))
            functions.append(-function)
            multiplies.append(-1)
    return np.array(positions), np.array(functions), np.array(multiplies)


def _missing_information(
    block: Block,
    mine: BlockCurves,
    items: Items,
    at: Curves,
    where: Layout,
    *,
    span: tuple[int, int],
) -> tuple[IntArray, FloatArray]:
    """Σ Cov[score | responses] of persons who all saw the same items.

    With the score z θ − v(θ): z z' Var(θ) − z Cov(θ, v)' − Cov(v, θ) z' + Cov(v, v).
    """
    positions, shared, multiplies = shared_scores(block, items, at, where)
    theta, k = at.theta, block.items.size
    basis, weights_of, weights_of_moved = _basis(shared, theta)
    size = len(basis)
    variances, by_score = np.zeros((k, k)), np.zeros((k, size))
    by_mean, pairs = np.zeros((k, size)), np.zeros((size, size))
    nodes = np.zeros(theta.size)
    project = np.ascontiguousarray(np.vstack([basis, theta, theta * theta]).T)
    for chunk in chunks(block, mine, theta, span):
        means = chunk.posterior @ project
        means /= chunk.total[:, None]
        mean, square = means[:, size], means[:, size + 1]
        part, x, scale = means[:, :size], chunk.x, 1.0 / chunk.total
        variance = np.maximum(square - mean * mean, 0.0)
        weighted = part
        if block.weights is not None:
            weights = block.weights[chunk.start : chunk.stop]
            weighted = part * weights[:, None]
            variance *= weights
            scale *= weights
        by_score += x.T @ weighted
        by_mean += x.T @ (weighted * mean[:, None])
        pairs += part.T @ weighted
        x *= np.sqrt(variance)[:, None]
        variances += x.T @ x
        nodes += scale @ chunk.posterior
    result = (shared * nodes) @ shared.T - weights_of @ pairs @ weights_of.T
    slopes = np.flatnonzero(multiplies >= 0)
    columns = multiplies[slopes]
    cross = by_score[columns] @ weights_of_moved.T - by_mean[columns] @ weights_of.T
    result[slopes] -= cross  # Σ x Cov(θ, v)
    result[:, slopes] -= cross.T
    result[np.ix_(slopes, slopes)] += variances[np.ix_(columns, columns)]
    return positions, result


def _basis(shared: FloatArray, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Orthonormal functions that span v and θ v to rounding, (r, n_nodes), and how they do.

    The curves of many items are so alike that a third of the nodes' number suffices.
    """
    both = np.vstack([shared, shared * theta])
    _, values, basis = np.linalg.svd(both, full_matrices=False)
    basis = basis[values > RANK_TOLERANCE * values[0]]
    return basis, shared @ basis.T, (shared * theta) @ basis.T
