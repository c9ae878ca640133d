"""What the database knows of the people and offerings that a file speaks of: set by set."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ARRAY, BigInteger, LargeBinary, String, any_, bindparam, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.types import TypeEngine

from edu.accounts.scope import Scope
from edu.enrollment.candidates import enrolled_elsewhere
from edu.enrollment.history import Ledger, News, Pair, Track
from edu.intake import Row, Rows
from edu.registry.iin import mask_iin
from edu.registry.queries import in_reach
from edu.registry.vault import Vault
from models.enrollments import Enrollment, EnrollmentEvent, EnrollmentStatus
from models.people import Person, PersonIdentity
from models.places import School
from models.programs import Offering, Program


def lock_offerings(session: Session, codes: AbstractSet[str | None]) -> dict[str, Offering]:
    """The offerings with these codes, by code; nobody else takes their seats until the end."""
    statement = (
        select(Offering)
        .where(Offering.code == any_(array("codes", codes - {None}, String)))
        .options(
            joinedload(Offering.program, innerjoin=True).joinedload(
                Program.initiative, innerjoin=True
            ),
            joinedload(Offering.school),
        )
        .order_by(Offering.id)
        .with_for_update(key_share=True, of=Offering)
        .execution_options(populate_existing=True)
    )
    return {offering.code: offering for offering in session.scalars(statement)}


def array(name: str, values: Iterable[Any], kind: type[TypeEngine[Any]]) -> Any:
    """Many values as one parameter."""
    return bindparam(name, list(values), type_=ARRAY(kind))


def find_people(
    session: Session,
    scope: Scope,
    rows: Rows,
    offerings: Mapping[str, Offering],
    vault: Vault,
) -> dict[int, int]:
    """The id of each row's person by line; notes whoever is unknown or not the caller's."""
    return by_iin(session, rows, vault) | by_source_id(session, scope, rows, offerings)


def by_iin(session: Session, rows: Rows, vault: Vault) -> dict[int, int]:
    """People found by their number, which is looked up without being read."""
    indexes = {row.line: vault.index_of(row["iin"]) for row in rows if row.get("iin")}
    wanted = array("wanted", set(indexes.values()), LargeBinary)
    found = func.find_iin(wanted).table_valued("iin_index", "person_id", "elsewhere")
    known = {
        bytes(row.iin_index): row
        for row in session.execute(select(found.c.iin_index, found.c.person_id, found.c.elsewhere))
    }
    people = {}
    for row in rows:
        index = indexes.get(row.line)
        if index is None:
            continue
        person = known.get(index)
        if person is None:
            add_unknown(rows, row, "iin", mask_iin(row["iin"]))
        elif person.elsewhere:
            expected = _l("a person of your school")
            rows.problems.add(row.line, "iin", "person_elsewhere", mask_iin(row["iin"]), expected)
        else:
            people[row.line] = int(person.person_id)
    return people


def by_source_id(
    session: Session, scope: Scope, rows: Rows, offerings: Mapping[str, Offering]
) -> dict[int, int]:
    """People found by the identifier of their school's journal.

    Schools may use the same one: an offering of a single school then says which is meant.
    """
    wanted = {row["source_id"] for row in rows if row.get("source_id")}
    statement = select(
        PersonIdentity.source_id, PersonIdentity.person_id, PersonIdentity.school_id
    ).where(
        PersonIdentity.source_id == any_(array("wanted", wanted, String)),
        in_reach(scope, PersonIdentity.school_id),
    )
    known: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for source_id, person_id, school_id in session.execute(statement):
        known[str(source_id)].append((person_id, school_id))
    people = {}
    for row in rows:
        source_id = row.get("source_id")
        if not source_id:
            continue
        offering = offerings.get(row.get("offering"))
        found = choose(known[source_id], offering.school_id if offering else None)
        if len(found) == 1:
            people[row.line] = found[0]
        elif found:
            expected = _l("an identifier that one person only has")
            rows.problems.add(row.line, "source_id", "ambiguous_source_id", source_id, expected)
        else:
            add_unknown(rows, row, "source_id", source_id)
    return people


def choose(found: list[tuple[int, int]], school_id: int | None) -> list[int]:
    """People with one identifier; those of the offering's own school if there are several."""
    own = [person_id for person_id, at in found if at == school_id]
    return own if len(found) > 1 and own else [person_id for person_id, _ in found]


def add_unknown(rows: Rows, row: Row, column: str, found: str) -> None:
    """Note a row whose person nobody knows."""
    rows.problems.add(row.line, column, "unknown_person", found, column)


def schools_of(session: Session, person_ids: Collection[int]) -> dict[int, School]:
    """The present school of each person."""
    statement = select(Person.id, School).join(School, School.id == Person.school_id)
    wanted = array("people", person_ids, BigInteger)
    rows = session.execute(statement.where(Person.id == any_(wanted)))
    return {person_id: school for person_id, school in rows}  # noqa: C416  a row is not a pair


def read_ledger(
    session: Session,
    scope: Scope,
    news: Collection[News],
    offerings: Collection[Offering],
    schools: Mapping[int, School],
) -> Ledger:
    """The participations of these people in these offerings, and their recorded steps."""
    people = {told.person_id for told in news}
    by_id = {offering.id: offering for offering in offerings}
    mine = (
        Enrollment.person_id == any_(array("people", people, BigInteger)),
        Enrollment.offering_id == any_(array("offerings", by_id, BigInteger)),
        in_reach(scope, Enrollment.school_id),
    )
    found = session.scalars(select(Enrollment).where(*mine).order_by(Enrollment.id))
    tracks = {(known.person_id, known.offering_id): track_of(known) for known in found}
    events = (
        select(
            Enrollment.person_id,
            Enrollment.offering_id,
            EnrollmentEvent.status,
            EnrollmentEvent.happened_on,
        )
        .join(Enrollment, Enrollment.id == EnrollmentEvent.enrollment_id)
        .where(*mine)
    )
    told: set[tuple[Pair, EnrollmentStatus, Any]] = {
        ((person_id, offering_id), status, on)
        for person_id, offering_id, status, on in session.execute(events)
    }
    return Ledger(
        offerings=by_id,
        seats_taken={offering.id: offering.seats_taken for offering in offerings},
        tracks=tracks,
        told=told,
        elsewhere=enrolled_elsewhere(session, people, by_id),
        schools={person_id: school.id for person_id, school in schools.items()},
    )


def track_of(known: Enrollment) -> Track:
    """A participation as it stands in the database."""
    return Track(
        person_id=known.person_id,
        offering_id=known.offering_id,
        school_id=known.school_id,
        status=known.status,
        applied_on=known.applied_on,
        waitlisted_on=known.waitlisted_on,
        enrolled_on=known.enrolled_on,
        ended_on=known.ended_on,
        reason=known.reason,
        enrollment_id=known.id,
    )
