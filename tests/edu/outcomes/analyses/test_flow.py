"""Numbers of the flow tell about nobody: no loss of one to nine can be worked out."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from edu.outcomes.analyses.comparison.arms import shown_steps


def counts(*numbers: int) -> list[int | None]:
    steps = [(f"step {place}", number) for place, number in enumerate(numbers)]
    return [step.count for step in shown_steps(steps)]


def test_large_losses_are_shown() -> None:
    assert counts(500, 400, 400, 300) == [500, 400, 400, 300]


def test_a_number_that_would_tell_a_small_loss_is_withheld() -> None:
    assert counts(500, 305, 300) == [500, None, 300]


def test_small_numbers_are_withheld() -> None:
    assert counts(9, 3) == [None, None]


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_no_two_shown_numbers_differ_by_a_few(numbers: list[int]) -> None:
    shown = [n for n in counts(*sorted(numbers, reverse=True)) if n is not None]
    assert all(n >= 10 for n in shown)
    assert not any(0 < before - after < 10 for before, after in itertools.pairwise(shown))
