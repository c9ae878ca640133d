"""Bringing in a file of responses: of people of the registry, or of an anonymous sample."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.assessment import known, persons, respondents
from edu.assessment.mapping import read_mapping
from edu.assessment.sheet import read_sheet
from edu.intake import ImportCount, IncomingFile, record_batch
from edu.registry.vault import Vault
from models.errors import Forbidden
from models.places import LanguageOfInstruction

KIND = "responses"


def import_responses(
    session: Session, scope: Scope, file: IncomingFile, *, mapping: IncomingFile, vault: Vault
) -> ImportCount:
    """Write the sittings of a file, read as `mapping` says; the same file again changes nothing.

    An empty cell is an omission: the item stands in the file, so it was put to the person, and
    nothing says why there is no response; `missing` in the mapping can say more. Each line counts
    once. Raises `FileRefused` with everything that is wrong with the mapping or the file.
    """
    scope.require(Permission.WRITE_RECORDS)
    asked = read_mapping(mapping)
    if asked.person is None and scope.reach is not Reach.SYSTEM:
        raise Forbidden("forbidden")
    found = known.find(session, asked)
    known.check_agreement(asked, found, mapping.name)
    offered = found.instrument.languages if found.instrument else all_languages(session)
    sheet = read_sheet(file, asked, items=found.item_codes or asked.items, languages=offered)
    with session.begin_nested():
        if asked.person is None:
            count, ids = respondents.write(session, scope, asked=asked, known=found, sheet=sheet)
        else:
            count, ids = persons.write(
                session, scope, asked=asked, known=found, sheet=sheet, vault=vault
            )
        record_batch(session, scope, kind=KIND, file=file, count=count)
        audit.note_changed(session, "sitting", ids)
    return count


def all_languages(session: Session) -> list[str]:
    """The languages an instrument can be written in."""
    return list(session.scalars(select(LanguageOfInstruction.code)))
