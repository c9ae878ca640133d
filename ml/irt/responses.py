"""A matrix of responses becomes blocks of persons who saw the same items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.parallel import CHUNK_ROWS, mapped, spans

Codes = npt.NDArray[np.int8]
MISSING = -1
MAX_CATEGORY = 127
# A pattern of missing responses gets its own block from this many persons; the rest are masked.
BLOCK_ROWS = 512
CONVERSION_ROWS = 16384


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Persons of one group who share the presented items.

    rows: (n,) positions in the matrix. items: (k,) columns presented to somebody of the block.
    codes: (n, k) categories; -1 (only where masked) was not presented. weights: (n,) or None.
    """

    group: int
    rows: IntArray
    items: IntArray
    codes: Codes
    masked: bool
    weights: FloatArray | None = None

    @property
    def size(self) -> int:
        return int(self.rows.size)


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """All persons with a response, in blocks. counts: weighted (n_items, n_steps + 1).

    total: sum of the weights of these persons.
    """

    blocks: tuple[Block, ...]
    counts: FloatArray
    n_items: int
    n_persons: int
    total: float


def as_codes(X: npt.ArrayLike, n_jobs: int | None = None) -> Codes:
    """(n_persons, n_items) categories as small integers, -1 where not presented.

    X: whole numbers from 0, NaN where not presented. Errors: wrong_shape, not_numeric,
    invalid_response (row and column from 0, found), too_many_categories.
    """
    matrix: npt.NDArray[Any] = np.asarray(X)
    if matrix.ndim != 2:
        raise StatisticsError("wrong_shape", name="X", expected=2, found=matrix.ndim)
    if matrix.dtype.kind not in "iufb":
        try:
            matrix = matrix.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise StatisticsError("not_numeric", name="X") from error
    codes = np.empty(matrix.shape, dtype=np.int8)
    pieces = spans(matrix.shape[0], CONVERSION_ROWS)
    bad = mapped(lambda span: _convert(matrix, codes, span), pieces, n_jobs)
    first = next((row for row in bad if row is not None), None)
    if first is not None:
        _refuse_row(matrix, first)
    return codes


def _convert(matrix: npt.NDArray[Any], codes: Codes, span: tuple[int, int]) -> int | None:
    """Write a piece of the codes; the first row that is no response, or None."""
    for start, stop in spans(span[1] - span[0], CHUNK_ROWS):
        part = matrix[span[0] + start : span[0] + stop]
        target = codes[span[0] + start : span[0] + stop]
        floats = part.dtype.kind == "f"
        numbers = np.where(np.isnan(part), MISSING, part) if floats else part
        with np.errstate(invalid="ignore"):
            target[...] = numbers
        wrong = (target != numbers) | ((numbers < 0) & ~np.isnan(part) if floats else numbers < 0)
        if wrong.any():
            return span[0] + start + int(np.argmax(wrong.any(axis=1)))
    return None


