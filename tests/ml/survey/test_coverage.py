"""How often intervals hold the truth, in small; the whole table is in docs/coverage.md."""

import numpy as np
import pytest

from tests.bench import coverage_survey as coverage


def test_means_with_plausible_values_hold_the_truth():
    assert 0.935 <= coverage.means_with_plausible_values(2000) <= 0.965


@pytest.mark.parametrize(("model", "simulations"), [("linear", 2000), ("local_level", 400)])
def test_a_linked_trend_holds_the_truth_and_without_the_link_it_does_not(model, simulations):
    slack = 0.015 if simulations == 2000 else 0.03
    held = coverage.linked_trend(simulations, model=model)
    assert abs(held - 0.95) <= slack
    without = coverage.linked_trend(simulations, model=model, link_known=False)
    assert without < 0.90


@pytest.mark.parametrize("model", ["linear", "local_level"])
@pytest.mark.parametrize("n_cycles", [4, 6])
@pytest.mark.parametrize("process_sd", [0.0, 7.0])
def test_projections_hold_the_next_cycle(model, n_cycles, process_sd):
    """The extremes are where the truth does nothing beyond the line, and about as much as the
    errors: see docs/coverage.md for 20,000 simulations."""
    held = coverage.rolling_origin(1500, model=model, n_cycles=n_cycles, process_sd=process_sd)
    assert 0.86 <= held.mean() <= 0.94


def test_simultaneous_ranks_hold_together_and_simulated_ranges_fail():
    held = coverage.rank_sets(150, np.full(8, 450.0))
    assert held["simultaneous"] >= 0.91  # 0.95 less two standard errors of 150 simulations
    assert held["marginal"] >= 0.93
    assert held["naive"] < 0.6
