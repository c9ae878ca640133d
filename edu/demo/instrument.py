"""A test: its items, its booklets, and how people answer it.

Generalized partial credit items (Muraki 1992), P(x points) ∝ exp(Σ_{k ≤ x} a (θ − b_k)), θ a
person's ability; with one step that is the two-parameter logistic item (Birnbaum 1968).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edu.demo.arrays import Flags, Integers, Numbers, logistic
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED

Responses = npt.NDArray[np.int8]

NO_STEP = np.inf  # the difficulty of a point that an item does not give
ELSEWHERE = -1  # the place, in a booklet, of an item that is not in it
OMISSION, OMISSION_OF_THE_UNSURE = 0.008, 0.06
RUNS_OUT_OF_TIME = 0.06
EARLIEST_STOP = 0.6  # of a booklet


@dataclass(frozen=True, eq=False)
class Items:
    """Columns of shape (n_items,).

    a: discrimination. steps: (n_items, most points) the difficulty of each point, NO_STEP where
    the item has fewer. russian: what is added to all of them for those who sit the test in Russian.
    """

    codes: tuple[str, ...]
    domains: tuple[str, ...]
    a: Numbers
    steps: Numbers
    russian: Numbers

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def points(self) -> Integers:
        """The most that can be got for each item."""
        return np.asarray((self.steps < NO_STEP).sum(axis=1))

    @property
    def differing(self) -> list[str]:
        """The codes of the items that are easier in one language than in the other."""
        return [self.codes[place] for place in np.flatnonzero(self.russian)]


@dataclass(frozen=True, eq=False)
class Instrument:
    """booklets: (n_waves, n_booklets, length) items in the order in which a person sees them."""

    code: str
    scale: str
    name_kk: str
    name_ru: str
    name_en: str
    items: Items
    booklets: Integers

    def places(self, wave: int) -> Integers:
        """Where each item stands in each booklet of a wave, (n_booklets, n_items); or ELSEWHERE."""
        booklets = self.booklets[wave]
        found = np.full((len(booklets), len(self.items)), ELSEWHERE)
        np.put_along_axis(found, booklets, np.arange(booklets.shape[1])[None], axis=1)
        return found


def chances_of_points(items: Items, ability: Numbers, in_russian: Flags) -> Numbers:
    """The probability of at least 1, 2, … points, (n_persons, n_items, most points)."""
    steps = items.steps + items.russian[:, None] * in_russian[:, None, None]
    ahead = items.a[:, None] * (ability[:, None, None] - steps)
    if items.steps.shape[1] == 1:
        return logistic(ahead)
    weights = np.exp(np.cumsum(ahead, axis=2))
    at_least = np.cumsum(weights[..., ::-1], axis=2)[..., ::-1]
    return np.asarray(at_least / (1 + at_least[..., :1]))


def share_of_points(items: Items, chances: Numbers) -> Numbers:
    """The expected share of each item's points, (n_persons, n_items)."""
    return np.asarray(chances.sum(axis=2) / items.points)


def chance_omitted(share: Numbers) -> Numbers:
    """The probability that a reached item is passed over: the unsure do it more often."""
    return OMISSION + OMISSION_OF_THE_UNSURE * (1 - share)


def answer(
    rng: np.random.Generator, items: Items, place: Integers, ability: Numbers, in_russian: Flags
) -> Responses:
    """Responses (n_persons, n_items): points, OMITTED, NOT_REACHED after the time ran out, and
    NOT_PRESENTED where `place` in the person's booklet, (n_persons, n_items), is ELSEWHERE."""
    chances = chances_of_points(items, ability, in_russian)
    drawn = rng.random(chances.shape[:2])
    responses: Responses = (drawn[..., None] < chances).sum(axis=2, dtype=np.int8)
    omitted = chance_omitted(share_of_points(items, chances))
    responses[rng.random(drawn.shape) < omitted] = OMITTED
    reached = reach(rng, len(ability), int(place.max(initial=0)) + 1)
    responses[place >= reached[:, None]] = NOT_REACHED
    responses[place == ELSEWHERE] = NOT_PRESENTED
    return responses


def earliest_stop(length: int) -> int:
    """The fewest items of a booklet that anybody comes to."""
    return int(EARLIEST_STOP * length)


def reach(rng: np.random.Generator, count: int, length: int) -> Integers:
    """How many items of their booklet people come to."""
    late = rng.random(count) < RUNS_OUT_OF_TIME
    return np.where(late, rng.integers(earliest_stop(length), length, count), length)


def expected_score(items: Items, ability: Numbers, in_russian: Flags) -> Numbers:
    """The expected share of points among the items reached, from 0 to 100, where all are presented
    in their order and weigh the same.

    Exact, not simulated: omitted counts as wrong, not reached does not count, and where a person
    stops does not depend on ability.
    """
    share = share_of_points(items, chances_of_points(items, ability, in_russian))
    counted = share * (1 - chance_omitted(share))
    return np.asarray(100 * counted @ weights_of_items(len(items)))


def weights_of_items(length: int) -> Numbers:
    """What each item weighs in the expected mean over the items reached; they sum to 1."""
    stops = np.arange(earliest_stop(length), length)
    chances = np.append(np.full(len(stops), RUNS_OUT_OF_TIME / len(stops)), 1 - RUNS_OUT_OF_TIME)
    ends = np.append(stops, length)
    reached = np.arange(length)[:, None] < ends
    return np.asarray((reached * (chances / ends)).sum(axis=1))
