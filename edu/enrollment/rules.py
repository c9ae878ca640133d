"""What an offering allows: whether it takes people, on which days, and whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.enrollments import ACTIVE, EnrollmentStatus
from models.errors import Conflict, Refusal
from models.people import LearnerRole
from models.programs import Initiative, Offering, Standing

# An application may come a year before an offering begins; its end may be recorded a year late.
A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Place:
    """What a person is in a school in one academic year; `grade` is their class's, if any."""

    role: LearnerRole
    grade: int | None


@dataclass(frozen=True)
class Candidate:
    """A person as the rules see them: their school, and what they are there in the year."""

    school_id: int
    school_code: str
    region_id: int
    places: Sequence[Place]


def intake_obstacle(offering: Offering, initiative: Initiative) -> Refusal | None:
    """Why the offering takes nobody at present; None where it does."""
    if initiative.standing is Standing.PLANNED:
        return Conflict("initiative_planned", found=initiative.code)
    if offering.standing is Standing.PLANNED:
        return Conflict("offering_planned", found=offering.code)
    if offering.standing is Standing.CLOSED:
        return Conflict("offering_closed", found=offering.code)
    return None


def date_obstacle(offering: Offering, status: EnrollmentStatus, on: date) -> Refusal | None:
    """Why the step to `status` cannot be of the day `on`; None where it can."""
    first, last = allowed_days(offering, status)
    if first <= on <= last:
        return None
    return Refusal("date_outside_offering", field="date", found=on, expected=f"{first} – {last}")


def allowed_days(offering: Offering, status: EnrollmentStatus) -> tuple[date, date]:
    """The first and the last day on which a step to `status` can be."""
    if status in ACTIVE:
        return offering.starts_on - A_YEAR, offering.ends_on
    if status is EnrollmentStatus.COMPLETED:
        return offering.starts_on, offering.ends_on + A_YEAR
    return offering.starts_on - A_YEAR, offering.ends_on + A_YEAR


def obstacle(offering: Offering, candidate: Candidate) -> Refusal | None:
    """Why the offering is not for this person, as precisely as can be said; None where it is."""
    if offering.school_id not in (None, candidate.school_id):
        expected = offering.school.code if offering.school else ""
        return Refusal("person_of_another_school", found=candidate.school_code, expected=expected)
    if offering.region_id not in (None, candidate.region_id):
        return Refusal("person_of_another_region", found=candidate.school_code)
    if not candidate.places:
        return Refusal("not_member_of_year", expected=offering.academic_year)
    fitting = [place for place in candidate.places if place.role in offering.roles]
    if not fitting:
        found = sorted({place.role for place in candidate.places})
        wanted = [LearnerRole(role) for role in offering.roles]
        return Refusal("not_eligible_role", found=found, expected=wanted)
    refusals = [grade_obstacle(offering, place) for place in fitting]
    return None if None in refusals else refusals[0]


def grade_obstacle(offering: Offering, place: Place) -> Refusal | None:
    """Why a pupil's grade does not fit; other roles have none."""
    low, high = offering.min_grade, offering.max_grade
    if place.role is not LearnerRole.PUPIL or (low is None and high is None):
        return None
    expected = grades_in_words(low, high)
    if place.grade is None:
        return Refusal("class_unknown", expected=expected)
    if (low is None or low <= place.grade) and (high is None or place.grade <= high):
        return None
    return Refusal("not_eligible_grade", found=place.grade, expected=expected)


def grades_in_words(low: int | None, high: int | None) -> str:
    """A range of grades as 5–9, ≥ 5, ≤ 9, or a single one."""
    if low is None or high is None:
        return f"≤ {high}" if low is None else f"≥ {low}"
    return str(low) if low == high else f"{low}–{high}"
