"""What a run found, written once."""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from edu.intake import load_into
from edu.scoring.scored import Scored
from models.base import utc_now
from models.scores import ItemStatistic, RunStatus, ScoringRun

INCOMING = {
    "sitting_id": "bigint",
    "value": "double precision",
    "se": "double precision",
    "plausible_values": "double precision[]",
}
# The school of a score is the school of its sitting, read where the row policies hold.
WRITE_SCORES = text("""
    INSERT INTO score (run_id, sitting_id, school_id, value, se, plausible_values)
    SELECT :run, sitting.id, sitting.school_id, incoming.value, incoming.se,
      incoming.plausible_values
    FROM incoming_score AS incoming JOIN sitting ON sitting.id = incoming.sitting_id
    ORDER BY sitting.id
""")

ScoreRow = tuple[int, float | None, float | None, str | None]


def write(session: Session, run: ScoringRun, found: Scored) -> None:
    """Keep the scores, the items, and what the run now knows of itself."""
    load_into(session, "incoming_score", INCOMING, score_rows(found))
    session.execute(WRITE_SCORES, {"run": run.id})
    write_items(session, run, found)
    finish(run, found)
    session.flush()


def score_rows(found: Scored) -> Iterator[ScoreRow]:
    """Rows in the order of `INCOMING`; no number where there is none."""
    columns = (
        found.matrix.sitting_ids.tolist(),
        found.values.tolist(),
        found.errors.tolist(),
        np.isnan(found.values).tolist(),
        np.isnan(found.errors).tolist(),
        drawn(found),
    )
    for sitting_id, value, error, no_value, no_error, values in zip(*columns, strict=True):
        yield sitting_id, None if no_value else value, None if no_error else error, values


def drawn(found: Scored) -> Iterator[str | None]:
    """Each sitting's plausible values as PostgreSQL writes an array."""
    if found.plausible_values is None:
        yield from [None] * len(found.values)
        return
    for values in found.plausible_values.tolist():
        yield None if values[0] != values[0] else "{" + ",".join(map(repr, values)) + "}"


def write_items(session: Session, run: ScoringRun, found: Scored) -> None:
    """Keep what was found about each item."""
    rows = [
        {
            "run_id": run.id,
            "item_id": item.item_id,
            "answered": item.figures.answered,
            "difficulty": item.figures.difficulty,
            "discrimination": item.figures.discrimination,
            "omitted_share": item.figures.omitted_share,
            "not_reached_share": item.figures.not_reached_share,
            "warnings": list(item.figures.warnings),
            "calibration": item.calibration,
            "dif": item.dif,
        }
        for item in found.items
    ]
    session.execute(insert(ItemStatistic), rows)


def finish(run: ScoringRun, found: Scored) -> None:
    """What the run now knows of itself."""
    reliability, error = found.reliability, found.error_of_measurement
    run.reliability = reliability.as_dict() if reliability else None
    run.error_of_measurement = error.as_dict() if error else None
    run.warnings = list(found.warnings)
    run.sitting_count = len(found.values)
    run.scored_count = int((~np.isnan(found.values)).sum())
    run.data_fingerprint = found.fingerprint
    run.report = found.report
    run.calibration = found.calibration
    run.status = RunStatus.FINISHED
    run.finished_at = utc_now()
