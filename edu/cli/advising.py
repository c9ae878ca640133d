"""Cards and advice as the command line tells them."""

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.cli.output import Answer
from edu.outcomes.risk import listing, presentation, queries
from edu.outcomes.risk.schemas import AdviceSchema, CardSchema, told
from edu.web import cursor
from models.errors import NotFound
from models.places import School

MOST_LISTED = 200


def told_card(session: Session, scope: Scope, program_id: int) -> Answer:
    """How good the advice of a program is, in a sentence and with every check."""
    shown = presentation.show_card(session, scope, program_id=program_id)
    marks = [f"{'+' if check.passed else '-'} {check.sentence}" for check in shown.checks]
    text = "\n\n".join([f"{shown.headline} {shown.standing}", "\n".join(marks)])
    return Answer(CardSchema().dump(shown.model), text)


def listed(session: Session, scope: Scope, program_id: int, school: str) -> Answer:
    """A school's people under way, the most at risk first: numbers of enrollments, no names."""
    found = session.scalar(select(School).where(School.code == school))
    if found is None:
        raise NotFound("unknown_school", found=school)
    advice = queries.advice(
        session, scope, program_id=program_id, school_id=found.id, limit=MOST_LISTED
    )
    nothing = gettext("nothing stands out")
    people = [listing.shown_person(one) for one in advice.page.items]
    lines = [
        f"{one.advised.enrollment.id:>8}  {one.share:>5} ({one.interval})  {why}"
        for one in people
        for why in ["; ".join(one.reasons) or nothing]
    ]
    text = "\n".join([listing.list_headline(advice), *lines, listing.automated()])
    return Answer(AdviceSchema().dump(told(advice, cursor.encode(advice.page.next_key))), text)
