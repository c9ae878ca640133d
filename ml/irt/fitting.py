"""Marginal maximum likelihood: accelerated EM on a part, then quasi-Newton on everybody.

EM (Bock & Aitkin 1981, Psychometrika 46) with squared extrapolation (Varadhan & Roland 2008,
Scand. J. Stat. 35, scheme S3) starts on some thousand persons. The exact information
there is the first metric of BFGS on all data, which so begins with nearly a Newton step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.items import Items
from ml.irt.maximization import maximization
from ml.irt.parallel import one_blas_thread
from ml.irt.part import part_of
from ml.irt.responses import Responses
from ml.irt.search import Listener, Point, Search, norm
from ml.irt.steps import Undetermined, extrapolated, inverse, updated

REACH = 6.0
NARROW, WIDE = 5.0, 9.0
EM_TOLERANCE = 2e-3
EM_CYCLES = 150
# A lower asymptote below .0025 is one of zero.
NO_GUESSING = -6.0
# Persons up to which another Newton step costs nothing worth sparing.
CHEAP = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Where the maximization ended. covariance: (p, p), inverse of the observed information."""

    items: Items
    theta: FloatArray
    loglik: float
    gradient_norm: float
    n_iter: int
    n_passes: int
    information: FloatArray
    covariance: FloatArray


def nodes(items: Items, quadrature: int) -> FloatArray:
    """Equally spaced nodes that reach six SDs beyond the outermost group means."""
    low = float((items.mean - REACH * items.sd).min())
    high = float((items.mean + REACH * items.sd).max())
    return np.linspace(low, high, quadrature)


def fit_items(
    responses: Responses,
    items: Items,
    *,
    names: Sequence[str],
    quadrature: int,
    tol: float,
    max_iter: int,
    n_jobs: int | None = None,
    on_iteration: Listener | None = None,
) -> Fit:
    """The maximum, with its exact information.

    Errors: not_converged (n_iter, gradient_norm, item), not_identified (item).
    """
    with one_blas_thread():
        theta = nodes(items, quadrature)
        start = Search(part_of(responses), items, theta, names, n_jobs, on_iteration)
        point = accelerated_em(start, quadrature, min(max_iter, EM_CYCLES))
        search = Search(responses, start.items, start.theta, names, n_jobs, on_iteration)
        search.n_iter = start.n_iter
        search.items = without_idle_guessing(search.items)
        if search.items is not start.items:  # other parameters are free now
            start.items = search.items
            point = start.point(search.items.vector())
        metric = metric_of(start, point, responses.total / start.responses.total)
        known = point if start.responses is responses else None
        for _ in range(4):
            known = climb(search, point.vector, metric, tol, max_iter, known=known)
            if covers(search, known) and not idle_guessing(search, known):
                break
            point, known, metric = laid_out_anew(search, known, quadrature)
        return finish(search, known or point, tol)


def idle_guessing(search: Search, point: Point) -> bool:
    """Has a lower asymptote gone to zero?"""
    items = search.items.with_vector(point.vector)
    return bool((items.free_guess & (items.guess < NO_GUESSING)).any())


def without_idle_guessing(items: Items) -> Items:
    """Lower asymptotes on their way to zero are zero: their logits have no maximum."""
    idle = items.free_guess & (items.guess < NO_GUESSING)
    if not idle.any():
        return items
    guess = np.where(idle, -np.inf, items.guess)
    return replace(items, guess=guess, free_guess=items.free_guess & ~idle)


def covers(search: Search, point: Point) -> bool:
    """Do the nodes still reach far enough, and no needlessly further?"""
    items = search.items.with_vector(point.vector)
    low, high = search.theta[0], search.theta[-1]
    reach = np.minimum(items.mean - low, high - items.mean) / items.sd
    return bool(reach.min() >= NARROW and reach.min() <= WIDE)


def laid_out_anew(search: Search, point: Point, quadrature: int) -> tuple[Point, Point, FloatArray]:
    """The same parameters on nodes that suit the groups."""
    search.items = without_idle_guessing(search.items.with_vector(point.vector))
    search.theta = nodes(search.items, quadrature)
    moved = search.point(search.items.vector())
    return moved, moved, metric_of(search, moved, 1.0)


