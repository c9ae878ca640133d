"""Analyses in the background."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope
from edu.jobs import Progress, job
from edu.outcomes.analyses import service


@job(
    service.JOB,
    title=_l("Estimating an effect"),
    stages={
        "reading": _l("reading who took part and who did not"),
        "gains": _l("estimating gains"),
        "effect": _l("making the groups comparable"),
        "groups": _l("estimating by group"),
        "differences": _l("looking for differences between people"),
        "further": _l("looking at amounts, places and growth"),
        "writing": _l("keeping the finding"),
    },
    leads_to=("analyses.show", "analysis_id"),
    failed=service.note_failure,
)
def estimate_effect(session: Session, analysis_id: int, progress: Progress) -> None:
    """Run a saved analysis."""
    service.run_analysis(session, system_scope(), analysis_id=analysis_id, progress=progress)
