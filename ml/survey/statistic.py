"""What a statistic must tell so that many of them can share one read of the data."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from ml.checks import BoolArray, FloatArray
from ml.survey.moments import Columns, Sums
from ml.survey.ordered import Order, Rule
from ml.survey.sample import Sample


class Statistic(ABC):
    """What all statistics have: names of their components and the rows they use.

    A statistic is one of the three kinds below. Every result has the shape
    (n_components, n_pv, 1 + n_replicates), full weight first.
    """

    @abstractmethod
    def names(self, sample: Sample) -> list[str]:
        """One per component."""

    def used(self, sample: Sample) -> BoolArray | None:
        """(n,): rows that can enter; None for all."""
        return sample.present


class MomentStatistic(Statistic):
    """A function of weighted sums."""

    @abstractmethod
    def columns(self, sample: Sample) -> list[Columns]:
        """What must be summed."""

    @abstractmethod
    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        """The result from the sums of one group by key, each (width, 1 + n_replicates)."""


class OrderStatistic(Statistic):
    """A function of the sorted values."""

    def quantiles(self) -> Sequence[tuple[float, Rule]]:
        """Probabilities and rules that are needed."""
        return ()

    def cuts(self, sample: Sample) -> Sequence[float]:
        """Values up to which the weight is needed."""
        return ()

    @abstractmethod
    def from_order(self, order: Order, sample: Sample) -> FloatArray:
        """The result from the sorted values of one group."""


class GroupStatistic(Statistic):
    """Whatever needs the rows of a group themselves."""

    @abstractmethod
    def of_group(self, sample: Sample, group: int) -> FloatArray:
        """The result from the rows of one group."""
