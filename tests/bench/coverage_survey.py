"""How often the intervals of ml.survey hold the truth.

`python -m tests.bench.coverage_survey [simulations [words]]` prints the table of docs/coverage.md,
or the rows whose names begin with the words.
"""

import sys
from collections.abc import Callable
from functools import cache, partial

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from ml.survey import (
    Cycle,
    LinkErrors,
    Mean,
    ReplicateDesign,
    Trend,
    estimate,
    project,
    ranks,
)
from tests.bench.harness import Measurement

FloatArray = npt.NDArray[np.float64]

N_SCHOOLS, N_PUPILS, N_PV = 80, 10, 5
BETWEEN, WITHIN, NOISE = 40.0, 80.0, 45.0  # schools, pupils within schools, the test
MODELS = ("linear", "local_level")
PROCESS_SDS = (0.0, 2.0, 5.0, 7.0, 10.0, 20.0)
TRUE_MEANS = {
    "spread": (500.0, 497.0, 494.0, 491.0, 488.0, 480.0, 470.0, 455.0, 430.0, 400.0),
    "equal": (450.0,) * 10,
}
YEARS = 2003 + 3 * np.arange(9)


def means_with_plausible_values(simulations: int, *, seed: int = 0) -> float:
    """80 schools in 40 strata, ten pupils in each; plausible values drawn from the posterior of
    the model that made the data, its mean unknown; Fay's replicates made from the strata."""
    generator = np.random.default_rng(seed)
    school = np.repeat(np.arange(N_SCHOOLS), N_PUPILS)
    design = ReplicateDesign.from_schools(np.ones(school.size), school, strata=school // 2)
    hits = 0
    for _ in range(simulations):
        ability = BETWEEN * generator.normal(size=N_SCHOOLS)[school]
        ability += WITHIN * generator.normal(size=school.size)
        score = ability + NOISE * generator.normal(size=school.size)
        values = plausible_values(score, school, generator)
        low, high = estimate(values, design, Mean(), n_jobs=1)[0].interval()
        hits += low <= 0.0 <= high
    return float(hits / simulations)


def plausible_values(
    score: FloatArray, school: npt.NDArray[np.int64], generator: np.random.Generator
) -> FloatArray:
    """Posterior draws of the mean (flat prior), of the schools given it, of the pupils given
    theirs: (n, N_PV)."""
    spread = (WITHIN**2 + NOISE**2) / N_PUPILS
    trust = BETWEEN**2 / (BETWEEN**2 + spread)
    observed = (np.bincount(school, score) / N_PUPILS)[:, None]
    error = np.sqrt((BETWEEN**2 + spread) / N_SCHOOLS)
    mean = observed.mean() + error * generator.normal(size=(1, N_PV))
    schools = mean + trust * (observed - mean)
    schools = schools + BETWEEN * np.sqrt(1 - trust) * generator.normal(size=schools.shape)
    reliability = WITHIN**2 / (WITHIN**2 + NOISE**2)
    pupils = schools[school] + reliability * (score[:, None] - schools[school])
    return pupils + WITHIN * np.sqrt(1 - reliability) * generator.normal(size=pupils.shape)


def linked_trend(
    simulations: int, *, model: str = "linear", link_known: bool = True, seed: int = 0
) -> float:
    """Change per decade over five cycles, the true means on a line (for a local level: wandering,
    and the change from the first to the last); each earlier cycle is shifted by its link."""
    generator = np.random.default_rng(seed)
    years = YEARS[:5]
    link = np.array([3.5, 3.0, 3.0, 2.5, 0.0])
    errors = {(int(y), int(years[-1])): float(e) for y, e in zip(years, link, strict=True)}
    used = LinkErrors(errors if link_known else dict.fromkeys(errors, 0.0))
    hits = 0
    for _ in range(simulations):
        truth = 450 + 0.8 * (years - years[0])
        if model == "local_level":
            truth = 450 + np.cumsum(4.0 * generator.normal(size=years.size))
        cycles, _ = _published(truth, link, generator)
        found = Trend(model=model).fit(cycles, used).per_decade_
        change = 10 * (truth[-1] - truth[0]) / (years[-1] - years[0])
        hits += found.interval[0] <= change <= found.interval[1]
    return float(hits / simulations)


def _published(
    truth: FloatArray, link: FloatArray, generator: np.random.Generator
) -> tuple[list[Cycle], FloatArray]:
    """Cycles with their standard errors, and the values alone."""
    se = generator.uniform(1.5, 3.5, truth.size)
    values = (
        truth + se * generator.normal(size=truth.size) + link * generator.normal(size=truth.size)
    )
    cycles = [
        Cycle(int(year), float(v), float(e)) for year, v, e in zip(YEARS, values, se, strict=False)
    ]
    return cycles, values


def rolling_origin(
    simulations: int,
    *,
    model: str,
    n_cycles: int,
    process_sd: float,
    level: float = 0.90,
    seed: int = 0,
) -> FloatArray:
    """One cycle ahead from `n_cycles` known ones, (simulations,): the chance that the interval
    holds what is published next, given what came before. process_sd: what the truth does beyond
    the line (for a local level: its step from cycle to cycle), in points."""
    generator = np.random.default_rng(seed)
    link = np.append(np.linspace(3.5, 2.5, n_cycles - 1), [0.0, 2.5])
    years = YEARS[: n_cycles + 1]
    latest = int(years[n_cycles - 1])
    links = LinkErrors(
        {(int(y), latest): float(e) for y, e in zip(years[:-1], link[:-1], strict=True)}
    )
    held = np.empty(simulations)
    for number in range(simulations):
        steps = process_sd * generator.normal(size=years.size)
        line = 450 + 0.8 * (years - years[0])
        truth = line + steps if model == "linear" else 450 + np.cumsum(steps)
        expected = line[-1] if model == "linear" else truth[-2]
        cycles, _ = _published(truth, link, generator)
        trend = Trend(model=model).fit(cycles[:-1], links)
        (forecast,) = project(
            trend, [int(years[-1])], se=cycles[-1].se, link_error=float(link[-1]), level=level
        ).forecasts
        spread = np.sqrt(process_sd**2 + cycles[-1].se ** 2 + link[-1] ** 2)
        low, high = ndtr((np.array(forecast.interval) - expected) / spread)
        held[number] = high - low
    return held


def rank_sets(simulations: int, truth: FloatArray, *, seed: int = 0) -> dict[str, float]:
    """How often "simultaneous" sets hold all true ranks, and "marginal" sets and "naive" ranges
    each its own; of equal ones any rank that they share may be true, and a set must hold all."""
    generator = np.random.default_rng(seed)
    errors = generator.uniform(1.5, 4.0, truth.size)
    best = (truth[None] > truth[:, None]).sum(axis=1) + 1
    worst = truth.size - (truth[None] < truth[:, None]).sum(axis=1)
    held = {"simultaneous": 0.0, "marginal": 0.0, "naive": 0.0}
    for _ in range(simulations):
        means = truth + errors * generator.normal(size=truth.size)
        found = ranks(means, errors, list(range(truth.size)), n_jobs=1)
        for kind in held:
            sets = np.array([getattr(rank, kind) for rank in found])
            inside = (sets[:, 0] <= best) & (worst <= sets[:, 1])
            held[kind] += inside.all() if kind == "simultaneous" else inside.mean()
    return {kind: float(hits) / simulations for kind, hits in held.items()}


# What a simulation returns: the share of intervals that hold, or the chances of each of them.
Held = float | FloatArray


def scenarios() -> dict[str, tuple[Callable[[int], Held], float, bool]]:
    """By name: the simulation, the nominal coverage, and whether it is meant to be reached."""
    found: dict[str, tuple[Callable[[int], Held], float, bool]] = {
        "means of 5 plausible values": (means_with_plausible_values, 0.95, True)
    }
    for model in MODELS:
        for known in (True, False):
            name = f"change per decade, {model}{'' if known else ', link left out'}"
            found[name] = (partial(linked_trend, model=model, link_known=known), 0.95, known)
    for model in MODELS:
        for n_cycles in (4, 5, 6, 8):
            for sd in PROCESS_SDS:
                name = f"next cycle, {model}, {n_cycles} cycles, process {sd:g}"
                run = partial(rolling_origin, model=model, n_cycles=n_cycles, process_sd=sd)
                found[name] = (run, 0.90, True)
    for name, truth in TRUE_MEANS.items():
        for kind in ("simultaneous", "marginal", "naive"):
            run = partial(_ranks_held, truth=truth, kind=kind)
            fails = (name, kind) == ("equal", "naive")
            found[f"ranks of 10, {name}, {kind}"] = (run, 0.95, not fails)
    return found


def _ranks_held(simulations: int, *, truth: tuple[float, ...], kind: str) -> float:
    return _rank_sets_once(simulations, truth)[kind]


@cache
def _rank_sets_once(simulations: int, truth: tuple[float, ...]) -> dict[str, float]:
    return rank_sets(simulations, np.array(truth))


def measurements(simulations: int) -> list[Measurement]:
    """Coverage of every scenario, held against the nominal one."""
    return [
        Measurement(
            f"{name}{'' if meant else ' (shown to fail)'}",
            float(np.mean(run(simulations))),
            "share",
            nominal,
            "nominal",
        )
        for name, (run, nominal, meant) in scenarios().items()
    ]


def main(simulations: int, words: str = "") -> None:
    """The table of docs/coverage.md."""
    print("| intervals of | nominal | coverage | ± | |\n|---|---|---|---|---|")
    wanted = {name: row for name, row in scenarios().items() if name.startswith(words)}
    for name, (run, nominal, meant) in wanted.items():
        held = run(simulations)
        share = np.mean(held)
        error = np.std(held) if isinstance(held, np.ndarray) else np.sqrt(share * (1 - share))
        error /= np.sqrt(simulations)
        remark = "" if meant else "does not hold"
        print(f"| {name} | {nominal:.2f} | {share:.4f} | {error:.4f} | {remark} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, *sys.argv[2:3])
