import math
from itertools import pairwise

import pytest

from edu.jobs import Progress, perform
from edu.jobs import progress as module
from edu.jobs.progress import MOST_POINTS, Trace
from tests.factories.jobs import job_of, progress_of


@pytest.fixture
def progress(session, attempt, monkeypatch) -> Progress:
    """Of a job that runs while the clock stands still."""
    monkeypatch.setattr(module, "monotonic", lambda: 100.0)
    return Progress(session.get_bind(), attempt.job_id, lambda: False)


def traced(points) -> list[list[float]]:
    trace = Trace()
    for x, value in points:
        trace.add(x, value)
    return trace.points


@pytest.mark.parametrize("total", [10, 0], ids=["known total", "unknown total"])
def test_progress_of_one_stage_is_written_seldom_but_its_end_always(progress, monkeypatch, total):
    written = []
    monkeypatch.setattr(
        module, "write_progress", lambda _, job_id, **values: written.append(values["done"])
    )

    for done in range(1, 11):
        progress.at("counting", done, total)

    assert written == ([1, 10] if total else [1])


def test_points_are_written_with_the_progress_and_no_more_often(session, attempt, progress):
    progress.at("fitting", 1, 9, point=(1, -20.0))
    progress.at("fitting", 2, 9, point=(2, -12.5))
    assert progress_of(session, attempt).trace == [[1, -20.0]]

    progress.at("linking")

    assert progress_of(session, attempt).trace == [[1, -20.0], [2, -12.5]]


def test_points_after_the_last_word_are_kept_with_the_finished_job(session, attempt, open_session):
    def run(own, record_id, progress):
        for iteration in range(1, 4):
            progress.at("fitting", iteration, 9, point=(iteration, -1.0 / iteration))

    perform(job_of(run), attempt, open_session)

    assert progress_of(session, attempt).trace == [[1, -1], [2, -1 / 2], [3, -1 / 3]]


def test_a_new_attempt_begins_a_new_trace(session, attempt, open_session):
    def fail(own, record_id, progress):
        progress.at("fitting", point=(1, -20.0))
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        perform(job_of(fail), attempt, open_session)
    perform(job_of(lambda own, record_id, progress: None), attempt, open_session)

    assert progress_of(session, attempt).trace == []


@pytest.mark.parametrize("length", [0, 1, 2, MOST_POINTS - 1, MOST_POINTS, MOST_POINTS + 1, 12345])
def test_a_trace_is_thinned_and_keeps_its_first_and_last_point(length):
    points = [[float(x), math.sqrt(x)] for x in range(length)]

    kept = traced(points)

    assert len(kept) <= MOST_POINTS
    assert kept[:1] == points[:1]
    assert kept[-1:] == points[-1:]
    assert all(point in points for point in kept)


def test_a_short_trace_is_kept_whole():
    points = [[float(x), 1.0] for x in range(MOST_POINTS - 1)]
    assert traced(points) == points


def test_a_long_trace_is_thinned_evenly():
    xs = [x for x, _ in traced((x, 0.0) for x in range(5000))]
    steps = {later - earlier for earlier, later in pairwise(xs[:-1])}
    assert len(steps) == 1
    assert len(xs) >= MOST_POINTS / 2


@pytest.mark.parametrize("point", [(1, math.nan), (1, -math.inf), (math.nan, 1.0)])
def test_a_point_that_is_no_number_is_passed_over(point):
    assert traced([(0, 1.0), point, (2, 3.0)]) == [[0, 1.0], [2, 3.0]]
