"""A part of the persons, on which a search begins."""

from dataclasses import replace

import numpy as np

from ml.checks import FloatArray
from ml.irt.responses import Block, Responses

START_PERSONS = 5000
RAREST = 5


def part_of(responses: Responses) -> Responses:
    """Every k-th person of each block, so many that no category is rare."""
    size = START_PERSONS
    rare = responses.counts.copy()
    while size < responses.n_persons:
        blocks = []
        for block in responses.blocks:
            stride = max(1, min(responses.n_persons // size, block.size // 200))
            pick = slice(None, None, stride)
            weights = None if block.weights is None else block.weights[pick]
            blocks.append(_picked(block, pick, weights))
        part = _recounted(responses, blocks)
        if not ((part.counts < RAREST) & (rare >= RAREST)).any():
            return part if part.n_persons < responses.n_persons else responses
        size *= 2
    return responses


def _picked(block: Block, pick: slice, weights: FloatArray | None) -> Block:
    codes = np.ascontiguousarray(block.codes[pick])
    return replace(block, rows=block.rows[pick], codes=codes, weights=weights)


def _recounted(responses: Responses, blocks: list[Block]) -> Responses:
    counts = np.zeros_like(responses.counts)
    total = 0.0
    for block in blocks:
        weights = np.ones(block.size) if block.weights is None else block.weights
        for category in range(counts.shape[1]):
            counts[block.items, category] += weights @ (block.codes == category)
        total += float(weights.sum())
    persons = sum(block.size for block in blocks)
    return Responses(tuple(blocks), counts, responses.n_items, persons, total)
