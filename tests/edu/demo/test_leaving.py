"""Who gives up: as the stated odds say, from the waitlist, too, and no seat is left empty."""

import numpy as np
import pytest

from edu.demo import leaving
from edu.demo.arrays import Flags, Integers
from edu.demo.catalog import PLANS
from edu.demo.course import WEEK, WITHDRAWN
from edu.demo.nation import Nation, invent

DAY_OF_AI = next(number for number, plan in enumerate(PLANS) if plan.code == "day-of-ai")


@pytest.fixture(scope="module")
def large() -> Nation:
    """Enough people for the odds to show."""
    return invent(100_000, 5)


def ended_round(nation: Nation) -> Flags:
    """(n,) the enrollments of the round of Day of AI that is over."""
    offering = nation.enrollments.offering
    return (nation.offerings.plan[offering] == DAY_OF_AI) & (nation.offerings.term[offering] == 0)


def seated(nation: Nation) -> Integers:
    """Who had a seat in that round and was not moved away."""
    course = nation.enrollments.course
    return np.flatnonzero(
        ended_round(nation) & ~np.isnat(course.enrolled_on) & (course.ending <= WITHDRAWN)
    )


def test_those_who_applied_in_the_last_days_leave_more_often_as_stated(large: Nation) -> None:
    rows = seated(large)
    course = large.enrollments.course
    term = PLANS[DAY_OF_AI].terms[0]
    late = course.applied_on[rows] > term.starts - leaving.LAST_DAYS
    left = course.ending[rows] == WITHDRAWN
    odds = [np.log(left[part].mean() / (1 - left[part].mean())) for part in (late, ~late)]
    assert odds[0] - odds[1] == pytest.approx(leaving.LATE, abs=0.15)


def test_those_older_than_their_class_leave_more_often_as_stated(large: Nation) -> None:
    rows = seated(large)
    older = leaving.is_older(large.people)[large.enrollments.person[rows]]
    left = large.enrollments.course.ending[rows] == WITHDRAWN
    odds = [np.log(left[part].mean() / (1 - left[part].mean())) for part in (older, ~older)]
    assert odds[0] - odds[1] == pytest.approx(leaving.OLDER, abs=0.2)


def test_those_who_got_their_seat_from_the_waitlist_leave_as_often_as_others(large: Nation) -> None:
    rows = seated(large)
    course, term = large.enrollments.course, PLANS[DAY_OF_AI].terms[0]
    rows = rows[course.applied_on[rows] > term.starts - leaving.LAST_DAYS]  # most who waited did
    waited = ~np.isnat(course.waitlisted_on[rows])
    left = course.ending[rows] == WITHDRAWN
    assert waited.sum() > 500
    assert left[waited].mean() == pytest.approx(left[~waited].mean(), abs=0.03)


def test_nobody_leaves_before_having_a_seat_or_in_the_last_week(large: Nation) -> None:
    rows = seated(large)
    course, term = large.enrollments.course, PLANS[DAY_OF_AI].terms[0]
    left = rows[course.ending[rows] == WITHDRAWN]
    assert (course.ended_on[left] >= course.enrolled_on[left]).all()
    assert (course.ended_on[left] <= term.ends - WEEK).all()


def test_a_seat_given_back_goes_to_whoever_waits(large: Nation) -> None:
    """Who waited to the end in vain saw no seat freed that nobody took."""
    course, offering = large.enrollments.course, large.enrollments.offering
    term = PLANS[DAY_OF_AI].terms[0]
    here = ended_round(large)
    freed = here & ~np.isnat(course.enrolled_on) & (course.ended_on < term.ends - WEEK)
    taken = here & ~np.isnat(course.waitlisted_on) & ~np.isnat(course.enrolled_on)
    in_vain = (
        here & ~np.isnat(course.waitlisted_on) & np.isnat(course.enrolled_on)
        & (course.ended_on == term.ends)
    )  # fmt: skip
    count = len(large.offerings.plan)
    empty = np.bincount(offering[freed], minlength=count) - np.bincount(
        offering[taken], minlength=count
    )
    assert empty[np.unique(offering[in_vain])].max() <= 0
    assert np.bincount(offering[taken], minlength=count).sum() > 500
