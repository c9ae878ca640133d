"""What a run hands over to be written, whichever method made it."""

from dataclasses import dataclass
from typing import Any

from edu.scoring.classical import Computed, compute
from edu.scoring.item_report import ReportedItem
from edu.scoring.matrix import ResponseMatrix, coding_of
from ml.checks import FloatArray
from ml.estimate import Estimate
from models.assessments import Instrument


@dataclass(frozen=True, eq=False)
class Scored:
    """values, errors: (n,) a score and its standard error, NaN where there is none.

    plausible_values: (n, draws), NaN for who gave no response; None where none were drawn.
    report, calibration: what a calibrated run keeps beside its items.
    """

    matrix: ResponseMatrix
    values: FloatArray
    errors: FloatArray
    reliability: Estimate | None
    error_of_measurement: Estimate | None
    items: tuple[ReportedItem, ...]
    warnings: tuple[str, ...]
    fingerprint: str
    plausible_values: FloatArray | None = None
    report: dict[str, Any] | None = None
    calibration: str | None = None


def score_classically(matrix: ResponseMatrix, instrument: Instrument) -> Scored:
    """Scores from 0 to 100 by classical test theory."""
    found: Computed = compute(matrix, coding_of(instrument))
    return Scored(
        matrix=matrix,
        values=found.values,
        errors=found.errors,
        reliability=found.reliability,
        error_of_measurement=found.error_of_measurement,
        items=tuple(
            ReportedItem(item.id, figures, None, [])
            for item, figures in zip(instrument.items, found.items, strict=True)
        ),
        warnings=found.warnings,
        fingerprint=matrix.fingerprint,
    )
