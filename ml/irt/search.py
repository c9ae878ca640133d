"""A likelihood, where on it a search stands, and who is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.expectation import Expected, expectation, score
from ml.irt.information import observed_information
from ml.irt.items import Curves, Items, curves, unpack
from ml.irt.responses import Responses

FEWEST_NODES = 5


@dataclass(frozen=True, slots=True)
class Iteration:
    """Where a fit stands. number: from 1. loglik: of the n_persons looked at, which at first are a
    part. gradient_norm: the largest absolute score component, per person.
    """

    number: int
    loglik: float
    gradient_norm: float
    n_persons: int


Listener = Callable[[Iteration], None]


def check_settings(quadrature: int, tol: float, max_iter: int) -> None:
    """Errors: invalid_quadrature, invalid_tolerance, invalid_max_iter."""
    if quadrature < FEWEST_NODES:
        raise StatisticsError("invalid_quadrature", found=quadrature, least=FEWEST_NODES)
    if not tol > 0:  # nor NaN
        raise StatisticsError("invalid_tolerance", found=tol)
    if max_iter < 1:
        raise StatisticsError("invalid_max_iter", found=max_iter)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The likelihood at one parameter vector."""

    vector: FloatArray
    at: Curves
    expected: Expected
    gradient: FloatArray

    @property
    def loglik(self) -> float:
        return self.expected.loglik


@dataclass(slots=True, eq=False)
class Search:
    """A likelihood to climb. names: of the items, for refusals. n_iter: iterations so far;
    n_passes: those over all the data.
    """

    responses: Responses
    items: Items
    theta: FloatArray
    names: Sequence[str]
    n_jobs: int | None
    on_iteration: Listener | None = None
    n_iter: int = 0
    n_passes: int = 0

    def point(self, vector: FloatArray) -> Point:
        items = self.items.with_vector(vector)
        at = curves(items, self.theta)
        expected = expectation(self.responses, items, at, self.n_jobs)
        self.n_passes += 1
        return Point(vector, at, expected, score(self.responses, items, at, expected))

    def information(self, point: Point) -> FloatArray:
        items = self.items.with_vector(point.vector)
        return observed_information(self.responses, items, point.at, point.expected, self.n_jobs)

    def count(self, point: Point) -> None:
        self.n_iter += 1
        if self.on_iteration is not None:
            size = norm(point, self.responses)
            told = Iteration(self.n_iter, point.loglik, size, self.responses.n_persons)
            self.on_iteration(told)

    def item_in(self, direction: FloatArray) -> str:
        """The item whose parameters a vector of them concerns most."""
        slope, intercept, guess, _, _ = unpack(self.items, np.abs(direction))
        sizes = np.nan_to_num(np.column_stack([slope, intercept, guess]))
        return self.names[int(sizes.max(axis=1).argmax())]


def norm(point: Point, responses: Responses) -> float:
    """The largest absolute score component, per person."""
    return float(np.abs(point.gradient).max(initial=0.0)) / responses.total
