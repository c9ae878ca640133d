"""Learning in the background."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope
from edu.jobs import Progress, job
from edu.outcomes.risk import service


@job(
    service.JOB,
    title=_l("Learning who may not complete"),
    stages={
        "reading": _l("reading who completed and who gave up"),
        "learning": _l("learning, and asking about other schools"),
    },
    leads_to=("risk.card", "program_id"),
    failed=service.note_failure,
)
def learn_risk(session: Session, program_id: int, progress: Progress) -> None:
    """Learn from a program's past."""
    service.learn_risk(session, system_scope(), program_id=program_id, progress=progress)
