"""What a table of counts gives away, tried by an attacker who solves for every hidden cell."""

import numpy as np
import pytest
from scipy.optimize import linprog

from edu.enrollment.suppression import SMALLEST_COUNT, suppress, with_totals

Cell = tuple[int, int]


def attack(counts: list[list[int]], hidden: frozenset[Cell]) -> dict[Cell, tuple[float, float]]:
    """The range of every hidden cell that fits the shown cells and all totals."""
    shape = (len(counts), len(counts[0]))
    order = sorted(hidden)
    place = {cell: number for number, cell in enumerate(order)}
    equations, constants = [], []
    for line in lines(shape):
        *_, total = line
        signs = {cell: -1.0 if cell == total else 1.0 for cell in line}
        row = np.zeros(len(order))
        for cell in line:
            if cell in hidden:
                row[place[cell]] = signs[cell]
        known = sum(signs[cell] * counts[cell[0]][cell[1]] for cell in line if cell not in hidden)
        equations.append(row)
        constants.append(-known)
    ranges = {}
    for cell in order:
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(order))
            aim[place[cell]] = sign
            solved = linprog(aim, A_eq=np.array(equations), b_eq=np.array(constants))
            ends.append(sign * solved.fun if solved.status == 0 else sign * -np.inf)
        ranges[cell] = (ends[0], ends[1])
    return ranges


def lines(shape: tuple[int, int]) -> list[list[Cell]]:
    rows = [[(row, column) for column in range(shape[1])] for row in range(shape[0])]
    columns = [[(row, column) for row in range(shape[0])] for column in range(shape[1])]
    return rows + columns


def recovered(counts: list[list[int]], hidden: frozenset[Cell]) -> list[Cell]:
    return [cell for cell, (low, high) in attack(counts, hidden).items() if high - low < 0.5]


def small(counts: list[list[int]]) -> set[Cell]:
    return {
        (row, column)
        for row, line in enumerate(counts)
        for column, count in enumerate(line)
        if 0 < count < SMALLEST_COUNT
    }


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert suppress(with_totals([[10, 0, 25], [30, 40, 0]])) == frozenset()


def test_a_single_small_count_takes_others_with_it() -> None:
    counts = with_totals([[3, 40, 50], [60, 70, 80], [90, 95, 99]])
    hidden = suppress(counts)
    assert (0, 0) in hidden
    assert recovered(counts, frozenset({(0, 0)})) == [(0, 0)]
    assert recovered(counts, hidden) == []
    assert all(cell[0] < 3 and cell[1] < 3 for cell in hidden), "totals are shown"
    assert len(hidden) == 4, "no more than a rectangle"


def test_the_cheapest_companions_are_hidden() -> None:
    counts = with_totals([[3, 400, 12], [600, 700, 800], [20, 900, 11]])
    assert suppress(counts) == {(0, 0), (0, 2), (2, 0), (2, 2)}


def test_two_hidden_counts_that_are_small_together_are_not_enough() -> None:
    counts = with_totals([[1, 2, 30, 50], [90, 90, 90, 90]])
    hidden = suppress(counts)
    row = [counts[0][column] for column in range(4) if (0, column) in hidden]
    assert sum(row) >= SMALLEST_COUNT


def test_a_small_total_is_hidden_too() -> None:
    counts = with_totals([[2, 0], [1, 0]])
    hidden = suppress(counts)
    assert (2, 2) in hidden
    assert recovered(counts, hidden) == []


def test_zeros_are_shown() -> None:
    counts = with_totals([[3, 0, 50], [60, 0, 80], [90, 0, 99]])
    assert not {cell for cell in suppress(counts) if counts[cell[0]][cell[1]] == 0}


@pytest.mark.parametrize("seed", range(60))
def test_the_attacker_recovers_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = (int(random.integers(1, 8)), int(random.integers(1, 7)))
    sparse = random.negative_binomial(0.4, 0.01, shape) * (random.random(shape) < 0.7)
    counts = with_totals(sparse.tolist())
    hidden = suppress(counts)
    assert small(counts) <= hidden
    assert recovered(counts, hidden) == []


@pytest.mark.parametrize("seed", range(30))
def test_a_finer_table_gives_away_nothing_that_the_coarser_one_hides(seed: int) -> None:
    """Schools of one region below the table of regions, whose row is their row of totals."""
    random = np.random.default_rng(1000 + seed)
    schools = random.negative_binomial(0.5, 0.02, (6, 5)) * (random.random((6, 5)) < 0.7)
    others = random.negative_binomial(0.5, 0.01, (3, 5))
    regions = with_totals([schools.sum(axis=0).tolist(), *others.tolist()])
    coarse = suppress(regions)
    finer = with_totals(schools.tolist())
    hidden_totals = {column for row, column in coarse if row == 0}
    fine = suppress(finer, fixed_row=hidden_totals)
    assert {column for row, column in fine if row == 6} == hidden_totals
    assert {cell for cell in small(finer) if cell[0] < 6} <= fine
    assert recovered(finer, fine) == []
