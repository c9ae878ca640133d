"""People whose group is not known: a group of their own, or set aside from every figure."""

import numpy as np
import pytest

from edu.outcomes.population import UNKNOWN, settle

N = 2000


def labels(unknown: int, *, start: int = 0) -> np.ndarray:
    column = np.array(["a", "b"] * (N // 2), dtype=object)
    column[start : start + unknown] = None
    return column


def settled(present: np.ndarray | None = None, **columns: np.ndarray):
    everybody = np.ones(N, dtype=bool) if present is None else present
    return settle(everybody, np.arange(N) % 20, columns)


def test_where_every_group_is_known_nothing_changes() -> None:
    found = settled(sex=labels(0))
    assert not found.left_out.any()
    assert found.labels["sex"].tolist() == labels(0).tolist()


def test_a_few_are_left_out() -> None:
    assert settled(sex=labels(7)).left_out.nonzero()[0].tolist() == list(range(7))


def test_thirty_in_five_schools_are_a_group() -> None:
    assert settled(sex=labels(29)).left_out.sum() == 29
    found = settled(sex=labels(30))
    assert not found.left_out.any()
    assert (found.labels["sex"] == UNKNOWN).sum() == 30


def test_many_in_four_schools_are_left_out() -> None:
    column = labels(0)
    column[(np.arange(N) % 20 < 4) & (np.arange(N) < 240)] = None
    assert settled(sex=column).left_out.sum() == 48


def test_more_than_a_twentieth_are_never_left_out() -> None:
    present = np.arange(N) < 400
    assert settled(present, sex=labels(20)).left_out.sum() == 20
    assert not settled(present, sex=labels(21)).left_out.any()


def test_only_those_with_a_value_matter() -> None:
    present = np.arange(N) >= 10
    assert settled(present, sex=labels(10)).left_out.sum() == 0
    assert settled(present, sex=labels(12)).left_out.nonzero()[0].tolist() == [10, 11]


def test_few_of_two_groupings_are_left_out_of_both() -> None:
    found = settled(sex=labels(3), language=labels(4, start=100))
    assert found.left_out.nonzero()[0].tolist() == [0, 1, 2, 100, 101, 102, 103]


def test_who_becomes_few_by_what_another_grouping_leaves_out_is_left_out_too() -> None:
    """Of 35 without a language ten have no sex either: 25 are too few."""
    found = settled(sex=labels(10), language=labels(35))
    assert found.left_out.sum() == 35


def test_a_grouping_that_nobody_has_is_dropped() -> None:
    found = settled(sex=labels(0), language=labels(N))
    assert found.labels.keys() == {"sex"}
    assert not found.left_out.any()


@pytest.mark.parametrize("columns", [{}, {"sex": np.array([], dtype=object)}])
def test_nobody_is_no_problem(columns) -> None:
    found = settle(np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64), columns)
    assert found.left_out.size == 0


def test_who_does_not_count_is_in_no_group() -> None:
    """A group of nobody would be named as withheld."""
    found = settled(sex=labels(7))
    assert found.labels["sex"][:7].tolist() == [None] * 7
    without_value = settled(np.arange(N) >= 40, sex=labels(40))
    assert UNKNOWN not in without_value.labels["sex"]
