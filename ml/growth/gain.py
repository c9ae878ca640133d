"""What was gained between two tests, seen in more than one way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Real

import numpy.typing as npt

from ml.checks import Numbers, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth.designs import (
    ANCOVA,
    DESIGNS,
    EIV,
    MIXED,
    SCORE,
    Comparison,
    combined,
    combined_view,
    comparison_of,
)
from ml.growth.result import VIEW_MISSING, Gain, Note, notes_on
from ml.growth.study import Study, check_study, study_of
from ml.growth.wild import wild_bootstrap
from ml.intervals import t_estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread
from ml.publication import MIN_CLUSTERS, MIN_PERSONS, Threshold
from ml.rubin import Combined

CR2, WILD = "cr2", "wild"


def gain(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    *,
    design: str = SCORE,
    group: Numbers | None = None,
    clusters: Labels | None = None,
    weights: Numbers | None = None,
    covariates: npt.ArrayLike | None = None,
    reliability: float | None = None,
    errors: str = CR2,
    random_state: int = 0,
    min_persons: int = MIN_PERSONS,
    min_clusters: int = MIN_CLUSTERS,
    unit: str = "points",
    level: float = 0.95,
) -> Gain:
    """The mean gain or, with a group, how much more group 1 gained than group 0.

    pre, post: (n,) scores or (n, n_pv) plausible values, in `unit`, the same persons in the same
    order. design: "score" compares post − pre; "ancova" the post-test at equal pre-test and
    covariates; "eiv" the same at equal true pre-test, whose `reliability` (1 − error variance /
    total observed variance) must be given; "mixed" is ANCOVA with a random intercept per school.
    Without a group all but "mixed" are the mean of post − pre, and covariates adjust nothing.
    group: 0 and 1. clusters: schools; None where persons were assigned one by one. weights:
    positive. covariates: (n, k). Rows that lack something are left out and counted in n_missing.
    errors: "cr2", or "wild" for the restricted wild cluster bootstrap (seeded), for scores and
    designs other than "mixed".

    A difference, not an effect: see ml.effect. Errors: unknown_design, unknown_errors,
    reliability_needed, invalid_reliability, reliability_with_plausible_values,
    reliability_too_low, clusters_needed, weights_with_mixed, bootstrap_not_for_this,
    bootstrap_unbounded, those of `check_study` and of the arrays; not_estimable; school_alone
    where the covariates leave no more than one school to tell the groups apart by.
    Source: Bell & McCaffrey (2002); Pustejovsky & Tipton (2018); Fuller (1987); Lord (1967).
    """
    check_level(level)
    _check_choice("unknown_design", design, DESIGNS)
    _check_choice("unknown_errors", errors, (CR2, WILD))
    study = study_of(
        pre, post, group=group, clusters=clusters, weights=weights, covariates=covariates
    )
    _check_reliability(study, design, reliability)
    _check_possible(study, design, errors)
    check_study(study, Threshold(min_persons, min_clusters))
    request = _Request(study, design, reliability, unit, level)
    with one_blas_thread():
        comparisons = [comparison_of(study, index) for index in range(len(study.pre))]
        found = request.answered(comparisons)
        return found if errors == CR2 else request.bootstrapped(found, comparisons[0], random_state)


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """What one call asks for, and how its estimates are written."""

    study: Study
    design: str
    reliability: float | None
    unit: str
    level: float

    @property
    def answer(self) -> str:
        """The design that answers: without a group there is nothing to adjust."""
        return SCORE if self.study.group is None and self.design != MIXED else self.design

    def bootstrapped(self, found: Gain, comparison: Comparison, random_state: int) -> Gain:
        """The same with the interval of the wild cluster bootstrap."""
        view = comparison.view(self.answer, self.reliability)
        bootstrap = wild_bootstrap(
            view.equation, view.contrast, level=self.level, random_state=random_state
        )
        estimate = replace(found.estimate, interval=bootstrap.interval)
        return replace(found, estimate=estimate, bootstrap=bootstrap)

    def answered(self, comparisons: Sequence[Comparison]) -> Gain:
        parts, missing = _parts(
            comparisons, self.answer, _designs(self.study, self.reliability), self.reliability
        )
        estimates = {name: self._estimate(name, part) for name, part in parts.items()}
        regression = self._estimate(
            "regression_to_the_mean",
            combined([each.regression_to_the_mean() for each in comparisons]),
        )
        error_left = self.reliability is None and len(comparisons) == 1
        notes = notes_on(self.design, estimates, regression, error_left=error_left)
        own = parts[self.answer]
        return Gain(
            design=self.design,
            estimate=self._estimate("gain", own),
            alternatives=tuple(each for name, each in estimates.items() if name != self.answer),
            regression_to_the_mean=regression,
            notes=(*notes, *missing),
            sampling_variance=own.within,
            imputation_variance=own.se**2 - own.within,
            n_missing=self.study.n_missing,
        )

    def _estimate(self, name: str, part: Combined) -> Estimate:
        return t_estimate(
            name,
            part.value,
            part.se,
            df=part.df,
            n=self.study.n,
            n_clusters=self.study.n_clusters,
            unit=self.unit,
            level=self.level,
        )


def _parts(
    comparisons: Sequence[Comparison],
    answer: str,
    designs: Sequence[str],
    reliability: float | None,
) -> tuple[dict[str, Combined], list[Note]]:
    """Every view that can be estimated, and a note for each other; the answer must be."""
    parts, missing = {}, []
    for design in designs:
        try:
            parts[design] = combined_view(comparisons, design, reliability)
        except StatisticsError as error:
            if design == answer:
                raise
            missing.append(Note(VIEW_MISSING, {"design": design, "reason": error.code}))
    return parts, missing


def _designs(study: Study, reliability: float | None) -> list[str]:
    """The views that these data allow, the plainest first."""
    found = [SCORE]
    if study.group is not None:
        found.append(ANCOVA)
        if reliability is not None:
            found.append(EIV)
    if study.weights is None and 0 < study.n_clusters < study.n:
        found.append(MIXED)
    return found


def _check_choice(code: str, found: str, choices: Sequence[str]) -> None:
    if found not in choices:
        raise StatisticsError(code, found=found)


def _check_reliability(study: Study, design: str, reliability: float | None) -> None:
    if len(study.pre) > 1 and (reliability is not None or design == EIV):
        raise StatisticsError("reliability_with_plausible_values")
    if reliability is None:
        if design == EIV:
            raise StatisticsError("reliability_needed")
    elif not (isinstance(reliability, Real) and 0 < reliability <= 1):
        raise StatisticsError("invalid_reliability", found=reliability)


def _check_possible(study: Study, design: str, errors: str) -> None:
    if design == MIXED and study.school is None:
        raise StatisticsError("clusters_needed")
    if design == MIXED and study.weights is not None:
        raise StatisticsError("weights_with_mixed")
    if design == MIXED and study.n_schools == study.n:
        raise StatisticsError("one_row_per_cluster")
    if errors == WILD and (design == MIXED or len(study.pre) > 1 or study.school is None):
        raise StatisticsError("bootstrap_not_for_this")
