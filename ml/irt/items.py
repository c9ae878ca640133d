"""Items and groups: their parameters, their curves, and which of them are free.

An item with steps 1…K answers category k with P(k | θ) ∝ exp(k a θ + d_k), d_0 = 0: the
generalized partial credit model (Muraki 1992, Appl. Psychol. Meas. 16) with cumulative
intercepts; one step gives the two-parameter logistic model, a = 1 gives Rasch and partial credit
(Masters 1982). A three-parameter item (Birnbaum 1968) has P(1 | θ) = c + (1 − c) ψ(aθ + d).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray
from ml.errors import StatisticsError

# model: (slope free, guessing, more than one step allowed)
MODELS: dict[str, tuple[bool, bool, bool]] = {
    "rasch": (False, False, False),
    "2pl": (True, False, False),
    "3pl": (True, True, False),
    "pcm": (False, False, True),
    "gpcm": (True, False, True),
}
MIXED = "mixed"


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What is estimated about items and groups, and what is known.

    steps: (n_items,) number of steps. bottom: (n_items,) the lowest category that occurs, whose
    intercept is 0; nearly always 0 itself. slope, intercept, guess: (n_items,), (n_items, n_steps),
    (n_items,); intercepts beyond an item's steps, and of categories
    that nobody chose, are −inf; guess is the logit of the lower
    asymptote, −inf where there is none. guessing: (n_items,) three-parameter items.
    mean, log_sd: (n_groups,). free_*: masks of the same shapes.
    """

    steps: IntArray
    bottom: IntArray
    slope: FloatArray
    intercept: FloatArray
    guess: FloatArray
    guessing: BoolArray
    mean: FloatArray
    log_sd: FloatArray
    free_slope: BoolArray
    free_intercept: BoolArray
    free_guess: BoolArray
    free_mean: BoolArray
    free_log_sd: BoolArray

    @property
    def n_items(self) -> int:
        return int(self.steps.size)

    @property
    def sd(self) -> FloatArray:
        return np.exp(self.log_sd)

    @property
    def lower(self) -> FloatArray:
        """The lower asymptotes, 0 where there is none."""
        with np.errstate(over="ignore"):
            return np.minimum(1.0 / (1.0 + np.exp(-self.guess)), 1.0 - 1e-12)

    def masks(self) -> tuple[BoolArray, ...]:
        return (
            self.free_slope,
            self.free_intercept,
            self.free_guess,
            self.free_mean,
            self.free_log_sd,
        )

    def arrays(self) -> tuple[FloatArray, ...]:
        return self.slope, self.intercept, self.guess, self.mean, self.log_sd

    def vector(self) -> FloatArray:
        """The free parameters: slopes, intercepts, guesses, means, log SDs."""
        return pack(self, self.arrays())

    def with_vector(self, vector: FloatArray) -> "Items":
        """The same items with other values of the free parameters."""
        filled, start = [], 0
        for array, mask in zip(self.arrays(), self.masks(), strict=True):
            copy, size = array.copy(), int(mask.sum())
            copy[mask] = vector[start : start + size]
            filled.append(copy)
            start += size
        slope, intercept, guess, mean, log_sd = filled
        return replace(
            self, slope=slope, intercept=intercept, guess=guess, mean=mean, log_sd=log_sd
        )

    def only(self, columns: npt.ArrayLike) -> "Items":
        """Some of the items, everything known."""
        at = np.asarray(columns)
        part = {
            name: getattr(self, name)[at]
            for name in ("steps", "bottom", "slope", "intercept", "guess", "guessing", "free_slope",
                         "free_intercept", "free_guess")
        }  # fmt: skip
        return replace(self, **part)


def pack(items: Items, arrays: tuple[FloatArray, ...]) -> FloatArray:
    """One vector of the free entries of arrays shaped as the parameters."""
    pieces = [array[mask] for array, mask in zip(arrays, items.masks(), strict=True)]
    return np.concatenate(pieces)


def unpack(items: Items, vector: FloatArray) -> tuple[FloatArray, ...]:
    """The inverse of `pack`, NaN where a parameter is fixed."""
    result, start = [], 0
    for array, mask in zip(items.arrays(), items.masks(), strict=True):
        filled, size = np.full(array.shape, np.nan), int(mask.sum())
        filled[mask] = vector[start : start + size]
        result.append(filled)
        start += size
    return tuple(result)


