"""What the best parts of all 15-year-olds reach, those whom the sample leaves out counted as below.

Source: OECD (2019), PISA 2018 Results I, ch. 9.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from edu.outcomes.pisa.microdata.pupils import Pupils
from ml.errors import StatisticsError
from ml.survey import Estimate, Quantile, ReplicateDesign, estimate, quantile_of_all

# The quantile among all 15-year-olds, by the figure's name: the best quarter and the best half.
OF_ALL = {"of_all_p75": 0.75, "of_all_p50": 0.5}
# Under this name the coverage is kept beside a file's columns.
COVERAGE = "coverage"
# By economy and domain: the share of all 15-year-olds whom the sample stands for.
Coverage = Mapping[str, Mapping[str, float]]


def of_all(
    pupils: Pupils, domain: str, rows: npt.NDArray[np.intp], coverage: float
) -> list[Estimate]:
    """Of one economy's pupils, those in `rows`; none that lies among 15-year-olds left out."""
    wanted = dict(quantiles(coverage))
    if not wanted:
        return []
    own, all_pupils = pupils.design, rows.size == pupils.n
    design = own if all_pupils else part_of(own, rows)
    values = pupils.values[domain] if all_pupils else pupils.values[domain][rows]
    found = estimate(values, design, list(wanted.values()))
    economy = pupils.economies[rows[0]]
    return [replace(one, name=name, group=economy) for name, one in zip(wanted, found, strict=True)]


def quantiles(coverage: float) -> Iterator[tuple[str, Quantile]]:
    """Those that the coverage allows, by the figure's name."""
    for name, p in OF_ALL.items():
        with suppress(StatisticsError):
            yield name, quantile_of_all(p, coverage)


def part_of(design: ReplicateDesign, rows: npt.NDArray[np.intp]) -> ReplicateDesign:
    """The weights of these rows."""
    return replace(design, weights=design.weights[rows], replicates=design.replicates[rows])


def with_coverage(fields: dict[str, Any], coverage: float | None) -> dict[str, Any]:
    """A figure as it is kept; one of all 15-year-olds with the coverage that it rests on."""
    return {**fields, "coverage": coverage} if fields["name"] in OF_ALL else fields
