"""`people` files: people, their classes and their place in a school during an academic year.

A person is found by IIN, else by school and source_id, else by school, names and birth date.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.intake import (
    Column,
    ImportCount,
    IncomingFile,
    Row,
    Rows,
    parse_choice,
    parse_integer,
    parse_text,
    read_rows,
    record_batch,
)
from edu.registry import people_matching, people_writing
from edu.registry.names import sort_key
from edu.registry.parsing import (
    parse_academic_year,
    parse_birth_date,
    parse_iin,
    parse_name,
    parse_one_of,
)
from edu.registry.people_checks import check_classes, check_people, find_twins
from edu.registry.places import class_languages
from edu.registry.vault import Vault
from models.base import utc_today
from models.people import LearnerRole, NoIinReason, Sex
from models.places import School


def import_people(
    session: Session,
    scope: Scope,
    file: IncomingFile,
    *,
    vault: Vault,
    today: date | None = None,
) -> ImportCount:
    """Bring in people; the same file again changes nothing.

    Raises `FileRefused` with all that is wrong with the file, before anything is written.
    `today` is the day on which whoever came from another school left it.
    """
    scope.require(Permission.WRITE_RECORDS)
    today = today or utc_today()
    rows = read_rows(file, people_columns(session, today))
    schools = reachable_schools(session, scope, rows)
    check_schools(rows, schools)
    check_people(rows)
    check_classes(rows)
    find_twins(rows)
    people_matching.load(session, person_tuples(rows, schools, vault))
    people_matching.match(session, rows)
    rows.problems.raise_if_any()
    count = people_writing.write(session, today)
    record_batch(session, scope, kind="people", file=file, count=count)
    return count


def people_columns(session: Session, today: date) -> tuple[Column, ...]:
    """The columns of a `people` file."""
    return (
        Column("school_code", parse_text(64)),
        Column("academic_year", parse_academic_year),
        Column("class", parse_text(255), required=False),
        Column("grade", parse_integer(0, 12), required=False),
        Column("language", parse_one_of(class_languages(session)), required=False),
        Column("surname", parse_name, required=False),
        Column("given_name", parse_name, required=False),
        Column("patronymic", parse_name, required=False),
        Column("birth_date", parse_birth_date(today)),
        Column("sex", parse_choice(Sex)),
        Column("role", parse_choice(LearnerRole)),
        Column("iin", parse_iin, required=False),
        Column("no_iin_reason", parse_choice(NoIinReason), required=False),
        Column("source_id", parse_text(128), required=False),
    )


def reachable_schools(session: Session, scope: Scope, rows: Rows) -> dict[str, int]:
    """Ids of the schools the file names, as far as the caller may write there."""
    codes = {row.get("school_code") for row in rows}
    statement = select(School.code, School.id).where(School.code.in_(codes))
    if scope.reach is not Reach.SYSTEM:
        statement = statement.where(School.id.in_(scope.school_ids))
    return dict(session.execute(statement).all())


def check_schools(rows: Rows, schools: Mapping[str, int]) -> None:
    """A school out of reach answers as an unknown one."""
    expected = _l("the code of a school within your reach")
    for row in rows:
        code = row.get("school_code")
        if code is not None and code not in schools:
            rows.problems.add(row.line, "school_code", "unknown_school", code, expected)


def person_tuples(
    rows: Rows, schools: Mapping[str, int], vault: Vault
) -> Iterable[tuple[object, ...]]:
    """The sound rows as the temporary table takes them."""
    for row in rows:
        if row.sound and row["school_code"] in schools:
            yield person_tuple(row, schools[row["school_code"]], vault)


def person_tuple(row: Row, school_id: int, vault: Vault) -> tuple[object, ...]:
    """A row in the order of `people_matching.TABLE`."""
    sealed = vault.seal(row["iin"]) if row["iin"] else None
    surname, given_name = row["surname"] or "", row["given_name"] or ""
    return (
        row.line,
        school_id,
        row["academic_year"],
        row["role"].value,
        row["class"],
        row["grade"],
        row["language"],
        surname,
        given_name,
        row["patronymic"],
        sort_key(surname, given_name, row["patronymic"]),
        row["birth_date"],
        row["sex"].value,
        sealed and sealed.index,
        sealed and sealed.cipher,
        row["no_iin_reason"] and row["no_iin_reason"].value,
        row["source_id"],
    )
