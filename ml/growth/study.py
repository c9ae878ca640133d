"""Who is in a comparison of two tests, and why some comparisons are refused."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray, Numbers, as_floats, as_weights, check_length
from ml.errors import StatisticsError
from ml.growth.panel import (
    complete_rows,
    covariate_columns,
    float_matrix,
    occurring,
    school_codes,
)
from ml.labels import Labels
from ml.publication import Threshold, too_small


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Complete rows. pre, post: (n_pv, n), n_pv = 1 for scores. group: (n,) 0 and 1, or None.

    covariates: (k, n). school: (n,) codes, None where errors are not clustered. weights: mean 1.
    """

    pre: FloatArray
    post: FloatArray
    group: FloatArray | None
    covariates: FloatArray
    school: IntArray | None
    n_schools: int
    weights: FloatArray | None
    n_missing: int

    @property
    def n(self) -> int:
        """Persons."""
        return int(self.pre.shape[1])

    @property
    def n_clusters(self) -> int:
        """Schools, 0 where errors are not clustered."""
        return 0 if self.school is None else self.n_schools


def study_of(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    *,
    group: Numbers | None,
    clusters: Labels | None,
    weights: Numbers | None,
    covariates: npt.ArrayLike | None,
) -> Study:
    """Check the arrays against one another and leave out rows that lack something."""
    before, after = float_matrix(pre, "pre"), float_matrix(post, "post")
    n = before.shape[1]
    check_length(after.shape[1], n, "post")
    check_length(len(after), len(before), "post")
    treated = None if group is None else _treated(group, n)
    extra = covariate_columns(covariates, n)
    school = None if clusters is None else school_codes(clusters, n)[1]
    w = None if weights is None else as_weights(weights, n)
    used = complete_rows(before, after, extra, *([] if treated is None else [treated]))
    if not used.all():
        before, after, extra = before[:, used], after[:, used], extra[:, used]
        treated, w = (None if a is None else a[used] for a in (treated, w))
        school = None if school is None else school[used]
    n_schools = before.shape[1]
    if school is not None:
        there, school = occurring(school, int(school.max()) + 1)
        n_schools = there.size
    return Study(
        pre=before,
        post=after,
        group=treated,
        covariates=extra,
        school=school,
        n_schools=n_schools,
        weights=None if w is None else w / w.mean(),
        n_missing=n - before.shape[1],
    )


def check_study(study: Study, threshold: Threshold) -> None:
    """Refuse what no honest comparison follows from.

    Errors: one_cluster; no_group_variation; too_few_persons and too_few_clusters, also of one
    of the groups; one_school_in_arm, whatever the threshold; constant_outcome, also where all
    gained alike; constant_pretest.
    """
    if study.n_clusters == 1:
        raise StatisticsError("one_cluster")
    everybody = np.ones(study.n, dtype=np.bool_)
    arms = [everybody] if study.group is None else [study.group == 0, study.group == 1]
    if not all(arm.any() for arm in arms):
        raise StatisticsError("no_group_variation")
    for arm in arms:
        schools = int(arm.sum())
        if study.school is not None:
            schools = int((np.bincount(study.school[arm]) > 0).sum())
        reason = too_small(int(arm.sum()), schools, threshold)
        if reason is not None:
            raise StatisticsError(
                reason, min_persons=threshold.persons, min_clusters=threshold.clusters
            )
        if schools < 2:
            raise StatisticsError("one_school_in_arm" if study.n_clusters else "too_few_persons")
    spread = np.ptp(study.post, axis=1)
    if (spread == 0).any() or (np.ptp(study.post - study.pre, axis=1) <= 1e-12 * spread).any():
        raise StatisticsError("constant_outcome")
    if (np.ptp(study.pre, axis=1) == 0).any():
        raise StatisticsError("constant_pretest")


def _treated(group: Numbers, n: int) -> FloatArray:
    treated = as_floats(group, "group")
    check_length(treated.size, n, "group")
    wrong = ~((treated == 0) | (treated == 1) | np.isnan(treated))
    if wrong.any():
        raise StatisticsError("invalid_group", row=int(wrong.argmax()))
    return treated
