"""Whether of those who were given 20 % about 20 % left."""

from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray
from ml.clustering import Clusters
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.parallel import one_blas_thread
from ml.publication import Threshold, too_small
from ml.risk.learning import Learned
from ml.risk.model import logistic
from ml.risk.shares import mean_difference, share

BINS = 10
HALFWAY = 0.5
# Below so many who left or stayed, a rate says nothing and could point at people.
FEWEST_OF_EACH = 10
STEPS = 50


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """foretold: the mean probability of the people of a bin; observed: the share that left."""

    foretold: float
    observed: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """slope: of the observed on the foretold log-odds, 1 where they mean what they say.

    gap: observed less foretold share, of all at the start; halfway: of those still there then,
    None where too few are; halfway_slope: the slope among them. bins: from the least to the most
    at risk; bins too small to be shown are joined with their neighbors.
    """

    slope: Estimate
    gap: Estimate
    halfway: Estimate | None
    halfway_slope: Estimate | None
    bins: tuple[ReliabilityBin, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "slope": self.slope.as_dict(),
            "gap": self.gap.as_dict(),
            "halfway": self.halfway.as_dict() if self.halfway else None,
            "halfway_slope": self.halfway_slope.as_dict() if self.halfway_slope else None,
            "bins": [
                {"foretold": each.foretold, "observed": each.observed.as_dict()}
                for each in self.bins
            ],
        }


@one_blas_thread()
def calibration_of(learned: Learned) -> Calibration:
    """From what was foretold to people of other schools; errors clustered by school."""
    everybody = np.ones(learned.left.size, dtype=np.bool_)
    gap = learned.left - learned.probability
    return Calibration(
        slope=calibration_slope(learned.log_odds, learned.left, learned.clusters),
        gap=mean_difference("gap", gap, learned.clusters, everybody),
        halfway=halfway_gap(learned),
        halfway_slope=halfway_slope(learned),
        bins=reliability(learned.probability, learned.left, learned.clusters),
    )


def calibration_slope(log_odds: FloatArray, left: FloatArray, clusters: Clusters) -> Estimate:
    """The slope of a logistic regression of leaving on the foretold log-odds (Cox 1958).

    Not defined where everybody was given the same: then 0 with an error of 0.
    """
    if np.ptp(log_odds) < 1e-9:
        return t_estimate("slope", 0.0, 0.0, df=clusters.count - 1.0, n=left.size,
                          n_clusters=clusters.count, unit="")  # fmt: skip
    design = np.column_stack([np.ones(left.size), log_odds])
    coefficients = np.array([0.0, 1.0])
    for _ in range(STEPS):
        chance = logistic(design @ coefficients)
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.pinv(hessian) @ (design.T @ (left - chance))
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-10:
            break
    scores = design * (left - logistic(design @ coefficients))[:, None]
    summed = np.column_stack([clusters.sums(np.ascontiguousarray(part)) for part in scores.T])
    bread = np.linalg.pinv(hessian)
    variance = clusters.count / (clusters.count - 1) * bread @ (summed.T @ summed) @ bread
    return t_estimate(
        "slope",
        float(coefficients[1]),
        float(np.sqrt(variance[1, 1])),
        df=clusters.count - 1.0,
        n=left.size,
        n_clusters=clusters.count,
        unit="",
    )


def halfway_gap(learned: Learned) -> Estimate | None:
    """Observed less foretold share among those still there when half of their time had passed."""
    there: BoolArray = ~((learned.left > 0) & (learned.left_at <= HALFWAY))
    gap = learned.left - learned.probability_at(HALFWAY)
    schools = learned.clusters.number_in(there.astype(np.float64))
    if too_small(int(there.sum()), schools, Threshold()):
        return None
    return mean_difference("halfway", gap, learned.clusters, there)


def halfway_slope(learned: Learned) -> Estimate | None:
    """The slope among those still there when half of their time had passed."""
    there = np.flatnonzero(~((learned.left > 0) & (learned.left_at <= HALFWAY)))
    left = learned.left[there]
    if min(left.sum(), (1 - left).sum()) < FEWEST_OF_EACH or halfway_gap(learned) is None:
        return None
    chance = np.clip(learned.probability_at(HALFWAY)[there], 1e-9, 1 - 1e-9)
    return calibration_slope(np.log(chance / (1 - chance)), left, learned.clusters.of(there))


def reliability(
    probability: FloatArray, left: FloatArray, clusters: Clusters
) -> tuple[ReliabilityBin, ...]:
    """Ten bins of about as many people each, fewer where a bin could not be shown.

    Who has the same probability is in the same bin.
    """
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]))
    bin_of = np.searchsorted(edges, probability, side="right")
    shown: list[BoolArray] = []
    pending = np.zeros(left.size, dtype=np.bool_)
    for number in range(edges.size + 1):
        pending |= bin_of == number
        if _may_be_shown(pending, left, clusters):
            shown.append(pending)
            pending = np.zeros(left.size, dtype=np.bool_)
    if pending.any() and shown:
        shown[-1] |= pending
    return tuple(_bin(probability, left, clusters, rows) for rows in shown)


def _may_be_shown(rows: BoolArray, left: FloatArray, clusters: Clusters) -> bool:
    """Enough people and schools, and enough of either fate."""
    schools = clusters.number_in(rows.astype(np.float64))
    leavers, count = int(left[rows].sum()), int(rows.sum())
    few = min(leavers, count - leavers) < FEWEST_OF_EACH
    return not few and too_small(count, schools, Threshold()) is None


def _bin(
    probability: FloatArray, left: FloatArray, clusters: Clusters, rows: BoolArray
) -> ReliabilityBin:
    return ReliabilityBin(float(probability[rows].mean()), share("observed", left, clusters, rows))
