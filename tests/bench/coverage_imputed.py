"""How often intervals from plausible values hold the truth where schools are few.

`python -m tests.bench.coverage_imputed [simulations]` prints the table of docs/coverage.md.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ml.intervals import t_quantile
from ml.rubin import Combined, combine
from tests.bench.harness import Measurement

FloatArray = npt.NDArray[np.float64]
Rule = Callable[[Combined, float], float]

PUPILS, DRAWS = 30, 10
BETWEEN, WITHIN = 0.1, 1.0  # standard deviations of schools, and of pupils within them
SHARES = (0.3, 0.6, 0.8)
SCHOOLS = (6, 10, 20)


@dataclass(frozen=True, slots=True)
class Arm:
    """Half of the schools: what their pupils' tests showed; noise: variance of a test's error."""

    observed: FloatArray
    noise: float

    def draw(self, generator: np.random.Generator) -> FloatArray:
        """(schools,) means of one plausible value per pupil: arm, schools, pupils in turn."""
        seen = self.observed.mean(axis=1)
        count = seen.size
        error = (WITHIN**2 + self.noise) / PUPILS
        center = seen.mean() + np.sqrt((BETWEEN**2 + error) / count) * generator.normal()
        share = BETWEEN**2 / (BETWEEN**2 + error)
        schools = center + share * (seen - center)
        schools = schools + BETWEEN * np.sqrt(1 - share) * generator.normal(size=count)
        reliable = WITHIN**2 / (WITHIN**2 + self.noise)
        pupils = schools[:, None] + reliable * (self.observed - schools[:, None])
        spread = WITHIN * np.sqrt(1 - reliable)
        drawn = pupils + spread * generator.normal(size=pupils.shape)
        return np.asarray(drawn.mean(axis=1))


def studied(generator: np.random.Generator, schools: int, share: float) -> Combined:
    """A difference of two arms that is zero; share: of the variance between the draws."""
    noise = (PUPILS * BETWEEN**2 + WITHIN**2) * share / (1 - share)
    arms = [Arm(observed(generator, schools // 2, noise), noise) for _ in range(2)]
    values, errors = [], []
    for _ in range(DRAWS):
        means = [arm.draw(generator) for arm in arms]
        values.append(float(means[1].mean() - means[0].mean()))
        errors.append(float(np.sqrt(sum(each.var(ddof=1) / each.size for each in means))))
    return combine(values, errors, schools - 2.0)


def observed(generator: np.random.Generator, schools: int, noise: float) -> FloatArray:
    """(schools, PUPILS) scores with an error."""
    true = BETWEEN * generator.normal(size=(schools, 1))
    true = true + WITHIN * generator.normal(size=(schools, PUPILS))
    return np.asarray(true + np.sqrt(noise) * generator.normal(size=true.shape))


def of_the_house(found: Combined, _: float) -> float:
    """Both parts with their own degrees of freedom."""
    return found.df


def barnard_rubin(found: Combined, complete: float) -> float:
    """Barnard & Rubin (1999, Biometrika 86, eq. 3)."""
    missing = 1 - found.within / found.se**2
    left = (complete + 1) / (complete + 3) * complete * (1 - missing)
    return 1 / (missing**2 / (DRAWS - 1) + 1 / left)


def intervals(
    simulations: int, schools: int, share: float, rule: Rule
) -> tuple[FloatArray, FloatArray]:
    """(simulations,) whether each held, and its width; simulation i has the seed i."""
    held, width = np.empty(simulations), np.empty(simulations)
    for number in range(simulations):
        found = studied(np.random.default_rng([7, number]), schools, share)
        margin = t_quantile(0.975, rule(found, schools - 2.0)) * found.se
        held[number], width[number] = abs(found.value) <= margin, 2 * margin
    return held, width


SCENARIOS = {
    f"{schools} schools, {100 * share:.0f}\u00a0% between the draws{name}": (
        partial(intervals, schools=schools, share=share, rule=rule),
        not name,
    )
    for schools in SCHOOLS
    for share in SHARES
    for name, rule in (("", of_the_house), (", Barnard–Rubin", barnard_rubin))
}


def measurements(simulations: int) -> list[Measurement]:
    """Coverage of every scenario, held against 0.95."""
    return [
        Measurement(
            f"{name}{'' if meant else ' (shown to fail)'}",
            float(run(simulations)[0].mean()),
            "share",
            0.95,
            "nominal",
        )
        for name, (run, meant) in SCENARIOS.items()
    ]


def main(simulations: int) -> None:
    """The table of docs/coverage.md."""
    print("| intervals of | coverage | ± | median width |\n|---|---|---|---|")
    for name, (run, _) in SCENARIOS.items():
        held, width = run(simulations)
        error = held.std() / np.sqrt(simulations)
        print(f"| {name} | {held.mean():.4f} | {error:.4f} | {np.median(width):.2f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
