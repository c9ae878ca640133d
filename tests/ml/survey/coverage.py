"""How often intervals hold the truth, by simulation. Every function returns a share of hits."""

import numpy as np

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

N_STRATA, N_PUPILS, N_PV = 40, 10, 5
BETWEEN, WITHIN, NOISE = 40.0, 80.0, 45.0  # schools, pupils within schools, the test
YEARS = 2003 + 3 * np.arange(9)


def means_with_plausible_values(simulations: int, seed: int = 0) -> float:
    """Two schools in each stratum, ten pupils in each; plausible values drawn from the posterior
    of a model with a mean for each school; Fay's replicates made from the strata."""
    generator = np.random.default_rng(seed)
    school = np.repeat(np.arange(2 * N_STRATA), N_PUPILS)
    stratum = school // 2
    design = ReplicateDesign.from_schools(np.ones(school.size), school, strata=stratum)
    truth = 10.0 * (np.arange(N_STRATA) - (N_STRATA - 1) / 2)  # of the strata, about 0
    hits = 0
    for _ in range(simulations):
        schools = truth[np.arange(2 * N_STRATA) // 2] + BETWEEN * generator.normal(
            size=2 * N_STRATA
        )
        ability = schools[school] + WITHIN * generator.normal(size=school.size)
        score = ability + NOISE * generator.normal(size=school.size)
        values = _plausible_values(score, school, generator)
        low, high = estimate(values, design, Mean(), n_jobs=1)[0].interval()
        hits += low <= 0.0 <= high
    return hits / simulations


def _plausible_values(score, school, generator):
    """Posterior draws of the school's mean (flat prior), then of the ability given it."""
    reliability = WITHIN**2 / (WITHIN**2 + NOISE**2)
    observed = np.bincount(school, score) / N_PUPILS
    error = np.sqrt((WITHIN**2 + NOISE**2) / N_PUPILS)
    means = observed[:, None] + error * generator.normal(size=(observed.size, N_PV))
    expected = means[school] + reliability * (score[:, None] - means[school])
    spread = WITHIN * np.sqrt(1 - reliability)
    return expected + spread * generator.normal(size=expected.shape)


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
    return hits / simulations


def _published(truth, link, generator):
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
) -> float:
    """One cycle ahead from `n_cycles` known ones; process_sd: what the truth does beyond the line
    (for a local level: its step from cycle to cycle), in points."""
    generator = np.random.default_rng(seed)
    link = np.append(np.linspace(3.5, 2.5, n_cycles - 1), [0.0, 2.5])
    years = YEARS[: n_cycles + 1]
    latest = int(years[n_cycles - 1])
    links = LinkErrors(
        {(int(y), latest): float(e) for y, e in zip(years[:-1], link[:-1], strict=True)}
    )
    hits = 0
    for _ in range(simulations):
        steps = process_sd * generator.normal(size=years.size)
        line = 450 + 0.8 * (years - years[0])
        truth = line + steps if model == "linear" else 450 + np.cumsum(steps)
        cycles, values = _published(truth, link, generator)
        trend = Trend(model=model).fit(cycles[:-1], links)
        (forecast,) = project(
            trend, [int(years[-1])], se=cycles[-1].se, link_error=float(link[-1]), level=level
        ).forecasts
        hits += forecast.interval[0] <= values[-1] <= forecast.interval[1]
    return hits / simulations


def rank_sets(simulations: int, truth: np.ndarray, seed: int = 0) -> dict[str, float]:
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
