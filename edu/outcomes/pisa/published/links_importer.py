"""`pisa-link-errors` files: how far the scale may have moved by itself between two cycles."""

from collections.abc import Mapping
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
    parse_choice,
    parse_integer,
    parse_number,
    parse_text,
    read_rows,
)
from edu.outcomes.pisa.published.writing import held, told_once, write_rows
from ml.errors import StatisticsError
from ml.survey import LinkErrors
from ml.survey.links import link_covariance
from models.pisa import (
    FIRST_CYCLE,
    LAST_CYCLE,
    Domain,
    LinkedQuantity,
    Standing,
    SurveyLinkError,
)

Pair = tuple[int, int]
Key = tuple[Any, ...]

KEY = ("domain", "quantity", "from_cycle", "to_cycle")
COLUMNS = (
    Column("from_cycle", parse_integer(FIRST_CYCLE, LAST_CYCLE)),
    Column("to_cycle", parse_integer(FIRST_CYCLE, LAST_CYCLE)),
    Column("domain", parse_choice(Domain)),
    Column("link_error", parse_number(0, 100)),
    Column("source", parse_text(500)),
    Column("status", parse_choice(Standing)),
    Column("quantity", parse_choice(LinkedQuantity), required=False, may_be_absent=True),
)


def import_link_errors(session: Session, scope: Scope, file: IncomingFile) -> ImportCount:
    """Bring in link errors; one that is known is replaced, the same file changes nothing.

    Raises `FileRefused` with all that is wrong with the file, before anything is written.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    rows = read_rows(file, COLUMNS)
    check_order(rows)
    held(rows, "from_cycle", "to_cycle")
    told_once(rows, key_of, column="to_cycle")
    rows.problems.raise_if_any()
    stored = session.scalars(select(SurveyLinkError))
    known = {tuple(getattr(one, name) for name in KEY): one for one in stored}
    check_together(rows, {key: one.error for key, one in known.items()})
    rows.problems.raise_if_any()
    found = [(known.get(key_of(row)), link_of(row)) for row in rows]
    return write_rows(session, scope, found, file=file, kind="pisa-link-errors")


def check_order(rows: Rows) -> None:
    """A link leads from an earlier to a later cycle."""
    for row in rows:
        first, last = row.get("from_cycle"), row.get("to_cycle")
        if first is not None and last is not None and first >= last:
            expected = _l("a cycle after %(first)s", first=first)
            rows.problems.add(row.line, "to_cycle", "cycles_out_of_order", last, expected)


def check_together(rows: Rows, known: Mapping[Key, float]) -> None:
    """With what is known already the links of a domain must be possible beside one another."""
    together = {**known, **{key_of(row): link_of(row).error for row in rows}}
    for row in rows:
        domain, quantity, *_ = key_of(row)
        pairs = {key[2:]: error for key, error in together.items() if key[:2] == (domain, quantity)}
        if contradict(pairs):
            found = row["link_error"]
            rows.problems.add(row.line, "link_error", "link_errors_inconsistent", found)


def contradict(errors: Mapping[Pair, float]) -> bool:
    """Whether no shifts of the cycles could have these errors, whichever cycle is the latest."""
    return any(not possible(errors, latest) for latest in {last for _, last in errors})


def possible(errors: Mapping[Pair, float], latest: int) -> bool:
    """Whether the cycles linked to the latest, at once or over others, could have shifted so."""
    links = LinkErrors(errors)
    years = sorted({year for pair in errors for year in pair if year < latest})
    earlier = [year for year in years if links.chained(year, latest) is not None]
    try:
        link_covariance(links, [*earlier, latest])
    except StatisticsError:
        return False
    return True


def key_of(row: Row) -> Key:
    """By what a link error is known."""
    return row["domain"], quantity_of(row), row["from_cycle"], row["to_cycle"]


def quantity_of(row: Row) -> LinkedQuantity:
    """Whose link it is; of means unless it is said."""
    quantity: LinkedQuantity = row["quantity"] or LinkedQuantity.MEAN
    return quantity


def link_of(row: Row) -> SurveyLinkError:
    """A row as the table takes it: changes of shares are published in percentage points."""
    of_share = quantity_of(row) is LinkedQuantity.SHARE
    return SurveyLinkError(
        domain=row["domain"],
        quantity=quantity_of(row),
        from_cycle=row["from_cycle"],
        to_cycle=row["to_cycle"],
        error=row["link_error"] / 100 if of_share else row["link_error"],
        source=row["source"],
        status=row["status"].value,
    )
