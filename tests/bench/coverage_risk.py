"""How often the 95 % intervals of ml.risk hold the truth.

`python -m tests.bench.coverage_risk [simulations]` prints the table of docs/coverage.md.
"""

import sys
from functools import partial

import numpy as np
import numpy.typing as npt

from ml.clustering import clusters_of
from ml.risk import Learned, accuracy_of, checks_of, group_fairness, learn
from ml.risk.accuracy import area_under_curve
from ml.risk.calibration import calibration_of
from ml.risk.fairness import adjusted
from tests.bench.coverage_growth import Simulation, coverage_of
from tests.bench.harness import Measurement

FloatArray = npt.NDArray[np.float64]

NAMES = ("late", "age", "noise")
SLOPES = np.array([0.9, 0.5, 0.0])
BASE = -2.0
PEOPLE, SCHOOLS = 1500, 60
ASKED = 20  # of how many people the interval is looked at
SEPARATION = 1.0  # of the scores of who left and who stayed
AREA = 0.760249938906  # the normal distribution at SEPARATION / √2


def drawn(generator: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(what was known, who left, the true chance) of a past round."""
    late = generator.random(PEOPLE) < 0.25
    X = np.column_stack([late, generator.normal(size=(PEOPLE, 2))])
    chance = 1 / (1 + np.exp(-(BASE + X @ SLOPES)))
    return X, (generator.random(PEOPLE) < chance).astype(np.float64), chance


def learned_from(X: FloatArray, left: FloatArray) -> Learned:
    return learn(X, left, names=NAMES, clusters=np.arange(PEOPLE) % SCHOOLS)


def slope(generator: np.random.Generator, column: int) -> float:
    """The log-odds of one feature."""
    X, left, _ = drawn(generator)
    by_name = {each.name: each for each in learned_from(X, left).formula.influences(X)}
    found = by_name[NAMES[column]]
    step = 1.0 if found.indicator else float(X[:, column].std())
    _, low, high = found.odds_ratio
    return float(low <= np.exp(SLOPES[column] * step) <= high)


def person(generator: np.random.Generator) -> float:
    """The true probability of some people."""
    X, left, chance = drawn(generator)
    told = learned_from(X, left).formula.probabilities(X[:ASKED])
    return float(np.mean((told.low <= chance[:ASKED]) & (chance[:ASKED] <= told.high)))


def area(generator: np.random.Generator) -> float:
    """The area under the curve of normal scores."""
    left = (generator.random(PEOPLE) < 0.15).astype(np.float64)
    scores = generator.normal(size=PEOPLE) + SEPARATION * left
    found = area_under_curve(scores, left, clusters_of(np.arange(PEOPLE) % SCHOOLS, PEOPLE))
    return float(found.interval[0] <= AREA <= found.interval[1])


def silent(generator: np.random.Generator) -> float:
    """Whether no group is said to be misjudged where none is."""
    X, left, _ = drawn(generator)
    learned = learned_from(X, left)
    accuracy = accuracy_of(learned)
    labels = np.array(["a", "b", "c"])[generator.integers(0, 3, PEOPLE)]
    groups = adjusted(group_fairness(learned, labels, accuracy.cut)[0])
    checks = checks_of(learned, accuracy, calibration_of(learned), groups)
    return float(next(check.passed for check in checks if check.name == "fairness"))


SCENARIOS: dict[str, Simulation] = {
    "log-odds of a yes-or-no feature": partial(slope, column=0),
    "log-odds of a measured feature": partial(slope, column=1),
    "log-odds of a feature that does not matter": partial(slope, column=2),
    "a person's probability": person,
    "area under the curve": area,
    "fairness check silent, three groups": silent,
}


def measurements(simulations: int) -> list[Measurement]:
    """Coverage of every scenario, held against 0.95."""
    return [
        Measurement(name, coverage_of(simulation, simulations)[0], "share", 0.95, "nominal")
        for name, simulation in SCENARIOS.items()
    ]


def main(simulations: int) -> None:
    """The table of docs/coverage.md."""
    print("| intervals of | coverage | ± |\n|---|---|---|")
    for name, simulation in SCENARIOS.items():
        share, error = coverage_of(simulation, simulations)
        print(f"| {name} | {share:.4f} | {error:.4f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
