"""`python -m tests.ml.irt.recovery_table [simulations]`: bias and coverage, as a table."""

import sys

import numpy as np

from tests.ml.irt.recovery import recovered


def main(simulations: int) -> None:
    """One row per model and kind of parameter."""
    print("model  parameter        persons  rms z of bias  largest |bias|  coverage")
    for model in ("2pl", "gpcm"):
        for persons in (1000, 4000):
            found = recovered(model, simulations=simulations, persons=persons)
            for kind, part in found.items():
                z = np.sqrt(np.square(part.bias / part.bias_error).mean())
                worst = np.abs(part.bias).max()
                print(
                    f"{model:5}  {kind:15}  {persons:7}  {z:13.2f}  {worst:14.4f}"
                    f"  {part.covered.mean():8.3%}"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