def accelerated_em(search: Search, quadrature: int, max_iter: int) -> Point:
    """Until the score per person is small; the nodes follow the groups."""
    best = search.point(search.items.vector())
    while search.n_iter < max_iter:
        if norm(best, search.responses) < EM_TOLERANCE:
            break
        first = em_step(search, best)
        second = em_step(search, first)
        jump = extrapolated(best.vector, first.vector, second.vector)
        leap = search.point(jump)
        better = np.isfinite(leap.loglik) and leap.loglik >= second.loglik
        best = leap if better else second
        search.count(best)
        if not covers(search, best):
            search.items = search.items.with_vector(best.vector)
            search.theta = nodes(search.items, quadrature)
            best = search.point(best.vector)
    search.items = search.items.with_vector(best.vector)
    return best


def em_step(search: Search, point: Point) -> Point:
    items = search.items.with_vector(point.vector)
    moved = maximization(search.responses, items, point.at, point.expected)
    return search.point(moved)


def metric_of(search: Search, point: Point, scale: float) -> FloatArray:
    """Inverse information; where it is not positive definite, with its curvatures turned up."""
    information = search.information(point) * scale
    values, vectors = np.linalg.eigh(information)
    floor = max(float(values.max(initial=1.0)) * 1e-7, 1e-9)
    return np.asarray((vectors / np.maximum(np.abs(values), floor)) @ vectors.T)


def climb(
    search: Search,
    vector: FloatArray,
    metric: FloatArray,
    tol: float,
    max_iter: int,
    *,
    known: Point | None = None,
) -> Point:
    """BFGS with backtracking. Errors: not_converged."""
    here = known if known is not None else search.point(vector)
    while norm(here, search.responses) > tol:
        if search.n_iter >= max_iter:
            raise _not_converged(search, here)
        there = line_search(search, here, metric @ here.gradient)
        if there is None:
            metric = metric_of(search, here, 1.0)
            there = line_search(search, here, metric @ here.gradient)
        if there is None:
            raise _not_converged(search, here)
        metric = updated(metric, there.vector - here.vector, here.gradient - there.gradient)
        here = there
        search.count(here)
    return here


def line_search(search: Search, here: Point, direction: FloatArray) -> Point | None:
    """The first halving that gains enough; None where even a tiny step gains nothing."""
    slope = float(here.gradient @ direction)
    step = min(1.0, 2.0 / max(float(np.abs(direction).max(initial=0.0)), 1e-300))
    noise = 1e-13 * abs(here.loglik)
    for _ in range(25):
        there = search.point(here.vector + step * direction)
        if np.isfinite(there.loglik) and there.loglik >= here.loglik + 1e-4 * step * slope - noise:
            return there
        step /= 2
    return None


def finish(search: Search, point: Point, tol: float) -> Fit:
    """The information at the end; further Newton steps where they still move the estimates.

    Errors: not_converged, not_identified.
    """
    information = search.information(point)
    for _ in range(3):
        covariance = covariance_of(search, information)
        step = covariance @ point.gradient
        spread = np.sqrt(np.diag(covariance))
        remaining = float(np.max(np.abs(step) / spread, initial=0.0))
        small = search.responses.n_persons <= CHEAP
        if remaining <= (1e-8 if small else 1e-2):
            break
        there = search.point(point.vector + step)
        if norm(there, search.responses) > norm(point, search.responses):
            break
        point = there
        search.count(point)
        information = search.information(point)
    largest = norm(point, search.responses)
    if largest > tol:
        raise _not_converged(search, point)
    return Fit(
        items=search.items.with_vector(point.vector),
        theta=search.theta,
        loglik=point.loglik,
        gradient_norm=largest,
        n_iter=search.n_iter,
        n_passes=search.n_passes,
        information=information,
        covariance=covariance_of(search, information),
    )


def covariance_of(search: Search, information: FloatArray) -> FloatArray:
    """Errors: not_identified (item)."""
    try:
        return inverse(information)
    except Undetermined as weak:
        raise StatisticsError("not_identified", item=search.item_in(weak.direction)) from weak


def _not_converged(search: Search, point: Point) -> StatisticsError:
    return StatisticsError(
        "not_converged",
        n_iter=search.n_iter,
        gradient_norm=norm(point, search.responses),
        item=search.item_in(point.gradient),
    )
