"""Rows become columns for the statistics: one of the three bridges to ml."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import CTE, Select, Subquery, and_, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from edu.accounts.scope import Reach, Scope, use_scope
from edu.database.columns import read_columns
from edu.outcomes.groupings import Grouping
from edu.outcomes.population import LabelArray, settle
from edu.outcomes.runs import MeasuredRun, took_part_by
from models.assessments import Respondent, Sitting, Wave
from models.enrollments import Enrollment
from models.people import Membership, Person
from models.places import Region, School, SchoolClass
from models.programs import Offering
from models.scores import Score

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GainFrame:
    """Everybody who takes part in a program; arrays of shape (n,).

    pre, post: NaN where a score is missing or set aside (edu.outcomes.population).
    schools: where they take part. labels: by grouping; one in which nobody has a label is absent.
    """

    pre: Floats
    post: Floats
    schools: npt.NDArray[np.int64]
    labels: Mapping[str, LabelArray]
    fingerprint: str

    @property
    def scored(self) -> "GainFrame":
        """Those with both scores."""
        kept = ~(np.isnan(self.pre) | np.isnan(self.post))
        labels = {name: column[kept] for name, column in self.labels.items()}
        return replace(
            self,
            pre=self.pre[kept],
            post=self.post[kept],
            schools=self.schools[kept],
            labels=labels,
        )


@dataclass(frozen=True, eq=False)
class MeanFrame:
    """The respondents of a sample; arrays of shape (n,), a missing or set-aside score is NaN."""

    values: Floats
    schools: npt.NDArray[np.object_]
    labels: Mapping[str, LabelArray]
    fingerprint: str


def gain_frame(session: Session, *, program_id: int, measured: MeasuredRun) -> GainFrame:
    """Everybody who takes part in the program, with their scores in the run's two waves."""
    schema = pa.schema(
        [
            ("person_id", pa.int64()),
            ("pre", pa.float64()),
            ("post", pa.float64()),
            ("school", pa.int64()),
            *((grouping.value, pa.string()) for grouping in Grouping),
        ]
    )
    found = read_columns(session, gain_rows(program_id, measured), schema)
    pre, post = floats(found.table, "pre"), floats(found.table, "post")
    schools = np.asarray(found.table.column("school").to_numpy(), dtype=np.int64)
    both = ~np.isnan(post - pre)
    population = settle(both, schools, all_labels(found.table, [*Grouping]))
    pre[population.left_out] = post[population.left_out] = np.nan
    return GainFrame(pre, post, schools, population.labels, found.fingerprint)


def gain_rows(program_id: int, measured: MeasuredRun) -> Select[*tuple[Any, ...]]:
    """One row a person; set by set, so that a million persons take seconds."""
    person = taking_part(program_id, measured.last)
    language = languages(person)
    pre = scores(measured.run.id, measured.first.id, "pre")
    post = scores(measured.run.id, measured.last.id, "post")
    columns = {
        Grouping.REGION: Region.code,
        Grouping.SEX: Person.sex,
        Grouping.LANGUAGE: language.c.language_code,
        Grouping.LOCALITY: case((School.urban, "urban"), else_="rural"),
    }
    return (
        select(
            person.c.person_id,
            pre.c.value,
            post.c.value,
            person.c.school_id,
            *(columns[grouping] for grouping in Grouping),
        )
        .select_from(person)
        .join(Person, Person.id == person.c.person_id)
        .join(School, School.id == person.c.school_id)
        .join(Region, Region.id == School.region_id)
        .outerjoin(language, language.c.person_id == person.c.person_id)
        .outerjoin(pre, pre.c.person_id == person.c.person_id)
        .outerjoin(post, post.c.person_id == person.c.person_id)
        .order_by(person.c.person_id)
    )


