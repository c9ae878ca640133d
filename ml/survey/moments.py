"""Weighted sums under all weights at once: one matrix product per block of rows."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray
from ml.parallel import mapped
from ml.survey.sample import Rows, Sample

# A block's columns and weights stay within the processor's cache.
BLOCK_NUMBERS = 131_072
BLOCK_ROWS = 4096
# Rows of one task, of blocks that may be as small as a school.
TASK_ROWS = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some rows of one group. values: (b, n_pv) about the sample's center, 0 for missing.

    present: (b, n_pv), None where nothing is missing in the whole sample.
    """

    rows: Rows
    values: FloatArray
    present: BoolArray | None


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """`width` columns whose weighted sums are wanted; two with one `key` are the same.

    fill(block, out) writes them into `out`, (b, width).
    """

    key: Hashable
    width: int
    fill: Callable[[Block, FloatArray], None]


Sums = dict[Hashable, FloatArray]


def weights_column(sample: Sample) -> Columns:
    """The weights themselves, where there is a value."""
    if not sample.has_missing:
        return Columns("weight", 1, lambda block, out: out.fill(1.0))

    def fill(block: Block, out: FloatArray) -> None:
        out[...] = block.present

    return Columns("weight", sample.n_pv, fill)


def power_columns(sample: Sample, power: int) -> Columns:
    """The values about the center, or their squares."""

    def fill(block: Block, out: FloatArray) -> None:
        np.power(block.values, power, out=out) if power > 1 else np.copyto(out, block.values)

    return Columns(("power", power), sample.n_pv, fill)


def group_sums(
    sample: Sample, columns: Sequence[Columns], groups: range, n_jobs: int | None
) -> list[Sums]:
    """Per group the sums of all columns; each row is read once, blocks are added in order."""
    distinct = list({each.key: each for each in columns}.values())
    width = sum(each.width for each in distinct)
    tasks = _tasks(sample, groups, max(256, min(BLOCK_ROWS, BLOCK_NUMBERS // width)))

    def work(blocks: list[tuple[int, int, int]]) -> list[FloatArray]:
        return [_block_sums(sample, distinct, width, start, stop) for _, start, stop in blocks]

    totals = np.zeros((len(groups), width, 1 + sample.design.n_replicates))
    for blocks, parts in zip(tasks, mapped(work, tasks, n_jobs), strict=True):
        for (group, *_), part in zip(blocks, parts, strict=True):
            totals[group - groups.start] += part
    return [_by_key(distinct, total) for total in totals]


def _tasks(sample: Sample, groups: range, block_rows: int) -> list[list[tuple[int, int, int]]]:
    """Blocks (group, start, stop), bundled; neither depends on the number of threads."""
    tasks: list[list[tuple[int, int, int]]] = []
    open_rows = TASK_ROWS
    for group in groups:
        first, last = int(sample.starts[group]), int(sample.starts[group + 1])
        for start in range(first, last, block_rows):
            if open_rows >= TASK_ROWS:
                tasks.append([])
                open_rows = 0
            stop = min(start + block_rows, last)
            tasks[-1].append((group, start, stop))
            open_rows += stop - start
    return tasks


def _block_sums(
    sample: Sample, columns: list[Columns], width: int, start: int, stop: int
) -> FloatArray:
    rows = sample.rows(start, stop)
    block = _block(sample, rows)
    filled = np.empty((stop - start, width))
    at = 0
    for each in columns:
        each.fill(block, filled[:, at : at + each.width])
        at += each.width
    design = sample.design
    sums = np.empty((width, 1 + design.n_replicates))
    sums[:, 0] = filled.T @ design.weights[rows]
    sums[:, 1:] = filled.T @ taken(design.replicates, rows)
    return sums


def _block(sample: Sample, rows: Rows) -> Block:
    values = taken(sample.values, rows) - sample.center
    if not sample.has_missing:
        return Block(rows, values, None)
    present = ~np.isnan(values)
    values[~present] = 0.0
    return Block(rows, values, present)


def taken(matrix: FloatArray, rows: Rows) -> FloatArray:
    """`take` copies whole rows and lets other threads run meanwhile."""
    return matrix[rows] if isinstance(rows, slice) else matrix.take(rows, axis=0)


def _by_key(columns: list[Columns], totals: FloatArray) -> Sums:
    edges = np.cumsum([0, *(each.width for each in columns)])
    return {
        each.key: totals[start:stop]
        for each, start, stop in zip(columns, edges[:-1], edges[1:], strict=True)
    }


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """NaN where the whole is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
