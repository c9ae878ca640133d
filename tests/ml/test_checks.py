"""What every statistic asks of its arrays."""

import numpy as np
import pytest

from ml.checks import as_doubles, as_floats, as_weights, check_level
from ml.errors import StatisticsError


def refused(values: object) -> tuple[str, object]:
    with pytest.raises(StatisticsError) as refusal:
        as_floats(values, "score")  # type: ignore[arg-type]
    return refusal.value.code, refusal.value.parameters.get("row")


def test_none_nan_and_what_numpy_masks_are_missing() -> None:
    assert np.isnan(as_floats([1.0, None, np.nan], "score")).tolist() == [False, True, True]
    masked = np.ma.masked_array([1, 2, 999], mask=[False, False, True])
    assert as_floats(masked, "score").tolist()[:2] == [1.0, 2.0]
    assert np.isnan(as_floats(masked, "score")[2])
    assert as_floats(np.ma.masked_array([1.0, 2.0]), "score").tolist() == [1.0, 2.0]


def test_a_masked_weight_is_no_weight() -> None:
    with pytest.raises(StatisticsError) as refusal:
        as_weights(np.ma.masked_array([1.0, 2.0], mask=[False, True]), 2)
    assert (refusal.value.code, refusal.value.parameters["row"]) == ("invalid_weight", 1)


@pytest.mark.parametrize(
    "values", [["a", "b"], np.array([1 + 2j, 1.0]), [1 + 2j, 1.0], [10**400, 1]]
)
def test_what_is_no_real_number_is_refused(values: object) -> None:
    assert refused(values) == ("not_numeric", None)


def test_infinite_values_are_refused_with_their_row() -> None:
    assert refused([1.0, np.nan, -np.inf]) == ("not_finite", 2)
    with pytest.raises(StatisticsError) as refusal:
        as_doubles(np.array([[1.0, 2.0], [3.0, np.inf]]), "scores")
    assert refusal.value.parameters["row"] == 1


@pytest.mark.parametrize("scale", [1e101, 1e300, 1e-103, 1e-300])
def test_a_scale_whose_squares_would_be_lost_is_refused(scale: float) -> None:
    assert refused(np.array([1.0, np.nan, 2.0]) * scale) == ("out_of_scale", None)


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [0.0, 0.0], [1e-99, 1.0], [-1e99, 0.0]])
def test_nothing_zeros_and_wide_ranges_are_numbers(values: list[float]) -> None:
    np.testing.assert_array_equal(as_floats(values, "score"), values)


def test_a_matrix_is_no_column() -> None:
    assert refused(np.ones((2, 2))) == ("wrong_shape", None)


@pytest.mark.parametrize("level", [0, 1, 95, np.nan, "0.9", None])
def test_a_level_lies_between_0_and_1(level: object) -> None:
    with pytest.raises(StatisticsError, match="invalid_level"):
        check_level(level)  # type: ignore[arg-type]
