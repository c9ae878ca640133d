"""Rubin's rules: one figure from the estimates on each plausible value."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import check_length
from ml.errors import StatisticsError


@dataclass(frozen=True, slots=True)
class Combined:
    """value, df; se² = within + (1 + 1/M) between, both parts in squared units of the value."""

    value: float
    se: float
    df: float
    within: float
    between: float


def combine(values: Sequence[float], errors: Sequence[float], complete_df: float) -> Combined:
    """The M estimates and their standard errors, both in the order of the plausible values.

    complete_df: degrees of freedom that the interval would have without plausible values;
    infinity where it would be normal. One value stays as it is.
    Errors: length_mismatch; not_estimable where a value is NaN or there is none.
    Source: Rubin (1987, eq. 3.1.2–3.1.5); degrees of freedom: Lipsitz, Parzen & Zhao (2002, Journal
    of Statistical Computation and Simulation 72).
    """
    check_length(len(errors), len(values), "errors")
    estimates = np.asarray(values, dtype=np.float64)
    m = estimates.size
    within = float(np.square(np.asarray(errors, dtype=np.float64)).mean()) if m else math.nan
    between = float(estimates.var(ddof=1)) if m > 1 else 0.0
    total = within + (1 + 1 / m) * between if m else math.nan
    if not math.isfinite(total):
        raise StatisticsError("not_estimable", name="combination")
    return Combined(
        value=float(estimates.mean()),
        se=math.sqrt(total),
        df=_degrees_of_freedom(within, (1 + 1 / m) * between, m, complete_df),
        within=within,
        between=between,
    )


def _degrees_of_freedom(within: float, added: float, m: int, complete_df: float) -> float:
    """Satterthwaite's, of two independent parts that add: never below the smaller part's own.

    Barnard & Rubin (1999) take the draws' part for information that the people lack, which leaves
    less than one degree of freedom where there are few schools, however many the draws.
    """
    if added <= 0 or not complete_df > 0:
        return complete_df
    return (within + added) ** 2 / (within**2 / complete_df + added**2 / (m - 1))
