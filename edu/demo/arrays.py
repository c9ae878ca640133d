"""Columns of numbers: their types, their random streams, and the few steps all parts share."""

from zlib import crc32

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Words = npt.NDArray[np.str_]

NOBODY = -1
NEVER = np.datetime64("NaT", "D")


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of their own for one part, so that a change in one leaves the others."""
    return np.random.default_rng([seed, crc32(name.encode())])


def day(text: str) -> np.datetime64:
    """A date as columns hold it."""
    return np.datetime64(text, "D")


def rank_within(groups: npt.NDArray[np.generic], order: npt.NDArray[np.generic]) -> Integers:
    """The place of each element among those of its group, from 0, in the order of `order`."""
    by = np.lexsort((order, groups))
    places = np.arange(len(groups), dtype=np.int64)
    sorted_groups = groups[by]
    begins = np.ones(len(groups), dtype=np.bool_)
    begins[1:] = sorted_groups[1:] != sorted_groups[:-1]
    first = np.maximum.accumulate(np.where(begins, places, 0))
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[by] = places - first
    return ranks


def share_out(total: int, weights: Numbers, *, least: int = 0) -> Integers:
    """`total` in whole parts, `least` to each and the rest by weight (largest remainders)."""
    rest = total - least * len(weights)
    exact = rest * weights / weights.sum()
    parts: Integers = np.floor(exact).astype(np.int64)
    left = rest - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:left]] += 1
    return parts + least


def share_out_capped(total: int, weights: Numbers, *, least: int, most: int) -> Integers:
    """As `share_out`, with no part above `most`."""
    parts = share_out(total, weights, least=least)
    full = np.zeros(len(weights), dtype=np.bool_)
    while (parts > most).any():
        full |= parts >= most
        parts[full] = most
        left = total - most * int(full.sum())
        parts[~full] = share_out(left, weights[~full], least=least)
    return parts


def logistic(values: Numbers) -> Numbers:
    """1 / (1 + exp(−x))."""
    return 0.5 * (1 + np.tanh(0.5 * values))


def days_between(rng: np.random.Generator, first: Days, last: Days) -> Days:
    """A day from `first` to `last`, both included, for each pair."""
    span = np.maximum((last - first).astype(np.int64), 0)
    shift = np.floor(rng.random(len(span)) * (span + 1)).astype(np.int64)
    return np.asarray(first + shift.astype("timedelta64[D]"))
