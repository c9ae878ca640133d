"""The second opinion on k."""

from collections.abc import Callable

import pytest

from ml.disclosure import verify_k
from ml.errors import StatisticsError


def test_k_is_the_size_of_the_smallest_group_alike_in_all_columns() -> None:
    sex, year = list("ffffmmm"), [1, 1, 2, 2, 1, 1, 1]
    assert verify_k({"sex": sex}) == 3
    assert verify_k({"sex": sex, "year": year}) == 2
    assert verify_k({"sex": sex, "row": range(7)}) == 1


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("no_data", lambda: verify_k({})),
        ("no_data", lambda: verify_k({"a": []})),
        ("length_mismatch", lambda: verify_k({"a": [1, 2], "b": [1]})),
    ],
)
def test_a_table_that_is_none_is_refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code
