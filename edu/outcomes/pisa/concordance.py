"""Reading a cohort's scores on the scale of PISA, through pupils who have both."""

from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate
from models.pisa import Concordance


def read_on_pisa(linked: Concordance, mean: Estimate) -> Estimate:
    """A cohort's mean in points of PISA; its error holds the link's, once.

    Degrees of freedom: the fewer of the mean's own and of the schools that the link rests on.
    """
    (slope, both), (_, intercept) = linked.covariance
    at = mean.value
    link = slope * at**2 + 2 * both * at + intercept
    if link < 0:
        raise StatisticsError("not_estimable", name="link", group=mean.group)
    se = float((linked.slope**2 * mean.se**2 + link) ** 0.5)
    return t_estimate(
        "mean_on_pisa",
        linked.intercept + linked.slope * at,
        se,
        df=min(mean.df, linked.school_count - 1),
        n=mean.n,
        n_clusters=mean.n_clusters,
        group=mean.group,
    )
