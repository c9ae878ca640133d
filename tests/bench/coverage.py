"""Seeded small versions of the coverage tables in docs/coverage.md, one module per part."""

from tests.bench import (
    coverage_effect,
    coverage_growth,
    coverage_imputed,
    coverage_irt,
    coverage_risk,
    coverage_survey,
)
from tests.bench.harness import Measurement, benchmark

PARTS = (
    coverage_irt,
    coverage_growth,
    coverage_imputed,
    coverage_effect,
    coverage_survey,
    coverage_risk,
)
SIMULATIONS = 200


@benchmark("coverage")
def coverage() -> list[Measurement]:
    """Share of 95 % intervals that hold the truth, beside the nominal share."""
    return [each for part in PARTS for each in part.measurements(SIMULATIONS)]
