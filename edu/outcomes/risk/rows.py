"""What was known of each participant when they began, read set by set.

A school sees its own records only. So that its list says what was learned, every feature of an
enrollment comes from records of the enrollment's own school, there as in the nation.
"""

from datetime import date
from typing import Any

import pyarrow as pa
from sqlalchemy import CTE, Integer, Select, String, Subquery, and_, case, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from models.assessments import Instrument, Sitting, Wave
from models.enrollments import Enrollment, EnrollmentStatus
from models.people import Membership, Person
from models.places import Region, School, SchoolClass
from models.programs import Offering
from models.scores import RunStatus, Score, ScoringRun

S = EnrollmentStatus
SCHEMA = pa.schema(
    [
        ("enrollment_id", pa.int64()),
        ("person_id", pa.int64()),
        ("school_id", pa.int64()),
        ("status", pa.string()),
        ("days_in", pa.float64()),
        ("days_in_all", pa.float64()),
        ("days_before_start", pa.float64()),
        ("days_missed", pa.float64()),
        ("waited", pa.float64()),
        ("earlier_completed", pa.float64()),
        ("earlier_left", pa.float64()),
        ("companions", pa.float64()),
        ("baseline", pa.float64()),
        ("role", pa.string()),
        ("grade", pa.float64()),
        ("years_old_for_grade", pa.float64()),
        ("sex", pa.string()),
        ("language", pa.string()),
        ("locality", pa.string()),
        ("region", pa.string()),
    ]
)
Rows = Select[*tuple[Any, ...]]


def past(program_id: int, scale: str, until: date) -> Rows:
    """Everybody who had a seat in an offering of the program that has ended by `until`."""
    concerned = asked(program_id, Offering.ends_on < until)
    return known_at_start(concerned, scale, until)


def under_way(program_id: int, scale: str, today: date) -> Rows:
    """Everybody in reach who has a seat in an offering that has not ended."""
    running = and_(Offering.ends_on >= today, Enrollment.status == S.ENROLLED)
    return known_at_start(asked(program_id, running), scale, today)


def asked(program_id: int, which: Any) -> CTE:
    """The enrollments that count, each with the day from which on the person takes part."""
    begins = func.greatest(Enrollment.enrolled_on, Offering.starts_on)
    return (
        select(
            Enrollment.id,
            Enrollment.person_id,
            Enrollment.school_id,
            Enrollment.offering_id,
            Enrollment.status,
            Enrollment.applied_on,
            Enrollment.waitlisted_on,
            Enrollment.enrolled_on,
            Enrollment.ended_on,
            Offering.academic_year,
            Offering.starts_on,
            Offering.ends_on,
            begins.label("begins_on"),
        )
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(Offering.program_id == program_id, Enrollment.enrolled_on.is_not(None), which)
        .cte("asked")
    )


def known_at_start(one: CTE, scale: str, today: date) -> Rows:
    """One row an enrollment, in the order of SCHEMA."""
    place, before, score = places(one), earlier(one), baselines(one, scale)
    group = companions(one)
    until = func.least(func.coalesce(one.c.ended_on, today), one.c.ends_on)
    first_year = cast(func.left(one.c.academic_year, 4), Integer)
    return (
        select(
            one.c.id,
            one.c.person_id,
            one.c.school_id,
            one.c.status,
            until - one.c.begins_on,
            one.c.ends_on - one.c.begins_on,
            one.c.starts_on - one.c.applied_on,
            one.c.begins_on - one.c.starts_on,
            case((one.c.waitlisted_on.is_not(None), 1), else_=0),
            func.coalesce(before.c.completed, 0),
            func.coalesce(before.c.gave_up, 0),
            func.coalesce(group.c.companions, 1),
            score.c.value,
            cast(place.c.role, String),
            place.c.grade,
            first_year - func.extract("year", Person.birth_date) - place.c.grade,
            cast(Person.sex, String),
            place.c.language_code,
            case((School.urban, "urban"), else_="rural"),
            Region.code,
        )
        .select_from(one)
        .join(Person, Person.id == one.c.person_id)
        .join(School, School.id == one.c.school_id)
        .join(Region, Region.id == School.region_id)
        .outerjoin(place, place.c.id == one.c.id)
        .outerjoin(before, before.c.id == one.c.id)
        .outerjoin(score, score.c.id == one.c.id)
        .outerjoin(
            group,
            and_(group.c.offering_id == one.c.offering_id, group.c.school_id == one.c.school_id),
        )
        .order_by(one.c.id)
    )


def places(one: CTE) -> Subquery:
    """Role, grade and language of the class, at the enrollment's school in the offering's year."""
    return (
        select(one.c.id, Membership.role, SchoolClass.grade, SchoolClass.language_code)
        .join(
            Membership,
            and_(
                Membership.person_id == one.c.person_id,
                Membership.school_id == one.c.school_id,
                Membership.academic_year == one.c.academic_year,
            ),
        )
        .outerjoin(SchoolClass, SchoolClass.id == Membership.class_id)
        .ext(distinct_on(one.c.id))
        .order_by(one.c.id, Membership.id)
        .subquery("place")
    )


def earlier(one: CTE) -> Subquery:
    """How often the person completed or gave up any program at that school before applying."""
    other = aliased(Enrollment)
    return (
        select(
            one.c.id,
            func.count().filter(other.status == S.COMPLETED).label("completed"),
            func.count().filter(other.status == S.WITHDRAWN).label("gave_up"),
        )
        .join(
            other,
            and_(
                other.person_id == one.c.person_id,
                other.school_id == one.c.school_id,
                other.enrolled_on.is_not(None),
                other.ended_on <= one.c.applied_on,
                other.id != one.c.id,
            ),
        )
        .group_by(one.c.id)
        .subquery("before")
    )


def companions(one: CTE) -> Subquery:
    """How many people of the school had a seat when the offering began, or got one that day."""
    other = aliased(Enrollment)
    offering = aliased(Offering)
    return (
        select(other.offering_id, other.school_id, func.count().label("companions"))
        .join(offering, offering.id == other.offering_id)
        .where(other.enrolled_on <= offering.starts_on)
        .where(other.offering_id.in_(select(one.c.offering_id)))
        .group_by(other.offering_id, other.school_id)
        .subquery("companions")
    )


def baselines(one: CTE, scale: str) -> Subquery:
    """The latest published score on the scale of a wave that had closed when the person began."""
    return (
        select(one.c.id, Score.value)
        .join(
            Sitting,
            and_(Sitting.person_id == one.c.person_id, Sitting.school_id == one.c.school_id),
        )
        .join(Wave, and_(Wave.id == Sitting.wave_id, Wave.closes_on <= one.c.begins_on))
        .join(Instrument, and_(Instrument.id == Wave.instrument_id, Instrument.scale == scale))
        .join(Score, and_(Score.sitting_id == Sitting.id, Score.value.is_not(None)))
        .join(
            ScoringRun,
            and_(
                ScoringRun.id == Score.run_id,
                ScoringRun.status == RunStatus.PUBLISHED,
                ScoringRun.scale_id.is_not(None),
            ),
        )
        .ext(distinct_on(one.c.id))
        .order_by(one.c.id, Wave.closes_on.desc(), ScoringRun.id.desc())
        .subquery("baseline")
    )
