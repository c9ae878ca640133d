"""Writing the sittings of people of the registry: everybody known, and of the named school."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from edu.accounts.scope import Reach, Scope
from edu.assessment.known import Known
from edu.assessment.mapping import PersonKey, ResponseMapping
from edu.assessment.sheet import Answered, Sheet
from edu.intake import ImportCount, Problems, load_into
from edu.registry.iin import MASK
from edu.registry.vault import Vault

INCOMING = {
    "line": "integer",
    "school_code": "text",
    "source_id": "text",
    "iin_index": "bytea",
    "language": "text",
    "responses": "smallint[]",
    "school_id": "bigint",
    "person_id": "bigint",
}
FIND_SCHOOLS = text("""
    UPDATE incoming_response AS incoming SET school_id = school.id
    FROM school
    WHERE school.code = incoming.school_code
      AND (:everywhere OR school.id = ANY (CAST(:schools AS bigint[])))
""")
FIND_PERSONS = {
    PersonKey.SOURCE_ID: text("""
        UPDATE incoming_response AS incoming SET person_id = identity.person_id
        FROM person_identity AS identity
        WHERE identity.school_id = incoming.school_id
          AND identity.source_id = incoming.source_id
    """),
    PersonKey.IIN: text("""
        UPDATE incoming_response AS incoming SET person_id = identity.person_id
        FROM person_identity AS identity
        WHERE identity.iin_index = incoming.iin_index
          AND identity.school_id = incoming.school_id
    """),
}
FIND_TROUBLE = text("""
    SELECT * FROM (
      SELECT line, school_code, source_id, school_id, person_id,
             min(line) OVER (PARTITION BY person_id) AS first_line
      FROM incoming_response) AS checked
    WHERE school_id IS NULL OR person_id IS NULL OR line <> first_line
    ORDER BY line
""")
COUNT = text("""
    SELECT count(*) FILTER (WHERE sitting.id IS NULL),
           count(*) FILTER (WHERE sitting.id IS NOT NULL
             AND (sitting.language, sitting.responses)
                 IS DISTINCT FROM (incoming.language, incoming.responses))
    FROM incoming_response AS incoming
    LEFT JOIN sitting ON sitting.wave_id = :wave AND sitting.person_id = incoming.person_id
""")
CHANGE = text("""
    UPDATE sitting SET language = incoming.language, responses = incoming.responses
    FROM incoming_response AS incoming
    WHERE sitting.wave_id = :wave AND sitting.person_id = incoming.person_id
      AND (sitting.language, sitting.responses)
          IS DISTINCT FROM (incoming.language, incoming.responses)
    RETURNING sitting.id
""")
ADD = text("""
    INSERT INTO sitting (wave_id, person_id, school_id, language, responses)
    SELECT :wave, person_id, school_id, language, responses
    FROM incoming_response ORDER BY line
    ON CONFLICT (wave_id, person_id) DO NOTHING
    RETURNING id
""")
# A person who sat the wave in a school out of reach and has moved since.
SAT_ELSEWHERE = text("""
    SELECT line FROM incoming_response AS incoming
    WHERE NOT EXISTS (SELECT FROM sitting WHERE sitting.wave_id = :wave
                      AND sitting.person_id = incoming.person_id)
""")


def write(
    session: Session,
    scope: Scope,
    *,
    asked: ResponseMapping,
    known: Known,
    sheet: Sheet,
    vault: Vault,
) -> tuple[ImportCount, list[int]]:
    """Write what the sheet holds; the counts, and the ids of the sittings touched."""
    load_into(session, "incoming_response", INCOMING, incoming_rows(asked, sheet.lines, vault))
    everywhere = scope.reach is Reach.SYSTEM
    reach = {"everywhere": everywhere, "schools": list(scope.school_ids)}
    session.execute(FIND_SCHOOLS, reach)
    session.execute(FIND_PERSONS[asked.person_is])
    note_trouble(session, asked, sheet.problems)
    sheet.problems.raise_if_any()
    place = {"wave": known.wave.id if known.wave else None}
    new, changed = session.execute(COUNT, place).one()
    ids = [*session.scalars(CHANGE, place), *session.scalars(ADD, place)]
    for line in session.scalars(SAT_ELSEWHERE, place):
        sheet.problems.add(line, asked.person, "already_sat", MASK, _l("one sitting in each wave"))
    sheet.problems.raise_if_any()
    unchanged = len(sheet.lines) - new - changed
    return ImportCount(new=new, changed=changed, unchanged=unchanged), ids


def incoming_rows(
    asked: ResponseMapping, lines: list[Answered], vault: Vault
) -> Iterator[tuple[Any, ...]]:
    """Lines in the order of `INCOMING`; an IIN leaves only its blind index."""
    by_iin = asked.person_is is PersonKey.IIN
    for answered in lines:
        key = answered.person or ""
        yield (
            answered.line,
            answered.school,
            None if by_iin else key,
            vault.index_of(key) if by_iin else None,
            answered.language,
            answered.responses,
            None,
            None,
        )


def note_trouble(session: Session, asked: ResponseMapping, problems: Problems) -> None:
    """Note schools and persons that are unknown or out of reach (alike), and persons twice."""
    a_school = _l("the code of a school within your reach")
    a_person = _l("a person of that school")
    for row in session.execute(FIND_TROUBLE):
        shown = row.source_id or MASK
        if row.school_id is None:
            problems.add(row.line, asked.school, "unknown_school", row.school_code, a_school)
        elif row.person_id is None:
            problems.add(row.line, asked.person, "person_not_in_school", shown, a_person)
        elif row.first_line != row.line:
            expected = _l("each person once; first in line %(line)s", line=row.first_line)
            problems.add(row.line, asked.person, "person_twice", shown, expected)
