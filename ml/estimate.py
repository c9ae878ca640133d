"""No number without its uncertainty."""

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure, how sure we are of it, and how many stand behind it.

    name: what was estimated ("gain", "mean", "reliability").
    value, se: the figure and its standard error, in `unit`.
    interval: (low, high) at `level`.
    n, n_clusters: persons and clusters (schools) used; n_clusters 0 where errors are not clustered.
    df: degrees of freedom of the interval's t distribution; infinity for a normal one.
    group: label of the subgroup, None for everybody.
    unit: "points", "share", … a code, rendered at the edge.
    """

    name: str
    value: float
    se: float
    interval: tuple[float, float]
    n: int
    df: float = math.inf
    n_clusters: int = 0
    group: str | None = None
    unit: str = "points"
    level: float = 0.95

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON; an infinite `df` becomes None."""
        fields = asdict(self)
        fields["interval"] = list(self.interval)
        fields["df"] = None if math.isinf(self.df) else self.df
        return fields

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> "Estimate":
        """The inverse of `as_dict`."""
        restored = dict(fields)
        restored["interval"] = tuple(restored["interval"])
        restored["df"] = math.inf if restored["df"] is None else restored["df"]
        return cls(**restored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What is reported as one estimate with things beside it: its figures can be asked of it."""

    estimate: Estimate

    @property
    def value(self) -> float:
        """The figure, in the estimate's unit."""
        return self.estimate.value

    @property
    def se(self) -> float:
        """Its standard error, with both parts where there are plausible values."""
        return self.estimate.se

    @property
    def interval(self) -> tuple[float, float]:
        """(low, high) at the estimate's level."""
        return self.estimate.interval

    @property
    def df(self) -> float:
        """Degrees of freedom of the interval."""
        return self.estimate.df

    @property
    def n(self) -> int:
        """Persons behind the figure."""
        return self.estimate.n
