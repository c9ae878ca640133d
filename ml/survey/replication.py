"""Replicate factors per school: by how much each replicate multiplies the weights."""

import math

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError


def replicate_factors(
    stratum: IntArray, method: str, fay: float, n_replicates: int, generator: np.random.Generator
) -> FloatArray:
    """(n_schools, n_replicates) from the stratum of each school, in the order of sampling."""
    if stratum.size < 2:
        raise StatisticsError("too_few_clusters")
    if method == "jk1":
        return _jackknife(stratum.size)
    strata = [np.flatnonzero(stratum == label) for label in np.unique(stratum)]
    lonely = [schools for schools in strata if schools.size < 2]
    if lonely:
        raise StatisticsError("lonely_school", n=len(lonely))
    if method == "bootstrap":
        return _bootstrap(strata, stratum.size, n_replicates, generator)
    zones = [zone for schools in strata for zone in _zones(schools)]
    if method == "jk2":
        return _paired_jackknife(zones, stratum.size)
    return _balanced(zones, stratum.size, fay if method == "fay" else 0.0)


def _jackknife(n: int) -> FloatArray:
    """One school after another is left out, the others stand in for it."""
    return (1 - np.eye(n)) * n / (n - 1)


def _zones(schools: IntArray) -> list[IntArray]:
    """Neighbours in pairs; an odd number ends in a triple."""
    cut = schools.size - 3 if schools.size % 2 else schools.size
    pairs = [schools[start : start + 2] for start in range(0, cut, 2)]
    return pairs if cut == schools.size else [*pairs, schools[cut:]]


def _paired_jackknife(zones: list[IntArray], n: int) -> FloatArray:
    """One replicate per pair, three per triple; their squared deviations simply add up.

    A triple's deviations are those of leaving out one of three, times √(2/3), so that their sum
    over the three has the variance of a stratum of three as expectation.
    """
    columns = []
    for zone in zones:
        lost = -1.0 if zone.size == 2 else -math.sqrt(2 / 3)
        for school in zone[:1] if zone.size == 2 else zone:
            column = np.ones(n)
            column[zone] -= lost / (zone.size - 1)
            column[school] = 1 + lost
            columns.append(column)
    return np.stack(columns, axis=1)


def _balanced(zones: list[IntArray], n: int, k: float) -> FloatArray:
    """Half of each pair gains 1 − k, the other loses it, balanced by a Hadamard matrix.

    A triple sets one school (chance of the row's order) against two, ±(1 − k)·(√2, −√½, −√½), as
    PISA does (OECD 2009, p. 73); without Fay's factor this would make negative weights.
    """
    from scipy.linalg import hadamard  # noqa: PLC0415  0.2 s: not at import

    size = 1 << max(len(zones).bit_length(), 2)
    signs = hadamard(size).astype(np.float64)[:, 1 : len(zones) + 1]
    factors = np.ones((n, size))
    for zone, sign in zip(zones, signs.T, strict=True):
        if zone.size == 2:
            contrast = np.array([1.0, -1.0])
        elif k < 1 - math.sqrt(0.5):
            raise StatisticsError("odd_stratum")
        else:
            contrast = np.array([math.sqrt(2), -math.sqrt(0.5), -math.sqrt(0.5)])
        factors[zone] += (1 - k) * contrast[:, None] * sign
    return factors


def _bootstrap(
    strata: list[IntArray], n: int, n_replicates: int, generator: np.random.Generator
) -> FloatArray:
    """Rao & Wu (1988): n_h − 1 of n_h schools drawn with replacement, rescaled."""
    factors = np.empty((n, n_replicates))
    for schools in strata:
        size = schools.size
        drawn = generator.multinomial(size - 1, np.full(size, 1 / size), size=n_replicates)
        factors[schools] = drawn.T * size / (size - 1)
    return factors
