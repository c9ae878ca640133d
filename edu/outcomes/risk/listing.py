"""A school's own list, in the reader's language: advice, marked as such."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.outcomes.risk import queries, words
from edu.web import cursor
from edu.web.frame import format_number, format_share
from models.errors import Conflict
from models.keyset import read_one
from models.programs import Program
from models.risk import RiskModel


@dataclass(frozen=True)
class ShownPerson:
    """Somebody on the list, in words."""

    advised: queries.Advised
    share: str
    interval: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class ShownAdvice:
    """The list of one's own people; `withheld` is why there is none.

    several_schools: whether the caller answers for more than one, so that each is named.
    """

    program: Program
    programs: Sequence[Program]
    people: Sequence[ShownPerson] = ()
    headline: str = ""
    withheld: Mapping[str, Any] | None = None
    next: str | None = None
    misjudged: str = ""
    several_schools: bool = False


def show_advice(session: Session, scope: Scope, *, program_id: int) -> ShownAdvice:
    """The caller's people in a program, or why there is no list."""
    programs = advised_programs(session)
    after = cursor.decode(request.args.get("cursor"), (float, int))
    try:
        found = queries.advice(session, scope, program_id=program_id, after=after)
    except Conflict as refusal:
        withheld = {"code": refusal.code, "parameters": refusal.parameters}
        return ShownAdvice(read_one(session, Program, program_id), programs, withheld=withheld)
    return ShownAdvice(
        program=found.program,
        programs=programs,
        people=[shown_person(one) for one in found.page.items],
        headline=list_headline(found),
        next=cursor.encode(found.page.next_key),
        misjudged=words.misjudged(found.model.card or {}),
        several_schools=len(scope.school_ids) > 1,
    )


def advised_programs(session: Session) -> Sequence[Program]:
    """Programs of which something was learned."""
    known = select(RiskModel.program_id).where(RiskModel.fitted.is_not(None))
    return session.scalars(select(Program).where(Program.id.in_(known)).order_by(Program.id)).all()


def list_headline(found: queries.Advice) -> str:
    """How many seats are taken, and in how many the risk was high from the beginning."""
    if not found.count:
        return str(gettext("Nobody of your schools takes part in this program at present."))
    return str(
        gettext(
            "Seats of your people in this program: %(count)s. In %(high)s of them the probability"
            " to leave was, at the start, as high as in the highest fifth of earlier rounds.",
            count=format_number(found.count),
            high=format_number(found.high),
        )
    )


def shown_person(one: queries.Advised) -> ShownPerson:
    """Somebody on the list, in words."""
    return ShownPerson(
        advised=one,
        share=format_share(one.probability),
        interval=str(
            gettext("%(low)s to %(high)s", low=format_share(one.low), high=format_share(one.high))
        ),
        reasons=[words.reason(reason.name, reason.above) for reason in one.reasons],
    )


def automated() -> str:
    """What must stand beside automated advice."""
    return str(
        gettext(
            "Automated advice. A formula made it from records; it decides nothing and is no reason"
            " to refuse anybody anything."
        )
    )
