from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.intake import ImportCount, IncomingFile, load_into, record_batch
from models.accounts import AuditEntry
from models.intake import ImportBatch


def test_rows_are_copied_into_a_table_of_the_transaction_with_their_types(
    session: Session,
) -> None:
    columns = {"line": "int", "name": "text", "born": "date", "mark": "bytea", "urban": "boolean"}
    rows = [(2, "Әсем\t\\N", date(2015, 3, 2), b"\x00\xff", True), (3, None, None, None, None)]
    load_into(session, "incoming", columns, rows)
    found = session.execute(text("SELECT * FROM incoming ORDER BY line")).all()
    assert [tuple(row) for row in found] == rows


def test_a_second_load_replaces_the_first_and_nothing_outlives_the_transaction(
    session: Session,
) -> None:
    load_into(session, "incoming", {"line": "int"}, [(1,), (2,)])
    load_into(session, "incoming", {"line": "int", "name": "text"}, [(3, "x")])
    assert session.execute(text("SELECT * FROM incoming")).all() == [(3, "x")]
    session.commit()
    assert session.scalar(text("SELECT to_regclass('incoming')")) is None


def test_a_batch_keeps_the_fingerprint_and_the_counts_and_is_audited(
    session: Session, scope: Scope
) -> None:
    count = ImportCount(1, 2, 3) + ImportCount(new=4, conflicts=5)
    assert count.as_dict() == {"new": 5, "changed": 2, "unchanged": 3, "conflicts": 5}
    record_batch(session, scope, kind="people", file=IncomingFile("a.csv", b"x"), count=count)
    session.commit()
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.new, batch.changed, batch.unchanged) == (5, 2, 3)
    assert batch.sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.changed == {"import_batch": [batch.id]}