def taking_part(program_id: int, last: Wave) -> CTE:
    """Each participant once, with the school and year of the first participation."""
    return (
        select(Enrollment.person_id, Enrollment.school_id, Offering.academic_year)
        .join(Offering, Offering.id == Enrollment.offering_id)
        .where(Offering.program_id == program_id, *took_part_by(last))
        .ext(distinct_on(Enrollment.person_id))
        .order_by(Enrollment.person_id, Enrollment.enrolled_on, Enrollment.id)
        .cte("participant")
    )


def languages(participant: CTE) -> Subquery:
    """The language of each participant's class when they took part; else of the nearest class.

    An earlier class comes before a later one, which may be a consequence of the program.
    """
    year, later = Membership.academic_year, Membership.academic_year > participant.c.academic_year
    return (
        select(participant.c.person_id, SchoolClass.language_code)
        .join(Membership, Membership.person_id == participant.c.person_id)
        .join(SchoolClass, SchoolClass.id == Membership.class_id)
        .ext(distinct_on(participant.c.person_id))
        .order_by(
            participant.c.person_id,
            later,
            case((~later, year)).desc(),
            year,
            Membership.id.desc(),
        )
        .subquery("language")
    )


def scores(run_id: int, wave_id: int, name: str) -> Subquery:
    """Everybody's score in one wave of a run."""
    return (
        select(Sitting.person_id, Score.value)
        .join(Score, and_(Score.sitting_id == Sitting.id, Score.run_id == run_id))
        .where(Sitting.wave_id == wave_id)
        .subquery(name)
    )


def mean_frame(session: Session, *, measured: MeasuredRun) -> MeanFrame:
    """The respondents who sat the last wave of a sample's run, with all their labels."""
    names = sample_groups(session, measured.run.sample_id)
    positions = [f"group_{number}" for number in range(len(names))]
    schema = pa.schema(
        [
            ("sitting_id", pa.int64()),
            ("value", pa.float64()),
            ("school", pa.string()),
            *((position, pa.string()) for position in positions),
        ]
    )
    found = read_columns(session, mean_rows(measured, names), schema)
    values = floats(found.table, "value")
    schools = as_labels(found.table, "school")
    columns = all_labels(found.table, positions).values()
    labels = dict(zip(names, columns, strict=True))
    population = settle(~np.isnan(values), schools, labels)
    values[population.left_out] = np.nan
    return MeanFrame(values, schools, population.labels, found.fingerprint)


def mean_rows(measured: MeasuredRun, names: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """One row a respondent."""
    labels = [Respondent.groups[name].astext for name in names]
    return (
        select(Sitting.id, Score.value, Respondent.school_code, *labels)
        .join(Score, and_(Score.sitting_id == Sitting.id, Score.run_id == measured.run.id))
        .join(Respondent, Respondent.id == Sitting.respondent_id)
        .where(Sitting.wave_id == measured.last.id)
        .order_by(Sitting.id)
    )


def sample_groups(session: Session, sample_id: int | None) -> list[str]:
    """The names of the groups by which a sample's respondents are labeled."""
    names = func.jsonb_object_keys(Respondent.groups).label("name")
    statement = select(names).where(Respondent.sample_id == sample_id).distinct()
    return sorted(session.scalars(statement))


@contextmanager
def nationwide(session: Session, scope: Scope) -> Iterator[None]:
    """Count over all schools, whoever asks: only figures large enough to be shown come of it."""
    if scope.reach is not Reach.SCHOOLS:
        yield
        return
    use_scope(session, replace(scope, reach=Reach.NATION))
    try:
        yield
    finally:
        use_scope(session, scope)


def floats(table: pa.Table, name: str) -> Floats:
    """A column of numbers; missing is NaN."""
    return np.array(table.column(name).to_numpy(), dtype=np.float64)


def all_labels(table: pa.Table, names: Sequence[str]) -> dict[str, LabelArray]:
    """Columns of labels by their names; missing is None."""
    return {str(name): as_labels(table, name) for name in names}


def as_labels(table: pa.Table, name: str) -> LabelArray:
    """A column of labels; missing is None."""
    return np.asarray(table.column(name).to_numpy(), dtype=np.object_)
