"""Means of groups with few schools each: their errors rest on the schools of all groups."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ml.checks import FloatArray, IntArray, Numbers, as_floats
from ml.estimate import Estimate
from ml.growth.intercepts import RandomIntercept, random_intercept
from ml.growth.means import GroupEstimates, group_means
from ml.growth.panel import school_codes
from ml.intervals import t_estimate
from ml.labels import MISSING, Labels, encode_labels
from ml.publication import MIN_CLUSTERS, MIN_PERSONS


def pooled_means(
    values: Numbers,
    *,
    groups: Labels,
    clusters: Labels,
    min_persons: int = MIN_PERSONS,
    min_clusters: int = MIN_CLUSTERS,
    unit: str = "points",
    level: float = 0.95,
) -> GroupEstimates:
    """Means as `group_means` has them, with standard errors from variances common to all groups.

    A group of six schools says little about how far its schools differ, all groups together say
    much: random intercepts beside the groups' means give the variance between schools τ² and
    within them σ², and a mean of n persons, nⱼ of them in school j, has the error
    √(τ² Σnⱼ² / n² + σ² / n) on as many degrees of freedom as schools exceed groups. That schools
    differ as far in every group is assumed. values, groups, clusters, and what is withheld: as in
    `group_means`. Errors: those of `group_means` and `random_intercept`; the total is None.
    """
    outcome = as_floats(values, "values")
    found = group_means(
        outcome,
        groups=groups,
        clusters=clusters,
        min_persons=min_persons,
        min_clusters=min_clusters,
        unit=unit,
        level=level,
    )
    with_errors = _pooled(outcome, groups, clusters)
    return replace(
        found, estimates=tuple(with_errors.of(one) for one in found.estimates), total=None
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pooled:
    """se: by label of the group. df: of all of them."""

    se: Mapping[str, float]
    df: int

    def of(self, one: Estimate) -> Estimate:
        """The same mean with the pooled error."""
        return t_estimate(
            one.name,
            one.value,
            self.se[str(one.group)],
            df=self.df,
            n=one.n,
            n_clusters=one.n_clusters,
            group=one.group,
            unit=one.unit,
            level=one.level,
        )


def _pooled(outcome: FloatArray, groups: Labels, clusters: Labels) -> _Pooled:
    labels, group = encode_labels(groups, "groups")
    school = school_codes(clusters, outcome.size)[1]
    rows = np.flatnonzero((group != MISSING) & ~np.isnan(outcome))
    fit = random_intercept(outcome[rows], _indicators(group[rows]), clusters=school[rows])
    return _Pooled(
        se={
            str(label): _error(school[rows[group[rows] == place]], fit)
            for place, label in enumerate(labels)
        },
        df=fit.n_clusters - len(fit.coefficients),
    )


def _indicators(group: IntArray) -> FloatArray | None:
    """(n, k) columns of 0 and 1 for all groups that occur but the first; None of a single one."""
    present = np.unique(group)
    if present.size < 2:
        return None
    return np.asarray(group[:, None] == present[1:], dtype=np.float64)


def _error(school: IntArray, fit: RandomIntercept) -> float:
    """Of the mean of persons in these schools."""
    n = school.size
    sizes = np.bincount(school).astype(np.float64) if n else np.zeros(1)
    shared = float(np.square(sizes).sum()) / max(n, 1) ** 2
    return float(np.sqrt(fit.variance_between * shared + fit.variance_within / max(n, 1)))
