"""The axis: from values to percent of the plot's width."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from `low` to `high`."""

    low: float
    high: float

    def percent(self, value: float) -> float:
        """Where a value stands, in percent of the width."""
        return 100 * (value - self.low) / (self.high - self.low)

    def step(self, most: int) -> float:
        """The smallest of 1, 2 or 5 times a power of ten that gives at most `most` ticks."""
        power = 10.0 ** (math.floor(math.log10(self.high - self.low)) - 1)
        steps = (float(f"{factor * power:.12g}") for factor in (1, 2, 5, 10, 20, 50))
        return next(step for step in steps if len(self.ticks(step)) <= max(most, 1))

    def ticks(self, step: float) -> tuple[float, ...]:
        """The multiples of `step` on the axis."""
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(float(f"{index * step:.12g}") for index in range(first, last + 1))


def scale(values: Iterable[float], *, from_zero: bool = False, zero: bool = False) -> Scale:
    """An axis that holds all values with a little room; bars begin `from_zero` exactly."""
    held = [*values, *([0.0] if from_zero or zero else [])]
    low, high = min(held, default=0.0), max(held, default=1.0)
    room = 0.04 * (high - low) or 0.1 * abs(high) or 1.0
    return Scale(
        low if from_zero and low == 0 else low - room,
        high if from_zero and high == 0 and low < 0 else high + room,
    )
