from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.jobs import Attempt, Job
from edu.worker.process import work
from models.accounts import JobProgress
from models.places import District
from tests.factories.places import make_district, region


def do_jobs(app: Flask) -> None:
    """Do everything that is queued, in this process, as the worker would."""
    work(app, wait=False)


def job_of(run, failed=None) -> Job:
    return Job("make", run, title="Making", stages={}, failed=failed)


def make(session: Session, record_id: int, progress) -> None:
    """The effect of a job: a district more."""
    make_district(session, region=region(session))


def count(session: Session) -> int:
    """How many times jobs have had that effect, as others see it."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(District))


def progress_of(session: Session, attempt: Attempt) -> JobProgress:
    """What others read of a job."""
    session.rollback()
    return session.get_one(JobProgress, attempt.job_id, populate_existing=True)
