"""`pisa-items` files: published parameters of items that tests of the service share with PISA."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.intake import (
    Column,
    ImportCount,
    IncomingFile,
    Row,
    Rows,
    Unreadable,
    parse_choice,
    parse_integer,
    parse_number,
    parse_text,
    read_rows,
)
from edu.outcomes.pisa.published.writing import held, told_once, write_rows
from models.pisa import FIRST_CYCLE, LAST_CYCLE, Domain, ItemModel, Standing, SurveyItem

# Of a scale with SD 100; beyond stand parameters in another unit.
LARGEST_SLOPE = 10.0
PARTIAL_CREDIT = (ItemModel.PARTIAL_CREDIT, ItemModel.GENERALIZED_PARTIAL_CREDIT)
A_STEP = parse_number(-1000, 1000)


def parse_steps(text: str) -> list[float]:
    """Numbers with spaces between them."""
    found = [A_STEP(part) for part in text.split()]
    if len(found) < 2:
        raise Unreadable(expected=_l("at least two numbers with spaces between them"))
    return found


COLUMNS = (
    Column("domain", parse_choice(Domain)),
    Column("cycle", parse_integer(FIRST_CYCLE, LAST_CYCLE)),
    Column("item", parse_text(64)),
    Column("model", parse_choice(ItemModel)),
    Column("slope", parse_number(0.01, LARGEST_SLOPE)),
    Column("difficulty", parse_number(-500, 1500)),
    Column("steps", parse_steps, required=False, may_be_absent=True),
    Column("source", parse_text(500)),
    Column("status", parse_choice(Standing)),
)


def import_items(session: Session, scope: Scope, file: IncomingFile) -> ImportCount:
    """Bring in items of PISA; one that is known is replaced, the same file changes nothing.

    Slopes are per 100 points, difficulties and steps in points. Raises `FileRefused` with all
    that is wrong with the file, before anything is written.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    rows = read_rows(file, COLUMNS)
    check_steps(rows)
    held(rows, "cycle")
    told_once(rows, key_of, column="item")
    rows.problems.raise_if_any()
    known = {(one.domain, one.item): one for one in session.scalars(select(SurveyItem))}
    found = [(known.get(key_of(row)), item_of(row)) for row in rows]
    return write_rows(session, scope, found, file=file, kind="pisa-items")


def check_steps(rows: Rows) -> None:
    """Only items of partial credit have steps."""
    for row in rows:
        if row.get("steps") and row.get("model") and row["model"] not in PARTIAL_CREDIT:
            expected = _l("empty: only pcm and gpcm have steps")
            rows.problems.add(row.line, "steps", "steps_without_partial_credit", "", expected)


def key_of(row: Row) -> tuple[Any, ...]:
    """By what an item is known."""
    return row["domain"], row["item"]


def item_of(row: Row) -> SurveyItem:
    """A row as the table takes it."""
    plain = {name: row[name] for name in ("domain", "cycle", "item", "model", "slope")}
    return SurveyItem(
        **plain,
        difficulty=row["difficulty"],
        steps=row["steps"] or [],
        source=row["source"],
        status=row["status"].value,
    )
