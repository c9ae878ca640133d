"""Bands that hold all figures of a plot at once."""

import numpy as np

from ml.checks import FloatArray

DRAWS_AT_ONCE = 256


def simultaneous_level(
    influence: FloatArray, *, level: float, n_draws: int, random_state: int
) -> float:
    """The level at which single intervals must be taken to hold all k figures together.

    influence: (S, k) what each school adds to the errors. Schools' signs are drawn at random
    (Rademacher) and the largest |error| / se of the k figures is noted; its quantile, a normal
    one, is turned into a level, so that each figure may use its own t distribution.
    Source: Callaway & Sant'Anna (2021, algorithm 1); Montiel Olea & Plagborg-Møller (2019).
    """
    from scipy.special import ndtr  # noqa: PLC0415

    spread = np.sqrt(np.square(influence).sum(axis=0))
    used = influence[:, spread > 0] / spread[spread > 0]
    if used.shape[1] < 2:
        return level
    generator = np.random.default_rng(random_state)
    largest = []
    for start in range(0, n_draws, DRAWS_AT_ONCE):
        draws = min(DRAWS_AT_ONCE, n_draws - start)
        signs = generator.integers(0, 2, size=(draws, len(used))) * 2.0 - 1.0
        largest.append(np.abs(signs @ used).max(axis=1))
    critical = float(np.quantile(np.concatenate(largest), level))
    return max(float(2 * ndtr(critical) - 1), level)
