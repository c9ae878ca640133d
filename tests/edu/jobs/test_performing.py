import pytest
from sqlalchemy import select, text

from edu import jobs
from edu.jobs import Attempt, Stopped, enqueue, perform
from edu.jobs.performing import MAX_ATTEMPTS
from ml.errors import StatisticsError
from models.accounts import JobProgress
from models.errors import Refusal
from tests.factories.jobs import count, job_of, make, progress_of


def queued(session) -> list[tuple[str, dict]]:
    rows = session.execute(text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id"))
    return [tuple(row) for row in rows]


def test_a_job_is_queued_with_the_transaction_that_asked_for_it(session):
    job_id = enqueue(session, "make", 5, user_id=3)
    session.commit()

    assert queued(session) == [("make", {"record_id": 5})]
    known = session.get_one(JobProgress, job_id)
    assert (known.name, known.record_id, known.user_id, known.stage) == ("make", 5, 3, jobs.QUEUED)


def test_a_job_is_forgotten_with_the_transaction_that_asked_for_it(session):
    enqueue(session, "make", 5, user_id=3)
    session.rollback()

    assert queued(session) == []
    assert session.scalars(select(JobProgress)).all() == []


def test_a_job_has_its_effect_and_is_finished(session, attempt, open_session):
    perform(job_of(make), attempt, open_session)

    assert count(session) == 1
    assert progress_of(session, attempt).stage == jobs.FINISHED


def test_a_job_taken_up_twice_has_its_effect_once(session, attempt, open_session):
    perform(job_of(make), attempt, open_session)
    perform(job_of(make), attempt, open_session)

    assert count(session) == 1


def test_progress_can_be_read_while_the_job_runs(session, attempt, open_session):
    seen = []

    def run(own, record_id, progress):
        progress.at("counting", 3, 10)
        known = progress_of(session, attempt)
        seen.append((known.stage, known.done, known.total))

    perform(job_of(run), attempt, open_session)

    assert seen == [("counting", 3, 10)]


@pytest.mark.parametrize(
    "refusal", [Refusal("too_few", minimum=30), StatisticsError("too_few", minimum=30)]
)
def test_a_refusal_undoes_the_job_and_is_noted_with_its_record(
    session, attempt, open_session, refusal
):
    noted = []

    def run(own, record_id, progress):
        make(own, record_id, progress)
        raise refusal

    def failed(own, record_id, failure):
        noted.append((record_id, failure))

    perform(job_of(run, failed), attempt, open_session)

    known = progress_of(session, attempt)
    assert count(session) == 0
    assert known.stage == jobs.FAILED
    assert known.failure == {"code": "too_few", "parameters": {"minimum": 30}}
    assert noted == [(5, known.failure)]


def test_an_unexpected_error_is_tried_again_and_then_noted(session, attempt, open_session):
    def run(own, record_id, progress):
        raise RuntimeError("the disk is gone")

    for number in range(MAX_ATTEMPTS - 1):
        with pytest.raises(RuntimeError):
            perform(job_of(run), Attempt(attempt.job_id, 5, number), open_session)
        assert progress_of(session, attempt).failure is None
    perform(job_of(run), Attempt(attempt.job_id, 5, MAX_ATTEMPTS - 1), open_session)

    assert progress_of(session, attempt).failure == {"code": "internal", "parameters": {}}


def test_a_job_told_to_stop_leaves_nothing_behind(session, attempt, open_session):
    def run(own, record_id, progress):
        make(own, record_id, progress)
        progress.at("half", 1, 2)

    told = iter([False, True])
    stopping = Attempt(attempt.job_id, 5, 0, lambda: next(told))

    with pytest.raises(Stopped):
        perform(job_of(run), stopping, open_session)

    assert count(session) == 0
    assert progress_of(session, attempt).failure is None
