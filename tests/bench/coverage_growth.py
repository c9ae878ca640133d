"""How often the 95 % intervals of ml.growth hold the truth.

`python -m tests.bench.coverage_growth [simulations]` prints the table of docs/coverage.md.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.growth import Gain, GrowthPercentiles, gain, school_effects
from tests.bench.harness import Measurement

FloatArray = npt.NDArray[np.float64]
Simulation = Callable[[np.random.Generator], float]

EFFECT = 12.0
SLOPE = 0.7
ERROR = 65.0  # standard error of measurement: reliability 0.70 at a spread of 100


@dataclass(frozen=True, slots=True)
class Study:
    """One drawn study: schools of 15 to 35 pupils, treated by school."""

    pre: FloatArray
    post: FloatArray
    group: FloatArray
    school: npt.NDArray[np.int64]
    reliability: float


def drawn(
    generator: np.random.Generator, schools: int, *, start: float = 0.0, error: float = 0.0
) -> Study:
    """start: how much higher group 1 begins. error: of measurement in the pre-test."""
    sizes = generator.integers(15, 36, schools)
    school = np.repeat(np.arange(schools), sizes)
    group = (school % 2).astype(np.float64)
    true = 500 + start * group + 35 * generator.normal(size=schools)[school]
    true += np.sqrt(100**2 - 35**2) * generator.normal(size=school.size)
    post = 520 + SLOPE * (true - 500) + EFFECT * group + 20 * generator.normal(size=schools)[school]
    post += 60 * generator.normal(size=school.size)
    pre = true + error * generator.normal(size=school.size)
    spread = 100**2 + start**2 / 4 + error**2
    return Study(pre, post, group, school, 1 - error**2 / spread)


def holds(found: Gain, truth: float = EFFECT) -> float:
    return float(found.interval[0] <= truth <= found.interval[1])


def ancova(schools: int) -> Simulation:
    """A pre-test without error, groups that start alike."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        return holds(asked(study, "ancova"))

    return once


def mixed(schools: int) -> Simulation:
    """The same with random intercepts."""

    def once(generator: np.random.Generator) -> float:
        return holds(asked(drawn(generator, schools), "mixed"))

    return once


def weighted(schools: int) -> Simulation:
    """The same with weights that vary within schools."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        weights = generator.uniform(0.3, 3.0, study.pre.size)
        return holds(
            gain(
                study.pre,
                study.post,
                design="ancova",
                group=study.group,
                clusters=study.school,
                weights=weights,
            )
        )

    return once


def ignoring_schools(schools: int) -> Simulation:
    """The same as if pupils had been assigned one by one."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        return holds(gain(study.pre, study.post, design="ancova", group=study.group))

    return once


def score(schools: int) -> Simulation:
    """Groups that start apart and would have gained alike: slope 1, a pre-test with error."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        post = study.post + (1 - SLOPE) * (study.pre - 500)
        pre = study.pre + ERROR * generator.normal(size=study.pre.size) + 50 * study.group
        found = gain(pre, post + 50 * study.group, group=study.group, clusters=study.school)
        return holds(found)

    return once


def mean_gain(schools: int) -> Simulation:
    """Everybody's mean gain, 20 points."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        found = gain(study.pre, study.post - EFFECT * study.group, clusters=study.school)
        return holds(found, 20.0)

    return once


def with_error(schools: int, design: str) -> Simulation:
    """Groups that start half a standard deviation apart, a pre-test of reliability 0.7."""

    def once(generator: np.random.Generator) -> float:
        return holds(asked(drawn(generator, schools, start=50, error=ERROR), design))

    return once


def few(schools: int, errors: str) -> Simulation:
    """Few schools: ANCOVA by the restricted wild bootstrap or by CR2."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools)
        seed = int(generator.integers(2**31))
        return holds(
            gain(
                study.pre,
                study.post,
                design="ancova",
                group=study.group,
                clusters=study.school,
                errors=errors,
                random_state=seed,
                min_clusters=2,
            )
        )

    return once


def plausible(schools: int, design: str) -> Simulation:
    """Both tests with error; five plausible values drawn given group and school."""

    def once(generator: np.random.Generator) -> float:
        study = drawn(generator, schools, start=50)
        seen = np.stack([study.pre, study.post])
        seen = seen + ERROR * generator.normal(size=seen.shape)
        values = [plausible_value(generator, seen, study) for _ in range(5)]
        pre, post = (np.stack([value[wave] for value in values], axis=1) for wave in (0, 1))
        return holds(gain(pre, post, design=design, group=study.group, clusters=study.school))

    return once


def plausible_value(generator: np.random.Generator, seen: FloatArray, study: Study) -> FloatArray:
    """(2, n) true scores: the groups' means, then the schools', then each pupil's are drawn."""
    regression = np.array([[1.0, SLOPE], [SLOPE, SLOPE**2]])
    within = (100**2 - 35**2) * regression + np.diag([0.0, 60.0**2])
    between = 35**2 * regression + np.diag([0.0, 20.0**2])
    total = within + ERROR**2 * np.eye(2)
    sizes = np.bincount(study.school)
    means = np.stack([np.bincount(study.school, weights=wave) / sizes for wave in seen], axis=1)
    treated = np.arange(sizes.size) % 2
    noise = total / sizes[:, None, None]
    precision = np.linalg.inv(between + noise)
    centers = np.empty_like(means)
    for arm in (0, 1):
        mine = treated == arm
        covariance = np.linalg.inv(precision[mine].sum(axis=0))
        center = covariance @ (precision[mine] @ means[mine][:, :, None]).sum(axis=0)[:, 0]
        centers[mine] = center + np.linalg.cholesky(covariance) @ generator.normal(size=2)
    pull = between @ precision
    rest = np.linalg.cholesky(between - pull @ between) @ generator.normal(size=(*means.shape, 1))
    centers += (pull @ (means - centers)[:, :, None] + rest)[:, :, 0]
    share = within @ np.linalg.inv(total)
    own = np.linalg.cholesky(within - share @ within) @ generator.normal(size=seen.shape)
    center = centers[study.school].T
    return center + share @ (seen - center) + own


