"""Benchmarks: functions that measure us and, in the same run, something to hold us against."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Benchmark = Callable[[], "Measurement | Sequence[Measurement]"]
BENCHMARKS: dict[str, Benchmark] = {}


@dataclass(frozen=True, slots=True)
class Measurement:
    """value: ours; reference: that of `reference_name` in the same run, None if there is none."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    reference_name: str | None = None

    @property
    def ratio(self) -> float | None:
        """Ours to theirs."""
        return self.value / self.reference if self.reference else None

    def as_dict(self) -> dict[str, object]:
        """The entry of build/bench.json."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "reference": self.reference,
            "reference_name": self.reference_name,
            "ratio": self.ratio,
        }


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a function under the name that `make bench ONLY=…` calls it by."""

    def register(function: Benchmark) -> Benchmark:
        if name in BENCHMARKS:
            raise ValueError(f"two benchmarks are called {name}")
        BENCHMARKS[name] = function
        return function

    return register


def measured(name: str) -> list[Measurement]:
    """Run one benchmark."""
    found = BENCHMARKS[name]()
    return [found] if isinstance(found, Measurement) else list(found)
