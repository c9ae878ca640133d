"""Learning from a program's past who is likely not to complete it. Same data, same bits."""

from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope, system_scope
from edu.database.columns import whole_tables
from edu.jobs import enqueue
from edu.outcomes.risk.card import learn_from
from edu.outcomes.risk.features import Participants, read_participants
from edu.outcomes.risk.queries import latest_attempt
from edu.outcomes.risk.rows import past
from edu.outcomes.runs import OUTCOME_SCALE
from edu.scoring.progress import Progress, Untold
from models.base import utc_today
from models.errors import Refusal
from models.keyset import read_one
from models.programs import Program
from models.risk import RiskModel

JOB = "learn_risk"
METHOD = "logistic, calibrated across schools"
METHOD_VERSION = "2"
SOFTWARE = ("edu", "numpy", "scikit-learn")
# What makes two attempts one.
SAME = (
    "definition", "fitted", "card", "failure", "method", "method_version", "seed",
    "data_fingerprint", "software",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """All that decides what is learned from the same data."""

    program: str
    scale: str = OUTCOME_SCALE
    folds: int = 5
    seed: int = 1


def queue_learning(session: Session, scope: Scope, *, program_id: int) -> int:
    """Have it learned in the background; the id of the job."""
    scope.require(Permission.WRITE_PROGRAMS)
    program = read_one(session, Program, program_id)
    job_id = enqueue(session, JOB, program.id, user_id=scope.actor_id)
    audit.note_changed(session, "program", [program.id], job=job_id)
    return job_id


def learn_risk(
    session: Session,
    scope: Scope,
    *,
    program_id: int,
    today: date | None = None,
    progress: Progress | None = None,
) -> RiskModel:
    """Learn from all offerings of the program that have ended, and keep formula and card.

    Refuses (nothing_ended, one_outcome, too_few_outcomes, too_few_schools, …) too short a past.
    """
    scope.require(Permission.WRITE_PROGRAMS)
    tell = progress or Untold()
    program = read_one(session, Program, program_id)
    asked, until = Asked(program.code), today or utc_today()
    tell.at("reading")
    with whole_tables(session):
        people = read_participants(session, past(program.id, asked.scale, until))
    if not len(people):
        raise Refusal("nothing_ended", program=program.code)
    tell.at("learning")
    return keep(session, scope, attempt(program, asked, until, people))


def attempt(program: Program, asked: Asked, until: date, people: Participants) -> RiskModel:
    """What was learned, with all that made it."""
    learned, card = learn_from(people, folds=asked.folds, seed=asked.seed)
    return RiskModel(
        program_id=program.id,
        definition=asdict(asked),
        learned_until=until,
        fitted=learned.formula.as_dict(),
        card=card,
        data_fingerprint=people.fingerprint,
        **made_by(asked),
    )


def made_by(asked: Asked) -> dict[str, Any]:
    """By which method and software."""
    return {
        "method": METHOD,
        "method_version": METHOD_VERSION,
        "seed": asked.seed,
        "software": {name: version(name) for name in SOFTWARE},
    }


def keep(session: Session, scope: Scope, model: RiskModel) -> RiskModel:
    """Store an attempt, unless the program's newest says the same."""
    before = latest_attempt(session, program_id=model.program_id)
    if before is not None and all(getattr(before, name) == getattr(model, name) for name in SAME):
        return before
    model.created_by = scope.actor_id
    session.add(model)
    session.flush()
    audit.note_changed(session, "risk_model", [model.id])
    return model


def note_failure(session: Session, program_id: int, failure: dict[str, Any]) -> None:
    """Why nothing could be learned, said once; what was learned before stays."""
    asked = Asked(read_one(session, Program, program_id).code)
    noted = RiskModel(
        program_id=program_id,
        definition=asdict(asked),
        learned_until=utc_today(),
        failure=failure,
        **made_by(asked),
    )
    keep(session, system_scope(), noted)
