"""Writing the matched rows of a `people` file: classes, people, memberships, set by set."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.intake import ImportCount

CLASSES = """(SELECT DISTINCT school_id, academic_year, class_name AS name, grade, language_code
              FROM incoming_person WHERE class_name IS NOT NULL) AS incoming"""
COUNT_CLASSES = text(f"SELECT count(*) FROM {CLASSES}")  # noqa: S608  (built of our own words)
CHANGE_CLASSES = text(
    f"""UPDATE school_class AS known
        SET grade = incoming.grade, language_code = incoming.language_code
        FROM {CLASSES}
        WHERE known.school_id = incoming.school_id
          AND known.academic_year = incoming.academic_year AND known.name = incoming.name
          AND (known.grade, known.language_code)
              IS DISTINCT FROM (incoming.grade, incoming.language_code)
        RETURNING known.id"""  # noqa: S608
)
ADD_CLASSES = text(
    f"""INSERT INTO school_class (school_id, academic_year, name, grade, language_code)
        SELECT school_id, academic_year, name, grade, language_code FROM {CLASSES}
        ON CONFLICT (school_id, academic_year, name) DO NOTHING RETURNING id"""  # noqa: S608
)
FIND_CLASSES = text(
    """UPDATE incoming_person AS incoming SET class_id = known.id FROM school_class AS known
       WHERE known.school_id = incoming.school_id
         AND known.academic_year = incoming.academic_year AND known.name = incoming.class_name"""
)
# A file of a year that is over for the person tells where they were, not where they are.
FIND_MOVES = text(
    """UPDATE incoming_person AS incoming SET moves = NOT later.known, is_past = later.known
       FROM (SELECT row.line, EXISTS (SELECT FROM membership
               WHERE membership.person_id = person.id
                 AND membership.academic_year > row.academic_year) AS known
             FROM incoming_person AS row JOIN person ON person.id = row.person_id
             WHERE person.school_id <> row.school_id) AS later
       WHERE incoming.line = later.line"""
)
NUMBER_NEW = text(
    """UPDATE incoming_person AS incoming SET person_id = numbered.id, is_new = true
       FROM (SELECT line, nextval(pg_get_serial_sequence('person', 'id')) AS id
             FROM (SELECT line FROM incoming_person WHERE person_id IS NULL ORDER BY line)
               AS ordered) AS numbered
       WHERE incoming.line = numbered.line"""
)
ADD_PEOPLE = text(
    """INSERT INTO person (id, school_id, sex, birth_date)
       SELECT person_id, school_id, sex, birth_date FROM incoming_person WHERE is_new
       ORDER BY line RETURNING id"""
)
ADD_IDENTITIES = text(
    """INSERT INTO person_identity (person_id, school_id, surname, given_name, patronymic,
         sort_key, iin_index, iin_cipher, no_iin_reason, source_id)
       SELECT person_id, school_id, surname, given_name, patronymic,
         sort_key, iin_index, iin_cipher, no_iin_reason, source_id
       FROM incoming_person WHERE is_new ORDER BY line"""
)
# A number once known stays; an identifier of the former school does not.
KEEP_NUMBERS = text(
    """UPDATE incoming_person AS incoming SET
         iin_index = coalesce(known.iin_index, incoming.iin_index),
         iin_cipher = coalesce(known.iin_cipher, incoming.iin_cipher),
         no_iin_reason = CASE WHEN known.iin_index IS NULL THEN incoming.no_iin_reason END,
         source_id = CASE WHEN incoming.moves THEN incoming.source_id
                          ELSE coalesce(incoming.source_id, known.source_id) END
       FROM person_identity AS known
       WHERE known.person_id = incoming.person_id AND NOT (incoming.is_new OR incoming.is_past)"""
)
FIND_CHANGES = text(
    """UPDATE incoming_person AS incoming SET changes = true
       FROM person JOIN person_identity AS known ON known.person_id = person.id
       WHERE person.id = incoming.person_id AND NOT (incoming.is_new OR incoming.is_past)
         AND (person.school_id, person.sex, person.birth_date, known.surname, known.given_name,
              known.patronymic, known.iin_index, known.no_iin_reason, known.source_id)
         IS DISTINCT FROM (incoming.school_id, incoming.sex, incoming.birth_date, incoming.surname,
              incoming.given_name, incoming.patronymic, incoming.iin_index,
              incoming.no_iin_reason, incoming.source_id)"""
)
CHANGE_PEOPLE = text(
    """UPDATE person SET school_id = incoming.school_id, sex = incoming.sex,
         birth_date = incoming.birth_date, updated_at = now()
       FROM incoming_person AS incoming
       WHERE person.id = incoming.person_id AND incoming.changes RETURNING person.id"""
)
CHANGE_IDENTITIES = text(
    """UPDATE person_identity AS known SET school_id = incoming.school_id,
         surname = incoming.surname, given_name = incoming.given_name,
         patronymic = incoming.patronymic, sort_key = incoming.sort_key,
         iin_index = incoming.iin_index, iin_cipher = incoming.iin_cipher,
         no_iin_reason = incoming.no_iin_reason, source_id = incoming.source_id
       FROM incoming_person AS incoming
       WHERE known.person_id = incoming.person_id AND incoming.changes"""
)
END_FORMER = text(
    """UPDATE membership SET ended_on = :today FROM incoming_person AS incoming
       WHERE membership.person_id = incoming.person_id AND incoming.moves
         AND membership.school_id <> incoming.school_id AND membership.ended_on IS NULL
       RETURNING membership.id"""
)
CHANGE_MEMBERSHIPS = text(
    """UPDATE membership
       SET class_id = coalesce(incoming.class_id, membership.class_id),
           ended_on = CASE WHEN incoming.is_past THEN membership.ended_on END
       FROM incoming_person AS incoming
       WHERE membership.person_id = incoming.person_id
         AND membership.school_id = incoming.school_id
         AND membership.academic_year = incoming.academic_year
         AND membership.role = incoming.role
         AND (membership.class_id IS DISTINCT FROM coalesce(incoming.class_id, membership.class_id)
              OR membership.ended_on IS NOT NULL AND NOT incoming.is_past)
       RETURNING membership.id"""
)
ADD_MEMBERSHIPS = text(
    """INSERT INTO membership (person_id, school_id, academic_year, role, class_id)
       SELECT person_id, school_id, academic_year, role, class_id FROM incoming_person
       ORDER BY line
       ON CONFLICT (person_id, school_id, academic_year, role) DO NOTHING RETURNING id"""
)
COUNT_ROWS = text("SELECT count(*) FROM incoming_person")


def write(session: Session, today: date) -> ImportCount:
    """Write `incoming_person` and count records of all kinds together."""
    rows: int = session.scalar(COUNT_ROWS) or 0
    return write_classes(session) + write_people(session, rows) + place(session, rows, today)


def write_classes(session: Session) -> ImportCount:
    """Make the classes the file names, or correct their grade and language."""
    total: int = session.scalar(COUNT_CLASSES) or 0
    changed = session.scalars(CHANGE_CLASSES).all()
    new = session.scalars(ADD_CLASSES).all()
    session.execute(FIND_CLASSES)
    return counted(session, "school_class", total, new, changed)


def write_people(session: Session, rows: int) -> ImportCount:
    """Add who is new, change who is known."""
    session.execute(FIND_MOVES)
    session.execute(NUMBER_NEW)
    session.execute(KEEP_NUMBERS)
    session.execute(FIND_CHANGES)
    changed = session.scalars(CHANGE_PEOPLE).all()
    session.execute(CHANGE_IDENTITIES)
    new = session.scalars(ADD_PEOPLE).all()
    session.execute(ADD_IDENTITIES)
    return counted(session, "person", rows, new, changed)


def place(session: Session, rows: int, today: date) -> ImportCount:
    """Give everybody their place in the school, and end the one in the school they left."""
    ended = session.scalars(END_FORMER, {"today": today}).all()
    changed = session.scalars(CHANGE_MEMBERSHIPS).all()
    new = session.scalars(ADD_MEMBERSHIPS).all()
    audit.note_changed(session, "membership", ended)
    return counted(session, "membership", rows, new, changed) + ImportCount(changed=len(ended))


def counted(
    session: Session, kind: str, total: int, new: Sequence[int], changed: Sequence[int]
) -> ImportCount:
    """The counts of one kind, its records named in the audit."""
    audit.note_changed(session, kind, [*new, *changed])
    return ImportCount(len(new), len(changed), total - len(new) - len(changed))
