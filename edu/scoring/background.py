"""Who sat: what plausible values are conditioned on, and the groups an item must be fair to.

The second half of the bridge in `matrix.py`: rows in the same order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import CTE, Select, String, Subquery, case, cast, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from edu.database.columns import read_columns
from edu.registry.years import academic_year_of
from models.assessments import Respondent, Sitting, Wave
from models.enrollments import SEATED, Enrollment
from models.people import Membership, Person
from models.places import Region, School, SchoolClass
from models.programs import Offering, Program

# The groups that differential item functioning is looked for in; the language version first.
FAIR_TO = ("language", "sex", "locality", "region")
OF_PEOPLE = (*FAIR_TO, "instruction", "role", "grade", "program")

LabelArray = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Background:
    """What is known of each sitting; arrays of shape (n,), in the order of the sittings' ids.

    sitting_ids, waves (number in order of date, from 0), persons. schools, labels: text, None
    where it is not known. fair_to: the names of the labels that items must be fair to.
    """

    sitting_ids: npt.NDArray[np.int64]
    waves: npt.NDArray[np.int64]
    persons: npt.NDArray[np.int64]
    schools: LabelArray
    labels: Mapping[str, LabelArray]
    fair_to: tuple[str, ...]
    fingerprint: str


def read_background(
    session: Session, *, waves: Sequence[Wave], sample_id: int | None
) -> Background:
    """The background of all sittings of these waves (in order of date)."""
    if sample_id is None:
        return of_people(session, waves)
    return of_sample(session, waves, sample_id)


def of_people(session: Session, waves: Sequence[Wave]) -> Background:
    """People: place, sex, class, and the program they take part in by the last wave."""
    found = read(session, people_rows(waves), OF_PEOPLE)
    return background(found.table, waves, OF_PEOPLE, FAIR_TO, found.fingerprint)


def of_sample(session: Session, waves: Sequence[Wave], sample_id: int) -> Background:
    """Anonymous respondents: the labels of their file."""
    names = sorted(
        {
            name
            for groups in session.scalars(
                select(Respondent.groups).where(Respondent.sample_id == sample_id).distinct()
            )
            for name in groups
        }
    )
    positions = [f"group_{number}" for number in range(len(names))]
    statement = (
        select(
            Sitting.id,
            Sitting.wave_id,
            Sitting.respondent_id,
            Respondent.school_code,
            Sitting.language,
            *(Respondent.groups[name].astext for name in names),
        )
        .join(Respondent, Respondent.id == Sitting.respondent_id)
        .where(Sitting.wave_id.in_([wave.id for wave in waves]))
        .where(Respondent.sample_id == sample_id)
        .order_by(Sitting.id)
    )
    found = read(session, statement, ["language", *positions])
    shown = ["language", *names] if "language" not in names else names
    table = found.table if "language" not in names else found.table.drop_columns(["language"])
    table = table.rename_columns([*table.column_names[: -len(shown)], *shown])
    return background(table, waves, shown, tuple(shown), found.fingerprint)


def people_rows(waves: Sequence[Wave]) -> Select[*tuple[Any, ...]]:
    """One row a sitting; joined set by set."""
    membership, program = memberships(waves), programs(waves)
    return (
        select(
            Sitting.id,
            Sitting.wave_id,
            Sitting.person_id,
            cast(Sitting.school_id, String),
            Sitting.language,
            Person.sex,
            case((School.urban, "urban"), else_="rural"),
            Region.code,
            membership.c.instruction,
            membership.c.role,
            membership.c.grade,
            program.c.code,
        )
        .join(Person, Person.id == Sitting.person_id)
        .join(School, School.id == Sitting.school_id)
        .join(Region, Region.id == School.region_id)
        .outerjoin(membership, membership.c.sitting_id == Sitting.id)
        .outerjoin(program, program.c.person_id == Sitting.person_id)
        .where(Sitting.wave_id.in_([wave.id for wave in waves]))
        .order_by(Sitting.id)
    )


def memberships(waves: Sequence[Wave]) -> Subquery:
    """The class in which each person sat, in the academic year of the wave."""
    year = case({wave.id: academic_year_of(wave.opens_on) for wave in waves}, value=Sitting.wave_id)
    return (
        select(
            Sitting.id.label("sitting_id"),
            SchoolClass.language_code.label("instruction"),
            Membership.role.label("role"),
            cast(SchoolClass.grade, String).label("grade"),
        )
        .join(Membership, Membership.person_id == Sitting.person_id)
        .outerjoin(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(Sitting.wave_id.in_([wave.id for wave in waves]))
        .where(Membership.academic_year == year)
        .ext(distinct_on(Sitting.id))
        .order_by(Sitting.id, Membership.id.desc())
        .subquery("membership")
    )


def programs(waves: Sequence[Wave]) -> CTE:
    """The program each person takes part in by the last wave: the first one, if several."""
    return (
        select(Enrollment.person_id, Program.code)
        .join(Offering, Offering.id == Enrollment.offering_id)
        .join(Program, Program.id == Offering.program_id)
        .where(Enrollment.status.in_(SEATED))
        .where(Enrollment.enrolled_on <= max(wave.closes_on for wave in waves))
        .ext(distinct_on(Enrollment.person_id))
        .order_by(Enrollment.person_id, Enrollment.enrolled_on, Enrollment.id)
        .cte("taken")
    )


def read(session: Session, statement: Select[*tuple[Any, ...]], labels: Sequence[str]) -> Any:
    """The rows as columns."""
    schema = pa.schema(
        [
            ("sitting_id", pa.int64()),
            ("wave_id", pa.int64()),
            ("person_id", pa.int64()),
            ("school", pa.string()),
            *((name, pa.string()) for name in labels),
        ]
    )
    return read_columns(session, statement, schema)


def background(
    table: pa.Table,
    waves: Sequence[Wave],
    labels: Sequence[str],
    fair_to: tuple[str, ...],
    fingerprint: str,
) -> Background:
    """Columns as arrays; a label that nobody has is left out."""
    known = {name: strings(table, name) for name in labels if has_any(table, name)}
    number = {wave.id: place for place, wave in enumerate(waves)}
    wave_ids, place = np.unique(integers(table, "wave_id"), return_inverse=True)
    return Background(
        sitting_ids=integers(table, "sitting_id"),
        waves=np.array([number[key] for key in wave_ids.tolist()], dtype=np.int64)[place],
        persons=integers(table, "person_id"),
        schools=strings(table, "school"),
        labels=known,
        fair_to=tuple(name for name in fair_to if name in known),
        fingerprint=fingerprint,
    )


def has_any(table: pa.Table, name: str) -> bool:
    """Whether anybody has the label."""
    return bool(table.column(name).null_count < table.num_rows)


def integers(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """A column of keys."""
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)


def strings(table: pa.Table, name: str) -> LabelArray:
    """A column of labels; missing is None."""
    return np.asarray(table.column(name).to_numpy(), dtype=np.object_)
