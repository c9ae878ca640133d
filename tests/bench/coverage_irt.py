"""How well `ml.irt` finds what simulated data were made from.

`python -m tests.bench.coverage_irt [simulations]` prints the tables of docs/coverage.md.
"""

import sys

import numpy as np

from tests.bench.harness import Measurement
from tests.ml.irt.recovery import FACTS, groups_told, recovered, waves_told

DESIGNS = [
    *(
        (model, persons, 10)
        for model in ("rasch", "2pl", "pcm", "gpcm")
        for persons in (1000, 4000)
    ),
    ("3pl", 20_000, 10),
    ("3pl", 20_000, 30),
]


def measurements(simulations: int) -> list[Measurement]:
    """Coverage pooled over the parameters of each model."""
    result = []
    for model in ("rasch", "2pl", "pcm", "gpcm"):
        parts = recovered(model, simulations=simulations, persons=1000).values()
        pooled = float(np.concatenate([part.covered.ravel() for part in parts]).mean())
        result.append(Measurement(f"irt: {model}, 1,000 people", pooled, "", 0.95, "nominal"))
    return result


def main(simulations: int) -> None:
    """Items, then groups, then waves."""
    print("| model | people | items | parameter | rms z of bias | largest bias | coverage |")
    print("|---|---|---|---|---|---|---|")
    for model, persons, n_items in DESIGNS:
        print_items(model, persons, n_items, simulations)
    print("\n| scores | mean 1 | mean 2 | SD 1 | SD 2 | gap |\n|---|---|---|---|---|---|")
    for kind, found in groups_told(simulations=simulations, persons=2000).items():
        cells = [with_error(column) for column in found.T]
        print(f"| {kind} | {' | '.join(cells)} |", flush=True)
    print("\n| of two waves | bias | SD of the error | by the draws | coverage |")
    print("|---|---|---|---|---|")
    error, spread, covered = waves_told(simulations=simulations, persons=2000)
    for number, fact in enumerate(FACTS):
        told = np.sqrt(np.square(spread[:, number]).mean())
        print(
            f"| {fact} | {with_error(error[:, number])} | {error[:, number].std(ddof=1):.4f}"
            f" | {told:.4f} | {covered[:, number].mean():.1%} |"
        )


def print_items(model: str, persons: int, n_items: int, simulations: int) -> None:
    """A row for each kind of parameter, and one for all."""
    design, hits = f"{model} | {persons:,} | {n_items}", []
    found = recovered(model, simulations=simulations, persons=persons, n_items=n_items)
    for kind, part in found.items():
        z = np.sqrt(np.square(part.bias / part.bias_error).mean())
        cells = f"{z:.2f} | {np.abs(part.bias).max():.4f} | {part.covered.mean():.1%}"
        print(f"| {design} | {kind} | {cells} |")
        hits.append(part.covered.ravel())
    pooled = np.concatenate(hits).mean()
    print(f"| {design} | **all** | | | **{pooled:.1%}** |", flush=True)


def with_error(errors: np.ndarray) -> str:
    """Mean ± its Monte-Carlo error."""
    return f"{errors.mean():+.4f} ± {errors.std(ddof=1) / np.sqrt(len(errors)):.4f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
