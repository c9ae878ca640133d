"""Items with known parameters, people who answer them, and real responses."""

import csv
from pathlib import Path

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.irt import ItemResponseModel
from ml.irt.items import Items, starting_items
from ml.irt.simulation import responses_at

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def read_columns(path: Path, columns: slice = slice(None)) -> tuple[list[str], np.ndarray]:
    """Header and numbers of a CSV file, NaN for empty cells; skips where the file is absent."""
    if not path.exists():
        pytest.skip("the shared data are not on this machine (../shared/data)")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = rows[0][columns]
    return names, np.array([[float(c) if c else np.nan for c in row[columns]] for row in rows[1:]])


@pytest.fixture(scope="session")
def lsat7() -> np.ndarray:
    return read_columns(SHARED / "irt" / "lsat7.csv")[1]


@pytest.fixture(scope="session")
def icils() -> tuple[list[str], np.ndarray]:
    path = SHARED / "icils" / "icils2023_kaz_digital_self_efficacy.csv"
    names, answers = read_columns(path, slice(3, 16))
    return names, answers - 1


def made_items(n: int = 15, *, model: str = "2pl", steps: int = 1, seed: int = 0) -> Items:
    """Items of moderate slope and difficulty."""
    generator = np.random.default_rng(seed)
    items = starting_items([model] * n, np.full(n, steps), 1)
    if model in ("2pl", "3pl", "gpcm"):
        items.slope[:] = generator.uniform(0.8, 1.8, n)
    middle = generator.normal(0, 0.8, n)
    for step in range(steps):
        items.intercept[:, step] = (step + 1) * middle + 0.4 * (step + 1) * (steps - 1 - step)
    return items


def answers(items: Items, theta: np.ndarray, seed: int = 0) -> np.ndarray:
    """(n_persons, n_items) as floats, ready for NaN."""
    return responses_at(items, theta, np.random.default_rng(seed)).astype(np.float64)


def people(n: int, mean: float = 0.0, sd: float = 1.0, seed: int = 0) -> np.ndarray:
    return mean + sd * np.random.default_rng(seed + 1000).standard_normal(n)


def item_labels(n: int) -> list[str]:
    return [f"item {number}" for number in range(n)]


@pytest.fixture(scope="module")
def responses():
    return answers(made_items(10), people(2000))


@pytest.fixture(scope="module")
def fitted(responses):
    return ItemResponseModel().fit_named(responses, item_labels(10))


def refusal(call, *arguments, **named) -> StatisticsError:
    with pytest.raises(StatisticsError) as refused:
        call(*arguments, **named)
    return refused.value
