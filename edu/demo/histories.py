"""The steps by which each enrollment came to where it is."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import Days, Flags, Integers
from edu.demo.course import ENDINGS, Course
from models.enrollments import EnrollmentStatus

NOTHING, APPLIED, WAITLISTED, ENROLLED, FIRST_END = range(5)
STATES = (
    None,
    EnrollmentStatus.APPLIED.value,
    EnrollmentStatus.WAITLISTED.value,
    EnrollmentStatus.ENROLLED.value,
    *(ending.value for ending in ENDINGS),
)


@dataclass(frozen=True)
class Steps:
    """Columns of shape (n_steps,), by enrollment and then in time.

    row: the enrollment's place in its course. previous, status: index into STATES.
    """

    row: Integers
    previous: Integers
    status: Integers
    happened_on: Days


def steps_of(course: Course) -> Steps:
    """Applied, perhaps waitlisted, perhaps enrolled, perhaps ended."""
    waited, enrolled, ended = (
        ~np.isnat(days) for days in (course.waitlisted_on, course.enrolled_on, course.ended_on)
    )
    count = len(waited)
    before_seat = np.where(waited, WAITLISTED, APPLIED)
    before_end = np.where(enrolled, ENROLLED, before_seat)
    stages = (
        (np.ones(count, dtype=np.bool_), np.full(count, NOTHING), APPLIED, course.applied_on),
        (waited, np.full(count, APPLIED), WAITLISTED, course.waitlisted_on),
        (enrolled, before_seat, ENROLLED, course.enrolled_on),
        (ended, before_end, FIRST_END + course.ending, course.ended_on),
    )
    return join([
        Steps(np.flatnonzero(there), previous[there], pick(status, there), days[there])
        for there, previous, status, days in stages
    ])  # fmt: skip


def pick(status: int | Integers, there: Flags) -> Integers:
    """The status reached in the rows that took a step."""
    return np.broadcast_to(np.asarray(status), there.shape)[there]


def join(stages: list[Steps]) -> Steps:
    """All steps, enrollment by enrollment."""
    row = np.concatenate([stage.row for stage in stages])
    number = np.repeat(np.arange(len(stages)), [len(stage.row) for stage in stages])
    order = np.lexsort((number, row))
    return Steps(
        row[order],
        np.concatenate([stage.previous for stage in stages])[order],
        np.concatenate([stage.status for stage in stages])[order],
        np.concatenate([stage.happened_on for stage in stages])[order],
    )
