"""Reading the cards, and advising a school on its own people. Who is shown is in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.enrollment.queries import note_shown, own, told_in_lists
from edu.outcomes.risk.features import Participants, read_participants
from edu.outcomes.risk.rows import under_way
from ml.risk import Probabilities, Reason, RiskFormula
from models.base import utc_today
from models.enrollments import Enrollment
from models.errors import Conflict, NotFound
from models.keyset import Page, read_one
from models.programs import Program
from models.risk import RiskModel

PAGE = 50


@dataclass(frozen=True)
class Advised:
    """A person's probability of leaving from now on, its interval, and what raises it.

    high_at_start: whether the probability was, at the start, as high as in the highest fifth of the
    past. elapsed: the part of their
    time that has passed.
    """

    enrollment: Enrollment
    probability: float
    low: float
    high: float
    high_at_start: bool
    elapsed: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Advice:
    """The caller's people in a program, the most at risk first.

    count: seats on all pages; high: in how many of them the probability was high at the start.
    """

    program: Program
    model: RiskModel
    page: Page[Advised]
    count: int
    high: int


def latest_attempt(session: Session, *, program_id: int) -> RiskModel | None:
    """The newest, whether it succeeded or not."""
    statement = select(RiskModel).where(RiskModel.program_id == program_id)
    return session.scalar(statement.order_by(RiskModel.id.desc()).limit(1))


def latest_model(session: Session, *, program_id: int) -> RiskModel | None:
    """The newest that succeeded."""
    statement = select(RiskModel).where(
        RiskModel.program_id == program_id, RiskModel.fitted.is_not(None)
    )
    return session.scalar(statement.order_by(RiskModel.id.desc()).limit(1))


def attempts(session: Session, scope: Scope) -> Sequence[RiskModel]:
    """The newest attempt of each program."""
    scope.require(Permission.READ_FIGURES)
    return session.scalars(newest_of_each()).all()


def models(session: Session, scope: Scope) -> Sequence[RiskModel]:
    """The newest attempt of each program that succeeded."""
    scope.require(Permission.READ_FIGURES)
    return session.scalars(newest_of_each().where(RiskModel.fitted.is_not(None))).all()


def newest_of_each() -> Select[RiskModel]:
    """One attempt a program."""
    return (
        select(RiskModel)
        .options(joinedload(RiskModel.program))
        .ext(distinct_on(RiskModel.program_id))
        .order_by(RiskModel.program_id, RiskModel.id.desc())
    )


def card(session: Session, scope: Scope, *, program_id: int) -> RiskModel:
    """The model by which a program's advice is given; NotFound before the first."""
    scope.require(Permission.READ_FIGURES)
    read_one(session, Program, program_id)
    found = latest_model(session, program_id=program_id)
    if found is None:
        raise NotFound("no_risk_model")
    return found


def advice(
    session: Session,
    scope: Scope,
    *,
    program_id: int,
    school_id: int | None = None,
    after: tuple[float, int] | None = None,
    limit: int = PAGE,
    today: date | None = None,
) -> Advice:
    """The caller's people who are under way, the most at risk first.

    Refuses (no_risk_model) before anything was learned, and (advice_withheld) where the formula
    cannot tell people apart or its numbers cannot be believed.
    """
    scope.require(Permission.READ_RECORDS)
    program = read_one(session, Program, program_id)
    model = believable(session, program_id)
    rows = under_way(program_id, model.definition["scale"], today or utc_today())
    people = read_participants(session, rows)
    formula = RiskFormula.from_dict(model.fitted or {})
    told = formula.probabilities(people.X, people.elapsed)
    start = formula.probabilities(people.X).value
    high = start >= cut_of(model)
    order = np.lexsort((people.enrollments, -told.value))
    if school_id is not None:
        order = order[people.schools[order] == school_id]
    shown = following(order, told.value, people.enrollments, after)
    items = advised(session, scope, (people, formula, told, high), shown[:limit])
    last = items[-1] if len(shown) > limit and items else None
    key = (last.probability, last.enrollment.id) if last else None
    return Advice(program, model, Page(items, key), order.size, int(high[order].sum()))


def believable(session: Session, program_id: int) -> RiskModel:
    """The model of a program, if its advice may be given."""
    model = latest_model(session, program_id=program_id)
    if model is None:
        raise no_model(latest_attempt(session, program_id=program_id))
    if not (model.card or {})["advises"]:
        raise Conflict("advice_withheld")
    return model


def no_model(attempt: RiskModel | None) -> Conflict:
    """Why there is nothing to advise by: what the newest attempt ran into, if there was one."""
    if attempt is None or attempt.failure is None:
        return Conflict("no_risk_model")
    return Conflict(attempt.failure["code"], **attempt.failure["parameters"])


def cut_of(model: RiskModel) -> float:
    """The probability at the start from which on it is high."""
    return float((model.card or {})["accuracy"]["cut"])


def following(
    order: npt.NDArray[np.int64],
    probability: npt.NDArray[np.float64],
    keys: npt.NDArray[np.int64],
    after: tuple[float, int] | None,
) -> npt.NDArray[np.int64]:
    """What stands in the order after the place `after`."""
    if after is None:
        return order
    value, key = after
    later = (probability < value) | ((probability == value) & (keys > key))
    return np.asarray(order[later[order]], dtype=np.int64)


def advised(
    session: Session,
    scope: Scope,
    known: tuple[Participants, RiskFormula, Probabilities, npt.NDArray[np.bool_]],
    rows: npt.NDArray[np.int64],
) -> list[Advised]:
    """Those rows with their enrollments, in the same order."""
    people, formula, told, high = known
    wanted = people.enrollments[rows].tolist()
    statement = own(scope).where(Enrollment.id.in_(wanted)).options(*told_in_lists())
    found = {enrollment.id: enrollment for enrollment in session.scalars(statement)}
    note_shown(session, list(found.values()))
    reasons = formula.reasons(people.X[rows])
    return [
        Advised(
            enrollment=found[key],
            probability=float(told.value[row]),
            low=float(told.low[row]),
            high=float(told.high[row]),
            high_at_start=bool(high[row]),
            elapsed=float(people.elapsed[row]),
            reasons=why,
        )
        for key, row, why in zip(wanted, rows.tolist(), reasons, strict=True)
    ]
