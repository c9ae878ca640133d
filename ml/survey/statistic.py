"""What a statistic must tell so that many of them can share one read of the data."""

from collections.abc import Sequence

from ml.checks import BoolArray, FloatArray
from ml.survey.moments import Columns, Sums
from ml.survey.ordered import Order, Rule
from ml.survey.sample import Sample


class Statistic:
    """What all statistics have: names of their components and the rows they use.

    A statistic is one of the three kinds below. Every result has the shape
    (n_components, n_pv, 1 + n_replicates), full weight first.
    """

    def names(self, sample: Sample) -> list[str]:
        """One per component."""
        raise NotImplementedError

    def used(self, sample: Sample) -> BoolArray | None:
        """(n,): rows that can enter; None for all."""
        return sample.present


class MomentStatistic(Statistic):
    """A function of weighted sums."""

    def columns(self, sample: Sample) -> list[Columns]:
        """What must be summed."""
        raise NotImplementedError

    def from_sums(self, sums: Sums, sample: Sample, group: int) -> FloatArray:
        """The result from the sums of one group by key, each (width, 1 + n_replicates)."""
        raise NotImplementedError


class OrderStatistic(Statistic):
    """A function of the sorted values."""

    def quantiles(self) -> Sequence[tuple[float, Rule]]:
        """Probabilities and rules that are needed."""
        return ()

    def cuts(self, sample: Sample) -> Sequence[float]:
        """Values up to which the weight is needed."""
        return ()

    def from_order(self, order: Order, sample: Sample) -> FloatArray:
        raise NotImplementedError


class GroupStatistic(Statistic):
    """Whatever needs the rows of a group themselves."""

    def of_group(self, sample: Sample, group: int) -> FloatArray:
        raise NotImplementedError
