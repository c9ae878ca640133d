"""What the service makes of the invented answers: scores, gains, and requests for releases."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of, use_scope
from edu.demo.catalog import PLANS
from edu.demo.instruments import DIGITAL_LITERACY, INSTRUMENTS
from edu.demo.sign_ins import address_of
from edu.demo.timetable import TODAY
from edu.export.service import approve, request_export
from edu.outcomes.pisa.cohorts import service as cohorts
from edu.outcomes.risk import service as risk
from edu.outcomes.service import estimate_all_gains
from edu.scoring.service import Asked, Method, publish, run_scoring, start_run
from ml.errors import StatisticsError
from models.accounts import RoleName, User
from models.errors import Refusal
from models.pisa import Domain

# In a nation of a few hundred, a program may have too few people for any estimate.
TOO_LITTLE = frozenset(
    {"no_data", "no_group_known", "too_few_persons", "too_few_clusters", "constant_outcome"}
)
# What the researcher asks for: the first is approved, the second waits.
PURPOSES = {
    "day-of-ai": "Диссертация: уроки об ИИ и цифровая грамотность учащихся 5–8 классов.",
    "gpt-teachers": "Прирост у педагогов городских и сельских школ: сравнение для статьи.",
}
NOTE = "Цель ясна, данных не больше, чем для неё нужно."


def publish_scores(session: Session, scope: Scope) -> None:
    """Place every test on its scale and publish that; then digital literacy by shares of points.

    The last published one is what gains are told in. In a nation of a few hundred a test may
    have too few answers to be calibrated.
    """
    for test in INSTRUMENTS:
        with suppress(Refusal, StatisticsError), session.begin_nested():
            score(session, scope, Asked(instruments=[test.code], method=Method.IRT))
    score(session, scope, Asked(instruments=[DIGITAL_LITERACY.code]))


def score(session: Session, scope: Scope, asked: Asked) -> None:
    """Score and publish."""
    run = start_run(session, scope, asked=asked)
    run_scoring(session, scope, run_id=run.id)
    publish(session, scope, run_id=run.id)


def estimate_gains(session: Session, scope: Scope, program_ids: Sequence[int]) -> int:
    """Estimate the gains of every measured program; how many findings there are."""
    measured = [key for plan, key in zip(PLANS, program_ids, strict=True) if plan.effect]
    return sum(estimate(session, scope, program_id) for program_id in measured)


def estimate(session: Session, scope: Scope, program_id: int) -> int:
    """Estimate a program's gain by every grouping; none where there are too few people."""
    try:
        return len(estimate_all_gains(session, scope, program_id=program_id))
    except StatisticsError as error:
        if error.code in TOO_LITTLE:
            return 0
        raise


def estimate_cohorts(session: Session, scope: Scope) -> int:
    """Estimate the cohorts of the domains of PISA; how many findings there are.

    A nation of a few hundred may have too few people: nothing is written then.
    """
    found = 0
    for domain in Domain:
        with suppress(Refusal, StatisticsError):
            run = cohorts.run_to_estimate(session, scope, domain)
            found += len(cohorts.estimate_cohorts(session, scope, run_id=run.id))
    return found


def learn_risks(session: Session, scope: Scope, program_ids: Sequence[int]) -> int:
    """Learn from the past of every program who may not complete; of how many that was possible.

    Where the past is too short the reason is noted, as the worker does.
    """
    return sum(learn_risk(session, scope, program_id) for program_id in program_ids)


def learn_risk(session: Session, scope: Scope, program_id: int) -> bool:
    """Learn from a program's past, or note why that is not possible."""
    try:
        with session.begin_nested():
            risk.learn_risk(
                session, scope, program_id=program_id, today=date.fromisoformat(str(TODAY))
            )
    except (Refusal, StatisticsError) as refusal:
        if refusal.code != "nothing_ended":
            failure = {"code": refusal.code, "parameters": dict(refusal.parameters)}
            risk.note_failure(session, program_id, failure)
        return False
    return True


def ask_for_releases(
    session: Session, scope: Scope, program_ids: Sequence[int], wave_ids: Sequence[int]
) -> None:
    """Let the researcher ask for two cohorts, and the manager approve one: the worker makes it."""
    by_code = {plan.code: key for plan, key in zip(PLANS, program_ids, strict=True)}
    researcher = act_as(session, RoleName.RESEARCHER)
    asked = [
        request_export(
            session, researcher, program_id=by_code[code], wave_ids=wave_ids, purpose=purpose
        )
        for code, purpose in PURPOSES.items()
    ]
    manager = act_as(session, RoleName.PROGRAM_MANAGER)
    approve(session, manager, request_id=asked[0].id, note=NOTE)
    use_scope(session, scope)


def act_as(session: Session, role: RoleName) -> Scope:
    """Let the session act as the demonstration's user of a role."""
    user = session.scalars(select(User).where(User.email == address_of(role))).one()
    scope = scope_of(session, user)
    use_scope(session, scope)
    return scope
