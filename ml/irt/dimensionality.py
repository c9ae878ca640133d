"""Is one ability enough? Components of what the model leaves over, against what chance leaves."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray
from ml.irt.abilities import abilities
from ml.irt.itemfit import residual_correlations
from ml.irt.parallel import one_blas_thread
from ml.irt.simulation import simulated_codes
from ml.labels import Labels


@dataclass(frozen=True, slots=True)
class Dimensionality:
    """eigenvalue: the largest of the residual correlations (its unit: items). limit: that which
    95 % of data sets simulated from the model stay below. unidimensional: not above the limit.
    together: item names by their loading on that component, the two ends that pull apart.
    """

    eigenvalue: float
    limit: float
    unidimensional: bool
    high: tuple[str, ...]
    low: tuple[str, ...]


def check_dimensionality(
    model: Any,
    X: npt.ArrayLike,
    *,
    random_state: int | np.random.Generator | None,
    groups: Labels | None = None,
    n_simulations: int = 40,
) -> Dimensionality:
    """Principal components of residuals (Chou & Wang 2010, Educ. Psychol. Meas. 70) with a limit
    by simulation from the fitted model with the same missing responses.

    Pairs that nobody saw together count as uncorrelated. Errors: groups_needed, unknown_group.
    """
    codes = model._codes(X)
    group = model._group(groups, len(codes))
    generator = np.random.default_rng(random_state)
    with one_blas_thread():
        value, vector = _largest(model, codes, group)
        simulated = []
        for _ in range(n_simulations):
            drawn = simulated_codes(model.items_, group, generator)
            drawn[codes < 0] = -1
            simulated.append(_largest(model, drawn, group)[0])
    limit = float(np.quantile(simulated, 0.95, method="higher"))
    third = max(len(vector) // 3, 1)
    order = np.argsort(vector)
    names = model.item_names_
    return Dimensionality(
        eigenvalue=value,
        limit=limit,
        unidimensional=value <= limit,
        high=tuple(names[item] for item in order[::-1][:third]),
        low=tuple(names[item] for item in order[:third]),
    )


def _largest(
    model: Any, codes: npt.NDArray[np.int8], group: npt.NDArray[np.int64]
) -> tuple[float, FloatArray]:
    theta, _ = abilities(codes, group, model.items_, model.nodes_, "eap", n_jobs=model.n_jobs)
    correlation, together = residual_correlations(model.items_, codes, theta)
    correlation = np.where((together >= 2) & np.isfinite(correlation), correlation, 0.0)
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    vector = vectors[:, -1]
    sign = 1.0 if vector[int(np.argmax(np.abs(vector)))] > 0 else -1.0
    return float(values[-1]), vector * sign
