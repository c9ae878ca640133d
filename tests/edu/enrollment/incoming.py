"""Files of enrollments for tests, and what becomes of them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, system_scope
from edu.enrollment.importer import import_enrollments
from edu.intake import FileRefused, ImportCount, IncomingFile
from models.intake import ImportBatch
from tests.factories.people import VAULT

HEADER = "source_id,offering,date,status,reason"
IIN_HEADER = "iin,offering,date,status,reason"
Problem = tuple[int | None, str | None, str]


def file_of(*lines: str, header: str = HEADER) -> IncomingFile:
    return IncomingFile("enrollments.csv", "\n".join([header, *lines, ""]).encode())


def bring(
    session: Session, *lines: str, header: str = HEADER, scope: Scope | None = None
) -> ImportCount:
    file = file_of(*lines, header=header)
    return import_enrollments(session, scope or system_scope(), file, vault=VAULT)


def problems(session: Session, *lines: str, **options: object) -> list[Problem]:
    """Line, column and code of all that is wrong with a file, of which nothing was written."""
    with pytest.raises(FileRefused) as refused:
        bring(session, *lines, **options)
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0
    return [(found["line"], found["column"], found["code"]) for found in refused.value.errors]
