"""Scoring in the background."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope
from edu.jobs import Progress, job
from edu.scoring import service


def note_failure(session: Session, run_id: int, failure: dict[str, Any]) -> None:
    """There will be no scores."""
    service.note_failure(session, run_id=run_id, failure=failure)


@job(
    service.JOB,
    title=_l("Scoring"),
    stages={
        "reading": _l("reading the responses"),
        "computing": _l("computing the scores"),
        "calibrating": _l("calibrating the items"),
        "linking": _l("linking to the scale"),
        "drawing": _l("drawing plausible values"),
        "reporting": _l("looking at items and groups"),
        "writing": _l("writing the scores"),
    },
    leads_to=("scoring.show", "run_id"),
    trace=(_l("Iteration"), _l("Distance to the maximum, powers of ten")),
    failed=note_failure,
)
def score(session: Session, run_id: int, progress: Progress) -> None:
    """Compute a queued run."""
    service.run_scoring(session, system_scope(), run_id=run_id, progress=progress)
