"""Did the cohorts move alike before they were treated, and the other checks of a rollout."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.diagnostics import Check
from ml.effect.averages import Averages, degrees_of_freedom
from ml.effect.response import LARGEST_DIFFERENCE, attrition_check
from ml.effect.rollout import Rollout
from ml.effect.sensitivity import e_value_check
from ml.effect.study import Study
from ml.estimate import Estimate
from ml.publication import MIN_CLUSTERS, MIN_PERSONS

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class PreTrend:
    """The joint test that all differences before the start are zero.

    statistic: F with df = (number of times, denominator). largest: the largest |difference|.
    """

    statistic: float
    df: tuple[float, float]
    p_value: float
    largest: float


def pre_trend(rollout: Rollout, times: Sequence[Averages]) -> PreTrend | None:
    """Hotelling's test on the averages by time before the start; None where there is none.

    times: per plausible value; their covariances are pooled by Rubin's rules. None also where the
    schools are too few for the number of times.
    """
    before = [place for place, key in enumerate(times[0].key) if key < 0]
    if not before:
        return None
    values = np.array([each.value[before] for each in times])
    within = np.mean([_covariance(each.influence[:, before]) for each in times], axis=0)
    m = len(times)
    between = np.cov(values.T, ddof=1).reshape(within.shape) if m > 1 else 0.0
    covariance = within + (1 + 1 / m) * between
    mean = values.mean(axis=0)
    count = len(before)
    df = min(
        degrees_of_freedom(rollout, each.influence[:, place]) for each in times for place in before
    )
    denominator = df - count + 1
    if denominator < 1 or np.linalg.cond(covariance) > 1e12:
        return None
    wald = float(mean @ np.linalg.solve(covariance, mean))
    statistic = wald * denominator / (count * df)
    from scipy.special import fdtrc  # noqa: PLC0415

    return PreTrend(
        statistic=statistic,
        df=(float(count), denominator),
        p_value=float(fdtrc(count, denominator, statistic)),
        largest=float(np.abs(mean).max()),
    )


def rollout_checks(
    rollout: Rollout, tested: PreTrend | None, total: Estimate, level: float
) -> tuple[Check, ...]:
    """Parallel trends before the start, loss of people, small samples, unmeasured influences."""
    first = rollout.Y[:, 0]
    return (
        pre_trend_check(tested),
        _attrition(rollout, level),
        _small_samples(rollout),
        e_value_check(total, float(np.sqrt(np.nanvar(first, axis=0).mean()))),
    )


def pre_trend_check(tested: PreTrend | None) -> Check:
    """Passes where the joint test does not reject at 5 percent; value: its p."""
    if tested is None:
        return Check("pre_trend", False, np.nan, ALPHA, "pre_trend_not_testable")
    passed = tested.p_value >= ALPHA
    return Check(
        "pre_trend",
        passed,
        tested.p_value,
        ALPHA,
        "pre_trend_parallel" if passed else "pre_trend_differs",
        {"largest": tested.largest},
    )


def _covariance(influence: FloatArray) -> FloatArray:
    return influence.T @ influence


def _attrition(rollout: Rollout, level: float) -> Check:
    """Persons of the first wave without the last, ever treated against never (or last) treated."""
    last = rollout.cohort == rollout.cohort.max()
    change = rollout.Y[:, -1] - rollout.Y[:, 0]
    present = ~np.isnan(rollout.Y[:, 0, 0])
    study = Study(
        Y=change[present],
        d=(~last[present]).astype(np.float64),
        weights=rollout.weights[present],
        clusters=rollout.clusters.of(np.flatnonzero(present)),
        answered=~np.isnan(change[present, 0]),
        weighted=True,
    )
    arms = [study.answered[study.d == arm] for arm in (0, 1)]
    if not all(arm.any() for arm in arms):
        return Check("attrition", False, np.nan, LARGEST_DIFFERENCE, "attrition_unknown")
    return attrition_check(study, level)


def _small_samples(rollout: Rollout) -> Check:
    """The smallest cohort, those never treated included."""
    persons = float(np.unique(rollout.cohort, return_counts=True)[1].min())
    if persons < MIN_PERSONS and rollout.clusters.given:
        return Check("small_samples", False, persons, MIN_PERSONS, "few_persons")
    schools = float(
        min(
            rollout.clusters.number_in((rollout.cohort == g).astype(np.float64))
            for g in np.unique(rollout.cohort)
        )
    )
    passed = schools >= MIN_CLUSTERS
    explanation = "enough_schools" if passed else "few_schools"
    return Check("small_samples", passed, schools, MIN_CLUSTERS, explanation)
