"""How the service's own cohorts stand and moved, wave by wave, region by region."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edu.outcomes.imputed import combined, telling
from edu.outcomes.pisa.cohorts.frames import CohortFrame
from ml.estimate import Estimate
from ml.growth import GroupEstimates, group_means, paired_gain
from ml.intervals import t_estimate

# Of n people none stood in the level: its share is below 3 / n with 95 of 100 chances.
RULE_OF_THREE = 3.0

Draw = Callable[[int], GroupEstimates]


@dataclass(frozen=True)
class Level:
    """A proficiency level: values strictly above `above`."""

    code: str
    above: float


def over_draws(draw: Draw, draws: int) -> GroupEstimates:
    """What each plausible value says on its own, put together by Rubin's rules.

    The same groups are withheld by every draw, as that depends on who has values; further ones
    where so little is left of the degrees of freedom that an interval says nothing.
    """
    found = [draw(number) for number in range(draws)]
    by_group = zip(*(one.estimates for one in found), strict=True)
    shown, hidden = telling([combined(group) for group in by_group])
    totals = [one.total for one in found if one.total is not None]
    return replace(
        found[0],
        estimates=shown,
        suppressed=(*found[0].suppressed, *hidden),
        total=combined(totals) if len(totals) == draws else None,
    )


def wave_means(frame: CohortFrame, wave: int) -> GroupEstimates:
    """Mean in one wave, of all and by region, with errors clustered by school."""
    rows = frame.rows_of(wave)
    values, regions, schools = frame.values[rows], frame.regions[rows], frame.schools[rows]
    return over_draws(
        lambda number: group_means(values[:, number], groups=regions, clusters=schools),
        values.shape[1],
    )


def changes(frame: CohortFrame, link_error: float) -> GroupEstimates:
    """Mean change from the first to the last wave of those with both, of all and by region.

    The link error between the waves is in every interval once; it is one and the same for all
    regions, so that a difference between two regions does not carry it.
    """
    first, last = frame.pairs()
    before, after = frame.values[first], frame.values[last]
    regions, schools = frame.regions[last], frame.schools[last]
    found = over_draws(
        lambda number: paired_gain(
            before[:, number], after[:, number], groups=regions, clusters=schools
        ),
        before.shape[1],
    )
    return replace(
        found,
        estimates=tuple(linked(one, link_error) for one in found.estimates),
        total=linked(found.total, link_error) if found.total else None,
    )


def linked(found: Estimate, link_error: float) -> Estimate:
    """The same with the link error added once."""
    se = float(np.hypot(found.se, link_error))
    wider = t_estimate(found.name, found.value, se, df=found.df, n=found.n, level=found.level)
    return replace(found, name="change", se=se, interval=wider.interval)


def level_shares(frame: CohortFrame, wave: int, levels: Sequence[Level]) -> list[Estimate]:
    """Shares of the levels in one wave, lowest first; "0" is what lies below the first.

    Errors: those of group_means for everybody together (too few people or schools).
    """
    rows = frame.rows_of(wave)
    values, schools = frame.values[rows], frame.schools[rows]
    bounds = np.array([level.above for level in levels])
    # strictly above a bound: on it is still below
    place = np.searchsorted(bounds, values, side="left")
    codes = ["0", *(level.code for level in levels)]
    return [
        replace(share(place == number, schools), name=f"level_{code}", group=frame.waves[wave])
        for number, code in enumerate(codes)
    ]


def share(inside: npt.NDArray[np.bool_], schools: npt.NDArray[np.int64]) -> Estimate:
    """Share of people in a level, (n, draws) whether each stands in it."""
    found = [share_of_draw(column, schools) for column in inside.T]
    told = next((one for one in found if one is not None), None)
    if told is None:
        return nobody(len(inside), len(np.unique(schools)))
    exact = replace(told, value=0.0, se=0.0)
    return combined([exact if one is None else one for one in found])


def share_of_draw(inside: npt.NDArray[np.bool_], schools: npt.NDArray[np.int64]) -> Estimate | None:
    """Share by one draw; None where it places nobody in the level."""
    if not inside.any():
        return None
    found = group_means(inside.astype(np.float64), clusters=schools, unit="share")
    return found.estimates[0]


def nobody(n: int, schools: int) -> Estimate:
    """The share of a level in which no draw places anybody of n people."""
    return Estimate(
        name="share",
        value=0.0,
        se=0.0,
        interval=(0.0, RULE_OF_THREE / n),
        n=n,
        n_clusters=schools,
        unit="share",
    )