def schools_of(count: int) -> Simulation:
    """Share of schools whose own effect, less the average school's, lies in its interval."""

    def once(generator: np.random.Generator) -> float:
        school = np.repeat(np.arange(count), 40)
        effect = 15 * generator.normal(size=count)
        start = generator.normal(size=school.size)
        values = 500 + 60 * start + effect[school] + 70 * generator.normal(size=school.size)
        found = school_effects(values, clusters=school, covariates=start)
        low, high = np.array([each.estimate.interval for each in found.effects]).T
        effect = effect - effect.mean()
        return float(((low <= effect) & (effect <= high)).mean())

    return once


def ranks_of(count: int) -> Simulation:
    """Share of schools whose true rank lies in its interval."""

    def once(generator: np.random.Generator) -> float:
        school = np.repeat(np.arange(count), 40)
        effect = 15 * generator.normal(size=count)
        values = 500 + effect[school] + 90 * generator.normal(size=school.size)
        found = school_effects(values, clusters=school, random_state=int(generator.integers(2**31)))
        low, high = np.array([each.rank_interval for each in found.effects]).T
        rank = np.argsort(np.argsort(-effect)) + 1
        return float(((low <= rank) & (rank <= high)).mean())

    return once


def growth_percentiles() -> Simulation:
    """Share of pupils whose percentile without measurement error lies in the interval."""
    generator = np.random.default_rng(0)
    prior = 500 + 100 * generator.normal(size=4000)
    current = 520 + SLOPE * (prior - 500) + 70 * generator.normal(size=4000)
    norms = GrowthPercentiles().fit(prior, current)

    def once(generator: np.random.Generator) -> float:
        start = 500 + 80 * generator.normal(size=200)
        end = 520 + SLOPE * (start - 500) + 70 * generator.normal(size=200)
        true = norms.percentiles(start, end, prior_error=0, current_error=0).percentile
        seen = norms.percentiles(
            start + 20 * generator.normal(size=200),
            end + 20 * generator.normal(size=200),
            prior_error=20,
            current_error=20,
        )
        return float(((seen.low <= true) & (true <= seen.high)).mean())

    return once


def asked(study: Study, design: str) -> Gain:
    """The gain of group 1 over group 0 in that design."""
    return gain(
        study.pre,
        study.post,
        design=design,
        group=study.group,
        clusters=study.school,
        reliability=study.reliability if design == "eiv" else None,
    )


# What is simulated, and whether its intervals are meant to hold (the others show why not).
SCENARIOS: dict[str, tuple[Simulation, bool]] = {
    "mean gain, 24 schools": (mean_gain(24), True),
    "gain score, groups apart, 24 schools": (score(24), True),
    "ANCOVA, 24 schools": (ancova(24), True),
    "ANCOVA, weights, 24 schools": (weighted(24), True),
    "ANCOVA, 24 schools, schools ignored": (ignoring_schools(24), False),
    "random intercepts, 24 schools": (mixed(24), True),
    "wild bootstrap (Rademacher), 16 schools": (few(16, "wild"), True),
    "wild bootstrap (Webb), 12 schools": (few(12, "wild"), True),
    "wild bootstrap (Webb), 6 schools": (few(6, "wild"), False),
    "CR2, 6 schools": (few(6, "cr2"), True),
    "reliability 0.7, EIV, 24 schools": (with_error(24, "eiv"), True),
    "reliability 0.7, EIV, 60 schools": (with_error(60, "eiv"), True),
    "reliability 0.7, ANCOVA, 24 schools": (with_error(24, "ancova"), False),
    "reliability 0.7, ANCOVA, 60 schools": (with_error(60, "ancova"), False),
    "plausible values, ANCOVA, 24 schools": (plausible(24, "ancova"), True),
    "school effects, 12 schools": (schools_of(12), True),
    "school effects, 60 schools": (schools_of(60), True),
    "ranks, 60 schools": (ranks_of(60), True),
    "growth percentiles": (growth_percentiles(), True),
}


def coverage_of(simulation: Simulation, simulations: int) -> tuple[float, float]:
    """(mean coverage, its standard error); simulation i has the seed i."""
    covered = [simulation(np.random.default_rng([7, seed])) for seed in range(simulations)]
    return float(np.mean(covered)), float(np.std(covered) / np.sqrt(simulations))


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
        print(f"| {name} | {share:.4f} | {error:.4f} | {'' if meant else 'does not hold'} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
