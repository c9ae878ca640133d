"""What is too small to be shown, and what must go with it."""

import numpy as np
import pytest

from ml.publication import Threshold, too_small, with_complement


@pytest.mark.parametrize(
    ("persons", "clusters", "reason"),
    [
        (29, 5, "too_few_persons"),
        (30, 4, "too_few_clusters"),
        (30, 5, None),
        (3, 1, "too_few_persons"),
    ],
)
def test_thirty_persons_in_five_schools_may_be_shown(
    persons: int, clusters: int, reason: str | None
) -> None:
    assert too_small(persons, clusters, Threshold()) == reason


def complement(persons: list[int], withheld: list[bool], clusters: int = 99) -> list[bool]:
    result = with_complement(
        np.array(withheld), np.array(persons), lambda _groups: clusters, Threshold()
    )
    return [bool(value) for value in result]


def test_a_single_withheld_group_takes_the_smallest_shown_one_with_it() -> None:
    assert complement([12, 90, 60, 400], [True, False, False, False]) == [True, False, True, False]


def test_two_withheld_groups_that_are_large_together_need_no_third() -> None:
    assert complement([12, 25, 60], [True, True, False]) == [True, True, False]


def test_withheld_groups_that_are_small_even_together_take_another_with_them() -> None:
    assert complement([12, 9, 60, 400], [True, True, False, False]) == [True, True, True, False]


def test_withheld_groups_of_too_few_schools_together_take_all_others_with_them() -> None:
    assert complement([40, 40, 60], [True, True, False], clusters=4) == [True, True, True]


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    assert complement([40, 60], [False, False]) == [False, False]
