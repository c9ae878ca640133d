"""Estimating in the background."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope
from edu.jobs import Progress, job
from edu.outcomes import service


@job(
    service.JOB,
    title=_l("Estimating gains"),
    stages={
        "reading": _l("reading the scores"),
        "estimating": _l("estimating by region, sex, language and locality"),
    },
    leads_to=("dashboard.program", "program_id"),
)
def estimate_gains(session: Session, program_id: int, progress: Progress) -> None:
    """Estimate a program's gains by every grouping."""
    service.estimate_all_gains(session, system_scope(), program_id=program_id, progress=progress)
