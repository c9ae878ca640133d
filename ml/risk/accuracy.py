"""How well people who left were told from people who stayed, in schools not learned from."""

import math
from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray
from ml.clustering import Clusters, score_error
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.parallel import one_blas_thread
from ml.risk.learning import Learned
from ml.risk.shares import share

LOOKED_AT_FIRST = 0.2


@dataclass(frozen=True, slots=True)
class Accuracy:
    """auc: how often of two people, one who left and one who stayed, the former was seen to be
    more at risk. explained: the share of the squared error (Brier) that the formula takes away.
    cut: the probability from which on people are looked at first, the highest fifth. left_above:
    share that left among those above; found: share of all who left that is above.
    """

    auc: Estimate
    explained: Estimate
    cut: float
    left_above: Estimate
    found: Estimate

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "auc": self.auc.as_dict(),
            "explained": self.explained.as_dict(),
            "cut": self.cut,
            "left_above": self.left_above.as_dict(),
            "found": self.found.as_dict(),
        }


@one_blas_thread()
def accuracy_of(learned: Learned) -> Accuracy:
    """From what was foretold to people of other schools; errors clustered by school."""
    cut = rounded_down(float(np.quantile(learned.probability, 1 - LOOKED_AT_FIRST)))
    above = learned.probability >= cut
    leavers: BoolArray = learned.left > 0
    return Accuracy(
        auc=area_under_curve(learned.log_odds, learned.left, learned.clusters),
        explained=explained_share(learned.probability, learned.left, learned.clusters),
        cut=cut,
        left_above=share("left_above", learned.left, learned.clusters, above),
        found=share("found", above.astype(np.float64), learned.clusters, leavers),
    )


def rounded_down(probability: float) -> float:
    """To two significant digits, as a cut that is told: no single person's probability is it."""
    if probability <= 0:
        return 0.0
    decimals = 1 - math.floor(math.log10(probability))
    return math.floor(probability * 10.0**decimals + 1e-9) / 10.0**decimals


def area_under_curve(score: FloatArray, left: FloatArray, clusters: Clusters) -> Estimate:
    """P(score of a leaver > score of a stayer), ties counting half, clustered by school.

    The error comes from each person's placement among the others: DeLong, DeLong & Clarke-Pearson
    (1988, Biometrics 44), summed by school (Obuchowski 1997, Biometrics 53).
    """
    leaves = left > 0
    ahead, behind = np.sort(score[~leaves]), np.sort(score[leaves])
    placement = np.where(leaves, _placement(score, ahead), 1.0 - _placement(score, behind))
    value = float(placement[leaves].mean())
    share_of = np.where(leaves, leaves.sum(), (~leaves).sum()) / score.size
    se, df = score_error((placement - value) / share_of, clusters)
    return t_estimate(
        "auc", value, se, df=df, n=score.size, n_clusters=clusters.count, unit="share"
    )


def explained_share(probability: FloatArray, left: FloatArray, clusters: Clusters) -> Estimate:
    """1 − Brier score over that of giving everybody the base rate."""
    own, plain = (left - probability) ** 2, (left - left.mean()) ** 2
    ratio = float(own.sum() / plain.sum())
    se, df = score_error((own - ratio * plain) / plain.mean(), clusters)
    return t_estimate(
        "explained", 1 - ratio, se, df=df, n=left.size, n_clusters=clusters.count, unit="share"
    )


def _placement(score: FloatArray, others: FloatArray) -> FloatArray:
    """(n,) the share of the sorted `others` below each score, ties counting half."""
    below = np.searchsorted(others, score, side="left")
    upto = np.searchsorted(others, score, side="right")
    return np.asarray((below + upto) / (2.0 * others.size))
