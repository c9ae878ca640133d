"""How many pupils stand on which level, and how many near the bounds that are followed."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from edu.outcomes.pisa.microdata.pupils import CYCLES, Pupils
from ml.errors import StatisticsError
from ml.survey import Estimate, Levels, Scale, ShareAbove, Statistic, estimate, scale
from models.pisa import ON_SCALE_OF_PISA, Product

# Shares that are followed over the cycles, by the level whose bound they lie above; how many pupils
# stand NEAR a bound tells how much a shift of the scale would change its share.
BOUNDS = ("2", "5")
NEAR = 10.0


def scale_of(product: Product, domain: str, cycle: int) -> Scale | None:
    """PISA's scale of the year, or of the cycle before it; None where no levels are known, and for
    scores on another scale."""
    if product not in ON_SCALE_OF_PISA:
        return None
    try:
        return scale(domain, max(year for year in CYCLES.values() if year <= cycle))
    except StatisticsError:
        return None


def bounds_of(known: Scale | None) -> dict[str, float]:
    """The bounds that are followed, by their level."""
    levels = known.levels if known else ()
    return {level.name: level.above for level in levels if level.name in BOUNDS}


def above(code: str) -> str:
    """What the share above a level's bound is called, whatever the bound."""
    return f"share_level_{code}_and_above"


def level_statistics(known: Scale | None) -> list[Statistic]:
    """All levels, and the shares above the bounds that are followed; none without a scale."""
    if known is None:
        return []
    return [known.statistic, *map(ShareAbove, bounds_of(known).values())]


def named(found: Sequence[Estimate], known: Scale | None) -> list[Estimate]:
    """The same, shares above a bound by the name of its level."""
    names = {f"share_above_{at:.10g}": above(code) for code, at in bounds_of(known).items()}
    return [replace(one, name=names.get(one.name, one.name)) for one in found]


def near(pupils: Pupils, domain: str, known: Scale | None) -> list[Estimate]:
    """The share of pupils who stand within NEAR points of each bound, by economy."""
    bounds = bounds_of(known)
    if not bounds:
        return []
    around = [Levels([bound - NEAR, bound + NEAR]) for bound in bounds.values()]
    found = estimate(pupils.values[domain], pupils.design, around, by=pupils.economies)
    inside = [one for one in found if one.name == "level_1"]
    codes = itertools.cycle(bounds)
    return [replace(one, name=f"near_level_{next(codes)}") for one in inside]
