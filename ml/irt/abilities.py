"""Where persons stand on the scale, and how sure that is."""

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.expectation import block_curves, chunks, tasks_of
from ml.irt.items import Curves, Items, category_probabilities, curves
from ml.irt.parallel import mapped
from ml.irt.responses import Block, Codes, as_responses

METHODS = ("eap", "map", "wle")
FARTHEST = 15.0
ITERATIONS = 100


def abilities(
    codes: Codes,
    group: IntArray,
    items: Items,
    theta: FloatArray,
    method: str = "eap",
    *,
    n_jobs: int | None = None,
) -> tuple[FloatArray, FloatArray]:
    """(values, standard errors), (n_persons,) each; NaN for persons without any response.

    eap: mean and SD of the posterior under the group's normal. map: its mode, with the expected
    information. wle: weighted likelihood (Warm 1989, Psychometrika 54), Σ score + J / (2 I) = 0,
    without a prior. Errors: unknown_method.
    """
    if method not in METHODS:
        raise StatisticsError("unknown_method", found=method)
    _check_codes(codes, items)
    responses = as_responses(codes, group, n_steps=items.intercept.shape[1])
    at = curves(items, theta)
    values, errors = np.full((2, codes.shape[0]), np.nan)

    def work(task: tuple[int, tuple[int, int]]) -> tuple[IntArray, FloatArray, FloatArray]:
        number, span = task
        block = responses.blocks[number]
        rows = block.rows[span[0] : span[1]]
        if method == "eap":
            return rows, *_posterior_moments(block, items, at, span)
        return rows, *_modes(block, items, at, span, prior=method == "map")

    for rows, value, error in mapped(work, tasks_of(responses), n_jobs):
        values[rows], errors[rows] = value, error
    return values, errors


def _check_codes(codes: Codes, items: Items) -> None:
    """Errors: invalid_response for a category that the calibration has not seen."""
    beyond = codes > items.steps
    if beyond.any():
        row = int(np.argmax(beyond.any(axis=1)))
        column = int(np.argmax(beyond[row]))
        found = float(codes[row, column])
        raise StatisticsError("invalid_response", row=row, column=column, found=found)


