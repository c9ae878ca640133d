"""Labels become integers."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.labels import MISSING, encode_labels


@pytest.mark.parametrize(
    ("labels", "ordered", "codes"),
    [
        ([30, 7, 30], [7, 30], [1, 0, 1]),
        ([10**15, -(10**15), 3], [-(10**15), 3, 10**15], [2, 0, 1]),
        (["ә", "а", "ә"], ["а", "ә"], [1, 0, 1]),
        (["b", None, "a"], ["a", "b"], [1, -1, 0]),
        ([2.0, float("nan"), 1.0], [1.0, 2.0], [1, -1, 0]),
        (np.array([True, False]), [0, 1], [1, 0]),
        (np.array(["x", "y", "x"]), ["x", "y"], [0, 1, 0]),
        ([], [], []),
    ],
)
def test_labels_are_counted_in_ascending_order_and_missing_ones_marked(
    labels: object, ordered: list[object], codes: list[int]
) -> None:
    found, index = encode_labels(labels, "groups")  # type: ignore[arg-type]
    assert found == ordered
    assert index.tolist() == codes


def test_labels_without_an_order_are_refused() -> None:
    with pytest.raises(StatisticsError) as refused:
        encode_labels(["a", 1, "b"], "groups")
    assert (refused.value.code, refused.value.parameters["name"]) == ("mixed_labels", "groups")


def test_a_matrix_of_labels_is_refused() -> None:
    with pytest.raises(StatisticsError) as refused:
        encode_labels(np.zeros((2, 2)), "groups")
    assert refused.value.code == "wrong_shape"


def test_arrays_of_text_and_of_numbers_are_encoded_as_lists_are():
    words = ["Алматы", "a", "", "ab", "Ә", "ab", "b" * 9]
    assert encode_labels(np.array(words), "x")[0] == encode_labels(words, "x")[0]
    assert encode_labels(np.array(words), "x")[1].tolist() == [4, 1, 0, 2, 5, 2, 3]
    labels, codes = encode_labels(np.array([2.5, np.nan, -1.0, 2.5]), "x")
    assert (labels, codes.tolist()) == ([-1.0, 2.5], [1, MISSING, 0, 1])
    assert encode_labels(np.array([], dtype="U3"), "x")[0] == []


def test_what_numpy_masks_is_missing():
    masked = np.ma.masked_array([3, 9, 5], mask=[False, True, False])
    labels, codes = encode_labels(masked, "x")
    assert (labels, codes.tolist()) == ([3, 5], [0, MISSING, 1])


@pytest.mark.parametrize("kind", [list, np.array])
def test_integers_of_any_size_are_labels(kind):
    large = [10**30 + 1, -(10**25), 10**30 + 1, 7]
    labels, codes = encode_labels(kind(large), "x")
    assert (labels, codes.tolist()) == ([-(10**25), 7, 10**30 + 1], [2, 0, 2, 1])
    top = np.array([2**64 - 1, 1], dtype=np.uint64)
    assert encode_labels(top, "x")[0] == [1, 2**64 - 1]
