"""Rows become columns to learn from; sex, language and place are never among them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy.orm import Session

from edu.database.columns import read_columns
from edu.outcomes.frames import Floats, as_labels, floats
from edu.outcomes.groupings import Grouping
from edu.outcomes.population import LabelArray
from edu.outcomes.risk.rows import SCHEMA, Rows
from models.enrollments import EnrollmentStatus
from models.people import LearnerRole

MIDDLE_GRADE = 6
# A child is as old as most of grade 1 when it turns six in the year in which it begins.
AGE_OF_GRADE = 5
SHORTLY_BEFORE = 14
MOST_DAYS, MOST_TIMES, MOST_YEARS = 60, 3, 3
FEATURES = (
    "applied_early",
    "applied_shortly_before",
    "days_missed",
    "waited",
    "earlier_completed",
    "earlier_left",
    "companions",
    "baseline",
    "grade",
    "old_for_grade",
    "student",
    "teacher",
    "other_adult",
)


@dataclass(frozen=True, eq=False)
class Participants:
    """Arrays of shape (n,); X: (n, 13), the columns FEATURES, NaN is missing.

    elapsed: the part of their time that had passed when they left, or until now. labels: by
    grouping, only to see whether the advice is fair.
    """

    enrollments: npt.NDArray[np.int64]
    persons: npt.NDArray[np.int64]
    schools: npt.NDArray[np.int64]
    status: LabelArray
    elapsed: Floats
    X: Floats
    labels: dict[str, LabelArray]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.enrollments)


def read_participants(session: Session, rows: Rows) -> Participants:
    """The rows of `rows` as arrays."""
    found = read_columns(session, rows, SCHEMA)
    table = found.table
    return Participants(
        enrollments=keys(table, "enrollment_id"),
        persons=keys(table, "person_id"),
        schools=keys(table, "school_id"),
        status=as_labels(table, "status"),
        elapsed=part_of_time(floats(table, "days_in"), floats(table, "days_in_all")),
        X=features(table),
        labels={grouping.value: as_labels(table, grouping.value) for grouping in Grouping},
        fingerprint=found.fingerprint,
    )


def keys(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """A column of identifiers."""
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)


def part_of_time(days: Floats, all_days: Floats) -> Floats:
    """0 … 1, both ends counted as days: a day that has begun has not passed."""
    return np.asarray(np.clip(days / (np.maximum(all_days, 0) + 1), 0.0, 1.0))


def features(table: pa.Table) -> Floats:
    """(n, 13): what is long or rare is cut off, so that no single case weighs much."""
    early = floats(table, "days_before_start")
    role = as_labels(table, "role")
    grade = floats(table, "grade")
    pupil = (role == LearnerRole.PUPIL.value) & ~np.isnan(grade)
    old = floats(table, "years_old_for_grade") - AGE_OF_GRADE
    columns = (
        np.clip(early, -MOST_DAYS, MOST_DAYS),
        early < SHORTLY_BEFORE,
        np.clip(floats(table, "days_missed"), 0, MOST_DAYS),
        floats(table, "waited"),
        np.minimum(floats(table, "earlier_completed"), MOST_TIMES),
        np.minimum(floats(table, "earlier_left"), MOST_TIMES),
        np.log2(np.maximum(floats(table, "companions"), 1)),
        floats(table, "baseline"),
        np.where(pupil, grade - MIDDLE_GRADE, 0),
        np.where(pupil, np.clip(old, -1, MOST_YEARS), 0),
        role == LearnerRole.STUDENT.value,
        role == LearnerRole.TEACHER.value,
        role == LearnerRole.OTHER.value,
    )
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def has(people: Participants, status: EnrollmentStatus) -> npt.NDArray[np.bool_]:
    """(n,) whose enrollment is in that state."""
    return np.asarray(people.status == status.value, dtype=np.bool_)
