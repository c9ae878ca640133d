"""How often the 95 % intervals of ml.effect hold the truth.

`python -m tests.bench.coverage_effect [simulations]` prints the table of docs/coverage.md.
"""

import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LinearRegression, LogisticRegression

from ml.effect import (
    CrossFitATT,
    calibration_test,
    lee_bounds,
    regression_discontinuity,
    staggered_effects,
)
from ml.effect.shrinkage import shrunken
from ml.estimate import Estimate
from ml.intervals import t_estimate
from tests.bench.coverage_growth import Simulation, coverage_of
from tests.bench.harness import Measurement

FloatArray = npt.NDArray[np.float64]

PUPILS = 30
EFFECT = 0.3
RISE = 0.1  # of the effect, per wave since the start
BETWEEN = 0.44  # standard deviation between schools; 1 within them
WAVES = 5


@dataclass(frozen=True, slots=True)
class Study:
    """Half of the schools are treated; the effect differs between pupils."""

    X: FloatArray
    y: FloatArray
    treatment: FloatArray
    school: npt.NDArray[np.int64]


def drawn(generator: np.random.Generator, schools: int) -> Study:
    school = np.repeat(np.arange(schools), PUPILS)
    treatment = (generator.permutation(schools) < schools // 2)[school].astype(np.float64)
    X = generator.normal(size=(school.size, 3))
    effect = EFFECT + 0.1 * X[:, 0]
    y = 0.6 * X[:, 0] + 0.3 * X[:, 1] + treatment * effect
    y += BETWEEN * generator.normal(size=schools)[school] + generator.normal(size=school.size)
    return Study(X, y, treatment, school)


def holds(found: Estimate, truth: float = EFFECT) -> float:
    return float(found.interval[0] <= truth <= found.interval[1])


def fitted(study: Study, y: FloatArray | None = None, **settings: object) -> CrossFitATT:
    model = CrossFitATT(LinearRegression(), LogisticRegression(), **settings)
    outcome = study.y if y is None else y
    return model.fit(study.X, outcome, study.treatment, clusters=study.school)


def doubly_robust(schools: int, **settings: object) -> Simulation:
    """Treatment by school, errors by school."""

    def once(generator: np.random.Generator) -> float:
        return holds(fitted(drawn(generator, schools), **settings).effect_.estimate)

    return once


def ignoring_schools(schools: int) -> Simulation:
    """Folds and errors as if pupils were independent."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        model = CrossFitATT(LinearRegression(), LogisticRegression())
        return holds(model.fit(study.X, study.y, study.treatment).effect_.estimate)

    return once


def plausible(schools: int) -> Simulation:
    """Outcomes of reliability about 0.7, five plausible values drawn given school and X."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        known = study.X @ np.array([0.6, 0.3, 0.0]) + 0.1 * study.treatment * study.X[:, 0]
        noise = 0.75
        seen = study.y - known + noise * generator.normal(size=study.y.size)
        share = 1 / (1 + noise**2)
        values = []
        for _ in range(5):
            means = np.bincount(study.school, weights=seen) / PUPILS
            means += np.sqrt((1 + noise**2) / PUPILS) * generator.normal(size=schools)
            rest = np.sqrt(1 - share) * generator.normal(size=seen.size)
            center = means[study.school]
            values.append(known + center + share * (seen - center) + rest)
        return holds(fitted(study, np.column_stack(values)).effect_.estimate)

    return once


def no_false_heterogeneity(schools: int) -> Simulation:
    """Share of calibration tests that stay silent where the effect is the same for everybody."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        y = study.y - 0.1 * study.treatment * study.X[:, 0]
        return float(not calibration_test(fitted(study, y, estimand="ATE")).exists)

    return once


def rollout(generator: np.random.Generator, schools: int) -> tuple[FloatArray, ...]:
    """Cohorts that start in waves 1, 2, 3 and never; random walks of schools; X moves trends."""
    start = np.array([1, 2, 3, np.inf])[generator.permutation(np.arange(schools) % 4)]
    school = np.repeat(np.arange(schools), 25)
    first, wave = start[school], np.arange(WAVES)
    since = wave - np.where(np.isinf(first), WAVES, first)[:, None]
    walk = np.cumsum(generator.normal(0, 0.2, (schools, WAVES)), axis=1)[school]
    y = generator.normal(size=school.size)[:, None] + 0.1 * wave + walk
    y += np.where(since >= 0, EFFECT + RISE * since, 0.0)
    return y + generator.normal(0, 0.7, y.shape), first, school


def staggered(schools: int, control: str) -> Simulation:
    """The average over those treated."""
    truth = np.mean([EFFECT + RISE * np.arange(WAVES - start).mean() for start in (1, 2, 3)])

    def once(generator: np.random.Generator) -> float:
        y, first, school = rollout(generator, schools)
        found = staggered_effects(y, first, clusters=school, control=control, n_draws=99)
        return holds(found.effect.estimate, float(truth))

    return once


def adjusted(schools: int) -> Simulation:
    """Cohorts differ in a covariate that moves trends: parallel only among those alike."""
    truth = np.mean([EFFECT + RISE * np.arange(WAVES - start).mean() for start in (1, 2, 3)])

    def once(generator: np.random.Generator) -> float:
        y, first, school = rollout(generator, schools)
        x = generator.normal(size=school.size) + 0.4 * np.isinf(first)
        y = y + 0.3 * x[:, None] * np.arange(WAVES)
        found = staggered_effects(y, first, clusters=school, covariates=x[:, None], n_draws=99)
        return holds(found.effect.estimate, float(truth))

    return once


def bands(schools: int) -> Simulation:
    """Whether the bands of an event study hold all of its points at once."""

    def once(generator: np.random.Generator) -> float:
        y, first, school = rollout(generator, schools)
        found = staggered_effects(y, first, clusters=school, n_draws=499)
        inside = [
            each.band[0] <= (EFFECT + RISE * each.time if each.time >= 0 else 0.0) <= each.band[1]
            for each in found.event_study
        ]
        return float(all(inside))

    return once


def no_false_pre_trend(schools: int) -> Simulation:
    """Share of pre-trend tests that stay silent where trends are parallel."""

    def once(generator: np.random.Generator) -> float:
        y, first, school = rollout(generator, schools)
        found = staggered_effects(y, first, clusters=school, n_draws=99).pre_trend
        return float(found is not None and found.p_value >= 0.05)

    return once


def cutoff(schools: int, conventional: bool) -> Simulation:
    """A score decided who takes part; the curve bends at the cutoff."""

    def once(generator: np.random.Generator) -> float:
        school = np.repeat(np.arange(schools), PUPILS)
        score = generator.uniform(-1, 1, school.size)
        y = np.where(score >= 0, EFFECT + 1.2 * score - 2.0 * score**2, 0.8 * score + score**2)
        y += 0.2 * generator.normal(size=schools)[school] + generator.normal(0, 0.4, school.size)
        found = regression_discontinuity(y, score, cutoff=0, clusters=school)
        return holds(found.conventional if conventional else found.effect.estimate)

    return once


def lost(schools: int) -> Simulation:
    """Lee's interval where the treated answer more often, the more so the better they are."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        y = study.y - 0.1 * study.treatment * study.X[:, 0]
        always = generator.random(y.size) < 0.75
        more = study.treatment * (generator.random(y.size) < 0.3 + 0.2 * (y > 0.5)) > 0
        seen = np.where(always | more, y, np.nan)
        low, high = lee_bounds(seen, study.treatment, clusters=study.school).interval
        return float(low <= EFFECT <= high)

    return once


def groups(count: int, spread: float) -> Simulation:
    """Shrunken effects of groups with 3 to 20 degrees of freedom: the share of them that hold."""
    errors, dfs = np.linspace(2.0, 0.7, count), np.linspace(3.0, 20.0, count)

    def once(generator: np.random.Generator) -> float:
        truth = spread * generator.normal(size=count)
        seen = truth + errors * generator.normal(size=count)
        ses = errors * np.sqrt(generator.chisquare(dfs) / dfs)
        given = [
            t_estimate("ATT", float(value), float(se), df=float(df), n=100)
            for value, se, df in zip(seen, ses, dfs, strict=True)
        ]
        intervals = np.array([each.interval for each in shrunken(given).estimates])
        return float(((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).mean())

    return once


# What is simulated, and whether its intervals are meant to hold (the others show why not).
SCENARIOS: dict[str, tuple[Simulation, bool]] = {
    "ATT, 20 schools": (doubly_robust(20), True),
    "ATT, 40 schools": (doubly_robust(40), True),
    "ATT, 20 schools, jackknife": (doubly_robust(20, errors="jackknife"), True),
    "ATT, 40 schools, jackknife": (doubly_robust(40, errors="jackknife"), True),
    "ATT, 20 schools, balanced": (doubly_robust(20, propensities="balanced"), True),
    "ATT, 40 schools, balanced": (doubly_robust(40, propensities="balanced"), True),
    "ATT, 20 schools, schools ignored": (ignoring_schools(20), False),
    "ATT, 40 schools, schools ignored": (ignoring_schools(40), False),
    "ATT, 40 schools, five plausible values": (plausible(40), True),
    "ATE, 40 schools": (doubly_robust(40, estimand="ATE"), True),
    "overlap-weighted, 40 schools": (doubly_robust(40, estimand="ATO"), True),
    "calibration test silent, 40 schools": (no_false_heterogeneity(40), True),
    "staggered, 40 schools, never treated": (staggered(40, "never"), True),
    "staggered, 40 schools, not yet treated": (staggered(40, "not_yet"), True),
    "staggered, 80 schools, with a covariate": (adjusted(80), True),
    "event study, 40 schools, all points": (bands(40), True),
    "pre-trend test silent, 40 schools": (no_false_pre_trend(40), True),
    "cutoff, 60 schools": (cutoff(60, False), True),
    "cutoff, 60 schools, not bias-corrected": (cutoff(60, True), False),
    "Lee bounds, 40 schools": (lost(40), True),
    "8 shrunken groups that do not differ": (groups(8, 0.0), True),
    "8 shrunken groups that differ by their error": (groups(8, 1.0), True),
    "8 shrunken groups that differ by more": (groups(8, 3.0), True),
    "3 shrunken groups that differ by their error": (groups(3, 1.0), True),
}


def measurements(simulations: int) -> list[Measurement]:
    """Coverage of every scenario, held against 0.95."""
    return [
        Measurement(
            f"{name}{'' if meant else ' (shown to fail)'}",
            coverage_of(simulation, simulations)[0],
            "share",
            0.95,
            "nominal",
        )
        for name, (simulation, meant) in SCENARIOS.items()
    ]


def main(simulations: int) -> None:
    """The table of docs/coverage.md."""
    print("| intervals of | coverage | ± | |\n|---|---|---|---|")
    for name, (simulation, meant) in SCENARIOS.items():
        share, error = coverage_of(simulation, simulations)
        note = "" if meant else "does not hold"
        print(f"| {name} | {share:.4f} | {error:.4f} | {note} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
