"""Simulated data give back what they were made from, as often as the intervals say.

The tables of docs/coverage.md (more sample sizes, bias and coverage by kind of parameter) are
printed by

    python -m tests.bench.coverage_irt 200
"""

import numpy as np
import pytest

from tests.ml.irt.recovery import groups_told, recovered


@pytest.mark.slow
@pytest.mark.parametrize("model", ["rasch", "2pl", "pcm", "gpcm"])
def test_estimates_are_unbiased_and_intervals_cover(model):
    found = recovered(model, simulations=200, persons=1500)
    for kind, part in found.items():
        z = part.bias / part.bias_error
        assert np.abs(z).max() < 4, (kind, z)
        assert np.sqrt(np.square(z).mean()) < 1.6, (kind, z)
    hits = np.concatenate([part.covered.ravel() for part in found.values()])
    assert 0.935 <= hits.mean() <= 0.965


def test_plausible_values_tell_the_groups_and_eaps_shrink_their_gap():
    """Thirty samples of two groups; differences from the true abilities' means, SDs and gap."""
    found = groups_told(simulations=30, persons=2000)
    error = found["with groups"].std(axis=0, ddof=1) / np.sqrt(30)
    assert (np.abs(found["with groups"].mean(axis=0)) < 4 * error).all()
    assert error.max() < 0.01
    for shrunken in ("without", "eap"):
        gap = found[shrunken][:, 4]
        assert gap.mean() < -0.06
        assert (gap < 0).mean() > 0.95
    assert (found["eap"][:, 2:4].mean(axis=0) < -0.05).all()  # SDs
