"""`python -m tests.ml.irt.recovery_table [simulations]`: bias and coverage, as tables."""

import sys

import numpy as np

from tests.ml.irt.recovery import groups_told, recovered

DESIGNS = [("rasch", 1000), ("rasch", 4000), ("2pl", 1000), ("2pl", 4000), ("pcm", 1000),
           ("pcm", 4000), ("gpcm", 1000), ("gpcm", 4000), ("3pl", 20_000)]  # fmt: skip


def main(simulations: int) -> None:
    """Items: one row per model, sample size and kind of parameter. Groups: one row per score."""
    print("| model | persons | parameter | rms z of bias | largest bias | coverage |")
    print("|---|---|---|---|---|---|")
    for model, persons in DESIGNS:
        hits = []
        for kind, part in recovered(model, simulations=simulations, persons=persons).items():
            z = np.sqrt(np.square(part.bias / part.bias_error).mean())
            worst = np.abs(part.bias).max()
            hits.append(part.covered.ravel())
            cells = f"{z:.2f} | {worst:.4f} | {part.covered.mean():.1%}"
            print(f"| {model} | {persons:,} | {kind} | {cells} |")
        pooled = np.concatenate(hits).mean()
        print(f"| {model} | {persons:,} | **all** | | | **{pooled:.1%}** |", flush=True)
    print("\n| scores | mean 1 | mean 2 | SD 1 | SD 2 | gap |\n|---|---|---|---|---|---|")
    for kind, found in groups_told(simulations=simulations, persons=2000).items():
        error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
        cells = [f"{b:+.4f} ± {e:.4f}" for b, e in zip(found.mean(axis=0), error, strict=True)]
        print(f"| {kind} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