def _refuse_row(matrix: npt.NDArray[Any], row: int) -> None:
    values = np.asarray(matrix[row], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        fine = np.isnan(values) | ((values >= 0) & (values == np.floor(values)))
        fine &= ~(values > MAX_CATEGORY)
    column = int(np.argmin(fine))
    raise StatisticsError("invalid_response", row=row, column=column, found=float(values[column]))


def as_responses(
    codes: Codes,
    group: IntArray,
    weights: FloatArray | None = None,
    n_steps: int | None = None,
) -> Responses:
    """Persons without any response stand in no block. group: (n_persons,) from 0."""
    steps = int(codes.max(initial=1)) if n_steps is None else n_steps
    blocks = tuple(_blocks(codes, group, weights))
    counts = np.zeros((codes.shape[1], steps + 1))
    for block in blocks:
        counts[block.items] += _counts(block, steps)
    sizes = [b.size if b.weights is None else float(b.weights.sum()) for b in blocks]
    persons = sum(block.size for block in blocks)
    return Responses(blocks, counts, codes.shape[1], persons, float(sum(sizes)))


def _blocks(codes: Codes, group: IntArray, weights: FloatArray | None) -> list[Block]:
    """The masked rest of a group comes after its own blocks."""
    presented = codes >= 0
    blocks: list[Block] = []
    if presented.all() and (group == 0).all():
        columns = np.arange(codes.shape[1])
        rows = np.arange(codes.shape[0])
        return [Block(0, rows, columns, codes, False, weights)] if rows.size else []
    rest: list[IntArray] = []
    for rows in _same_pattern(presented, group):
        columns = np.flatnonzero(presented[rows[0]])
        if not columns.size:
            continue
        if rows.size < BLOCK_ROWS:
            rest.append(rows)
        else:
            blocks.append(_block(codes, group, weights, rows, columns, masked=False))
    remaining = np.sort(np.concatenate(rest)) if rest else np.empty(0, dtype=np.int64)
    for number in np.unique(group[remaining]):
        rows = remaining[group[remaining] == number]
        columns = np.flatnonzero(presented[rows].any(axis=0))
        masked = not presented[rows][:, columns].all()
        blocks.append(_block(codes, group, weights, rows, columns, masked=masked))
    return blocks


def _block(
    codes: Codes,
    group: IntArray,
    weights: FloatArray | None,
    rows: IntArray,
    columns: IntArray,
    *,
    masked: bool,
) -> Block:
    mine = np.empty((rows.size, columns.size), dtype=np.int8)
    for start, stop in spans(rows.size, CONVERSION_ROWS):
        mine[start:stop] = codes[rows[start:stop]][:, columns]
    mine_weights = None if weights is None else weights[rows]
    return Block(int(group[rows[0]]), rows, columns, mine, masked, mine_weights)


def _same_pattern(presented: BoolArray, group: IntArray) -> list[IntArray]:
    """Rows of equal group and presented items, each in ascending order."""
    packed = np.packbits(presented, axis=1)
    width = -(-packed.shape[1] // 8) * 8
    padded = np.zeros((packed.shape[0], width + 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    words = padded.view(np.uint64)
    words[:, -1] = group
    key = words @ _odd_numbers(words.shape[1])
    distinct = np.unique(key)
    label = np.searchsorted(distinct, key)
    if len(distinct) < np.iinfo(np.int16).max:
        label = label.astype(np.int16)  # sorted in two passes
    order = np.argsort(label, kind="stable")
    first = order[np.searchsorted(label[order], np.arange(len(distinct)))]
    if not (words == words[first][label]).all():  # two patterns of one key: never seen
        _, label = np.unique(words, axis=0, return_inverse=True)
        order = np.argsort(label.reshape(-1), kind="stable")
        label = label.reshape(-1)
    ends = np.flatnonzero(np.diff(label[order])) + 1
    return np.split(order, ends) if order.size else []


def _odd_numbers(n: int) -> npt.NDArray[np.uint64]:
    """Multipliers that spread patterns over 64 bits (multiplication overflows on purpose)."""
    generator = np.random.default_rng(20_240_229)
    return generator.integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def _counts(block: Block, n_steps: int) -> FloatArray:
    """Weighted number of persons in each category, (k, n_steps + 1)."""
    result = np.zeros((block.items.size, n_steps + 1))
    for category in range(n_steps + 1):
        for start, stop in spans(block.size, CONVERSION_ROWS):
            chosen = block.codes[start:stop] == category
            if block.weights is None:
                result[:, category] += chosen.sum(axis=0)
            else:
                result[:, category] += block.weights[start:stop] @ chosen
    return result


def item_names(names: Sequence[str] | None, n_items: int) -> list[str]:
    """The given names, or the columns counted from 1."""
    return list(names) if names is not None else [str(i + 1) for i in range(n_items)]
