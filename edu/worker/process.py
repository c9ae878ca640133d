"""The process that does the queued work, and takes up again what killed workers left."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import psycopg
import structlog
from flask import Flask
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate import exceptions as queue_errors
from procrastinate.app import WorkerOptions
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from psycopg_pool import PoolTimeout
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import system_scope, use_scope
from edu.config import Settings
from edu.database import conninfo
from edu.jobs import Attempt, Job, Stopped, give_up, perform
from edu.web.language import babel
from edu.worker.registry import JOBS
from models import db

CONCURRENCY = 2
HEARTBEAT_SECONDS = 2.0
STALLED_AFTER_SECONDS = 8.0
GRACE_SECONDS = 1.0
LONGEST_STOP_SECONDS = 3.0
SECONDS_BETWEEN_TRIES = 1.0
SECONDS_BETWEEN_COUNTS = 0.05
# A job that kills its worker each time must not do so for ever.
MAX_KILLED = 10

log = structlog.get_logger()

OPTIONS: WorkerOptions = {
    "concurrency": CONCURRENCY,
    "delete_jobs": "successful",
    "install_signal_handlers": False,
    "fetch_job_polling_interval": HEARTBEAT_SECONDS,
    "abort_job_polling_interval": HEARTBEAT_SECONDS,
    "shutdown_graceful_timeout": GRACE_SECONDS,
    "update_heartbeat_interval": HEARTBEAT_SECONDS,
    "stalled_worker_timeout": STALLED_AFTER_SECONDS,
}


class Again(BaseRetryStrategy):
    """`perform` raises only what deserves another attempt."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision:
        """At once after a stop; after 1, 4, 9, … seconds otherwise."""
        wait = 0 if isinstance(exception, Stopped) else (job.attempts + 1) ** 2
        return RetryDecision(retry_in={"seconds": wait})


def create_worker_app(settings: Settings, database_url: str) -> Flask:
    """What jobs need of the service: its settings, its database and its languages."""
    app = Flask("edu", static_folder=None)
    app.extensions["edu-settings"] = settings
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 2 * CONCURRENCY, "pool_pre_ping": True},
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    db.init_app(app)
    babel.init_app(app, locale_selector=lambda: "en")  # a job serves no request
    return app


def work(app: Flask, *, wait: bool = True) -> None:
    """Do the queued jobs until told to stop; with `wait=False`, until there are none."""
    while not ended(app, wait=wait):
        log.warning("the database went away: trying again")
        time.sleep(SECONDS_BETWEEN_TRIES)


def ended(app: Flask, *, wait: bool) -> bool:
    """Work; whether that ended because it was to, rather than because the database went away."""
    try:
        return asyncio.run(serve(app, wait=wait))
    except (queue_errors.ConnectorException, psycopg.OperationalError, PoolTimeout):
        return False


async def serve(app: Flask, *, wait: bool) -> bool:
    """Run the library's worker and the rescue beside it; whether they were told to stop."""
    queue = queue_of(app)
    async with queue.open_async():
        await rescue(app, queue)
        worker = asyncio.create_task(queue.run_worker_async(**OPTIONS))
        beside = [asyncio.create_task(keep_rescuing(app, queue))]
        if wait:
            stop_on_signal(worker)
        else:
            beside.append(asyncio.create_task(stop_when_empty(queue, worker)))
        try:
            await worker
        except asyncio.CancelledError:
            return True
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
    return False


async def stop_when_empty(queue: App, worker: "asyncio.Task[None]") -> None:
    """Stop the worker once nothing is queued and nothing is being done."""
    while await left_to_do(queue):
        await asyncio.sleep(SECONDS_BETWEEN_COUNTS)
    worker.cancel()


async def left_to_do(queue: App) -> bool:
    """Whether a job waits or is being done; one look, or a job could slip from state to state."""
    found = await queue.job_manager.list_jobs_async()
    return any(job.status in (Status.TODO.value, Status.DOING.value) for job in found)


def queue_of(app: Flask) -> App:
    """The queue with all registered jobs, on the application's database."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    queue = App(connector=PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=4))
    for job in JOBS.values():
        queue.task(name=job.name, pass_context=True, retry=Again())(partial(take, app, job))
    return queue


def take(app: Flask, job: Job, context: JobContext, record_id: int) -> None:
    """Do one queued job, in a thread of its own."""
    attempt = attempt_at(context.job, context.should_abort)
    with app.app_context():
        perform(job, attempt, partial(open_session, job))


def attempt_at(queued: QueuedJob, stopping: Callable[[], bool] = lambda: False) -> Attempt:
    """A row of the queue as our jobs know it."""
    record_id = queued.task_kwargs["record_id"]
    if queued.id is None or not isinstance(record_id, int):
        raise RuntimeError(f"not a job of ours: {queued.task_name}")
    return Attempt(queued.id, record_id, queued.attempts, stopping)


@contextmanager
def open_session(job: Job) -> Iterator[Session]:
    """A session that acts as the system and says which job it does."""
    with Session(db.engine) as session:
        use_scope(session, system_scope())
        audit.name_action(session, f"job {job.name}")
        yield session


async def keep_rescuing(app: Flask, queue: App) -> None:
    """Look for left jobs for as long as the worker runs."""
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        with suppress(queue_errors.ConnectorException):  # the worker itself reports it
            await rescue(app, queue)


async def rescue(app: Flask, queue: App) -> None:
    """Queue again what workers without a heartbeat had begun.

    Beside the worker, not a job of it: it must not wait for the very work it is to rescue.
    """
    manager = queue.job_manager
    for left in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        # Another worker may have been quicker: then the job is no longer as it was.
        with suppress(queue_errors.ConnectorException):
            if left.attempts + 1 < MAX_KILLED:
                await manager.retry_job(left)
            else:
                await asyncio.to_thread(bury, app, left)
                await manager.finish_job(left, Status.FAILED, delete_job=False)


def bury(app: Flask, left: QueuedJob) -> None:
    """Note that a job has killed too many workers."""
    job = JOBS.get(left.task_name)
    if job is None:
        return
    log.error("job killed its workers", job=job.name, job_id=left.id)
    failure: dict[str, Any] = {"code": "internal", "parameters": {}}
    with app.app_context():
        give_up(job, attempt_at(left), partial(open_session, job), failure)


def stop_on_signal(worker: "asyncio.Task[None]") -> None:
    """Stop on SIGTERM and SIGINT: finish what takes a moment, give back the rest, or just leave."""

    def stop() -> None:
        worker.cancel()
        # A job that does not listen is left; its heartbeat ends with us, and it is taken up again.
        leave = threading.Timer(LONGEST_STOP_SECONDS, os._exit, (0,))
        leave.daemon = True
        leave.start()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, stop)