def _posterior_moments(
    block: Block, items: Items, at: Curves, span: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    powers = np.stack([at.theta, at.theta**2], axis=1)
    parts = []
    for chunk in chunks(block, block_curves(block, items, at), at.theta, span):
        parts.append((chunk.posterior @ powers) / chunk.total[:, None])
    moments = np.concatenate(parts)
    variance = moments[:, 1] - moments[:, 0] ** 2
    return moments[:, 0], np.sqrt(np.maximum(variance, 0.0))


def _modes(
    block: Block, items: Items, at: Curves, span: tuple[int, int], *, prior: bool
) -> tuple[FloatArray, FloatArray]:
    """Scoring steps within a bracket; a step that leaves it is halved into it."""
    mine = block_curves(block, items, at, prior=prior)
    part = items.only(block.items)
    known = (float(items.mean[block.group]), float(items.sd[block.group])) if prior else None
    values, errors = [], []
    for chunk in chunks(block, mine, at.theta, span):
        low, high, here = _bracket(part, at.theta, chunk.posterior, chunk.presented, prior=prior)
        for _ in range(ITERATIONS):
            slope, information = _ascent(part, here, chunk.x, chunk.presented, known)
            low, high = np.where(slope > 0, here, low), np.where(slope > 0, high, here)
            moved = here + slope / information
            outside = (moved <= low) | (moved >= high)
            moved = np.where(outside, (low + high) / 2, moved)
            done = np.abs(moved - here).max() < 1e-10
            here = moved
            if done:
                break
        values.append(here)
        errors.append(1.0 / np.sqrt(_ascent(part, here, chunk.x, chunk.presented, known)[1]))
    return np.concatenate(values), np.concatenate(errors)


def _bracket(
    part: Items,
    theta: FloatArray,
    posterior: FloatArray,
    presented: FloatArray | None,
    *,
    prior: bool,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Around the best node; beyond the outermost ones, far out.

    Warm's equation has its root where √I times the likelihood is highest, except that with
    three-parameter items it may lie somewhat aside.
    """
    objective = posterior
    if not prior:
        information = fisher(part, theta)
        total = information.sum(axis=0) if presented is None else presented @ information
        objective = posterior * np.sqrt(total)
    best = objective.argmax(axis=1)
    reach = 3 if not prior and part.guessing.any() else 1
    width = FARTHEST * float(theta[-1] - theta[0]) / 12
    step = float(theta[1] - theta[0])
    ends = (
        theta[0] - width - step * np.arange(reach)[::-1],
        theta[-1] + width + step * np.arange(reach),
    )
    padded = np.concatenate([ends[0], theta, ends[1]])
    return padded[best], padded[best + 2 * reach], theta[best]


def _ascent(
    part: Items,
    theta: FloatArray,
    x: FloatArray,
    presented: FloatArray | None,
    known: tuple[float, float] | None,
) -> tuple[FloatArray, FloatArray]:
    """Slope of the objective and its expected curvature at each person's own θ, (m,) each."""
    score, information, skew = _derivatives(part, theta, x.T)
    if presented is not None:
        score, information, skew = (value * presented.T for value in (score, information, skew))
    slope, curvature = score.sum(axis=0), information.sum(axis=0)
    if known is not None:
        mean, sd = known
        return slope + (mean - theta) / sd**2, curvature + 1 / sd**2
    curvature = np.maximum(curvature, 1e-12)
    return slope + skew.sum(axis=0) / (2 * curvature), curvature


def _derivatives(
    part: Items, theta: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Score, Fisher information and J = Σ P' P'' / P of each item, (n_items, m) each.

    x: (n_items, m) categories. For the exponential family J = a³ times the third central moment.
    """
    probability, _ = category_probabilities(part, theta)
    number = np.arange(probability.shape[1])[:, None]
    mean = (number * probability).sum(axis=1)
    deviation = number - mean[:, None, :]
    slope = part.slope[:, None]
    score = slope * (x - mean)
    information = slope**2 * (deviation**2 * probability).sum(axis=1)
    skew = slope**3 * (deviation**3 * probability).sum(axis=1)
    three = np.flatnonzero(part.guessing)
    if three.size:
        lower, a = part.lower[three, None], slope[three]
        chance = np.clip(probability[three, 1], 1e-300, 1 - 1e-16)
        core = (chance - lower) / (1 - lower)
        first = (1 - lower) * a * core * (1 - core)
        second = first * a * (1 - 2 * core)
        spread = chance * (1 - chance)
        score[three] = (x[three] - chance) * first / spread
        information[three] = first**2 / spread
        skew[three] = first * second / spread
    return score, information, skew


def fisher(items: Items, theta: FloatArray) -> FloatArray:
    """(n_items, n_values) information of each item at θ."""
    zeros = np.zeros((items.n_items, theta.size))
    return _derivatives(items, theta, zeros)[1]


def item_information(items: Items, theta: FloatArray) -> FloatArray:
    """(n_items, n_values) Fisher information of each item at θ, in units of 1 / θ²."""
    return fisher(items, theta)


def empirical_reliability(values: FloatArray, errors: FloatArray) -> float:
    """var(EAP) / (var(EAP) + mean SE²), divisor n − 1; persons without responses do not count.

    Errors: no_data.
    """
    known = np.isfinite(values)
    if known.sum() < 2:
        raise StatisticsError("no_data")
    spread = float(values[known].var(ddof=1))
    return spread / (spread + float(np.square(errors[known]).mean()))


def marginal_reliability(items: Items, theta: FloatArray, group: int = 0) -> float:
    """E[I(θ) / (I(θ) + 1/σ²)] over the group's normal (Green et al. 1984, J. Educ. Meas. 21)."""
    at = curves(items, theta)
    information = fisher(items, theta).sum(axis=0)
    precision = 1.0 / float(items.sd[group]) ** 2
    return float(np.exp(at.prior[group]) @ (information / (information + precision)))
