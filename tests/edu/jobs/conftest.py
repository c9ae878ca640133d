from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from edu.jobs import Attempt, enqueue


@pytest.fixture
def open_session(session):
    """Sessions as the worker opens them, on the test's database."""

    @contextmanager
    def opened():
        with Session(session.get_bind()) as own:
            yield own

    return opened


@pytest.fixture
def attempt(session) -> Attempt:
    """A queued job, taken up for the first time."""
    job_id = enqueue(session, "make", 5, user_id=3)
    session.commit()
    return Attempt(job_id=job_id, record_id=5)
