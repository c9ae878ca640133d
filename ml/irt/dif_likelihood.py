"""DIF by likelihood ratio (Thissen, Steinberg & Wainer 1993): an item free in each group or not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray
from ml.irt.design import models_of, start
from ml.irt.dif import LEVEL, Comparison, DifItem, comparison
from ml.irt.fitting import Fit, fit_items
from ml.irt.items import Items, category_probabilities, log_prior
from ml.irt.parallel import one_blas_thread
from ml.irt.responses import Codes, as_responses
from ml.labels import Labels

# Mean difference of the expected score, as a share of the points: Wells et al.'s (2009)
# .05 and .10 on the scale of one point.
MODERATE, LARGE = 0.05, 0.10
QUADRATURE = 41


@one_blas_thread()
def likelihood_ratio_dif(
    X: npt.ArrayLike,
    groups: Labels,
    *,
    focal: object,
    model: str = "2pl",
    names: Sequence[str] | None = None,
    item_models: Sequence[str] | None = None,
    purify: bool = True,
    n_jobs: int | None = None,
) -> tuple[DifItem, ...]:
    """Every item in turn with its own parameters in the focal group, the others common.

    effect: mean over the focal group's abilities of the expected score with the focal parameters
    minus that with the reference's, as a share of the points: B from .05, C from .10, where
    significant. purify: items found to differ no longer link the groups when the others are
    tested again, until the set does not change.
    Errors: as `ml.irt.dif.comparison` and the fit.
    """
    who = comparison(X, groups, focal, names)
    models = models_of(model, item_models, len(who.names))
    split: frozenset[int] = frozenset()
    for _ in range(5 if purify else 1):
        found = _tested(who, models, split, n_jobs)
        now = frozenset(item for item, result in enumerate(found) if result.ets != "A")
        if now == split or len(now) > len(found) - 2:
            break
        split = now
    return tuple(found)


def _tested(
    who: Comparison, models: list[str], split: frozenset[int], n_jobs: int | None
) -> list[DifItem]:
    together = _fit(who, models, split, n_jobs)
    result = []
    for item in range(len(models)):
        other = split - {item} if item in split else split | {item}
        alone = _fit(who, models, other, n_jobs, together)
        free, common = (together, alone) if item in split else (alone, together)
        order = split if item in split else other
        result.append(_compared(who, item, free, common, sorted(order).index(item)))
    return result


def _fit(
    who: Comparison,
    models: list[str],
    split: frozenset[int],
    n_jobs: int | None,
    near: Fit | None = None,
) -> Fit:
    """A split item stands twice: its own column for the reference, a further one for the focal."""
    columns = sorted(split)
    codes = np.concatenate(
        [_without(who.codes, columns, who.focal), _without(who.codes, columns, ~who.focal, True)],
        axis=1,
    )
    responses = as_responses(codes, who.focal.astype(np.int64))
    all_models = models + [models[item] for item in columns]
    names = who.names + [f"{who.names[item]} *" for item in columns]
    items = start(responses, all_models, names, 2, None)
    if near is not None:
        items = _started(items, near.items, len(models), columns)
    return fit_items(
        responses, items, names=names, quadrature=QUADRATURE, tol=1e-5, max_iter=500, n_jobs=n_jobs
    )


def _without(codes: Codes, columns: list[int], rows: BoolArray, only: bool = False) -> Codes:
    """The codes (or `only` these columns of them) with the columns missing for the rows."""
    result = codes[:, columns].copy() if only else codes.copy()
    for position, column in enumerate(columns):
        result[rows, position if only else column] = -1
    return result


def _started(items: Items, near: Items, n_items: int, columns: list[int]) -> Items:
    """Begin at the estimates of a fit that differs by one item."""
    source = np.concatenate([np.arange(n_items), np.array(columns, dtype=np.int64)])
    width = min(items.intercept.shape[1], near.intercept.shape[1])
    intercept = items.intercept.copy()
    known = items.free_intercept[:, :width] & np.isfinite(near.intercept[source, :width])
    intercept[:, :width][known] = near.intercept[source, :width][known]
    slope = np.where(items.free_slope, near.slope[source], items.slope)
    return replace(
        items, slope=slope, intercept=intercept, mean=near.mean.copy(), log_sd=near.log_sd.copy()
    )


def _compared(who: Comparison, item: int, free: Fit, common: Fit, place: int) -> DifItem:
    from scipy.special import chdtrc  # noqa: PLC0415  slow to import

    items, n_items = free.items, len(who.names)
    statistic = max(2 * (free.loglik - common.loglik), 0.0)
    df = int(items.vector().size - common.items.vector().size)
    p = float(chdtrc(df, statistic))
    curve_reference = _expected(items, item, free.theta)
    curve_focal = _expected(items, n_items + place, free.theta)
    weight = np.exp(log_prior(items, free.theta))[1]
    difference = (curve_focal - curve_reference) / int(items.steps[item])
    effect = float(weight @ difference)
    area = float(weight @ np.abs(difference))
    size = max(abs(effect), area)
    ets = "A" if p >= LEVEL or size < MODERATE else "C" if size >= LARGE else "B"
    kind = "uniform" if area - abs(effect) < 0.5 * area else "nonuniform"
    direction = int(np.sign(effect)) if kind == "uniform" else 0
    return DifItem(
        who.names[item], "likelihood-ratio", effect, np.nan, statistic, df, p, ets, direction, kind
    )


def _expected(items: Items, item: int, theta: FloatArray) -> FloatArray:
    probability = category_probabilities(items.only([item]), theta)[0][0]
    return np.asarray(np.arange(len(probability)) @ probability)
