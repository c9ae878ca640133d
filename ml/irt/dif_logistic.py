"""DIF by logistic regression (Swaminathan & Rogers 1990, J. Educ. Meas. 27).

Proportional odds for several categories (Zumbo 1999). Three nested models of the response on the
matching score, the group, and their product.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.dif import (
    LEVEL,
    R2_LARGE,
    R2_MODERATE,
    Comparison,
    DifItem,
    comparison,
    purified,
)
from ml.irt.parallel import one_blas_thread
from ml.labels import Labels

ITERATIONS = 50


@one_blas_thread()
def logistic_dif(
    X: npt.ArrayLike,
    groups: Labels,
    *,
    focal: object,
    names: Sequence[str] | None = None,
    purify: bool = True,
) -> tuple[DifItem, ...]:
    """Likelihood-ratio test of group and group × score together, 2 degrees of freedom.

    effect: difference of Nagelkerke's R². B from .035, C from .070 (Jodoin & Gierl 2001, Appl.
    Meas. Educ. 14), only where significant. kind: "nonuniform" where the product alone is
    significant. A group that is small beside the other moves R² little, however much it differs:
    of one region among many, p and direction tell more than the class.
    Errors: as `ml.irt.dif.comparison`; logistic_not_converged (item).
    """
    who = comparison(X, groups, focal, names)

    def tested(clean: BoolArray) -> list[DifItem]:
        return [_item(who, item, clean) for item in range(len(who.names))]

    return purified(tested, len(who.names), purify)


def _item(who: Comparison, item: int, clean: BoolArray) -> DifItem:
    from scipy.special import chdtrc  # noqa: PLC0415  slow to import

    seen = who.codes[:, item] >= 0
    x = who.codes[seen, item].astype(np.int64)
    _, x = np.unique(x, return_inverse=True)
    name = who.names[item]
    focal = who.focal[seen].astype(np.float64)
    if x.max(initial=0) == 0 or focal.std() == 0:
        return DifItem(name, "logistic", np.nan, np.nan, np.nan, 2, np.nan, "A", 0)
    score = _score(who, item, clean)[seen]
    columns, counts = _cells(x, score, focal)
    nothing = ordinal_fit(counts, columns[:, :0], name)[0]
    fits = [ordinal_fit(counts, columns[:, :size], name) for size in (1, 2, 3)]
    (base, _), (uniform, beta), (full, _) = fits
    statistic, crossed = 2 * (full - base), 2 * (full - uniform)
    p = float(chdtrc(2, max(statistic, 0.0)))
    r2 = nagelkerke(full, nothing, x.size) - nagelkerke(base, nothing, x.size)
    ets = "A" if p >= LEVEL or r2 < R2_MODERATE else "C" if r2 >= R2_LARGE else "B"
    kind = "nonuniform" if float(chdtrc(1, max(crossed, 0.0))) < LEVEL else "uniform"
    return DifItem(name, "logistic", r2, np.nan, statistic, 2, p, ets, int(np.sign(beta[1])), kind)


def _score(who: Comparison, item: int, clean: BoolArray) -> FloatArray:
    """Standardized share of the points on the presented clean items and the studied one."""
    use = clean.copy()
    use[item] = True
    used = who.codes[:, use].astype(np.float64)
    highest = np.maximum(used.max(axis=0), 1.0)
    presented = used >= 0
    points = np.where(presented, used, 0.0).sum(axis=1)
    possible = np.maximum((presented * highest).sum(axis=1), 1.0)
    share = points / possible
    return np.asarray((share - share.mean()) / max(float(share.std()), 1e-12))


def nagelkerke(loglik: float, nothing: float, n: int) -> float:
    """Nagelkerke's (1991) R²."""
    return float((1 - np.exp(2 * (nothing - loglik) / n)) / (1 - np.exp(2 * nothing / n)))


def _cells(x: IntArray, score: FloatArray, focal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Score, group and product of the distinct pairs, and how many answered what there."""
    scores, at = np.unique(score, return_inverse=True)
    steps = int(x.max()) + 1
    key = (2 * at + (focal > 0)) * steps + x
    counts = np.bincount(key, minlength=2 * steps * len(scores)).reshape(-1, steps)
    occurs = counts.sum(axis=1) > 0
    pairs = np.column_stack([np.repeat(scores, 2), np.tile([0.0, 1.0], len(scores))])[occurs]
    return np.column_stack([pairs, pairs.prod(axis=1)]), counts[occurs].astype(np.float64)


def ordinal_fit(counts: FloatArray, columns: FloatArray, name: str) -> tuple[float, FloatArray]:
    """Proportional odds, logit P(x ≥ k) = α_k + columns β: (log-likelihood, β).

    counts: (n_cells, n_categories) answers; columns: (n_cells, p). Fisher scoring with halving.
    Errors: logistic_not_converged.
    """
    n_steps = counts.shape[1] - 1
    share = counts[:, ::-1].sum(axis=0).cumsum()[::-1][1:] / counts.sum()
    beta = np.concatenate([np.log(share / (1 - share)), np.zeros(columns.shape[1])])
    loglik, gradient, information = _ordinal_parts(counts, columns, beta)
    for _ in range(ITERATIONS):
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        for _ in range(30):
            there = _ordinal_parts(counts, columns, beta + step)
            if np.isfinite(there[0]) and there[0] >= loglik - 1e-10:
                break
            step /= 2
        gain = there[0] - loglik
        beta, (loglik, gradient, information) = beta + step, there
        if abs(gain) < 1e-10 * max(abs(loglik), 1.0):
            return loglik, beta[n_steps:]
    raise StatisticsError("logistic_not_converged", item=name)


def _ordinal_parts(
    counts: FloatArray, columns: FloatArray, beta: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood, score and expected information."""
    n, n_steps = counts.shape[0], counts.shape[1] - 1
    shift = columns @ beta[n_steps:]
    above = np.ones((n, n_steps + 2))
    above[:, 1:-1] = 1 / (1 + np.exp(-np.clip(beta[:n_steps] + shift[:, None], -700, 700)))
    above[:, -1] = 0.0
    chance = above[:, :-1] - above[:, 1:]
    if not (chance > 0).all():
        return -np.inf, np.zeros_like(beta), np.eye(beta.size)
    rise = above * (1 - above)
    # ∂ P(category) / ∂ β: rise at its lower bound minus rise at its upper bound
    derivative = np.zeros((n, n_steps + 1, beta.size))
    for step in range(n_steps):
        derivative[:, step + 1, step] += rise[:, step + 1]
        derivative[:, step, step] -= rise[:, step + 1]
    slope = rise[:, :-1] - rise[:, 1:]
    derivative[:, :, n_steps:] = slope[:, :, None] * columns[:, None, :]
    gradient = np.einsum("nc,ncp->p", counts / chance, derivative)
    weight = counts.sum(axis=1)[:, None] / chance
    information = np.einsum("nc,ncp,ncq->pq", weight, derivative, derivative)
    return float((counts * np.log(chance)).sum()), gradient, information
