"""Queueing a job, having its effect exactly once, and ending it before its time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import structlog
from procrastinate import App, SyncPsycopgConnector
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from edu.jobs.declaring import JOBS, Job
from edu.jobs.progress import Cancelled, Progress, Stopped, write_progress
from edu.jobs.stages import CANCELLED, FAILED, OVER, QUEUED, STARTED
from ml.errors import StatisticsError
from models.accounts import JobProgress
from models.errors import Conflict, Refusal

MAX_ATTEMPTS = 3

OpenSession = Callable[[], AbstractContextManager[Session]]

log = structlog.get_logger()
# It only ever writes on the connection of a session, hence is never opened.
queue = App(connector=SyncPsycopgConnector())


@dataclass(frozen=True)
class Attempt:
    """One taking up of a queued job; `number` counts from 0."""

    job_id: int
    record_id: int
    number: int = 0
    stopping: Callable[[], bool] = field(default=lambda: False)


def enqueue(session: Session, name: str, record_id: int, *, user_id: int | None) -> int:
    """Queue work on a record in the session's own transaction; the id of the job.

    Two jobs of one name on one record never run at the same time. `user_id` may see the progress
    and cancel the job.
    """
    session.flush()
    task = queue.configure_task(
        name,
        lock=f"{name} {record_id}",
        connection=session.connection().connection.driver_connection,
    )
    job_id: int = task.defer(record_id=record_id)
    session.execute(
        insert(JobProgress).values(
            job_id=job_id,
            name=name,
            record_id=record_id,
            user_id=user_id,
            stage=QUEUED,
            done=0,
            total=0,
        )
    )
    return job_id


def perform(job: Job, attempt: Attempt, open_session: OpenSession) -> None:
    """Have the job's effect, unless it was had before; note a refusal as its failure.

    Any other exception is raised for another attempt, until `MAX_ATTEMPTS`.
    """
    try:
        with open_session() as session:
            if not claim(session, attempt.job_id):
                return
            engine = session.connection().engine
            progress = Progress(engine, attempt.job_id, attempt.stopping)
            progress.at(STARTED)
            job.run(session, attempt.record_id, progress)
            progress.finish(session)
            session.commit()
    except (Refusal, StatisticsError) as refusal:
        parameters = {name: plain(value) for name, value in refusal.parameters.items()}
        give_up(job, attempt, open_session, {"code": refusal.code, "parameters": parameters})
    except Cancelled:
        give_up(job, attempt, open_session, {"code": CANCELLED, "parameters": {}})
    except Stopped:
        raise
    except Exception:
        if attempt.number + 1 < MAX_ATTEMPTS:
            log.warning("job will be tried again", job=job.name, exc_info=True)
            raise
        log.exception("job failed", job=job.name, job_id=attempt.job_id)
        give_up(job, attempt, open_session, {"code": "internal", "parameters": {}})


def give_up(job: Job, attempt: Attempt, open_session: OpenSession, failure: dict[str, Any]) -> None:
    """Note on the job and on its record that there will be no effect, and why."""
    with open_session() as session:
        if not claim(session, attempt.job_id):
            return
        note_failure(session, job, attempt, failure)
        session.commit()


def cancel(session: Session, job_id: int) -> None:
    """End a job for good: at once where nobody is at work on it, else at its next word.

    From the commit on it never finishes. Raises Conflict("job_over") where it is over already.
    """
    still_open = JobProgress.job_id == job_id, JobProgress.stage.not_in(OVER)
    asked = update(JobProgress).where(*still_open).values(cancel_asked=True)
    found = session.execute(asked.returning(JobProgress.name, JobProgress.record_id)).one_or_none()
    if found is None:
        raise Conflict("job_over")
    # Whoever has this lock is at work; a worker that comes later waits for us, and finds it over.
    if session.scalar(select(func.pg_try_advisory_xact_lock(lock_of(job_id)))):
        failure = {"code": CANCELLED, "parameters": {}}
        note_failure(session, JOBS.get(found.name), Attempt(job_id, found.record_id), failure)


def note_failure(
    session: Session, job: Job | None, attempt: Attempt, failure: dict[str, Any]
) -> None:
    """Note it in the session of somebody who holds the job's lock."""
    if job is not None and job.failed is not None:
        job.failed(session, attempt.record_id, failure)
    write_progress(session, attempt.job_id, stage=FAILED, failure=failure)


def claim(session: Session, job_id: int) -> bool:
    """Wait until nobody else works on the job; whether it is still to be done.

    A worker that was thought dead may still hold it: the lock ends with its transaction.
    """
    session.execute(select(func.pg_advisory_xact_lock(lock_of(job_id))))
    stage = session.scalar(select(JobProgress.stage).where(JobProgress.job_id == job_id))
    return stage is not None and stage not in OVER


def lock_of(job_id: int) -> ColumnElement[int]:
    """What whoever works on the job holds until the end of the transaction."""
    return func.hashtextextended(f"edu job {job_id}", 0)


def plain(value: object) -> object:
    """A parameter as JSON holds it."""
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
