"""The published data of PISA 2003 in the Netherlands, and invented samples with a known truth."""

from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from ml.survey import ReplicateDesign

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


class Netherlands:
    """PISA 2003, 3,992 pupils."""

    def __init__(self, path: Path) -> None:
        self._table = pyarrow.parquet.read_table(path)
        replicates = np.column_stack([self[f"W_FSTR{i}"] for i in range(1, 81)])
        self.design = ReplicateDesign(self["W_FSTUWT"], replicates)

    def __getitem__(self, column: str) -> np.ndarray:
        return self._table[column].to_numpy().astype(np.float64)

    def plausible(self, domain: str) -> np.ndarray:
        return np.column_stack([self[f"PV{i}{domain}"] for i in range(1, 6)])


@pytest.fixture(scope="session")
def netherlands() -> Netherlands:
    path = SHARED / "pisa" / "pisa2003_NLD.parquet"
    if not path.exists():
        pytest.skip("the shared data are not on this machine (../shared/data)")
    return Netherlands(path)


class Invented:
    """Pupils in schools, some values missing, groups in no order."""

    def __init__(self, n: int = 600, n_pv: int = 3, n_replicates: int = 12, seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        self.weights = generator.uniform(1, 9, n)
        factors = np.where(generator.random((n, n_replicates)) < 0.5, 0.5, 1.5)
        self.design = ReplicateDesign(self.weights, self.weights[:, None] * factors)
        self.x = generator.normal(size=n)
        ability = 500 + 40 * self.x + 80 * generator.normal(size=n)
        self.values = ability[:, None] + 30 * generator.normal(size=(n, n_pv))
        self.country = generator.integers(0, 4, n)
        self.sex = np.where(generator.random(n) < 0.5, "girl", "boy")


@pytest.fixture
def invented() -> Invented:
    return Invented()
