"""How far a job is, for the person who asked for it."""

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.jobs import JobState, state_of
from edu.worker import registry  # noqa: F401  whoever tells of jobs knows their names and pages
from models.accounts import JobProgress
from models.errors import NotFound


def job(session: Session, scope: Scope, *, job_id: int) -> JobState:
    """The state of a job; one that somebody else asked for answers as an absent one."""
    state = state_of(session, job_id)
    if state is None or scope.actor_id is None or asker(session, job_id) != scope.actor_id:
        raise NotFound("not_found")
    return state


def asker(session: Session, job_id: int) -> int | None:
    """The user a job is done for."""
    return session.get_one(JobProgress, job_id).user_id
