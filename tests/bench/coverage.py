"""Seeded small versions of the coverage tables in docs/coverage.md, one module per part."""

from tests.bench.harness import Measurement, benchmark


@benchmark("coverage")
def coverage() -> list[Measurement]:
    """Share of 95 % intervals that hold the truth, beside the nominal share."""
    return []
