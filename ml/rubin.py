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
    Source: Rubin (1987, eq. 3.1.2–3.1.5); Barnard & Rubin (1999, Biometrika 86, eq. 3).
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
        df=_degrees_of_freedom(m, total, (1 + 1 / m) * between, complete_df),
        within=within,
        between=between,
    )


def _degrees_of_freedom(m: int, total: float, added: float, complete_df: float) -> float:
    """Barnard & Rubin: never above the complete-data degrees of freedom."""
    if added <= 0:
        return complete_df
    missing = added / total
    large = (m - 1) / missing**2
    if math.isinf(complete_df):
        return large
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - missing)
    return 1 / (1 / large + 1 / observed) if observed > 0 else large
