"""The invented digital-literacy test: thirty items, and how people answer them.

Two-parameter logistic items (Birnbaum 1968): P(right) = logistic(a (θ − b)), θ a person's
ability. The items are the same for every seed: the instrument does not change with the nation.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edu.demo.arrays import Flags, Integers, Numbers, logistic
from models.assessments import NOT_REACHED, OMITTED

CODE = "digital-literacy"
# The areas of DigComp, the European framework of digital competence.
DOMAINS = ("information", "communication", "content_creation", "safety", "problem_solving")
N_ITEMS = 30
# Items that are harder (or easier) for those who sit the test in Russian.
HARDER_IN_RUSSIAN = {6: 0.6, 17: -0.5}
OMISSION, OMISSION_OF_THE_UNSURE = 0.008, 0.06
RUNS_OUT_OF_TIME = 0.06
EARLIEST_STOP = 18


@dataclass(frozen=True)
class Items:
    """Discrimination, difficulty, and the shift of difficulty in Russian; shape (n_items,)."""

    a: Numbers
    b: Numbers
    russian: Numbers

    @property
    def codes(self) -> list[str]:
        """DL01, DL02, …"""
        return [f"DL{number:02d}" for number in range(1, len(self.a) + 1)]

    @property
    def domains(self) -> list[str]:
        """The area of each item: they take turns."""
        return [DOMAINS[place % len(DOMAINS)] for place in range(len(self.a))]


def the_items() -> Items:
    """The thirty items, easier ones first."""
    rng = np.random.default_rng(30)
    spread = np.linspace(-2.1, 1.5, N_ITEMS) + rng.normal(0, 0.35, N_ITEMS)
    slope: Numbers = np.exp(rng.normal(0.15, 0.25, N_ITEMS))
    shift = np.zeros(N_ITEMS)
    shift[list(HARDER_IN_RUSSIAN)] = list(HARDER_IN_RUSSIAN.values())
    return Items(
        a=slope.round(3),
        b=spread.round(3),
        russian=shift,
    )


def chance_right(items: Items, ability: Numbers, in_russian: Flags) -> Numbers:
    """The probability of a right answer, (n_persons, n_items)."""
    difficulty = items.b + items.russian * in_russian[:, None]
    return logistic(items.a * (ability[:, None] - difficulty))


def chance_omitted(right: Numbers) -> Numbers:
    """The probability that a reached item is passed over: the unsure do it more often."""
    return OMISSION + OMISSION_OF_THE_UNSURE * (1 - right)


def answer(
    rng: np.random.Generator, items: Items, ability: Numbers, in_russian: Flags
) -> npt.NDArray[np.int8]:
    """Responses (n_persons, n_items): 1, 0, OMITTED, and NOT_REACHED after the time ran out."""
    right = chance_right(items, ability, in_russian)
    responses = (rng.random(right.shape) < right).astype(np.int8)
    responses[rng.random(right.shape) < chance_omitted(right)] = OMITTED
    reached = reach(rng, len(ability))
    responses[np.arange(N_ITEMS) >= reached[:, None]] = NOT_REACHED
    return responses


def reach(rng: np.random.Generator, count: int) -> Integers:
    """How many items each person comes to."""
    late = rng.random(count) < RUNS_OUT_OF_TIME
    return np.where(late, rng.integers(EARLIEST_STOP, N_ITEMS, count), N_ITEMS)


def expected_score(items: Items, ability: Numbers, in_russian: Flags) -> Numbers:
    """The expected share of right answers among the items reached, from 0 to 100.

    Exact, not simulated: omitted counts as wrong, not reached does not count, and where a person
    stops does not depend on ability.
    """
    right = chance_right(items, ability, in_russian)
    counted = right * (1 - chance_omitted(right))
    return np.asarray(100 * counted @ weights_of_items())


def weights_of_items() -> Numbers:
    """What each item weighs in the expected mean over the items reached; they sum to 1."""
    stops = np.arange(EARLIEST_STOP, N_ITEMS)
    chances = np.append(np.full(len(stops), RUNS_OUT_OF_TIME / len(stops)), 1 - RUNS_OUT_OF_TIME)
    ends = np.append(stops, N_ITEMS)
    reached = np.arange(N_ITEMS)[:, None] < ends
    return np.asarray((reached * (chances / ends)).sum(axis=1))
