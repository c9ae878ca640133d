"""Cohorts on a scale of PISA's kind, with plausible values that are the same on every run."""

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from edu.scoring.scales import load_scales, scale_for
from models.scores import RunStatus, ScoringRun
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.scores import PERSONS, SITTINGS, make_places, make_run

DRAWS = 5
LINK_ERROR = 2.0
# A person's own part and the school's are hashes of their ids, the draw's noise of all three.
SCORES = text("""
    INSERT INTO score (run_id, sitting_id, school_id, value, plausible_values)
    SELECT :run, sitting.id, sitting.school_id, own, ARRAY(
      SELECT own + (hashint8extended(sitting.id, draw) & 1023) / 20.0 - 25.6
      FROM generate_series(1, :draws) AS draw)
    FROM sitting, LATERAL (
      SELECT 300 + (hashint8(person_id) & 1023) / 3.2 + :shift * (:gain
        + (hashint8(school_id + 7) & 255) / 12.8 - 9.98
        + (hashint8extended(person_id, 3) & 1023) / 12.8 - 40) AS own) AS person
    WHERE wave_id = :wave""")


def make_cohorts(
    session: Session,
    *,
    scale: str = "mathematics",
    persons: int = 600,
    schools: int = 20,
    gain: float = 20.0,
    link_error: float | None = LINK_ERROR,
    calibration: str | None = None,
    report: dict[str, Any] | None = None,
) -> ScoringRun:
    """A published run over two waves; everybody gains `gain` points, more or less.

    calibration: of its items, as JSON. report: what it tells beside draws and waves.
    """
    load_scales(session)
    ids = [school.id for school in make_places(session, schools)]
    session.execute(PERSONS, {"schools": ids, "n": persons})
    instrument = make_instrument(session, items=1)
    instrument.scale = scale
    waves = [
        make_wave(session, instrument=instrument, code=code, opens_on=day, closes_on=day)
        for code, day in (("baseline", date(2026, 9, 1)), ("endline", date(2027, 5, 1)))
    ]
    run = make_run(session, instrument, waves)
    for shift, wave in enumerate(waves):
        session.execute(SITTINGS, {"wave": wave.id, "schools": ids, "absent": -1 if shift else 9})
        numbers = {"run": run.id, "wave": wave.id, "shift": shift}
        session.execute(SCORES, {**numbers, "gain": gain, "draws": DRAWS})
    run.method = "irt"
    run.scale_id = scale_for(session, scale).id
    later = {} if link_error is None else {"link_error": link_error}
    waves_told = [{"number": 0}, {"number": 1, **later}]
    run.report = {"n_draws": DRAWS, "waves": waves_told, **(report or {})}
    run.calibration = calibration
    session.flush()
    run.status = RunStatus.PUBLISHED
    session.flush()
    return run
