"""A past that is known: who left, why, when, and in which school."""

from dataclasses import dataclass

import numpy as np

NAMES = ("late", "age", "noise")
SLOPES = np.array([0.9, 0.5, 0.0])


@dataclass(frozen=True)
class Past:
    """X: (n, 3), of which only the first two matter. chance: the true probability of leaving."""

    X: np.ndarray
    left: np.ndarray
    left_at: np.ndarray
    schools: np.ndarray
    chance: np.ndarray


def past(seed: int, n: int = 4000, schools: int = 80, spread: float = 0.0) -> Past:
    """Leavers leave early rather than late. spread: standard deviation between schools."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.random(n) < 0.25, rng.normal(size=n), rng.normal(size=n)]).astype(
        float
    )
    school = rng.integers(0, schools, n)
    odds = -2.0 + X @ SLOPES + spread * rng.normal(size=schools)[school]
    chance = 1 / (1 + np.exp(-odds))
    # The same profile for all: time is passed on the scale of the hazard, which falls by time.
    spent = rng.exponential(size=n) / -np.log1p(-chance)
    left = (spent < 1).astype(float)
    left_at = np.where(left > 0, 1 - np.sqrt(1 - np.minimum(spent, 1)), np.nan)
    return Past(X, left, left_at, school, chance)
