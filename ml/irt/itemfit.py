"""How well each item, and each pair of items, follows the model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.abilities import abilities
from ml.irt.characteristic import posterior_sums
from ml.irt.items import Items, category_probabilities, log_prior
from ml.irt.parallel import one_blas_thread
from ml.irt.responses import Codes
from ml.labels import Labels

# A cell of the S-X² table is merged with its neighbor below this expected count.
LEAST_EXPECTED = 1.0


@dataclass(frozen=True, slots=True)
class ItemFit:
    """One item. infit, outfit: mean squares over the persons' posteriors, 1 expected; t: their
    cube-root (Wilson–Hilferty) standardizations, on the careful side. s_x2, df, p: Orlando &
    Thissen; NaN where it cannot be had (too few complete persons, or fewer than two cells).
    """

    item: str
    n: int
    infit: float
    outfit: float
    infit_t: float
    outfit_t: float
    s_x2: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class DependentPair:
    """Two items whose residuals correlate by `q3`; `adjusted`: q3 minus the mean of all pairs
    (Christensen, Makransky & Horton 2017, Appl. Psychol. Meas. 41). flagged: above the limit.
    """

    first: str
    second: str
    q3: float
    adjusted: float
    flagged: bool


@one_blas_thread()
def item_fit(model: Any, X: npt.ArrayLike, *, groups: Labels | None = None) -> tuple[ItemFit, ...]:
    """Infit and outfit (Wright & Masters 1982, ch. 5; over the posterior, Adams & Wu 2007), and
    S-X² (Orlando & Thissen 2000, Appl. Psychol. Meas. 24; Kang & Chen 2008 for several
    categories), for every item.

    Errors: groups_needed, unknown_group, no_data.
    """
    codes = model._codes(X)
    group = model._group(groups, len(codes))
    if not (codes >= 0).any():
        raise StatisticsError("no_data")
    squares = _mean_squares(model, codes, group)
    tables = s_x2(model.items_, codes, group, model.nodes_)
    return tuple(
        ItemFit(name, *square, *table)
        for name, square, table in zip(model.item_names_, squares, tables, strict=True)
    )


def _wle(model: Any, codes: Codes, group: IntArray) -> FloatArray:
    value, _ = abilities(codes, group, model.items_, model.nodes_, "wle", n_jobs=model.n_jobs)
    if not np.isfinite(value).any():
        raise StatisticsError("no_data")
    return value


def _moments(
    items: Items, item: int, theta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Expected response, its variance and fourth central moment at each θ."""
    probability = category_probabilities(items.only([item]), theta)[0][0]
    number = np.arange(probability.shape[0])[:, None]
    mean = (number * probability).sum(axis=0)
    deviation = number - mean
    variance = (deviation**2 * probability).sum(axis=0)
    return mean, variance, (deviation**4 * probability).sum(axis=0)


def _mean_squares(
    model: Any, codes: Codes, group: IntArray
) -> list[tuple[int, float, float, float, float]]:
    """Integrated over each person's posterior: at a point estimate a short test's items would all
    look as if they fitted too well, since the estimate has followed the person's own answers.
    """
    sums = posterior_sums(model, codes, group, np.eye(model.nodes_.size))
    counts = (codes >= 0).sum(axis=0).tolist()
    return [_item_squares(model, item, sums[:3, item], n) for item, n in enumerate(counts)]


def _item_squares(
    model: Any, item: int, sums: FloatArray, n: int
) -> tuple[int, float, float, float, float]:
    """sums: persons, points and squared points at each node."""
    if n == 0:
        return 0, np.nan, np.nan, np.nan, np.nan
    persons, points, squares = sums
    mean, variance, fourth = _moments(model.items_, item, model.nodes_)
    variance = np.maximum(variance, 1e-12)
    residual = np.maximum(squares - 2 * mean * points + mean**2 * persons, 0.0)
    total = float(persons @ variance)
    outfit, infit = float((residual / variance).sum()) / n, float(residual.sum()) / total
    spread_out = np.sqrt(max(float(persons @ (fourth / variance**2)) / n**2 - 1 / n, 1e-300))
    spread_in = np.sqrt(max(float(persons @ (fourth - variance**2)), 1e-300)) / total
    return n, infit, outfit, _cube_root_t(infit, spread_in), _cube_root_t(outfit, spread_out)


def _cube_root_t(square: float, spread: float) -> float:
    return float((square ** (1 / 3) - 1) * 3 / spread + spread / 3)


def s_x2(
    items: Items, codes: Codes, group: IntArray, nodes: FloatArray
) -> list[tuple[float, int, float]]:
    """(statistic, degrees of freedom, p) by item, over persons who saw all items."""
    complete = (codes >= 0).all(axis=1)
    x, group = codes[complete].astype(np.int64), group[complete]
    if len(x) < 2 * items.n_items:
        return [(np.nan, 0, np.nan)] * items.n_items
    share = np.bincount(group, minlength=items.mean.size) / len(group)
    weight = share @ np.exp(log_prior(items, nodes))
    probability = category_probabilities(items, nodes)[0]
    rest = _rest_distributions(items, probability)
    total = x.sum(axis=1)
    return [
        _item_s_x2(
            items,
            item,
            x[:, item],
            total,
            probability=probability[item],
            rest=rest[item],
            weight=weight,
        )
        for item in range(items.n_items)
    ]


