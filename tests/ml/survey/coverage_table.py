"""`python -m tests.ml.survey.coverage_table [simulations]`: part of docs/coverage.md."""

import sys

import numpy as np

from tests.ml.survey import coverage

SPREAD = np.array([500.0, 497, 494, 491, 488, 480, 470, 455, 430, 400])
EQUAL = np.full(10, 450.0)


def main(simulations: int) -> None:
    """One row per statement, as Markdown."""
    print("| interval | setting | nominal | held |")
    print("|---|---|---|---|")
    means = coverage.means_with_plausible_values(simulations)
    row("mean, 5 plausible values", "80 schools × 10, Fay", 0.95, means)
    for model in ("linear", "local_level"):
        held = coverage.linked_trend(simulations, model=model)
        row("change per decade", f"5 cycles, {model}", 0.95, held)
        without = coverage.linked_trend(simulations, model=model, link_known=False)
        row("change per decade, link left out", f"5 cycles, {model}", 0.95, without)
    for model in ("linear", "local_level"):
        for n_cycles in (4, 5, 6, 8):
            for process_sd in (0.0, 2.0, 5.0, 10.0, 20.0):
                held = coverage.rolling_origin(
                    simulations, model=model, n_cycles=n_cycles, process_sd=process_sd
                )
                setting = f"{model}, {n_cycles} cycles, process {process_sd:g} points"
                row("next cycle", setting, 0.90, held)
    for name, truth in (("spread", SPREAD), ("equal", EQUAL)):
        held = coverage.rank_sets(simulations, truth)
        row("all ranks together", f"10, {name}", 0.95, held["simultaneous"])
        row("a rank by itself", f"10, {name}", 0.95, held["marginal"])
        row("simulated range, for comparison", f"10, {name}", 0.95, held["naive"])


def row(interval: str, setting: str, nominal: float, held: float) -> None:
    print(f"| {interval} | {setting} | {nominal:.0%} | {held:.1%} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
