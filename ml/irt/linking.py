"""Bringing one calibration onto the scale of another: θ_reference = slope θ + shift.

Mean–sigma (Marco 1977), Haebara (1980) and Stocking–Lord (1983) as in Kolen & Brennan (2014,
Test Equating, ch. 6). An item's a becomes a / slope, its d_k becomes d_k − k a shift / slope.
Concurrent calibration and fixed anchors are fits: see `ml.irt.joint`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.items import Items, category_probabilities, layout
from ml.irt.parallel import one_blas_thread

MIN_ANCHORS = 3
NODES = np.linspace(-4.0, 4.0, 41)
ITERATIONS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """θ_reference = slope θ + shift.

    error: standard error of the shift of a person at 0 of the source scale (its population's
    mean), by jackknife over the anchors: the link error that every comparison across the two
    calibrations carries once. slope_error: the same of the slope; covariance of (slope, shift).
    anchors: names used. dropped: names left out as drifting.
    """

    method: str
    slope: float
    shift: float
    slope_error: float
    error: float
    covariance: FloatArray
    anchors: tuple[str, ...]
    dropped: tuple[str, ...] = ()

    def values(self, theta: FloatArray) -> FloatArray:
        """Abilities of the source on the reference scale."""
        return self.slope * theta + self.shift

    def error_at(self, theta: float) -> float:
        """Link error of a mean at θ of the source scale."""
        direction = np.array([theta, 1.0])
        return float(np.sqrt(max(float(direction @ self.covariance @ direction), 0.0)))


@one_blas_thread()
def link(
    source: Any,
    reference: Any,
    *,
    method: str = "stocking-lord",
    anchors: Sequence[str] | None = None,
    dropped: Sequence[str] = (),
) -> Link:
    """Link two fitted `ItemResponseModel`s by the items whose names they share (or `anchors`).

    method: "mean-sigma", "haebara" or "stocking-lord". Concurrent calibration and fixed anchors
    need the responses: `concurrent_link`, `fixed_anchor_link`. dropped: names not to be used.
    Errors: unknown_method, too_few_anchors (found, least), unknown_anchor, anchor_mismatch,
    link_failed.
    """
    if method not in SOLVERS:
        raise StatisticsError("unknown_method", found=method)
    names = anchor_names(source, reference, anchors, dropped)
    mine, theirs = _paired(source, reference, names)
    solve = SOLVERS[method]
    slope, shift = solve(mine, theirs)
    replicates = np.array([solve(*_without(mine, theirs, item)) for item in range(len(names))])
    covariance = jackknife_covariance(replicates)
    errors = np.sqrt(np.diag(covariance))
    return Link(
        method, slope, shift, float(errors[0]), float(errors[1]), covariance,
        tuple(names), tuple(dropped),
    )  # fmt: skip


def link_chain(links: Sequence[Link]) -> Link:
    """The link from the first scale to the last, errors added up by the delta method.

    links[0] brings wave 1 to wave 2, links[1] wave 2 to wave 3, and so on; their errors are
    independent. Errors: no_data.
    """
    if not links:
        raise StatisticsError("no_data")
    slope, shift, covariance = links[0].slope, links[0].shift, links[0].covariance
    for each in links[1:]:
        # slope' = s · slope, shift' = s · shift + t
        inner = np.array([[each.slope, 0.0], [0.0, each.slope]])
        outer = np.array([[slope, 0.0], [shift, 1.0]])
        covariance = inner @ covariance @ inner.T + outer @ each.covariance @ outer.T
        slope, shift = each.slope * slope, each.slope * shift + each.shift
    errors = np.sqrt(np.diag(covariance))
    return Link(
        method="chain",
        slope=slope,
        shift=shift,
        slope_error=float(errors[0]),
        error=float(errors[1]),
        covariance=covariance,
        anchors=tuple(dict.fromkeys(name for each in links for name in each.anchors)),
        dropped=tuple(dict.fromkeys(name for each in links for name in each.dropped)),
    )


def anchor_names(
    source: Any, reference: Any, anchors: Sequence[str] | None, dropped: Sequence[str]
) -> list[str]:
    """Common names in the source's order. Errors: unknown_anchor, too_few_anchors."""
    theirs = set(reference.item_names_)
    common = [name for name in source.item_names_ if name in theirs]
    if anchors is not None:
        unknown = [name for name in anchors if name not in set(common)]
        if unknown:
            raise StatisticsError("unknown_anchor", item=unknown[0])
        common = [name for name in common if name in set(anchors)]
    common = [name for name in common if name not in set(dropped)]
    if len(common) < MIN_ANCHORS:
        raise StatisticsError("too_few_anchors", found=len(common), least=MIN_ANCHORS)
    return common


def _paired(source: Any, reference: Any, names: list[str]) -> tuple[Items, Items]:
    mine = source.items_.only([source.item_names_.index(name) for name in names])
    theirs = reference.items_.only([reference.item_names_.index(name) for name in names])
    differs = mine.steps != theirs.steps
    if differs.any():
        raise StatisticsError("anchor_mismatch", item=names[int(np.argmax(differs))])
    return mine, theirs


