"""Rows become columns for the statistics: one of the three bridges to ml."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy import String as Text
from sqlalchemy.orm import Session, aliased

from edu.database.columns import read_columns
from edu.outcomes.groupings import Grouping
from models.assessments import Respondent, Sitting
from models.enrollments import Enrollment, EnrollmentStatus
from models.people import Membership, Person
from models.places import Region, School, SchoolClass
from models.programs import Offering
from models.scores import Score

TAKING_PART = (EnrollmentStatus.ENROLLED, EnrollmentStatus.COMPLETED)
GAIN_COLUMNS = pa.schema(
    [
        ("sitting_id", pa.int64()),
        ("pre", pa.float64()),
        ("post", pa.float64()),
        ("school", pa.string()),
        ("group", pa.string()),
    ]
)
MEAN_COLUMNS = pa.schema(
    [
        ("sitting_id", pa.int64()),
        ("value", pa.float64()),
        ("school", pa.string()),
        ("group", pa.string()),
    ]
)


@dataclass(frozen=True)
class GainFrame:
    """Persons of a program who sat the first wave; shape (n,), a missing score is NaN."""

    pre: npt.NDArray[np.float64]
    post: npt.NDArray[np.float64]
    schools: npt.NDArray[np.object_]
    groups: npt.NDArray[np.object_] | None
    fingerprint: str


@dataclass(frozen=True)
class MeanFrame:
    """Scored respondents of a sample; arrays of shape (n,), a missing value is NaN."""

    values: npt.NDArray[np.float64]
    schools: npt.NDArray[np.object_]
    groups: npt.NDArray[np.object_] | None
    fingerprint: str


def gain_frame(
    session: Session, *, program_id: int, run_id: int, waves: tuple[int, int], by: Grouping | None
) -> GainFrame:
    """Everybody who takes part in the program and sat the first wave of the run."""
    columns = read_columns(session, gain_rows(program_id, run_id, waves, by), GAIN_COLUMNS)
    table = columns.table
    return GainFrame(
        pre=floats(table, "pre"),
        post=floats(table, "post"),
        schools=labels(table, "school"),
        groups=labels(table, "group") if by else None,
        fingerprint=columns.fingerprint,
    )


def gain_rows(
    program_id: int, run_id: int, waves: tuple[int, int], by: Grouping | None
) -> Select[int, float | None, float | None, int | None, str]:
    """One row a person: first sitting and last, with the school where the first was sat."""
    first, last = aliased(Sitting), aliased(Sitting)
    before, after = aliased(Score), aliased(Score)
    takes_part = (
        select(Enrollment.person_id)
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(Offering.program_id == program_id, Enrollment.status.in_(TAKING_PART))
    )
    statement = (
        select(first.id, before.value, after.value, first.school_id, group_label(by, first))
        .join(before, and_(before.sitting_id == first.id, before.run_id == run_id))
        .outerjoin(last, and_(last.person_id == first.person_id, last.wave_id == waves[1]))
        .outerjoin(after, and_(after.sitting_id == last.id, after.run_id == run_id))
        .join(School, School.id == first.school_id)
        .where(first.wave_id == waves[0], first.person_id.in_(takes_part))
        .order_by(first.id)
    )
    if by is Grouping.SEX:
        return statement.join(Person, Person.id == first.person_id)
    if by is Grouping.REGION:
        return statement.join(Region, Region.id == School.region_id)
    return statement


def group_label(by: Grouping | None, sitting: type[Sitting]) -> SQLColumnExpression[str]:
    """The label of a person's group."""
    if by is Grouping.REGION:
        return Region.code
    if by is Grouping.SEX:
        return cast(Person.sex, Text)
    if by is Grouping.LOCALITY:
        return case((School.urban, "urban"), else_="rural")
    if by is Grouping.LANGUAGE:
        return language_of(sitting)
    return literal("")


def language_of(sitting: type[Sitting]) -> ColumnElement[str]:
    """The language of the latest class that the person was in."""
    return (
        select(SchoolClass.language_code)
        .join(Membership, Membership.class_id == SchoolClass.id)
        .where(Membership.person_id == sitting.person_id)
        .order_by(SchoolClass.academic_year.desc(), Membership.id.desc())
        .limit(1)
        .correlate(sitting)
        .scalar_subquery()
    )


def mean_frame(session: Session, *, run_id: int, by: str | None) -> MeanFrame:
    """The scored respondents of a sample's run, with their label in the group `by`."""
    label = Respondent.groups[by].astext if by else literal("")
    statement = (
        select(Sitting.id, Score.value, Respondent.school_code, label)
        .join(Score, and_(Score.sitting_id == Sitting.id, Score.run_id == run_id))
        .join(Respondent, Respondent.id == Sitting.respondent_id)
        .order_by(Sitting.id)
    )
    columns = read_columns(session, statement, MEAN_COLUMNS)
    table = columns.table
    return MeanFrame(
        values=floats(table, "value"),
        schools=labels(table, "school"),
        groups=labels(table, "group") if by else None,
        fingerprint=columns.fingerprint,
    )


def sample_groups(session: Session, sample_id: int) -> list[str]:
    """The names of the groups by which a sample's respondents are labeled."""
    names = func.jsonb_object_keys(Respondent.groups).label("name")
    statement = select(names).where(Respondent.sample_id == sample_id).distinct()
    return sorted(session.scalars(statement))


def floats(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    """A column of numbers; missing is NaN."""
    column = table.column(name).cast(pa.float64())
    return np.asarray(column.to_numpy(), dtype=np.float64)


def labels(table: pa.Table, name: str) -> npt.NDArray[np.object_]:
    """A column of labels; missing is None."""
    return np.asarray(table.column(name).to_numpy(), dtype=np.object_)
