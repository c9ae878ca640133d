"""Responses drawn from items: for checks by simulation, and for tests of recovery."""

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.irt.items import Items, category_probabilities
from ml.irt.parallel import spans
from ml.irt.responses import Codes

ROWS = 8192


def simulated_codes(items: Items, group: IntArray, generator: np.random.Generator) -> Codes:
    """(n_persons, n_items) responses of persons drawn from their groups' normals."""
    theta = items.mean[group] + items.sd[group] * generator.standard_normal(group.size)
    return responses_at(items, theta, generator)


def responses_at(items: Items, theta: FloatArray, generator: np.random.Generator) -> Codes:
    """(n_persons, n_items) responses of persons at θ."""
    codes = np.empty((theta.size, items.n_items), dtype=np.int8)
    for start, stop in spans(theta.size, ROWS):
        probability, _ = category_probabilities(items, theta[start:stop])
        above = np.cumsum(probability, axis=1)[:, :-1]
        uniform = generator.random((items.n_items, 1, stop - start))
        codes[start:stop] = (uniform > above).sum(axis=1).T
    return codes
