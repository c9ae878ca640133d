"""p values of several tests, adjusted."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.multiple import benjamini_hochberg, holm


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_p_values_of_a_nation_may_all_be_next_to_nothing(adjust) -> None:
    """A region's effect of 60 standard errors has a p value below 1e-200."""
    assert adjust([1e-250, 0.0, 3e-300]).max() < 1e-240


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([0.1, 1.2], "invalid_p_value"),
        ([np.nan], "invalid_p_value"),
        ([[0.1]], "wrong_shape"),
        (["a"], "not_numeric"),
    ],
)
def test_what_is_no_p_value_is_refused(adjust, given, code) -> None:
    with pytest.raises(StatisticsError, match=code):
        adjust(given)
