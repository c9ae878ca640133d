"""Schools of which half take part, and a program whose effect is known."""

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Study:
    X: np.ndarray
    y: np.ndarray
    treatment: np.ndarray
    school: np.ndarray


def made_study(
    schools: int = 40,
    pupils: int = 30,
    *,
    effect: float = 0.5,
    by_school: bool = True,
    seed: int = 0,
) -> Study:
    generator = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), pupils)
    X = generator.normal(size=(school.size, 3))
    chosen = generator.permutation(schools) < schools // 2
    by_person = generator.random(school.size) < 1 / (1 + np.exp(-0.5 * X[:, 0]))
    treatment = (chosen[school] if by_school else by_person).astype(np.float64)
    y = X[:, 0] + 0.5 * X[:, 1] + effect * treatment + generator.normal(size=school.size)
    return Study(X, y + 0.2 * generator.normal(size=schools)[school], treatment, school)


@pytest.fixture(scope="session")
def study() -> Study:
    return made_study()
