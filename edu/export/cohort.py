"""Whom a release is about: one row a person, read within the transaction's own scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy import String as Text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from edu.database.columns import read_columns
from edu.export import policy
from edu.export.columns import score_names
from models.assessments import Sitting, Wave
from models.enrollments import Enrollment
from models.errors import Refusal
from models.people import Membership, Person
from models.places import Region, School, SchoolClass
from models.programs import Offering
from models.scores import RunStatus, Score, ScoringRun

NONE = "none"
ROW = [
    ("person_id", pa.int64()),
    ("sex", pa.string()),
    ("birth", pa.string()),
    ("school", pa.string()),
    ("district", pa.string()),
    ("region", pa.string()),
    ("locality", pa.string()),
    ("language", pa.string()),
    ("grade", pa.string()),
    ("status", pa.string()),
]


@dataclass(frozen=True)
class Cohort:
    """Everybody with an enrollment in the program: one row a person, as the database has it.

    rows: columns of ROW, then one of scores for each wave, named as in the release.
    fingerprint: SHA-256 of the rows as read.
    """

    rows: pa.Table
    score_names: tuple[str, ...]
    fingerprint: str

    def labels(self, name: str) -> npt.NDArray[np.object_]:
        """A column of labels, shape (n_persons,)."""
        return np.asarray(self.rows.column(name).to_numpy(), dtype=np.object_)


def read_cohort(session: Session, *, program_id: int, waves: Sequence[Wave]) -> Cohort:
    """The cohort of a program with the published scores of some waves.

    Errors: wave_without_scores, cohort_too_small.
    """
    names = tuple(score_names(waves))
    schema = pa.schema([*ROW, *((name, pa.float64()) for name in names)])
    read = read_columns(session, cohort_rows(session, program_id, waves), schema)
    n_schools = len(read.table.column("school").unique())
    if read.table.num_rows < policy.MIN_PERSONS or n_schools < policy.MIN_SCHOOLS:
        raise Refusal("cohort_too_small", persons=policy.MIN_PERSONS, schools=policy.MIN_SCHOOLS)
    return Cohort(read.table, names, read.fingerprint)


def cohort_rows(
    session: Session, program_id: int, waves: Sequence[Wave]
) -> Select[*tuple[Any, ...]]:
    """One row a person, by id."""
    enrolled = latest_enrollments(program_id)
    placed = class_of(enrolled)
    statement = (
        select(
            Person.id,
            cast(Person.sex, Text),
            func.to_char(Person.birth_date, "YYYY-MM"),
            cast(School.id, Text),
            func.concat(Region.code, "-", School.district_id),
            Region.code,
            case((School.urban, "urban"), else_="rural"),
            func.coalesce(placed.c.language_code, NONE),
            func.coalesce(cast(placed.c.grade, Text), NONE),
            cast(enrolled.c.status, Text),
        )
        .join(enrolled, enrolled.c.person_id == Person.id)
        .join(School, School.id == enrolled.c.school_id)
        .join(Region, Region.id == School.region_id)
        .outerjoin(placed, true())
        .order_by(Person.id)
    )
    for wave in waves:
        scored = scores(wave.id, published_run(session, wave.id))
        statement = statement.add_columns(scored.c.value).outerjoin(
            scored, scored.c.person_id == Person.id
        )
    return statement


def latest_enrollments(program_id: int) -> Subquery:
    """Each person's latest enrollment in the program."""
    return (
        select(
            Enrollment.person_id,
            Enrollment.school_id,
            Enrollment.status,
            Offering.academic_year,
        )
        .ext(distinct_on(Enrollment.person_id))
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(Offering.program_id == program_id)
        .order_by(Enrollment.person_id, Enrollment.applied_on.desc(), Enrollment.id.desc())
        .subquery()
    )


def class_of(enrolled: Subquery) -> LateralFromClause:
    """The person's class in that enrollment's academic year, in its school if there is one."""
    return (
        select(SchoolClass.grade, SchoolClass.language_code)
        .join(Membership, Membership.class_id == SchoolClass.id)
        .where(
            Membership.person_id == enrolled.c.person_id,
            Membership.academic_year == enrolled.c.academic_year,
        )
        .order_by((Membership.school_id == enrolled.c.school_id).desc(), Membership.id.desc())
        .limit(1)
        .lateral()
    )


def scores(wave_id: int, run_id: int) -> Subquery:
    """The scores of a wave in a run, by person."""
    return (
        select(Sitting.person_id, Score.value)
        .join(Score, Score.sitting_id == Sitting.id)
        .where(Sitting.wave_id == wave_id, Sitting.person_id.is_not(None), Score.run_id == run_id)
        .subquery()
    )


def published_run(session: Session, wave_id: int) -> int:
    """The newest published run that scored a wave."""
    run_id = session.scalar(select(func.max(ScoringRun.id)).where(scored_and_published(wave_id)))
    if run_id is None:
        raise Refusal("wave_without_scores", field="wave_ids", found=wave_id)
    return run_id


def scored_and_published(wave_id: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether a run has published the scores of a wave."""
    return (
        (ScoringRun.status == RunStatus.PUBLISHED)
        & ScoringRun.sample_id.is_(None)
        & (ScoringRun.wave_ids.any_() == wave_id)
    )
