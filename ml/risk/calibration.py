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
from ml.risk.regression import clustered_covariance, fitted_logit
from ml.risk.shares import mean_difference, share

BINS = 10
HALFWAY = 0.5
# Below so many who left or stayed, a rate says nothing and could point at people.
FEWEST_TOLD = 10


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
    later_gap, later_slope = halfway(learned)
    return Calibration(
        slope=calibration_slope(learned.log_odds, learned.left, learned.clusters),
        gap=mean_difference("gap", gap, learned.clusters, everybody),
        halfway=later_gap,
        halfway_slope=later_slope,
        bins=reliability(learned.probability, learned.left, learned.clusters),
    )


def calibration_slope(log_odds: FloatArray, left: FloatArray, clusters: Clusters) -> Estimate:
    """The slope of a logistic regression of leaving on the foretold log-odds (Cox 1958).

    Not defined where everybody was given the same: then 0 with an error of 0.
    """
    value, se = _slope(log_odds[:, None], left, clusters)
    return t_estimate(
        "slope",
        value,
        se,
        df=clusters.count - 1.0,
        n=left.size,
        n_clusters=clusters.count,
        unit="",
    )


def _slope(foretold: FloatArray, left: FloatArray, clusters: Clusters) -> tuple[float, float]:
    if np.ptp(foretold) < 1e-9:
        return 0.0, 0.0
    fitted = fitted_logit(foretold, left)
    variance = clustered_covariance(foretold, left, fitted, clusters)[1, 1]
    return float(fitted[1]), float(np.sqrt(variance))


def halfway(learned: Learned) -> tuple[Estimate | None, Estimate | None]:
    """(gap, slope) among those still there when half of their time had passed; None where these,
    or those of either fate among them, are too few."""
    there: BoolArray = ~((learned.left > 0) & (learned.left_at <= HALFWAY))
    rows = np.flatnonzero(there)
    clusters, left = learned.clusters.of(rows), learned.left[rows]
    if too_small(rows.size, clusters.count, Threshold()):
        return None, None
    chance = learned.probability_at(HALFWAY)
    gap = mean_difference("halfway", learned.left - chance, learned.clusters, there)
    if min(left.sum(), (1 - left).sum()) < FEWEST_TOLD:
        return gap, None
    sure = np.clip(chance[rows], 1e-9, 1 - 1e-9)
    return gap, calibration_slope(np.log(sure / (1 - sure)), left, clusters)


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
    few = min(leavers, count - leavers) < FEWEST_TOLD
    return not few and too_small(count, schools, Threshold()) is None


def _bin(
    probability: FloatArray, left: FloatArray, clusters: Clusters, rows: BoolArray
) -> ReliabilityBin:
    return ReliabilityBin(float(probability[rows].mean()), share("observed", left, clusters, rows))
