"""Programs, offerings, enrollments and their histories as their tables hold them."""

from datetime import UTC, datetime, time

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.demo.arrays import NOBODY, Integers
from edu.demo.catalog import PLANS, Plan, Term, standing_of
from edu.demo.course import NO_REASON, REASONS, Course
from edu.demo.geography import LANDS, LANGUAGES
from edu.demo.histories import ENROLLED, FIRST_END, STATES, WAITLISTED, Steps, steps_of
from edu.demo.population import People
from edu.demo.rounds import UNLIMITED, Enrollments, Offerings
from edu.demo.timetable import TODAY
from edu.demo.write_places import Places
from edu.demo.writing import days_or_none, reserve_ids, write
from edu.programs.service import create_program
from models.enrollments import Enrollment, EnrollmentEvent, StepReason
from models.programs import Initiative, Offering

RECORDED_AT = time(5, tzinfo=UTC)
KAZAKH_SPEAKING = (LANGUAGES.index("kk"), LANGUAGES.index("ug"))


def write_programs(session: Session, scope: Scope) -> Integers:
    """Create the programs of the initiatives; their ids in the order of PLANS."""
    initiatives = {
        initiative.code: initiative.id for initiative in session.scalars(select(Initiative))
    }
    made = [
        create_program(
            session,
            scope,
            initiative_id=initiatives[plan.initiative],
            code=plan.code,
            name_kk=plan.name_kk,
            name_ru=plan.name_ru,
            name_en=plan.name_en,
        )
        for plan in PLANS
    ]
    return np.array([program.id for program in made])


def write_offerings(
    session: Session, offerings: Offerings, program_ids: Integers, places: Places
) -> Integers:
    """Write the offerings; their ids."""
    rounds = [
        (PLANS[plan], PLANS[plan].terms[term])
        for plan, term in zip(offerings.plan.tolist(), offerings.term.tolist(), strict=True)
    ]
    ids = reserve_ids(session, Offering, len(rounds))
    write(
        session,
        Offering,
        {
            "id": ids,
            "program_id": program_ids[offerings.plan].tolist(),
            "code": offering_codes(offerings, rounds),
            "region_id": or_none(places.regions, offerings.region),
            "school_id": or_none(places.schools, offerings.school),
            "academic_year": [term.year for _, term in rounds],
            "starts_on": [term.starts.item() for _, term in rounds],
            "ends_on": [term.ends.item() for _, term in rounds],
            "capacity": [
                None if seats == UNLIMITED else seats for seats in offerings.capacity.tolist()
            ],
            "seats_taken": [0] * len(rounds),
            "roles": [[role.value for role in plan.roles] for plan, _ in rounds],
            "min_grade": [plan.grades and plan.grades[0] for plan, _ in rounds],
            "max_grade": [plan.grades and plan.grades[1] for plan, _ in rounds],
            "standing": [standing_of(term, TODAY).value for _, term in rounds],
        },
    )
    return np.array(ids)


def or_none(ids: Integers, places: Integers) -> list[int | None]:
    """The id at each place; None for NOBODY."""
    found = zip(ids[places].tolist(), places.tolist(), strict=True)
    return [None if place == NOBODY else key for key, place in found]


def offering_codes(offerings: Offerings, rounds: list[tuple[Plan, Term]]) -> list[str]:
    """Codes that say program, start and place: day-of-ai-2025-11-43-0007."""
    codes = []
    school_numbers = dict.fromkeys(range(len(LANDS)), 0)
    for (plan, term), region, school in zip(
        rounds, offerings.region.tolist(), offerings.school.tolist(), strict=True
    ):
        parts = [plan.code, str(term.starts)[:7]]
        if region != NOBODY:
            parts.append(LANDS[region].code)
        if school != NOBODY:
            school_numbers[region] += 1
            parts.append(f"{school_numbers[region]:04d}")
        codes.append("-".join(parts))
    return codes


def write_enrollments(
    session: Session,
    enrollments: Enrollments,
    people: People,
    ids: tuple[Integers, Integers, Places],
) -> int:
    """Write enrollments in the order in which people applied, and every step of them."""
    person_ids, offering_ids, places = ids
    order = np.argsort(enrollments.course.applied_on, kind="stable")
    course = enrollments.course.only(order)
    person = enrollments.person[order]
    schools = places.schools[enrollments.school[order]].tolist()
    keys = reserve_ids(session, Enrollment, len(order))
    steps = steps_of(course)
    reasons = reasons_of(steps, course, people.language[person])
    last = dict(zip(steps.row.tolist(), reasons, strict=True))  # a row's last step wins
    write(
        session,
        Enrollment,
        {
            "id": keys,
            "person_id": person_ids[person].tolist(),
            "offering_id": offering_ids[enrollments.offering[order]].tolist(),
            "school_id": schools,
            "status": [status.value for status in course.status],
            "applied_on": course.applied_on.tolist(),
            "waitlisted_on": days_or_none(course.waitlisted_on),
            "enrolled_on": days_or_none(course.enrolled_on),
            "ended_on": days_or_none(course.ended_on),
            "reason": [last[row] for row in range(len(keys))],
        },
    )
    write_events(session, steps, (keys, schools, reasons))
    return len(keys)


def reasons_of(steps: Steps, course: Course, language: Integers) -> list[str | None]:
    """Why each step was taken: the service's own reasons as codes, people's as they write them."""
    spoken = np.where(np.isin(language, KAZAKH_SPEAKING), 0, 1)[steps.row]
    ended = (steps.status >= FIRST_END) & (course.reason[steps.row] != NO_REASON)
    promoted = (steps.status == ENROLLED) & (steps.previous == WAITLISTED)
    kind = np.select(
        [ended, promoted, steps.status == WAITLISTED],
        [course.reason[steps.row], len(REASONS), len(REASONS) + 1],
        len(REASONS) + 2,
    )
    own: tuple[str | None, ...] = (StepReason.PROMOTED, StepReason.NO_SEAT_LEFT, None)
    words = [*REASONS, *((reason, reason) for reason in own)]
    return [words[place][which] for place, which in zip(kind, spoken, strict=True)]


def write_events(
    session: Session, steps: Steps, rows: tuple[list[int], list[int], list[str | None]]
) -> None:
    """Write each step on its day, in the order in which they happened."""
    keys, schools, reasons = rows
    of_row = steps.row.tolist()
    days = steps.happened_on.tolist()
    write(
        session,
        EnrollmentEvent,
        {
            "id": reserve_ids(session, EnrollmentEvent, len(of_row)),
            "enrollment_id": [keys[row] for row in of_row],
            "school_id": [schools[row] for row in of_row],
            "previous": [STATES[state] for state in steps.previous.tolist()],
            "status": [STATES[state] for state in steps.status.tolist()],
            "happened_on": days,
            "reason": reasons,
            "recorded_at": [datetime.combine(day, RECORDED_AT) for day in days],
        },
    )
