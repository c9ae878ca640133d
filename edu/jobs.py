"""Work in the background: queued with its data, its effect had exactly once, its progress readable.

A feature declares a job in its own `jobs.py` and queues it by name from its service:

    @job("score", title=_l("Scoring"), stages={"reading": _l("reading the answers")})
    def score(session: Session, run_id: int, progress: Progress) -> None: ...

    enqueue(session, "score", run.id, user_id=scope.actor_id)

A job has its effect in the one transaction of the session it is given, and never commits itself:
killed at any point it leaves nothing behind, and is taken up again from the start.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from procrastinate import App, SyncPsycopgConnector
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from ml.errors import StatisticsError
from models.accounts import JobProgress
from models.errors import Refusal

QUEUED = "queued"
STARTED = "started"
RUNNING = "running"
FINISHED = "finished"
FAILED = "failed"
MAX_ATTEMPTS = 3
SECONDS_BETWEEN_WRITES = 0.5

log = structlog.get_logger()
# It only ever writes on the connection of a session, hence is never opened.
queue = App(connector=SyncPsycopgConnector())


class Stopped(Exception):
    """The worker is to stop: what the job began is undone, and taken up again later."""


class Progress:
    """How far a job is: written beside the job's own transaction, so that others can read it."""

    def __init__(self, engine: Engine, job_id: int, stopping: Callable[[], bool]) -> None:
        self._engine = engine
        self._job_id = job_id
        self._stopping = stopping
        self._stage = ""
        self._written = 0.0

    def at(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done and how far. Call it often, it writes seldom.

        Raises `Stopped` once the worker has been told to stop: let it pass.
        """
        if self._stopping():
            raise Stopped
        soon = monotonic() - self._written < SECONDS_BETWEEN_WRITES
        if soon and stage == self._stage and done < total:
            return
        with Session(self._engine) as session:
            write_progress(session, self._job_id, stage=stage, done=done, total=total)
            session.commit()
        self._stage, self._written = stage, monotonic()


Run = Callable[[Session, int, Progress], None]
OnFailure = Callable[[Session, int, dict[str, Any]], None]
OpenSession = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Job:
    """A kind of work.

    run(session, record_id, progress): has the effect. failed(session, record_id, failure): notes
    on the record that there will be none. title, stages: what people read. leads_to: the page of
    the record, as an endpoint and the name of its parameter.
    """

    name: str
    run: Run
    title: LazyString
    stages: Mapping[str, LazyString]
    leads_to: tuple[str, str] | None = None
    failed: OnFailure | None = None


@dataclass(frozen=True)
class Attempt:
    """One taking up of a queued job; `number` counts from 0."""

    job_id: int
    record_id: int
    number: int = 0
    stopping: Callable[[], bool] = field(default=lambda: False)


@dataclass(frozen=True)
class JobState:
    """How far a job is, as people and programs read it.

    status: queued, running, finished or failed; stage: a code; done of total steps of the stage,
    total 0 where it is not known; failure: the code and parameters of a refusal.
    """

    id: int
    name: str
    record_id: int
    status: str
    stage: str
    done: int
    total: int
    failure: dict[str, Any] | None
    updated_at: datetime

    @property
    def title(self) -> LazyString | str:
        """What the job is called."""
        return JOBS[self.name].title if self.name in JOBS else self.name

    @property
    def stage_title(self) -> LazyString | str:
        """What is being done."""
        own = JOBS[self.name].stages if self.name in JOBS else {}
        return own.get(self.stage) or STAGES.get(self.stage) or self.stage

    @property
    def leads_to(self) -> tuple[str, str] | None:
        """The page of the record the job works on: endpoint and name of its parameter."""
        return JOBS[self.name].leads_to if self.name in JOBS else None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in (FINISHED, FAILED)


JOBS: dict[str, Job] = {}
STAGES = {
    QUEUED: _l("waiting for its turn"),
    STARTED: _l("beginning"),
    FINISHED: _l("finished"),
    FAILED: _l("failed"),
}


def state_of(session: Session, job_id: int) -> JobState | None:
    """How far a job is, None where there is none. The caller decides who may know."""
    known = session.get(JobProgress, job_id) if 0 < job_id < 2**63 else None
    if known is None:
        return None
    resting = known.stage in (QUEUED, FINISHED, FAILED)
    return JobState(
        id=known.job_id,
        name=known.name,
        record_id=known.record_id,
        status=known.stage if resting else RUNNING,
        stage=known.stage,
        done=known.done,
        total=known.total,
        failure=known.failure,
        updated_at=known.updated_at,
    )


def job(
    name: str,
    *,
    title: LazyString,
    stages: Mapping[str, LazyString] | None = None,
    leads_to: tuple[str, str] | None = None,
    failed: OnFailure | None = None,
) -> Callable[[Run], Run]:
    """Declare a kind of work under `name`."""

    def declare(run: Run) -> Run:
        JOBS[name] = Job(name, run, title, stages or {}, leads_to, failed)
        return run

    return declare


def enqueue(session: Session, name: str, record_id: int, *, user_id: int | None) -> int:
    """Queue work on a record in the session's own transaction; the id of the job.

    Two jobs of one name on one record never run at the same time. `user_id` may see the progress.
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
            # In the same transaction as the effect: whoever sees one sees the other.
            write_progress(session, attempt.job_id, stage=FINISHED, done=1, total=1)
            session.commit()
    except (Refusal, StatisticsError) as refusal:
        parameters = {name: plain(value) for name, value in refusal.parameters.items()}
        give_up(job, attempt, open_session, {"code": refusal.code, "parameters": parameters})
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
        if job.failed is not None:
            job.failed(session, attempt.record_id, failure)
        write_progress(session, attempt.job_id, stage=FAILED, failure=failure)
        session.commit()


def claim(session: Session, job_id: int) -> bool:
    """Wait until nobody else works on the job; whether it is still to be done.

    A worker that was thought dead may still hold it: the lock ends with its transaction.
    """
    key = func.hashtextextended(f"edu job {job_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    stage = session.scalar(select(JobProgress.stage).where(JobProgress.job_id == job_id))
    return stage is not None and stage not in (FINISHED, FAILED)


def write_progress(session: Session, job_id: int, **values: object) -> None:
    """Change what is known of a job."""
    session.execute(update(JobProgress).where(JobProgress.job_id == job_id).values(**values))


def plain(value: object) -> object:
    """A parameter as JSON holds it."""
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
