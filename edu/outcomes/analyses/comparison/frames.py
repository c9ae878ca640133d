"""Rows become columns for an analysis: who took part, who did not, and what both were measured at.

Part of the bridge `edu/outcomes/frames.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from edu.database.columns import read_columns
from edu.outcomes.analyses.comparison.sources import Source
from edu.outcomes.frames import Floats, as_labels, floats
from edu.outcomes.groupings import Grouping
from edu.outcomes.population import LabelArray, Mask
from edu.outcomes.runs import MeasuredRun, took_part_by
from edu.registry.years import academic_year_of
from models.assessments import Sitting, Wave
from models.enrollments import Enrollment
from models.people import Membership, Person
from models.places import Region, School, SchoolClass
from models.programs import Offering
from models.scores import Score

FLAGS = ("known", "took", "gave_up", "other", "sat_first", "sat_last")
DAYS_PER_MONTH = 30.4
LABELS = (*(grouping.value for grouping in Grouping), "role", "grade", "version")


@dataclass(frozen=True, eq=False)
class Register:
    """Everybody in the registry, in the order of their ids; arrays of shape (n,).

    flags: `known` (has a place in the year of the first wave), `took` part in the program by the
    last wave, `gave_up` it before its end, took part in an `other` one, `sat_first`, `sat_last`
    (has a score in that wave). labels: text or None. pre, post: (n, M) plausible values, NaN where
    there is no score; pre_score, pre_error, post_score: Warm's estimates. months: how long somebody
    was in the program between the waves, NaN for who did not take part.
    """

    schools: npt.NDArray[np.int64]
    flags: Mapping[str, Mask]
    labels: Mapping[str, LabelArray]
    pre: Floats
    post: Floats
    pre_score: Floats
    pre_error: Floats
    post_score: Floats
    months: Floats
    fingerprint: str

    @property
    def size(self) -> int:
        """How many people."""
        return int(self.schools.size)


def read_register(session: Session, source: Source) -> Register:
    """Everybody, joined set by set: a million people take seconds."""
    draws = int(source.measured.run.definition["n_draws"])
    names = value_names(draws)
    schema = pa.schema(
        [
            ("person_id", pa.int64()),
            ("school", pa.int64()),
            *((name, pa.bool_()) for name in FLAGS),
            *((name, pa.string()) for name in LABELS),
            *((name, pa.float64()) for name in names),
        ]
    )
    found = read_columns(session, register_rows(source, draws), schema)
    table = found.table

    def matrix(wave: str) -> Floats:
        return np.column_stack([floats(table, f"{wave}_{draw}") for draw in range(1, draws + 1)])

    return Register(
        schools=np.asarray(table.column("school").to_numpy(), dtype=np.int64),
        flags={name: np.asarray(table.column(name).to_numpy(), dtype=np.bool_) for name in FLAGS},
        labels={name: as_labels(table, name) for name in LABELS},
        pre=matrix("pre"),
        post=matrix("post"),
        pre_score=floats(table, "pre_score"),
        pre_error=floats(table, "pre_error"),
        post_score=floats(table, "post_score"),
        months=floats(table, "months"),
        fingerprint=found.fingerprint,
    )


def value_names(draws: int) -> list[str]:
    """The columns of numbers."""
    drawn = [f"{wave}_{draw}" for wave in ("pre", "post") for draw in range(1, draws + 1)]
    return ["pre_score", "pre_error", "post_score", "months", *drawn]


def register_rows(source: Source, draws: int) -> Select[*tuple[Any, ...]]:
    """One row a person."""
    measured = source.measured
    place, own = places(measured.first), participation(source)
    other = others(source)
    pre = scores(measured.run.id, measured.first, draws, "pre")
    post = scores(measured.run.id, measured.last, draws, "post")
    took = func.coalesce(own.c.took, False)
    return (
        select(
            Person.id,
            School.id,
            place.c.person_id.is_not(None),
            took,
            func.coalesce(own.c.gave_up, False) & ~took,
            other.c.person_id.is_not(None),
            pre.c.draw_1.is_not(None),
            post.c.draw_1.is_not(None),
            Region.code,
            Person.sex,
            place.c.language_code,
            case((School.urban, "urban"), else_="rural"),
            place.c.role,
            cast(place.c.grade, String),
            pre.c.language,
            pre.c.value,
            pre.c.se,
            post.c.value,
            own.c.months,
            *(pre.c[f"draw_{draw}"] for draw in range(1, draws + 1)),
            *(post.c[f"draw_{draw}"] for draw in range(1, draws + 1)),
        )
        .select_from(Person)
        .outerjoin(place, place.c.person_id == Person.id)
        .outerjoin(own, own.c.person_id == Person.id)
        .outerjoin(other, other.c.person_id == Person.id)
        .outerjoin(pre, pre.c.person_id == Person.id)
        .outerjoin(post, post.c.person_id == Person.id)
        .join(School, School.id == func.coalesce(place.c.school_id, Person.school_id))
        .join(Region, Region.id == School.region_id)
        .order_by(Person.id)
    )


def places(first: Wave) -> Subquery:
    """School, role and class in the academic year of the first wave: before anything happened."""
    return (
        select(
            Membership.person_id,
            Membership.school_id,
            Membership.role,
            SchoolClass.grade,
            SchoolClass.language_code,
        )
        .outerjoin(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(Membership.academic_year == academic_year_of(first.opens_on))
        .ext(distinct_on(Membership.person_id))
        .order_by(Membership.person_id, Membership.id)
        .subquery("place")
    )


def participation(source: Source) -> Subquery:
    """Who took part in the program by the last wave and how long, and who began but gave it up."""
    last = source.measured.last
    took = and_(*took_part_by(last))
    began = and_(Enrollment.enrolled_on.is_not(None), Enrollment.enrolled_on <= last.closes_on)
    return (
        select(
            Enrollment.person_id,
            func.bool_or(took).label("took"),
            func.bool_or(began).label("gave_up"),
            func.sum(months_between(source.measured)).filter(took).label("months"),
            func.min(Enrollment.enrolled_on).filter(took).label("since"),
        )
        .where(among(source.offerings), or_(took, began))
        .group_by(Enrollment.person_id)
        .subquery("own")
    )


def months_between(measured: MeasuredRun) -> ColumnElement[Any]:
    """For how long an enrollment lasted between the opening of the first wave and the last's end.

    What came before the first wave is in its score already. First and last day count.
    """
    begun = func.greatest(Enrollment.enrolled_on, measured.first.opens_on)
    ended = func.least(
        func.coalesce(Enrollment.ended_on, measured.last.closes_on), measured.last.closes_on
    )
    days = cast(func.greatest(ended - begun + 1, 0), Double)
    return days / DAYS_PER_MONTH


def others(source: Source) -> CTE:
    """Who took part in anything else by the last wave."""
    return (
        select(Enrollment.person_id)
        .where(~among(source.offerings), *took_part_by(source.measured.last))
        .distinct()
        .cte("other")
    )


def among(offerings: Sequence[Offering]) -> ColumnElement[bool]:
    """Whether an enrollment is in one of these offerings."""
    return Enrollment.offering_id.in_([offering.id for offering in offerings])


def scores(run_id: int, wave: Wave, draws: int, name: str) -> Subquery:
    """Everybody's score in one wave of a run, with its plausible values."""
    return (
        select(
            Sitting.person_id,
            Sitting.language,
            Score.value,
            Score.se,
            *(Score.plausible_values[draw].label(f"draw_{draw}") for draw in range(1, draws + 1)),
        )
        .join(Score, and_(Score.sitting_id == Sitting.id, Score.run_id == run_id))
        .where(Sitting.wave_id == wave.id, Sitting.person_id.is_not(None))
        .subquery(name)
    )
