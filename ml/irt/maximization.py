"""The M-step: items and groups that suit the expected counts best, by a few Newton steps."""

import numpy as np

from ml.checks import FloatArray
from ml.irt.expectation import Expected, guessing_scores
from ml.irt.information import local_information
from ml.irt.items import Curves, Items, curves
from ml.irt.responses import Responses

NEWTON_STEPS = 3
LONGEST_STEP = 1.0


def maximization(responses: Responses, items: Items, at: Curves, expected: Expected) -> FloatArray:
    """The free parameters after one M-step."""
    moved = items.with_vector(items.vector())
    for number in range(NEWTON_STEPS):
        here = at if number == 0 else curves(moved, at.theta)
        _newton_step(responses, moved, here, expected)
    _move_groups(moved, at.theta, expected)
    return moved.vector()


def _newton_step(responses: Responses, moved: Items, here: Curves, expected: Expected) -> None:
    """Move slopes, intercepts and lower asymptotes in place; `moved` owns its arrays."""
    gradient = np.column_stack(
        [
            expected.first - (expected.presented * here.expected) @ here.theta,
            responses.counts[:, 1:]
            - np.einsum("iq,ikq->ik", expected.presented, here.probability[:, 1:]),
        ]
    )
    hessian = local_information(here, expected.presented)
    free = np.column_stack([moved.free_slope, moved.free_intercept])
    free[moved.guessing] = False
    step = _bounded_solution(hessian, gradient, free)
    moved.slope[free[:, 0]] += step[free[:, 0], 0]
    moved.intercept[free[:, 1:]] += step[:, 1:][free[:, 1:]]
    if moved.guessing.any():
        _guessing_step(moved, here, expected)


def _bounded_solution(hessian: FloatArray, gradient: FloatArray, free: np.ndarray) -> FloatArray:
    """Newton's step of every item; entries that are not free do not move."""
    size = hessian.shape[1]
    matrix = np.where(free[:, :, None] & free[:, None, :], hessian, 0.0)
    diagonal = np.arange(size)
    matrix[:, diagonal, diagonal] *= 1 + 1e-9
    matrix[:, diagonal, diagonal] += np.where(free, 1e-9, 1.0)
    step = np.linalg.solve(matrix, np.where(free, gradient, 0.0)[:, :, None])[:, :, 0]
    longest = np.abs(step).max(axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300)))


def _guessing_step(moved: Items, here: Curves, expected: Expected) -> None:
    """Fisher scoring of (slope, intercept, logit c), damped."""
    three = np.flatnonzero(moved.guessing)
    theta = here.theta
    to_core, to_guess = guessing_scores(moved, here, expected)
    gradient = np.column_stack([to_core @ theta, to_core.sum(axis=1), to_guess.sum(axis=1)])
    lower = moved.lower[three, None]
    chance = np.clip(here.probability[three, 1], 1e-12, 1 - 1e-12)
    core = (chance - lower) / (1 - lower)
    by_core = (1 - lower) * core * (1 - core)
    by_guess = lower * (1 - lower) * (1 - core)
    derivative = np.stack([by_core * theta, by_core, by_guess], axis=1)
    weight = expected.presented[three] / (chance * (1 - chance))
    hessian = np.einsum("iq,iaq,ibq->iab", weight, derivative, derivative)
    damping = 1e-3 * np.einsum("iaa->ia", hessian) + 1e-6
    hessian[:, np.arange(3), np.arange(3)] += damping
    free = np.column_stack(
        [moved.free_slope[three], moved.free_intercept[three, 0], moved.free_guess[three]]
    )
    step = np.where(free, _bounded_solution(hessian, gradient, free), 0.0)
    moved.slope[three] += step[:, 0]
    moved.intercept[three, 0] += step[:, 1]
    moved.guess[three] += step[:, 2]


def _move_groups(moved: Items, theta: FloatArray, expected: Expected) -> None:
    mass = expected.population.sum(axis=1)
    mean = expected.population @ theta / mass
    center = np.where(moved.free_mean, mean, moved.mean)
    spread = (expected.population * (theta - center[:, None]) ** 2).sum(axis=1) / mass
    moved.mean[moved.free_mean] = mean[moved.free_mean]
    moved.log_sd[moved.free_log_sd] = 0.5 * np.log(spread[moved.free_log_sd])
