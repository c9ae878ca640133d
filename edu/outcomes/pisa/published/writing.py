"""What importers of published figures share: one row a figure, changed only where it differs."""

from collections.abc import Callable, Hashable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Scope
from edu.intake import ImportCount, IncomingFile, Row, Rows, record_batch
from models.base import Base
from models.pisa import ANNOUNCED, HELD, is_cycle


def told_once(rows: Rows, key: Callable[[Row], Hashable], *, column: str) -> None:
    """Note every line that tells a figure again which an earlier line told."""
    first_lines: dict[Hashable, int] = {}
    for row in rows:
        if not row.sound:
            continue
        first = first_lines.setdefault(key(row), row.line)
        if first != row.line:
            expected = _l("line %(first)s tells this figure already", first=first)
            rows.problems.add(row.line, column, "figure_twice", row[column], expected)


def everybody(row: Row) -> bool:
    """Of every row."""
    return bool(row)


def held(rows: Rows, *columns: str, of: Callable[[Row], bool] = everybody) -> None:
    """Note every cycle in which PISA was not held, nor is announced."""
    for row in rows:
        for column in columns:
            year = row.get(column)
            if isinstance(year, int) and of(row) and not is_cycle(year):
                rows.problems.add(row.line, column, "no_such_cycle", year, latest_cycles())


def latest_cycles() -> str:
    """The cycles of late, and the next."""
    return ", ".join(str(year) for year in (*HELD[-3:], ANNOUNCED))


def write_rows(
    session: Session,
    scope: Scope,
    rows: Sequence[tuple[Base | None, Base]],
    *,
    file: IncomingFile,
    kind: str,
) -> ImportCount:
    """Write what a file tells, each row beside what is known of it, and note the file."""
    count = ImportCount()
    for known, told in rows:
        count += same_or_change(session, known, told)
    session.flush()
    for table in {told.__tablename__ for _, told in rows}:
        audit.note_changed(session, table, [])
    record_batch(session, scope, kind=kind, file=file, count=count)
    return count


def same_or_change(session: Session, known: Base | None, told: Base) -> ImportCount:
    """Write `told`, or make `known` like it. What a file does not tell of a known one stays."""
    if known is None:
        session.add(told)
        return ImportCount(new=1)
    names = [one.key for one in inspect(type(told)).column_attrs if one.key != "id"]
    given = {name: getattr(told, name) for name in names}
    wanted = {name: value for name, value in given.items() if value not in (None, "")}
    changes = {name: value for name, value in wanted.items() if getattr(known, name) != value}
    for name, value in changes.items():
        setattr(known, name, value)
    return ImportCount(changed=1) if changes else ImportCount(unchanged=1)
