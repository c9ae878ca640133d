"""Simulated data give back what they were made from, as often as the intervals say.

The seeded small version runs with the tests. The full table (2PL and GPCM, 200 simulations, bias
in Monte-Carlo errors and coverage by model and parameter) is printed by

    python -m tests.ml.irt.recovery_table 200
"""

import numpy as np
import pytest

from tests.ml.irt.recovery import recovered


@pytest.mark.slow
@pytest.mark.parametrize("model", ["2pl", "gpcm"])
def test_estimates_are_unbiased_and_intervals_cover(model):
    found = recovered(model, simulations=200, persons=1500)
    for kind, part in found.items():
        z = part.bias / part.bias_error
        assert np.abs(z).max() < 4, (kind, z)
        assert np.sqrt(np.square(z).mean()) < 1.6, (kind, z)
    hits = np.concatenate([part.covered.ravel() for part in found.values()])
    assert 0.935 <= hits.mean() <= 0.965
