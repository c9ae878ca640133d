"""How far the loss of people can mislead: the difference between the groups at worst and best."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, Numbers, check_level
from ml.clustering import score_error
from ml.effect.combining import Basis
from ml.effect.study import Study, study_of
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread

# A mean, and what each row adds to its error: the error is the mean of these.
Part = tuple[float, FloatArray]
End = Callable[[Study, FloatArray, bool], Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The difference between the groups, treated − comparison, at worst and at best.

    interval: covers the true difference, not the whole range, at the level (Imbens & Manski 2004).
    loss: shares without an outcome (treated, comparison). n: persons with one.
    """

    lower: Estimate
    upper: Estimate
    interval: tuple[float, float]
    loss: tuple[float, float]
    n: int


@one_blas_thread()
def lee_bounds(
    y: npt.ArrayLike,
    treatment: Numbers,
    *,
    clusters: Labels | None = None,
    weights: Numbers | None = None,
    level: float = 0.95,
) -> Bounds:
    """Bounds for those who would have an outcome in either group, by trimming.

    y: shape (n,) or (n, M) plausible values, NaN for those lost. treatment: 0 or 1. The group
    that lost fewer is cut at its top or its bottom until both have lost the same share; this
    takes for granted that the treatment moves everybody's willingness in one direction. Errors
    are clustered and count that the share is itself estimated.
    Errors: those of `study_of`, invalid_level.
    Source: Lee (2009, Review of Economic Studies 76, propositions 1–3).
    """
    return study_bounds(study_of(y, treatment, clusters, weights), level)


def study_bounds(study: Study, level: float) -> Bounds:
    """Lee's bounds of a study that is already checked."""
    return _bounds(study, _trimmed, level)


@one_blas_thread()
def worst_case_bounds(
    y: npt.ArrayLike,
    treatment: Numbers,
    *,
    lowest: float,
    highest: float,
    clusters: Labels | None = None,
    weights: Numbers | None = None,
    level: float = 0.95,
) -> Bounds:
    """Bounds that take nothing for granted but that outcomes lie between `lowest` and `highest`.

    Everybody lost is given the one end in the one group and the other end in the other.
    Errors: as `lee_bounds`; outside_range. Source: Horowitz & Manski (2000, JASA 95).
    """
    study = study_of(y, treatment, clusters, weights)
    known = study.Y[study.answered]
    if not (lowest < highest and lowest <= known.min() and known.max() <= highest):
        raise StatisticsError("outside_range", lowest=lowest, highest=highest)

    def filled(study: Study, y: FloatArray, top: bool) -> Part:
        own, other = (highest, lowest) if top else (lowest, highest)
        complete = np.where(study.answered, y, np.where(study.d > 0, own, other))
        treated = _mean(complete, study.weights * study.d)
        return _minus(treated, _mean(complete, study.weights * (1 - study.d)))

    return _bounds(study, filled, level)


def _bounds(study: Study, end: End, level: float) -> Bounds:
    check_level(level)
    n = int(study.answered.sum())
    lower, upper = (_estimate(name, study, end, n, level) for name in ("lower", "upper"))
    loss = [
        1 - float(np.average(study.answered[study.d == arm], weights=study.weights[study.d == arm]))
        for arm in (1, 0)
    ]
    return Bounds(
        lower=lower,
        upper=upper,
        interval=_imbens_manski(lower, upper, level),
        loss=(loss[0], loss[1]),
        n=n,
    )


def _estimate(name: str, study: Study, end: End, n: int, level: float) -> Estimate:
    results = []
    for y in study.Y.T:
        value, scores = end(study, np.where(study.answered, y, 0.0), name == "upper")
        results.append((value, *score_error(scores, study.clusters)))
    return Basis(n, study.clusters, "points", level).estimate(name, results)[0]


def _trimmed(study: Study, y: FloatArray, top: bool) -> Part:
    """One end of Lee's bounds: the group that lost fewer keeps its top or its bottom."""
    answers = study.answered.astype(np.float64)
    shares = [_mean(answers, study.weights * (study.d == arm)) for arm in (0, 1)]
    fuller = int(shares[1][0] > shares[0][0])
    (less, less_scores), (more, more_scores) = shares[1 - fuller], shares[fuller]
    kept = less / more
    kept_scores = (less_scores - kept * more_scores) / more
    # At the top the treated keep their best; where the others are cut, they keep their worst.
    best = top if fuller else not top
    cut = _tail_mean(y, study.weights * answers * (study.d == fuller), kept, kept_scores, best)
    whole = _mean(y, study.weights * answers * (study.d != fuller))
    return _minus(cut, whole) if fuller else _minus(whole, cut)


def _mean(y: FloatArray, weights: FloatArray) -> Part:
    value = float(weights @ y / weights.sum())
    return value, weights * (y - value) / weights.mean()


def _minus(one: Part, other: Part) -> Part:
    return one[0] - other[0], one[1] - other[1]


def _tail_mean(
    y: FloatArray, weights: FloatArray, kept: float, kept_scores: FloatArray, best: bool
) -> Part:
    """Mean of the `kept` share with the highest (or lowest) values, the value at the edge in part.

    kept_scores: what each row adds to the error of `kept`.
    """
    if kept >= 1:
        return _mean(y, weights)
    sign = -1.0 if best else 1.0
    rows = np.flatnonzero(weights)
    order = rows[np.argsort(sign * y[rows])]
    cumulated = np.cumsum(weights[order])
    total = kept * cumulated[-1]
    used = np.clip(total - (cumulated - weights[order]), 0, weights[order])
    value = float(used @ y[order] / total)
    edge = float(y[order[min(int(np.searchsorted(cumulated, total)), order.size - 1)]])
    beyond = np.zeros(y.size)
    beyond[order] = np.minimum(sign * (y[order] - edge), 0.0) * sign
    own = weights * (beyond - kept * (value - edge)) / (weights.mean() * kept)
    return value, own + (edge - value) / kept * kept_scores


def _imbens_manski(lower: Estimate, upper: Estimate, level: float) -> tuple[float, float]:
    """Imbens & Manski (2004, Econometrica 72, eq. 6–7), with t instead of the normal."""
    from scipy.optimize import brentq  # noqa: PLC0415
    from scipy.stats import norm, t  # noqa: PLC0415

    df = min(lower.df, upper.df)
    cdf = norm.cdf if np.isinf(df) else t(df).cdf
    width = max(upper.value - lower.value, 0.0) / max(lower.se, upper.se, 1e-300)
    factor = float(brentq(lambda c: cdf(c + width) - cdf(-c) - level, 0.0, 100.0))
    return lower.value - factor * lower.se, upper.value + factor * upper.se
