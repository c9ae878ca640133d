"""Whom the rows of a `people` file mean among the people the database knows: set by set."""

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from edu.intake import Rows, load_into
from edu.registry.iin import mask_iin
from edu.registry.people_checks import name_of, note_twin

TABLE = {
    "line": "int", "school_id": "bigint", "academic_year": "text", "role": "text",
    "class_name": "text", "grade": "smallint", "language_code": "text",
    "surname": "text", "given_name": "text", "patronymic": "text",
    "sort_key": 'text COLLATE "C"', "birth_date": "date", "sex": "text",
    "iin_index": "bytea", "iin_cipher": "bytea", "no_iin_reason": "text", "source_id": "text",
}  # fmt: skip
RESULTS = text(
    """ALTER TABLE incoming_person
         ADD person_id bigint, ADD class_id bigint, ADD candidates int NOT NULL DEFAULT 1,
         ADD elsewhere boolean NOT NULL DEFAULT false, ADD is_new boolean NOT NULL DEFAULT false,
         ADD changes boolean NOT NULL DEFAULT false, ADD moves boolean NOT NULL DEFAULT false,
         ADD is_past boolean NOT NULL DEFAULT false"""
)
# One file of people at a time: two could make the same person twice.
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('edu people'))")
BY_IIN = text(
    """UPDATE incoming_person AS incoming
       SET person_id = known.person_id, elsewhere = known.elsewhere
       FROM find_iin(ARRAY(SELECT iin_index FROM incoming_person WHERE iin_index IS NOT NULL))
         AS known
       WHERE incoming.iin_index = known.iin_index"""
)
BY_SOURCE = text(
    """UPDATE incoming_person AS incoming SET person_id = known.person_id
       FROM person_identity AS known
       WHERE incoming.person_id IS NULL AND known.school_id = incoming.school_id
         AND known.source_id = incoming.source_id
         AND (incoming.iin_index IS NULL OR known.iin_index IS NULL)"""
)
BY_NAME = text(
    """UPDATE incoming_person AS incoming
       SET person_id = found.person_id, candidates = found.candidates
       FROM (SELECT row.line, min(known.person_id) AS person_id, count(*) AS candidates
             FROM incoming_person AS row
             JOIN person_identity AS known USING (school_id, sort_key)
             JOIN person ON person.id = known.person_id AND person.birth_date = row.birth_date
             WHERE row.person_id IS NULL
               AND (row.iin_index IS NULL OR known.iin_index IS NULL)
               AND (row.source_id IS NULL OR known.source_id IS NULL)
             GROUP BY row.line) AS found
       WHERE incoming.line = found.line"""
)
ELSEWHERE = text("SELECT line FROM incoming_person WHERE elsewhere ORDER BY line")
AMBIGUOUS = text("SELECT line FROM incoming_person WHERE candidates > 1 ORDER BY line")
SOURCE_TAKEN = text(
    """SELECT incoming.line FROM incoming_person AS incoming
       JOIN person_identity AS known USING (school_id, source_id)
       WHERE known.person_id IS DISTINCT FROM incoming.person_id ORDER BY line"""
)
TWICE = text(
    """SELECT line, first FROM (
         SELECT line, min(line) OVER (PARTITION BY person_id) AS first FROM incoming_person
         WHERE person_id IS NOT NULL) AS lines
       WHERE line > first ORDER BY line"""
)


def load(session: Session, people: Iterable[Sequence[object]]) -> None:
    """Bring the rows into `incoming_person`, whose columns `TABLE` names."""
    session.execute(LOCK)
    load_into(session, "incoming_person", TABLE, people)
    session.execute(RESULTS)


def match(session: Session, rows: Rows) -> None:
    """Give each row its person, and note where that cannot be."""
    for statement in (BY_IIN, BY_SOURCE, BY_NAME):
        session.execute(statement)
    by_line = {row.line: row for row in rows}
    problems = rows.problems
    for line in session.scalars(ELSEWHERE):
        found = mask_iin(by_line[line]["iin"])
        problems.add(line, "iin", "person_elsewhere", found, _l("a person of your school"))
    for line in session.scalars(AMBIGUOUS):
        expected = _l("an IIN or a source_id that tells them apart")
        problems.add(line, "surname", "person_ambiguous", name_of(by_line[line]), expected)
    for line in session.scalars(SOURCE_TAKEN):
        found = by_line[line]["source_id"]
        expected = _l("an identifier that nobody else has")
        problems.add(line, "source_id", "source_id_taken", found, expected)
    told = {problem.line for problem in problems.found if problem.code == "person_twice"}
    for line, first in session.execute(TWICE):
        if line not in told:
            note_twin(rows, line, first, "surname", name_of(by_line[line]))
