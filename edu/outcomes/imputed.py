"""One figure from those on each plausible value, by Rubin's rules: never on their average."""

from collections.abc import Sequence

from ml.estimate import Estimate
from ml.intervals import t_estimate
from ml.publication import Suppressed
from ml.rubin import combine

# With fewer degrees of freedom a 95 % interval is more than twelve standard errors to each side.
LEAST_DF = 1.0
TOO_UNCERTAIN = "too_uncertain"


def combined(found: Sequence[Estimate]) -> Estimate:
    """The figure of all plausible values together; n and the name are those of the first."""
    first = found[0]
    together = combine(
        [each.value for each in found], [each.se for each in found], min(each.df for each in found)
    )
    return t_estimate(
        first.name,
        together.value,
        together.se,
        df=together.df,
        n=first.n,
        n_clusters=first.n_clusters,
        group=first.group,
        unit=first.unit,
        level=first.level,
    )


def telling(groups: Sequence[Estimate]) -> tuple[tuple[Estimate, ...], tuple[Suppressed, ...]]:
    """The groups whose interval says something, and the others with the reason's code."""
    return (
        tuple(one for one in groups if one.df >= LEAST_DF),
        tuple(Suppressed(str(one.group), TOO_UNCERTAIN) for one in groups if one.df < LEAST_DF),
    )
