"""`pisa-means` files: published means of economies, by product, cycle and domain."""

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
    parse_flag,
    parse_integer,
    parse_number,
    parse_text,
    read_rows,
)
from edu.outcomes.pisa.published.writing import held, told_once, write_rows
from models.pisa import (
    FIRST_CYCLE,
    LAST_CYCLE,
    NEVER_COMPARABLE,
    Domain,
    Product,
    Standing,
    SurveyMean,
)

KEY = ("product", "cycle", "economy", "domain")


def parse_economy(text: str) -> str:
    """An economy's code, such as KAZ."""
    if not (2 <= len(text) <= 8 and text.isascii() and text.isalnum()):
        raise Unreadable(expected=_l("a code of Latin letters and digits, such as KAZ"))
    return text.upper()


def optional(name: str, parse: Any) -> Column:
    """A column that a file may lack, and a cell may leave empty."""
    return Column(name, parse, required=False, may_be_absent=True)


COLUMNS = (
    Column("cycle", parse_integer(FIRST_CYCLE, LAST_CYCLE)),
    Column("economy", parse_economy),
    Column("domain", parse_choice(Domain)),
    Column("mean", parse_number(0, 1000)),
    Column("se", parse_number(0.000001, 200)),
    Column("source", parse_text(500)),
    Column("status", parse_choice(Standing)),
    optional("product", parse_choice(Product)),
    optional("name", parse_text(128)),
    optional("group", parse_text(16)),
    optional("level2plus", parse_number(0, 100)),
    optional("coverage", parse_number(0.000001, 1)),
    optional("mode", parse_text(16)),
    optional("comparable", parse_flag),
)


def import_means(session: Session, scope: Scope, file: IncomingFile) -> ImportCount:
    """Bring in published means; one that is known is replaced, the same file changes nothing.

    Raises `FileRefused` with all that is wrong with the file, before anything is written.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    rows = read_rows(file, COLUMNS)
    check_comparable(rows)
    held(rows, "cycle", of=lambda row: key_of(row)[0] is Product.PISA)
    told_once(rows, key_of, column="economy")
    rows.problems.raise_if_any()
    known = {
        tuple(getattr(one, name) for name in KEY): one
        for one in session.scalars(select(SurveyMean))
    }
    found = [(known.get(key_of(row)), SurveyMean(**values_of(row))) for row in rows]
    return write_rows(session, scope, found, file=file, kind="pisa-means")


def key_of(row: Row) -> tuple[Any, ...]:
    """By what a mean is known."""
    return (row.get("product") or Product.PISA, *(row.get(name) for name in KEY[1:]))


def is_comparable(row: Row) -> bool:
    """Whether the figure may join a trend; unless it is said, all do but those that never may."""
    said = row.get("comparable")
    return (row.get("economy"), row.get("cycle")) not in NEVER_COMPARABLE if said is None else said


def check_comparable(rows: Rows) -> None:
    """Some cycles join no trend whatever a file says."""
    for row in rows:
        if row.get("comparable") and (row.get("economy"), row.get("cycle")) in NEVER_COMPARABLE:
            rows.problems.add(row.line, "comparable", "cycle_never_comparable", "1", "0")


def values_of(row: Row) -> dict[str, Any]:
    """A row as the table takes it."""
    share = row["level2plus"]
    return {
        "product": row["product"] or Product.PISA,
        **{name: row[name] for name in ("cycle", "economy", "domain", "mean", "se", "coverage")},
        "name": row["name"] or "",
        "grouping": row["group"] or "",
        "mode": row["mode"] or "",
        "level2plus": None if share is None else share / 100,
        "comparable": is_comparable(row),
        "source": row["source"],
        "status": row["status"].value,
    }
