"""Who is compared with whom, and why everybody else is not: the flow of a study."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edu.outcomes.analyses.comparison.frames import Register
from edu.outcomes.analyses.definition import Pool
from edu.outcomes.population import Mask
from models.programs import Offering

# The steps of the flow, in the order in which they are taken; each names who is left after it.
TOOK_PART = ("enrolled", "stayed", "only_this", "baseline", "endline", "analysed")
COMPARED = ("not_enrolled", "no_other", "eligible", "in_pool", "baseline", "endline", "analysed")


@dataclass(frozen=True, eq=False)
class Arms:
    """treated, compared: masks over the register of those who were there at the first wave.

    flow: of each arm ("treated", "comparison"), the numbers left, from the registry to those with
    both waves; `analysed` repeats these.
    """

    treated: Mask
    compared: Mask
    registered: int
    flow: dict[str, list[tuple[str, int]]]


def arms_of(register: Register, pool: Pool, eligible: Mask) -> Arms:
    """Both arms, and the losses on the way to them."""
    flags = register.flags
    took, gave_up, other = flags["took"], flags["gave_up"], flags["other"]
    ever = took | gave_up
    treated, steps = narrowed([ever, took, ~other, flags["sat_first"], flags["sat_last"]])
    everywhere = place_of(register, pool, took)
    compared, others = narrowed(
        [
            flags["known"] & ~ever,
            ~other,
            eligible,
            everywhere,
            flags["sat_first"],
            flags["sat_last"],
        ]
    )
    return Arms(
        treated=treated,
        compared=compared,
        registered=int((flags["known"] | ever).sum()),
        flow={
            "treated": list(zip(TOOK_PART, [*steps, steps[-1]], strict=True)),
            "comparison": list(zip(COMPARED, [*others, others[-1]], strict=True)),
        },
    )


def narrowed(masks: Sequence[Mask]) -> tuple[Mask, list[int]]:
    """Everybody left before the last mask (the outcome), and how many are left after each."""
    left = np.ones_like(masks[0])
    counts = []
    for mask in masks[:-1]:
        left = left & mask
        counts.append(int(left.sum()))
    return left, [*counts, int((left & masks[-1]).sum())]


def eligible_for(register: Register, offerings: Sequence[Offering], year: str) -> Mask:
    """Whom one of the offerings would have accepted by role and grade (in `year`)."""
    role, grade = register.labels["role"], grades(register)
    found = np.zeros(register.size, dtype=np.bool_)
    for kind in {(tuple(each.roles), *grades_at(each, year)) for each in offerings}:
        roles, low, high = kind
        fits = np.isin(role.astype(str), roles)
        if low is not None:
            fits &= ~(grade < low)
        if high is not None:
            fits &= ~(grade > high)
        found |= fits
    return found


def grades_at(offering: Offering, year: str) -> tuple[int | None, int | None]:
    """The grades in `year` of those whom the offering accepts in its own year."""
    later = int(offering.academic_year[:4]) - int(year[:4])
    return tuple(
        None if grade is None else grade - later
        for grade in (offering.min_grade, offering.max_grade)
    )  # type: ignore[return-value]


def grades(register: Register) -> npt.NDArray[np.float64]:
    """(n,) grade, NaN without one."""
    return np.array(
        [np.nan if grade is None else float(grade) for grade in register.labels["grade"]]
    )


def place_of(register: Register, pool: Pool, took: Mask) -> Mask:
    """Who lives where comparison people are taken from."""
    if pool is Pool.NATION:
        return np.ones(register.size, dtype=np.bool_)
    if pool is Pool.SAME_REGIONS:
        regions = register.labels["region"].astype(str)
        return np.isin(regions, np.unique(regions[took]))
    among = np.isin(register.schools, np.unique(register.schools[took]))
    return among if pool is Pool.SAME_SCHOOLS else ~among
