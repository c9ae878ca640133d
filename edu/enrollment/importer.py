"""`enrollments` files: what people did in offerings, one step a line; a person by one of two ids.

The rows are taken in the order of their days. First news of a participation brings the steps it
needs (docs/decisions/0013-files-of-enrollments.md).
"""

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.enrollment import known, writing
from edu.enrollment.candidates import candidate_at, read_stays
from edu.enrollment.history import Ledger, News
from edu.enrollment.rules import Candidate
from edu.intake import (
    Column,
    ImportCount,
    IncomingFile,
    Row,
    Rows,
    parse_choice,
    parse_date,
    parse_text,
    read_rows,
    record_batch,
)
from edu.registry.parsing import parse_iin
from edu.registry.vault import Vault
from models.enrollments import EnrollmentStatus
from models.errors import Refusal
from models.people import LearnerRole
from models.places import School
from models.programs import Offering

COLUMNS = (
    Column("iin", parse_iin, required=False, may_be_absent=True),
    Column("source_id", parse_text(128), required=False, may_be_absent=True),
    Column("offering", parse_text(64)),
    Column("date", parse_date),
    Column("status", parse_choice(EnrollmentStatus)),
    Column("reason", parse_text(500), required=False, may_be_absent=True),
)
PLACE_OF = {
    "date_before_last_step": "date",
    "date_outside_offering": "date",
    "reason_required": "reason",
    "illegal_step": "status",
    "enrollment_over": "status",
}


def import_enrollments(
    session: Session, scope: Scope, file: IncomingFile, *, vault: Vault
) -> ImportCount:
    """Record the steps of a file; the same file again changes nothing.

    Raises `FileRefused` with all that is wrong with the file, before anything is written.
    """
    scope.require(Permission.WRITE_RECORDS)
    rows = read_rows(file, COLUMNS)
    check_named(rows)
    offerings = known.lock_offerings(session, {row.get("offering") for row in rows})
    people = known.find_people(session, scope, rows, offerings, vault)
    news = [told for row in rows if (told := as_news(rows, row, offerings, people))]
    schools = known.schools_of(session, {told.person_id for told in news})
    ledger = known.read_ledger(session, scope, news, offerings.values(), schools)
    refuse_rows(rows, ledger, news, seen(session, news, ledger, schools))
    rows.problems.raise_if_any()
    audit.note_changed(session, "enrollment", writing.write(session, scope, ledger))
    count = ImportCount(ledger.new, ledger.changed, ledger.unchanged)
    record_batch(session, scope, kind="enrollments", file=file, count=count)
    return count


def check_named(rows: Rows) -> None:
    """Every row names its person, by exactly one of the two identifiers."""
    expected = _l("iin or source_id")
    unnamed = [row for row in rows if not is_named(row)]
    if len(unnamed) == len(rows):
        rows.problems.add(1, "iin", "column_missing", "", expected)
        return
    for row in unnamed:
        rows.problems.add(row.line, "iin", "person_missing", "", expected)
    for row in rows:
        if row.get("iin") and row.get("source_id"):
            rows.problems.add(row.line, "source_id", "person_named_twice", row["source_id"], "")


def is_named(row: Row) -> bool:
    """Whether the row says whom it means, readably or not."""
    return any(name not in row.values or row[name] for name in ("iin", "source_id"))


def as_news(
    rows: Rows, row: Row, offerings: Mapping[str, Offering], people: Mapping[int, int]
) -> News | None:
    """The row with its person and offering; None, and a note, where one of them is not known."""
    code = row.get("offering")
    offering = offerings.get(code)
    if code and offering is None:
        expected = _l("the code of an offering")
        rows.problems.add(row.line, "offering", "unknown_offering", code, expected)
    person_id = people.get(row.line)
    if not row.sound or offering is None or person_id is None:
        return None
    return News(row.line, person_id, offering.id, row["date"], row["status"], row["reason"])


def seen(
    session: Session, news: Collection[News], ledger: Ledger, schools: Mapping[int, School]
) -> dict[int, Candidate]:
    """The person of each row as its offering's rules see them, by line."""
    years = {offering.academic_year for offering in ledger.offerings.values()}
    stays = read_stays(session, {told.person_id for told in news}, years)
    return {
        told.line: candidate_at(
            stays,
            person_id=told.person_id,
            school=schools[told.person_id],
            academic_year=ledger.offerings[told.offering_id].academic_year,
            on=told.on,
        )
        for told in news
    }


def refuse_rows(
    rows: Rows, ledger: Ledger, news: Collection[News], candidates: Mapping[int, Candidate]
) -> None:
    """Take the rows, and note what is refused."""
    for line, refusal in ledger.read(news, candidates).items():
        column = PLACE_OF.get(refusal.code, "offering")
        found, expected = (shown(refusal, name) for name in ("found", "expected"))
        rows.problems.add(line, column, refusal.code, found, expected)


def shown(refusal: Refusal, name: str) -> str:
    """A parameter of a refusal as a report holds it, in the words of the file."""
    value = refusal.parameters.get(name, "")
    parts = value if isinstance(value, list | tuple) else [value]
    return ", ".join(part.value if isinstance(part, LearnerRole) else str(part) for part in parts)
