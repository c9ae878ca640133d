"""Estimating cohorts in the background."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope
from edu.jobs import Progress, job
from edu.outcomes.pisa.cohorts import service


@job(
    service.JOB,
    title=_l("Estimating the cohorts"),
    stages={
        "reading": _l("reading the plausible values"),
        "estimating": _l("estimating by wave, level and region"),
    },
    leads_to=("pisa.cohorts_of_run", "run_id"),
)
def estimate_cohorts(session: Session, run_id: int, progress: Progress) -> None:
    """Estimate the cohorts of a run."""
    service.estimate_cohorts(session, system_scope(), run_id=run_id, progress=progress)
