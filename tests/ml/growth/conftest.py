"""CR2 and Bell–McCaffrey as the papers write them, with whole n × n matrices."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.ml.growth.samples import Study

FloatArray = npt.NDArray[np.float64]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
PISA = SHARED / "pisa" / "pisa2003_NLD.parquet"
GROWTH_PANEL = SHARED / "irt" / "sgpData_wide.csv"


@pytest.fixture
def plain_cr2() -> Callable[..., tuple[float, float, float]]:
    """The independent version to hold ours against."""
    return _plain_cr2


def _plain_cr2(
    y: FloatArray,
    design: FloatArray,
    weights: FloatArray,
    clusters: npt.NDArray[np.int64],
    contrast: FloatArray,
) -> tuple[float, float, float]:
    """(estimate, standard error, degrees of freedom) of contrast'β in weighted least squares.

    Working covariance: the identity. Pustejovsky & Tipton (2018), eq. 5–6 and 11–12.
    """
    weighted = design * weights[:, None]
    bread = np.linalg.inv(design.T @ weighted)
    residual_maker = np.eye(y.size) - design @ bread @ weighted.T
    covariance = residual_maker @ residual_maker.T
    residuals = residual_maker @ y
    variance = 0.0
    directions = []
    for cluster in np.unique(clusters):
        rows = np.flatnonzero(clusters == cluster)
        adjusted = _inverse_root(covariance[np.ix_(rows, rows)]) @ weighted[rows] @ bread @ contrast
        variance += float(adjusted @ residuals[rows]) ** 2
        directions.append(residual_maker[rows].T @ adjusted)
    products = np.array(directions) @ np.array(directions).T
    df = np.trace(products) ** 2 / (products**2).sum()
    return float(contrast @ bread @ weighted.T @ y), float(np.sqrt(variance)), float(df)


def _inverse_root(matrix: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(matrix)
    roots = np.where(values > 1e-10, 1 / np.sqrt(np.clip(values, 1e-10, None)), 0.0)
    return (vectors * roots) @ vectors.T


@pytest.fixture
def study() -> Study:
    rng = np.random.default_rng(6)
    school = np.sort(rng.choice(12, 300, p=rng.dirichlet(np.full(12, 6.0))))
    group = (school % 2).astype(float)
    covariates = rng.normal(size=(300, 2))
    true = 500 + 60 * group + 30 * rng.normal(size=12)[school] + 90 * rng.normal(size=300)
    post = 150 + 0.7 * true + 12 * group + 10 * covariates[:, 0] + 60 * rng.normal(size=300)
    return Study(true + 60 * rng.normal(size=300), post, group, school, covariates)