def _rest_distributions(items: Items, probability: FloatArray) -> list[FloatArray]:
    """P(sum of the other items = s | θ), (n_scores, n_nodes), by Lord & Wingersky (1984).

    From the left and from the right, so that leaving one out costs one convolution.
    """
    n, n_nodes = items.n_items, probability.shape[2]
    parts = [probability[i, : int(items.steps[i]) + 1] for i in range(n)]
    left, right = [np.ones((1, n_nodes))], [np.ones((1, n_nodes))]
    for part in parts:
        left.append(_convolved(left[-1], part))
    for part in reversed(parts):
        right.append(_convolved(right[-1], part))
    return [_convolved(left[i], right[n - 1 - i]) for i in range(n)]


def _convolved(one: FloatArray, other: FloatArray) -> FloatArray:
    result = np.zeros((len(one) + len(other) - 1, one.shape[1]))
    shorter, longer = sorted((one, other), key=len)
    for shift, row in enumerate(shorter):
        result[shift : shift + len(longer)] += row * longer
    return result


def _item_s_x2(
    items: Items,
    item: int,
    x: IntArray,
    total: IntArray,
    *,
    probability: FloatArray,
    rest: FloatArray,
    weight: FloatArray,
) -> tuple[float, int, float]:
    from scipy.special import chdtrc  # noqa: PLC0415  slow to import

    steps = int(items.steps[item])
    highest = len(rest) - 1 + steps
    observed = np.zeros((highest + 1, steps + 1))
    np.add.at(observed, (total, x), 1.0)
    joint = np.zeros((highest + 1, steps + 1))
    for category in range(steps + 1):
        joint[category : category + len(rest), category] = rest @ (probability[category] * weight)
    conditional = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
    expected = conditional * observed.sum(axis=1, keepdims=True)
    statistic, cells = 0.0, 0
    for seen, hoped in _merged(observed[1:-1], expected[1:-1]):
        for o, e in _merged_categories(seen, hoped):
            statistic += float(((o - e) ** 2 / e).sum())
            cells += o.size - 1
    free = int(items.free_slope[item]) + int(items.free_intercept[item].sum())
    free += int(items.free_guess[item])
    df = cells - free
    if df < 1:
        return np.nan, 0, np.nan
    return statistic, df, float(chdtrc(df, statistic))


def _merged(observed: FloatArray, expected: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Neighboring scores together, from both ends inward, until every category is expected."""
    rows: list[tuple[FloatArray, FloatArray]] = []
    seen, hoped = np.zeros(observed.shape[1]), np.zeros(observed.shape[1])
    for o, e in zip(observed, expected, strict=True):
        seen, hoped = seen + o, hoped + e
        if hoped.min() >= LEAST_EXPECTED:
            rows.append((seen, hoped))
            seen, hoped = np.zeros(observed.shape[1]), np.zeros(observed.shape[1])
    if hoped.sum() > 0:
        if rows:
            last_seen, last_hoped = rows.pop()
            seen, hoped = seen + last_seen, hoped + last_hoped
        rows.append((seen, hoped))
    return rows


def _merged_categories(seen: FloatArray, hoped: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Categories too rare even so join their lower neighbor."""
    o, e = list(seen), list(hoped)
    at = 0
    while at < len(e) and len(e) > 1:
        if e[at] < LEAST_EXPECTED:
            other = at - 1 if at else 1
            e[other] += e[at]
            o[other] += o[at]
            del e[at], o[at]
            at = max(at - 1, 0)
        else:
            at += 1
    return [(np.array(o), np.array(e))] if len(e) > 1 else []


@one_blas_thread()
def local_dependence(
    model: Any, X: npt.ArrayLike, *, groups: Labels | None = None, limit: float = 0.2
) -> tuple[DependentPair, ...]:
    """Q3 (Yen 1984, Appl. Psychol. Meas. 8) of every pair, strongest first; residuals at the WLE.

    limit: an adjusted Q3 above it is flagged. Pairs seen together by fewer than 30 persons are
    left out.
    """
    codes = model._codes(X)
    group = model._group(groups, len(codes))
    correlation, together = residual_correlations(model.items_, codes, _wle(model, codes, group))
    upper = np.triu(together >= 30, 1) & np.isfinite(correlation)
    mean = float(correlation[upper].mean()) if upper.any() else 0.0
    pairs = [
        DependentPair(
            model.item_names_[i],
            model.item_names_[j],
            float(correlation[i, j]),
            float(correlation[i, j] - mean),
            bool(correlation[i, j] - mean > limit),
        )
        for i, j in zip(*np.nonzero(upper), strict=True)
    ]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair.adjusted)))


def residual_correlations(
    items: Items, codes: Codes, theta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Correlations of x − E(x | θ) over persons who saw both, and how many did."""
    residual = np.zeros(codes.shape)
    seen = (codes >= 0) & np.isfinite(theta)[:, None]
    for item in range(items.n_items):
        at = seen[:, item]
        residual[at, item] = codes[at, item] - _moments(items, item, theta[at])[0]
    mask = seen.astype(np.float64)
    n = np.maximum(mask.T @ mask, 1.0)
    sums, squares = residual.T @ mask, np.square(residual).T @ mask
    covariance = residual.T @ residual / n - sums * sums.T / n**2
    spread = np.maximum(squares / n - (sums / n) ** 2, 1e-300)
    return covariance / (np.sqrt(spread) * np.sqrt(spread.T)), mask.T @ mask
