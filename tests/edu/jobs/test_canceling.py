from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from edu import jobs
from edu.jobs import CANCELLED, FAILED, FINISHED, JOBS, Job, cancel, perform, state_of
from models.errors import Conflict
from tests.factories.jobs import count, job_of, make, progress_of

FAILURE = {"code": CANCELLED, "parameters": {}}
PATIENCE = 60


@pytest.fixture
def noted(monkeypatch) -> list[tuple[int, dict]]:
    """What the records of jobs were told of their failures."""
    told = []
    declared = job_of(make, lambda own, record_id, failure: told.append((record_id, failure)))
    monkeypatch.setitem(JOBS, "make", declared)
    return told


@pytest.fixture
def declared(noted) -> Job:
    return JOBS["make"]


@pytest.fixture
def beside(session) -> Iterator[ThreadPoolExecutor]:
    """Somebody else, who acts at the same time."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def canceled_in_the_middle(session, attempt, *, words: int):
    """A job that is canceled after its effect, and says so many words more."""

    def run(own, record_id, progress):
        make(own, record_id, progress)
        cancel(session, attempt.job_id)
        session.commit()
        for word in range(words):
            progress.at(f"stage {word}")
            pytest.fail("the job went on")

    return run


def wait_for_somebody_who_waits(session: Session) -> None:
    """Return once a transaction of this database waits for another's row."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = monotonic() + PATIENCE
    while session.scalar(waiting) == 0:
        assert monotonic() < deadline


@pytest.mark.parametrize("words", [1, 0], ids=["before a word", "after its last word"])
def test_a_running_job_that_is_canceled_leaves_nothing_behind(
    session, attempt, open_session, noted, words
):
    run = canceled_in_the_middle(session, attempt, words=words)

    perform(job_of(run, JOBS["make"].failed), attempt, open_session)

    known = progress_of(session, attempt)
    assert count(session) == 0
    assert (known.stage, known.failure) == (FAILED, FAILURE)
    assert noted == [(5, FAILURE)]


def test_a_canceled_job_is_called_so(session, attempt, noted):
    cancel(session, attempt.job_id)

    state = state_of(session, attempt.job_id)

    assert (state.status, state.cancelled, state.over) == ("failed", True, True)
    assert str(state.stage_title) == "canceled"


def test_what_a_job_came_through_until_it_was_canceled_is_kept(session, attempt, open_session):
    def run(own, record_id, progress):
        progress.at("fitting", point=(1, -20.0))
        cancel(session, attempt.job_id)
        session.commit()
        progress.at("linking", point=(2, -12.5))

    perform(job_of(run), attempt, open_session)

    assert progress_of(session, attempt).trace == [[1, -20.0], [2, -12.5]]


def test_a_queued_job_is_canceled_at_once_and_never_has_its_effect(
    session, attempt, open_session, noted, declared
):
    cancel(session, attempt.job_id)
    session.commit()
    assert (progress_of(session, attempt).stage, noted) == (FAILED, [(5, FAILURE)])

    perform(declared, attempt, open_session)

    assert count(session) == 0
    assert len(noted) == 1


def test_a_job_between_two_attempts_is_canceled_at_once(
    session, attempt, open_session, noted, declared
):
    def fail(own, record_id, progress):
        progress.at("half", 1, 2)
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        perform(job_of(fail), attempt, open_session)

    cancel(session, attempt.job_id)

    assert noted == [(5, FAILURE)]


def test_a_wish_that_was_undone_changes_nothing(session, attempt, open_session, noted):
    def run(own, record_id, progress):
        make(own, record_id, progress)
        cancel(session, attempt.job_id)
        session.rollback()
        progress.at("half", 1, 2)

    perform(job_of(run), attempt, open_session)

    assert (count(session), noted) == (1, [])


def test_a_job_may_be_canceled_twice_while_it_runs(session, attempt, open_session, noted):
    def run(own, record_id, progress):
        for _ in range(2):
            cancel(session, attempt.job_id)
            session.commit()
        progress.at("half", 1, 2)

    perform(job_of(run, JOBS["make"].failed), attempt, open_session)

    assert noted == [(5, FAILURE)]


@pytest.mark.parametrize("stage", [FINISHED, FAILED])
def test_a_job_that_is_over_is_not_canceled(session, attempt, noted, stage):
    jobs.write_progress(session, attempt.job_id, stage=stage)

    with pytest.raises(Conflict) as refused:
        cancel(session, attempt.job_id)

    assert refused.value.code == "job_over"
    assert noted == []


def test_whoever_cancels_while_the_job_finishes_is_told_that_it_is_over(
    session, attempt, open_session, beside
):
    def cancel_elsewhere():
        with Session(session.get_bind()) as other:
            cancel(other, attempt.job_id)
            other.commit()

    with open_session() as own:
        jobs.write_progress(own, attempt.job_id, stage=FINISHED)
        answer = beside.submit(cancel_elsewhere)
        wait_for_somebody_who_waits(own)
        own.commit()

    with pytest.raises(Conflict, match="job_over"):
        answer.result(PATIENCE)


def test_a_job_that_finishes_while_it_is_being_canceled_waits_and_keeps_nothing(
    session, attempt, open_session, beside
):
    done = []

    def run(own, record_id, progress):
        make(own, record_id, progress)
        cancel(session, attempt.job_id)
        done.append(beside.submit(agree))

    def agree():
        with Session(session.get_bind()) as other:
            wait_for_somebody_who_waits(other)
        session.commit()

    perform(job_of(run), attempt, open_session)

    done[0].result(PATIENCE)
    assert count(session) == 0
    assert progress_of(session, attempt).failure == FAILURE