def _without(mine: Items, theirs: Items, item: int) -> tuple[Items, Items]:
    keep = np.delete(np.arange(mine.n_items), item)
    return mine.only(keep), theirs.only(keep)


def jackknife_covariance(replicates: FloatArray) -> FloatArray:
    """(n − 1) / n Σ (r − r̄)(r − r̄)', replicates (n, p)."""
    n = len(replicates)
    deviation = replicates - replicates.mean(axis=0)
    return np.asarray((n - 1) / n * deviation.T @ deviation)


def thresholds(items: Items) -> FloatArray:
    """(n_items, n_steps) points where neighboring categories are equally likely; NaN beyond."""
    intercept = np.where(np.isfinite(items.intercept), items.intercept, np.nan)
    return np.asarray(-np.diff(intercept, axis=1, prepend=0.0) / items.slope[:, None])


def locations(items: Items) -> FloatArray:
    """(n_items,) mean threshold, −d_K / (a K)."""
    last = items.intercept[np.arange(items.n_items), items.steps - 1]
    return np.asarray(-last / (items.slope * (items.steps - items.bottom)))


def mean_sigma(mine: Items, theirs: Items) -> tuple[float, float]:
    """From means and SDs of all thresholds; with slopes all 1 the scale unit is common."""
    source, target = thresholds(mine).ravel(), thresholds(theirs).ravel()
    known = np.isfinite(source) & np.isfinite(target)
    source, target = source[known], target[known]
    slope = 1.0 if _unit_slopes(mine, theirs) else float(target.std() / source.std())
    return slope, float(target.mean() - slope * source.mean())


def _unit_slopes(mine: Items, theirs: Items) -> bool:
    """Rasch and partial credit scales share their unit by definition."""
    return bool((mine.slope == 1.0).all() and (theirs.slope == 1.0).all())


def transformed(items: Items, slope: float, shift: float) -> Items:
    """The items as they are on the reference scale."""
    number = np.arange(1, items.intercept.shape[1] + 1)
    new_slope = items.slope / slope
    intercept = items.intercept - number * (new_slope * shift)[:, None]
    return replace(
        items,
        slope=new_slope,
        intercept=intercept,
        mean=slope * items.mean + shift,
        log_sd=items.log_sd + np.log(slope),
    )


def _characteristic(mine: Items, theirs: Items, total: bool) -> tuple[float, float]:
    """Least squares of the curves over N(0, 1) on both scales, from the mean–sigma link."""
    from scipy.optimize import least_squares  # noqa: PLC0415  slow to import

    weight = np.exp(-0.25 * NODES**2)
    weight /= np.sqrt((weight**2).sum())
    target = category_probabilities(theirs, NODES)[0]
    own = category_probabilities(mine, NODES)[0]
    fixed = _unit_slopes(mine, theirs)

    def parts(there: FloatArray, here: FloatArray) -> FloatArray:
        difference = there - here
        if total:
            number = np.arange(difference.shape[1])
            return np.asarray(np.einsum("k,ikq->q", number, difference) * weight)
        return np.asarray((difference[:, 1:] * weight).ravel())

    def residuals(vector: FloatArray) -> FloatArray:
        slope = 1.0 if fixed else float(np.exp(vector[1]))
        there = category_probabilities(transformed(mine, slope, float(vector[0])), NODES)[0]
        back = category_probabilities(
            transformed(theirs, 1 / slope, -float(vector[0]) / slope), NODES
        )[0]
        return np.concatenate([parts(there, target), parts(back, own)])

    slope, shift = mean_sigma(mine, theirs)
    start = np.array([shift] if fixed else [shift, np.log(slope)])
    found = least_squares(residuals, start, method="lm", xtol=1e-12, ftol=1e-12, gtol=1e-12)
    if not found.success:
        raise StatisticsError("link_failed")
    return (1.0 if fixed else float(np.exp(found.x[1]))), float(found.x[0])


def haebara(mine: Items, theirs: Items) -> tuple[float, float]:
    """Least squares between the items' curves, both directions."""
    return _characteristic(mine, theirs, total=False)


def stocking_lord(mine: Items, theirs: Items) -> tuple[float, float]:
    """Least squares between the anchors' summed curves, both directions."""
    return _characteristic(mine, theirs, total=True)


SOLVERS = {"mean-sigma": mean_sigma, "haebara": haebara, "stocking-lord": stocking_lord}


def location_errors(model: Any, names: Sequence[str]) -> FloatArray:
    """(n_names,) standard errors of `locations`, by the delta method."""
    at = [model.item_names_.index(name) for name in names]
    where, items = layout(model.items_), model.items_
    result = np.zeros(len(at))
    for row, item in enumerate(at):
        steps = int(items.steps[item])
        slope, last = float(items.slope[item]), float(items.intercept[item, steps - 1])
        scale = slope * (steps - int(items.bottom[item]))
        gradient = np.array([last / (scale * slope), -1.0 / scale])
        position = np.array([where.slope[item], where.intercept[item, steps - 1]])
        free = position >= 0
        part = model.covariance_[np.ix_(position[free], position[free])]
        result[row] = np.sqrt(gradient[free] @ part @ gradient[free])
    return result
