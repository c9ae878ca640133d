"""What whoever asked for a job may do about it."""

from sqlalchemy.orm import Session

from edu import jobs
from edu.accounts import audit
from edu.accounts.scope import Scope
from edu.jobs import JobState
from edu.worker import queries


def cancel(session: Session, scope: Scope, *, job_id: int) -> JobState:
    """End a job the caller asked for: at once where it waits, else at its next word of progress.

    Nothing of it is kept. One that is over is refused (job_over).
    """
    queries.job(session, scope, job_id=job_id)
    jobs.cancel(session, job_id)
    audit.note_changed(session, "job", [job_id])
    return queries.job(session, scope, job_id=job_id)
