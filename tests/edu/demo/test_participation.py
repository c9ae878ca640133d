from collections import Counter, defaultdict

import numpy as np
import pytest

from edu.demo.arrays import NOBODY
from edu.demo.catalog import PLANS, Reach, standing_of
from edu.demo.course import ENDINGS
from edu.demo.histories import STATES, steps_of
from edu.demo.nation import Nation
from edu.demo.population import ROLES
from edu.demo.rounds import UNLIMITED
from edu.demo.timetable import TODAY, YEAR_BEFORE
from models.enrollments import STEPS, EnrollmentStatus
from models.programs import Standing


@pytest.mark.parametrize("size", ["small", "usual"])
def test_enrollments_are_in_every_state(size: str, request) -> None:
    statuses = Counter(request.getfixturevalue(size).enrollments.course.status)
    assert set(statuses) == set(EnrollmentStatus)


def test_every_history_is_legal_and_leads_to_the_present_state(usual: Nation) -> None:
    course = usual.enrollments.course
    steps = steps_of(course)
    state: dict[int, str | None] = defaultdict(lambda: None)
    last: dict[int, np.datetime64] = {}
    for row, previous, status, day in zip(
        steps.row.tolist(), steps.previous, steps.status, steps.happened_on, strict=True
    ):
        before = STATES[previous]
        assert before == state[row]
        assert STATES[status] in STEPS[EnrollmentStatus(before) if before else None]
        assert last.get(row, day) <= day <= TODAY
        state[row], last[row] = STATES[status], day
    assert [state[row] for row in range(len(course.status))] == course.status


def test_whoever_left_or_moved_has_a_reason(usual: Nation) -> None:
    course = usual.enrollments.course
    for status, reason in zip(course.status, course.reason.tolist(), strict=True):
        if status in (EnrollmentStatus.WITHDRAWN, EnrollmentStatus.TRANSFERRED):
            assert reason >= 0
        if status is EnrollmentStatus.COMPLETED:
            assert reason < 0


def test_seats_hold_on_every_day(usual: Nation) -> None:
    offerings, enrollments = usual.offerings, usual.enrollments
    course = enrollments.course
    frees = ~np.isnat(course.ended_on) & (course.ending != 0)  # a completed course keeps its seat
    assert ENDINGS[0] is EnrollmentStatus.COMPLETED
    enters = ~np.isnat(course.enrolled_on)
    changes = sorted(
        (offering, day, change)
        for days, there, change in (
            (course.enrolled_on, enters, 1),
            (course.ended_on, enters & frees, -1),
        )
        for offering, day in zip(
            enrollments.offering[there].tolist(), days[there].tolist(), strict=True
        )
    )
    seats: Counter[int] = Counter()
    for offering, _, change in changes:
        seats[offering] += change
        capacity = offerings.capacity[offering]
        assert capacity == UNLIMITED or seats[offering] <= capacity


def test_people_wait_only_where_seats_ran_out(usual: Nation) -> None:
    offerings, enrollments = usual.offerings, usual.enrollments
    status = np.array(enrollments.course.status)
    waiting = set(enrollments.offering[status == "waitlisted"].tolist())
    taken = np.bincount(
        enrollments.offering[np.isin(status, ["enrolled", "completed"])],
        minlength=len(offerings.capacity),
    )
    assert waiting
    for offering in waiting:
        assert taken[offering] == offerings.capacity[offering] != UNLIMITED


def test_some_got_their_seat_from_the_waitlist(usual: Nation) -> None:
    course = usual.enrollments.course
    promoted = ~np.isnat(course.waitlisted_on) & ~np.isnat(course.enrolled_on)
    assert promoted.sum() > 10
    assert (course.enrolled_on[promoted] >= course.waitlisted_on[promoted]).all()


def test_offerings_are_national_regional_and_of_schools_with_and_without_limit(
    usual: Nation,
) -> None:
    offerings = usual.offerings
    reaches = {PLANS[plan].reach for plan in offerings.plan.tolist()}
    assert reaches == set(Reach)
    of_school = offerings.school != NOBODY
    assert (usual.schools.region[offerings.school[of_school]] == offerings.region[of_school]).all()
    limited = offerings.capacity != UNLIMITED
    assert 0.1 < limited.mean() < 0.9


def test_offerings_are_planned_open_and_closed(usual: Nation) -> None:
    rounds = [
        PLANS[plan].terms[term]
        for plan, term in zip(usual.offerings.plan, usual.offerings.term, strict=True)
    ]
    standings = [standing_of(round_, TODAY) for round_ in rounds]
    assert set(standings) == set(Standing)
    planned = {row for row, standing in enumerate(standings) if standing is Standing.PLANNED}
    assert planned.isdisjoint(usual.enrollments.offering.tolist())


def test_nobody_takes_part_without_the_right_role_and_grade(usual: Nation) -> None:
    people, enrollments, offerings = usual.people, usual.enrollments, usual.offerings
    for person, offering in zip(enrollments.person, enrollments.offering, strict=True):
        plan = PLANS[offerings.plan[offering]]
        assert ROLES[people.role[person]] in plan.roles
        if plan.grades:
            year = plan.terms[offerings.term[offering]].year
            grade = (people.grade_before if year == YEAR_BEFORE else people.grade)[person]
            assert plan.grades[0] <= grade <= plan.grades[1]


def test_nobody_is_twice_in_one_offering(usual: Nation) -> None:
    enrollments = usual.enrollments
    pairs = list(zip(enrollments.person.tolist(), enrollments.offering.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


def test_whoever_moved_away_was_transferred(usual: Nation) -> None:
    course, people = usual.enrollments.course, usual.people
    moved = np.array([status is EnrollmentStatus.TRANSFERRED for status in course.status])
    assert moved.any()
    assert (course.ended_on[moved] == people.moved_on[usual.enrollments.person[moved]]).all()


def test_taking_part_hangs_on_what_the_records_show(usual: Nation) -> None:
    people = usual.people
    eligible = (people.grade_before >= 7) & (people.former != NOBODY)
    club = [plan.code for plan in PLANS].index("ai-club")
    took = usual.literacy.plan == club
    urban = usual.schools.urban[people.former]
    assert took[eligible & urban].mean() > 1.3 * took[eligible & ~urban].mean()
