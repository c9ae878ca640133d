"""Work in the background: queued with its data, its effect had exactly once, its progress readable.

A feature declares a job in its own `jobs.py` and queues it by name from its service:

    @job("score", title=_l("Scoring"), stages={"reading": _l("reading the answers")})
    def score(session: Session, run_id: int, progress: Progress) -> None: ...

    enqueue(session, "score", run.id, user_id=scope.actor_id)

A job has its effect in the one transaction of the session it is given, and never commits itself:
killed at any point it leaves nothing behind, and is taken up again from the start; canceled, it
leaves nothing behind for good.
"""

from edu.jobs.declaring import JOBS, Job, job
from edu.jobs.performing import Attempt, cancel, enqueue, give_up, perform
from edu.jobs.progress import Cancelled, Progress, Stopped, write_progress
from edu.jobs.stages import CANCELLED, FAILED, FINISHED, QUEUED, STARTED
from edu.jobs.state import JobState, state_of

__all__ = [
    "CANCELLED",
    "FAILED",
    "FINISHED",
    "JOBS",
    "QUEUED",
    "STARTED",
    "Attempt",
    "Cancelled",
    "Job",
    "JobState",
    "Progress",
    "Stopped",
    "cancel",
    "enqueue",
    "give_up",
    "job",
    "perform",
    "state_of",
    "write_progress",
]
