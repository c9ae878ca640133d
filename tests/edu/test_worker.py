import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from edu.database import conninfo
from edu.jobs import FAILED, FINISHED, cancel, enqueue
from models.accounts import JobProgress
from models.places import District
from tests.edu.counting_worker import HALF, NAME

PATIENCE = 90


@pytest.fixture
def start(settings, database_urls) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Real worker processes; `start("hold")` keeps the job in its middle."""
    started = []

    def start_worker(behavior: str = "finish") -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.edu.counting_worker"]
        command += [str(settings.home), database_urls.application, behavior]
        started.append(subprocess.Popen(command))
        return started[-1]

    yield start_worker
    for worker in started:
        worker.kill()
        worker.wait()


def queue_one(session: Session, record_id: int = 7) -> int:
    job_id = enqueue(session, NAME, record_id, user_id=None)
    session.commit()
    return job_id


def wait_for(session: Session, job_id: int, stage: str) -> JobProgress:
    """The job's progress once it has reached a stage."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        session.rollback()
        progress = session.get_one(JobProgress, job_id, populate_existing=True)
        if progress.stage == stage:
            return progress
        time.sleep(0.05)
    raise AssertionError(f"the job never reached {stage!r}, it is at {progress.stage!r}")


def districts(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(District))


def left_in_queue(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(text("SELECT status::text FROM procrastinate_jobs")))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def test_a_killed_workers_job_is_taken_up_again_and_has_its_effect_once(session, start):
    job_id = queue_one(session)
    first = start("hold")
    wait_for(session, job_id, HALF)
    assert districts(session) == 0

    first.send_signal(signal.SIGKILL)
    first.wait()
    start()

    wait_for(session, job_id, FINISHED)
    assert districts(session) == 1


def test_a_worker_that_was_thought_dead_does_not_repeat_the_effect(session, start):
    job_id = queue_one(session)
    first = start("hold")
    wait_for(session, job_id, HALF)
    first.send_signal(signal.SIGSTOP)
    session.execute(text("UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL"))
    session.commit()

    start()  # it takes the job, and has to wait until the first one lets go of it
    first.send_signal(signal.SIGCONT)
    first.send_signal(signal.SIGTERM)

    wait_for(session, job_id, FINISHED)
    assert districts(session) == 1


def test_a_canceled_job_leaves_nothing_behind_and_its_worker_goes_on(session, start):
    job_id = queue_one(session)
    start("hold")
    wait_for(session, job_id, HALF)

    cancel(session, job_id)
    session.commit()

    assert wait_for(session, job_id, FAILED).failure == {"code": "cancelled", "parameters": {}}
    assert districts(session) == 0
    wait_for(session, queue_one(session, 8), HALF)


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_gives_its_job_back_within_seconds(session, start, wanted):
    job_id = queue_one(session)
    worker = start("hold")
    wait_for(session, job_id, HALF)

    with at_most(6):
        worker.send_signal(wanted)
        assert worker.wait() == 0

    assert districts(session) == 0
    assert left_in_queue(session) == ["todo"]


def test_a_worker_whose_job_does_not_listen_leaves_all_the_same(session, start):
    job_id = queue_one(session)
    worker = start("deaf")
    wait_for(session, job_id, HALF)

    with at_most(6):
        worker.send_signal(signal.SIGTERM)
        worker.wait()

    assert districts(session) == 0
    start()
    wait_for(session, job_id, FINISHED)
    assert districts(session) == 1


def test_an_idle_worker_stops_at_once(session, start):
    worker = start()
    job_id = queue_one(session)
    wait_for(session, job_id, FINISHED)

    with at_most(6):
        worker.send_signal(signal.SIGTERM)
        assert worker.wait() == 0


def test_a_worker_goes_on_after_the_database_has_dropped_it(session, admin_url, start):
    start()
    wait_for(session, queue_one(session, 1), FINISHED)

    database = session.scalar(text("SELECT current_database()"))
    session.commit()
    with psycopg.connect(conninfo(admin_url), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
        )
    session.invalidate()

    wait_for(session, queue_one(session, 2), FINISHED)
    assert districts(session) == 2