def starting_items(models: list[str], steps: IntArray, n_groups: int) -> Items:
    """Slopes 1, intercepts 0, lower asymptotes .15, groups N(0, 1); identified as documented.

    With free slopes only, the first group is N(0, 1); as soon as one item has slope 1, the first
    group has mean 0 and a free SD.
    """
    unknown = [model for model in models if model not in MODELS]
    if unknown:
        raise StatisticsError("unknown_model", found=unknown[0])
    slope_free = np.array([MODELS[model][0] for model in models])
    guessing = np.array([MODELS[model][1] for model in models])
    n_items, n_steps = len(models), int(steps.max(initial=1))
    has_step = np.arange(1, n_steps + 1) <= steps[:, None]
    later = np.arange(n_groups) > 0
    return Items(
        steps=steps,
        bottom=np.zeros(n_items, dtype=np.int64),
        slope=np.ones(n_items),
        intercept=np.where(has_step, 0.0, -np.inf),
        guess=np.where(guessing, np.log(0.15 / 0.85), -np.inf),
        guessing=guessing,
        mean=np.zeros(n_groups),
        log_sd=np.zeros(n_groups),
        free_slope=slope_free,
        free_intercept=has_step,
        free_guess=guessing.copy(),
        free_mean=later,
        free_log_sd=later | (not slope_free.all()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Everything about items and groups on the nodes θ of a quadrature, (n_nodes,).

    probability: (n_items, n_steps + 1, n_nodes). expected: mean category. base: log P(0),
    or what stands in its place where nobody chose 0: minus the log of the sum over categories; all
    (n_items, n_nodes). lift: log P(1) − log P(0) of three-parameter items, (n_guessing, n_nodes).
    prior: log weights of the nodes by group, (n_groups, n_nodes), normalized.
    """

    theta: FloatArray
    probability: FloatArray
    expected: FloatArray
    base: FloatArray
    lift: FloatArray
    prior: FloatArray


def curves(items: Items, theta: FloatArray) -> Curves:
    """Evaluate all items and groups on the nodes."""
    probability, base = category_probabilities(items, theta)
    at = np.flatnonzero(items.guessing)
    chance = probability[at, 1]
    lift = np.log(np.maximum(chance, 1e-300)) - base[at]
    number = np.arange(probability.shape[1])
    return Curves(
        theta=theta,
        probability=probability,
        expected=np.einsum("k,ikq->iq", number, probability),
        base=base,
        lift=lift,
        prior=log_prior(items, theta),
    )


def category_probabilities(items: Items, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P(category | θ), (n_items, n_steps + 1, n_nodes), and log P(0), (n_items, n_nodes)."""
    n_steps = items.intercept.shape[1]
    number = np.arange(1, n_steps + 1)[:, None]
    powers = np.zeros((items.n_items, n_steps + 1, theta.size))
    powers[:, 1:] = number * (items.slope[:, None] * theta)[:, None, :]
    powers[:, 1:] += items.intercept[:, :, None]
    powers[items.bottom > 0, 0] = -np.inf
    peak = powers.max(axis=1)
    probability = np.exp(powers - peak[:, None, :])
    total = probability.sum(axis=1)
    probability /= total[:, None, :]
    base = -peak - np.log(total)
    if items.guessing.any():
        at = np.flatnonzero(items.guessing)
        lower = items.lower[at, None]
        probability[at, 1] = lower + (1 - lower) * probability[at, 1]
        probability[at, 0] *= 1 - lower
        base[at] += np.log1p(-lower)
    return probability, base


def log_prior(items: Items, theta: FloatArray) -> FloatArray:
    """Log weights of the nodes by group; they sum to one."""
    z = (theta - items.mean[:, None]) / items.sd[:, None]
    logs = -0.5 * z * z
    logs -= logs.max(axis=1, keepdims=True)
    return np.asarray(logs - np.log(np.exp(logs).sum(axis=1, keepdims=True)))


def prior_scores(items: Items, theta: FloatArray) -> FloatArray:
    """∂ log prior / ∂ (mean, log SD) of each group, (n_groups, 2, n_nodes), exact on the nodes."""
    z = (theta - items.mean[:, None]) / items.sd[:, None]
    raw = np.stack([z / items.sd[:, None], z * z], axis=1)
    weights = np.exp(log_prior(items, theta))
    return np.asarray(raw - (raw * weights[:, None, :]).sum(axis=2, keepdims=True))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where the free parameters stand in the vector, −1 for a fixed one."""

    slope: IntArray
    intercept: IntArray
    guess: IntArray
    mean: IntArray
    log_sd: IntArray
    size: int


def layout(items: Items) -> Layout:
    """Positions in the order of `Items.vector`."""
    size = items.vector().size
    order = np.arange(size, dtype=np.float64)
    slope, intercept, guess, mean, log_sd = (
        np.where(np.isnan(at), -1, at).astype(np.int64) for at in unpack(items, order)
    )
    return Layout(slope, intercept, guess, mean, log_sd, size)
