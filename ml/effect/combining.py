"""From values and errors per plausible value to one Estimate."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml.clustering import Clusters
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.rubin import combine

# Value, standard error, degrees of freedom.
Result = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands behind an estimate, and how it is shown."""

    n: int
    clusters: Clusters
    unit: str
    level: float

    def estimate(
        self, name: str, results: Sequence[Result], group: str | None = None
    ) -> tuple[Estimate, float]:
        """The estimate, and the part of its variance that plausible values add.

        results: one per plausible value; of the degrees of freedom the smallest counts.
        Errors: those of `combine` and `t_estimate`.
        """
        values, errors, dfs = zip(*results, strict=True)
        found = combine(values, errors, min(dfs))
        estimate = t_estimate(
            name,
            found.value,
            found.se,
            df=found.df,
            n=self.n,
            n_clusters=self.clusters.count if self.clusters.given else 0,
            group=group,
            unit=self.unit,
            level=self.level,
        )
        return estimate, (1 + 1 / len(results)) * found.between
