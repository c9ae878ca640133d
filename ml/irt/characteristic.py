"""Item characteristic curves: what the model expects at each ability, and what was observed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray
from ml.irt.expectation import Chunk, block_curves, chunks, tasks_of
from ml.irt.items import Items, Layout, category_probabilities, curves, layout
from ml.irt.parallel import mapped, one_blas_thread
from ml.irt.responses import Codes, as_responses
from ml.labels import Labels

# Ability groups of half a unit of θ, shown where at least this many persons stand behind them.
BAND_WIDTH = 0.5
LEAST_PERSONS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class CharacteristicCurve:
    """The expected share of an item's points at each θ, and its standard error; (n_values,)."""

    item: str
    theta: FloatArray
    expected: FloatArray
    se: FloatArray


@dataclass(frozen=True, slots=True)
class ObservedShare:
    """The share of an item's points that the persons about θ got, with its standard error.

    n: expected number of these persons.
    """

    theta: float
    share: float
    se: float
    n: float


def characteristic_curves(model: Any, theta: npt.ArrayLike) -> tuple[CharacteristicCurve, ...]:
    """One curve per item of a fitted `ItemResponseModel`, errors by the delta method."""
    at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    where = layout(model.items_)
    return tuple(_curve(model, item, at, where) for item in range(model.items_.n_items))


def observed_shares(
    model: Any, X: npt.ArrayLike, *, groups: Labels | None = None
) -> tuple[tuple[ObservedShare, ...], ...]:
    """What was observed, by item and ability group.

    Each person counts in every group by the posterior probability of belonging to it (Bock &
    Mislevy 1982), so that error of measurement does not flatten the observed curve.
    Errors: groups_needed, unknown_group, invalid_response.
    """
    codes = model._codes(X)
    sums = posterior_sums(model, codes, model._group(groups, len(codes)), _bands(model.nodes_))
    return tuple(
        _observed(sums[:, item], float(steps)) for item, steps in enumerate(model.items_.steps)
    )


def posterior_sums(model: Any, codes: Codes, group: IntArray, bands: FloatArray) -> FloatArray:
    """Expected persons, points, squared points and θ of those who saw an item, by band.

    codes: (n_persons, n_items), −1 where not seen. bands: (n_nodes, n_bands) membership of each
    node. Shape (4, n_items, n_bands).
    """
    items, at = model.items_, curves(model.items_, model.nodes_)
    responses = as_responses(codes, group, n_steps=items.intercept.shape[1])
    shape = (4, items.n_items, bands.shape[1])

    def work(task: tuple[int, tuple[int, int]]) -> FloatArray:
        number, span = task
        block = responses.blocks[number]
        sums = np.zeros(shape)
        for chunk in chunks(block, block_curves(block, items, at), at.theta, span):
            sums[:, block.items] += _sums(chunk, at.theta, bands)
        return sums

    with one_blas_thread():
        parts = mapped(work, tasks_of(responses), model.n_jobs)
    return sum(parts, start=np.zeros(shape))


def _bands(theta: FloatArray) -> FloatArray:
    """(n_nodes, n_bands) membership of each node."""
    number = np.round(theta / BAND_WIDTH).astype(np.int64)
    number -= number.min()
    return np.eye(int(number.max()) + 1)[number]


def _sums(chunk: Chunk, theta: FloatArray, bands: FloatArray) -> FloatArray:
    """Persons, points, squared points and θ by item and band, (4, k, n_bands)."""
    share = chunk.posterior / chunk.total[:, None]
    weight, place = share @ bands, share @ (bands * theta[:, None])
    seen = np.ones_like(chunk.x) if chunk.presented is None else chunk.presented
    return np.stack(
        [seen.T @ weight, chunk.x.T @ weight, np.square(chunk.x).T @ weight, seen.T @ place]
    )


def _observed(sums: FloatArray, steps: float) -> tuple[ObservedShare, ...]:
    n, points, squares, theta = sums
    found = []
    for band in np.flatnonzero(n >= LEAST_PERSONS):
        mean = points[band] / n[band]
        spread = max(squares[band] / n[band] - mean**2, 0.0)
        found.append(
            ObservedShare(
                theta=float(theta[band] / n[band]),
                share=float(mean / steps),
                se=float(np.sqrt(spread / n[band]) / steps),
                n=float(n[band]),
            )
        )
    return tuple(found)


def _curve(model: Any, item: int, theta: FloatArray, where: Layout) -> CharacteristicCurve:
    items: Items = model.items_
    part, steps = items.only([item]), int(items.steps[item])
    probability = category_probabilities(part, theta)[0][0, : steps + 1]
    number = np.arange(steps + 1)[:, None]
    mean = (number * probability).sum(axis=0)
    gradient = _gradient(part, probability, theta, mean) / steps
    position = np.concatenate(
        [[where.slope[item]], where.intercept[item, :steps], [where.guess[item]]]
    )
    free = position >= 0
    covariance = model.covariance_[np.ix_(position[free], position[free])]
    variance = np.einsum("pq,pr,rq->q", gradient[free], covariance, gradient[free])
    return CharacteristicCurve(
        model.item_names_[item], theta, mean / steps, np.sqrt(np.maximum(variance, 0.0))
    )


def _gradient(
    part: Items, probability: FloatArray, theta: FloatArray, mean: FloatArray
) -> FloatArray:
    """Derivatives of the expected points by slope, intercepts and the guess's logit."""
    number = np.arange(probability.shape[0])[:, None]
    if part.guessing[0]:
        lower = float(part.lower[0])
        core = (probability[1] - lower) / (1 - lower)
        rise = (1 - lower) * core * (1 - core)
        return np.stack([rise * theta, rise, lower * (1 - lower) * (1 - core)])
    variance = ((number - mean) ** 2 * probability).sum(axis=0)
    by_intercept = probability[1:] * (number[1:] - mean)
    return np.vstack([variance * theta, by_intercept, np.zeros_like(theta)])
