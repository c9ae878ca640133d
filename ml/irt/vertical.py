"""A scale over grades: each grade's form is linked to the grade below by the items they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ml.errors import StatisticsError
from ml.irt.drift import drifting_anchors
from ml.irt.linking import Link, link_chain
from ml.irt.parallel import one_blas_thread


@dataclass(frozen=True, slots=True, eq=False)
class VerticalScale:
    """links: grade → its link to the base grade. mean, sd: of the grade's (first) group on the
    base scale. growth: mean minus the mean of the grade before. effect: growth over the pooled
    SD of the two. error: link error of the grade's mean. drifting: anchors left out on the way.
    """

    base: str
    links: Mapping[str, Link]
    mean: Mapping[str, float]
    sd: Mapping[str, float]
    growth: Mapping[str, float]
    effect: Mapping[str, float]
    error: Mapping[str, float]
    drifting: tuple[str, ...]


@one_blas_thread()
def vertical_scale(models: Mapping[str, Any], *, method: str = "stocking-lord") -> VerticalScale:
    """models: grade → fitted `ItemResponseModel`, in ascending order; the first is the base.

    Neighbors need common items by name. Errors: no_data, too_few_anchors.
    """
    grades = list(models)
    if not grades:
        raise StatisticsError("no_data")
    chain: list[Link] = []
    links: dict[str, Link] = {}
    first = models[grades[0]]
    mean = {grades[0]: float(first.group_mean_[0])}
    sd = {grades[0]: float(first.group_sd_[0])}
    error, growth, effect = {grades[0]: 0.0}, {}, {}
    for below, grade in pairwise(grades):
        step, _ = drifting_anchors(models[grade], models[below], method=method)
        chain.insert(0, step)
        links[grade] = link_chain(chain)
        own = float(models[grade].group_mean_[0])
        mean[grade] = links[grade].slope * own + links[grade].shift
        sd[grade] = links[grade].slope * float(models[grade].group_sd_[0])
        error[grade] = links[grade].error_at(own)
        growth[grade] = mean[grade] - mean[below]
        pooled = ((sd[grade] ** 2 + sd[below] ** 2) / 2) ** 0.5
        effect[grade] = growth[grade] / pooled
    drifting = tuple(dict.fromkeys(name for step in chain for name in step.dropped))
    return VerticalScale(grades[0], links, mean, sd, growth, effect, error, drifting)
