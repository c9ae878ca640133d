"""Reading a cohort's scores on the scale of PISA, through pupils who have both."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.publication import Threshold, too_small
from models.errors import Refusal
from models.pisa import Concordance

Floats = npt.NDArray[np.float64]
# Below this correlation one test tells less than half of what is uncertain about the other
# (Dorans & Holland 2000, Journal of Educational Measurement 37): the two are not linked.
LEAST_CORRELATION = 0.866


@dataclass(frozen=True)
class Fitted:
    """pisa = slope · own + intercept. covariance: of (slope, intercept), clustered by school."""

    slope: float
    intercept: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    correlation: float
    pupils: int
    schools: int


def fit(own: Floats, pisa: Floats, schools: npt.NDArray[np.generic]) -> Fitted:
    """The line that gives both scores the same mean and SD among pupils who have both, (n,).

    Errors by a jackknife over schools. Refuses too_few_for_concordance, concordance_too_weak.
    """
    known, place = np.unique(schools, return_inverse=True)
    if too_small(own.size, known.size, Threshold()):
        raise Refusal("too_few_for_concordance", pupils=own.size, schools=known.size)
    if not (own.std() > 0 and pisa.std() > 0):
        raise Refusal("concordance_constant")
    correlation = float(np.corrcoef(own, pisa)[0, 1])
    if not correlation >= LEAST_CORRELATION:
        raise Refusal(
            "concordance_too_weak", found=f"{correlation:.2f}", least=f"{LEAST_CORRELATION:.2f}"
        )
    without = np.array([line(own[place != one], pisa[place != one]) for one in range(known.size)])
    deviations = without - without.mean(axis=0)
    covariance = (known.size - 1) / known.size * deviations.T @ deviations
    slope, intercept = line(own, pisa)
    (a, b), (_, c) = covariance.tolist()
    return Fitted(slope, intercept, ((a, b), (b, c)), correlation, own.size, known.size)


def line(own: Floats, pisa: Floats) -> tuple[float, float]:
    """Slope and intercept from means and SDs."""
    slope = float(pisa.std(ddof=1) / own.std(ddof=1))
    return slope, float(pisa.mean() - slope * own.mean())


def read_on_pisa(linked: Concordance, mean: Estimate) -> Estimate:
    """A cohort's mean in points of PISA; its error holds the link's, once.

    Degrees of freedom: the fewer of the mean's own and of the link's.
    """
    at = mean.value
    return told(linked, mean, linked.intercept + linked.slope * at, link_variance(linked, at))


def link_variance(linked: Concordance, at: float) -> float:
    """The square of the link error, in points of PISA, of a mean at `at` own points."""
    (slope, both), (_, intercept) = linked.covariance
    return float(slope * at**2 + 2 * both * at + intercept)


def change_on_pisa(linked: Concordance, change: Estimate) -> tuple[float, float, float]:
    """A change in points of PISA: value, its own error, and that of the link."""
    slope_error = float(linked.covariance[0][0]) ** 0.5
    return (
        linked.slope * change.value,
        linked.slope * change.se,
        abs(change.value) * slope_error,
    )


def told(linked: Concordance, mean: Estimate, value: float, link: float) -> Estimate:
    """A mean with the variance of its link."""
    if link < 0:
        raise StatisticsError("not_estimable", name="link", group=mean.group)
    return t_estimate(
        "mean_on_pisa",
        value,
        float((linked.slope**2 * mean.se**2 + link) ** 0.5),
        df=min(mean.df, linked.df),
        n=mean.n,
        n_clusters=mean.n_clusters,
        group=mean.group,
    )
