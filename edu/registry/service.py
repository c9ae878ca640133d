"""Registering one person, correcting what is known of them, showing their number."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.registry.iin import check_iin, find_disagreements, mask_iin
from edu.registry.names import check_name, sort_key
from edu.registry.parsing import EARLIEST_BIRTH
from edu.registry.people_checks import IN_CLASSES
from edu.registry.queries import reachable_person
from edu.registry.vault import Sealed, Vault
from models.base import utc_now, utc_today
from models.errors import Conflict, Refusal
from models.people import LearnerRole, Membership, NoIinReason, Person, PersonIdentity, Sex
from models.places import SchoolClass

# Together with a file's exclusive lock: nobody is registered twice while a file comes in.
LOCK = text("SELECT pg_advisory_xact_lock_shared(hashtext('edu people'))")
FIND_IIN = text("SELECT person_id, elsewhere FROM find_iin(ARRAY[CAST(:index AS bytea)])")


@dataclass(frozen=True)
class Registered:
    """Who was written, and what deserves a second look: codes of warnings."""

    person_id: int
    warnings: tuple[str, ...]


class PersonChange(TypedDict, total=False):
    """What may be corrected; what is not given stays as it is."""

    surname: str | None
    given_name: str | None
    patronymic: str | None
    birth_date: date
    sex: Sex
    iin: str | None
    no_iin_reason: NoIinReason | None
    source_id: str | None


def register(
    session: Session,
    scope: Scope,
    *,
    vault: Vault,
    school_id: int,
    academic_year: str,
    role: LearnerRole,
    birth_date: date,
    sex: Sex,
    surname: str | None = None,
    given_name: str | None = None,
    patronymic: str | None = None,
    iin: str | None = None,
    no_iin_reason: NoIinReason | None = None,
    source_id: str | None = None,
    class_id: int | None = None,
    today: date | None = None,
) -> Registered:
    """Add a person and their place in a school.

    Refuses a wrong or known number, a namesake of the same birthday who cannot be told apart,
    and a class that does not belong to the school, the year or the role.
    """
    scope.require(Permission.WRITE_RECORDS)
    scope.require_school(school_id)
    session.execute(LOCK)
    check_birth_date(birth_date, today or utc_today())
    check_class(session, class_id, school_id, academic_year, role)
    identity = PersonIdentity(school_id=school_id, surname="", given_name="", patronymic=None)
    set_names(identity, surname, given_name, patronymic)
    number = set_number(session, identity, vault, iin, no_iin_reason)
    set_source_id(session, identity, source_id)
    check_namesakes(session, identity, birth_date)
    person = Person(school_id=school_id, sex=sex, birth_date=birth_date, identity=identity)
    place = Membership(
        school_id=school_id, academic_year=academic_year, role=role, class_id=class_id
    )
    person.memberships.append(place)
    session.add(person)
    flush(session)
    audit.note_changed(session, "person", [person.id])
    audit.note_changed(session, "membership", [place.id])
    return Registered(person.id, warnings_of(number, person))


def change(
    session: Session,
    scope: Scope,
    *,
    vault: Vault,
    person_id: int,
    changes: PersonChange,
    today: date | None = None,
) -> Registered:
    """Correct what is known of a person; NotFound out of reach."""
    scope.require(Permission.WRITE_RECORDS)
    session.execute(LOCK)
    person = reachable_person(session, scope, person_id, locked=True)
    identity = person.identity
    person.birth_date = changes.get("birth_date", person.birth_date)
    person.sex = changes.get("sex", person.sex)
    check_birth_date(person.birth_date, today or utc_today())
    set_names(
        identity,
        changes.get("surname", identity.surname),
        changes.get("given_name", identity.given_name),
        changes.get("patronymic", identity.patronymic),
    )
    number = None
    if "iin" in changes or "no_iin_reason" in changes:
        number = change_number(session, identity, vault, changes)
    if "source_id" in changes:
        set_source_id(session, identity, changes["source_id"])
    person.updated_at = utc_now()
    flush(session)
    audit.note_changed(session, "person", [person_id])
    return Registered(person_id, warnings_of(number, person))


def unmask_iin(session: Session, scope: Scope, *, vault: Vault, person_id: int) -> str | None:
    """The person's number in full; None where there is none. The audit names who was shown."""
    scope.require(Permission.UNMASK_IIN)
    identity = reachable_person(session, scope, person_id).identity
    audit.note_read(session, "iin", [person_id])
    if identity.iin_index is None or identity.iin_cipher is None:
        return None
    return vault.open(Sealed(identity.iin_index, identity.iin_cipher))


def check_birth_date(birth_date: date, today: date) -> None:
    """Raise Refusal unless a living person may have been born that day."""
    if not EARLIEST_BIRTH <= birth_date <= today:
        raise Refusal("birth_date_impossible", field="birth_date", found=birth_date)


def check_class(
    session: Session, class_id: int | None, school_id: int, academic_year: str, role: LearnerRole
) -> None:
    """Raise Refusal unless the class fits the school, the year and the role."""
    if class_id is None:
        return
    if role not in IN_CLASSES:
        raise Refusal("class_not_for_role", field="class_id")
    known = session.get(SchoolClass, class_id)
    if known is None or known.school_id != school_id:
        raise Refusal("class_elsewhere", field="class_id")
    if known.academic_year != academic_year:
        raise Refusal("class_of_other_year", field="class_id", expected=known.academic_year)


def set_names(
    identity: PersonIdentity, surname: str | None, given_name: str | None, patronymic: str | None
) -> None:
    """Write checked names and their sort key; one name at least, whichever it is."""
    if not (surname or given_name):
        raise Refusal("name_missing", field="surname")
    identity.surname = check_name(surname, "surname") if surname else ""
    identity.given_name = check_name(given_name, "given_name") if given_name else ""
    identity.patronymic = check_name(patronymic, "patronymic") if patronymic else None
    identity.sort_key = sort_key(identity.surname, identity.given_name, identity.patronymic)


def change_number(
    session: Session, identity: PersonIdentity, vault: Vault, changes: PersonChange
) -> str | None:
    """A new number ends the reason for having none, a removed one needs a reason."""
    iin, reason = changes.get("iin"), changes.get("no_iin_reason")
    if "iin" not in changes and reason is not None and identity.iin_index is not None:
        raise Refusal("iin_and_reason", field="no_iin_reason")
    if "iin" not in changes and reason is None and identity.iin_index is not None:
        return None
    if "no_iin_reason" not in changes and iin is None:
        reason = identity.no_iin_reason
    return set_number(session, identity, vault, iin, reason)


def set_number(
    session: Session,
    identity: PersonIdentity,
    vault: Vault,
    iin: str | None,
    reason: NoIinReason | None,
) -> str | None:
    """Seal a checked number that nobody else has, or keep the reason why there is none."""
    if not iin and reason is None:
        raise Refusal("iin_or_reason", field="iin")
    if iin and reason is not None:
        raise Refusal("iin_and_reason", field="no_iin_reason")
    identity.no_iin_reason = reason
    if not iin:
        identity.iin_index = identity.iin_cipher = None
        return None
    number = check_iin(iin)
    sealed = vault.seal(number)
    check_number_free(session, identity, sealed.index, mask_iin(number))
    identity.iin_index, identity.iin_cipher = sealed.index, sealed.cipher
    return number


def check_number_free(
    session: Session, identity: PersonIdentity, index: bytes, masked: str
) -> None:
    """Raise Conflict where somebody else has the number, in the own school or elsewhere."""
    with session.no_autoflush:
        known = session.execute(FIND_IIN, {"index": index}).first()
    if known is None or known.person_id == identity.person_id:
        return
    code = "person_elsewhere" if known.elsewhere else "iin_taken"
    raise Conflict(code, field="iin", found=masked)


def set_source_id(session: Session, identity: PersonIdentity, source_id: str | None) -> None:
    """Keep the journal's identifier unless somebody else at the school has it."""
    identity.source_id = source_id or None
    if not source_id:
        return
    statement = select(PersonIdentity.person_id).where(
        PersonIdentity.school_id == identity.school_id, PersonIdentity.source_id == source_id
    )
    with session.no_autoflush:
        known = session.scalar(statement)
    if known is not None and known != identity.person_id:
        raise Conflict("source_id_taken", field="source_id", found=source_id)


def check_namesakes(session: Session, identity: PersonIdentity, birth_date: date) -> None:
    """Raise Conflict where the school has a namesake of that birthday with no other number."""
    statement = (
        select(PersonIdentity.iin_index, PersonIdentity.source_id)
        .join(Person, Person.id == PersonIdentity.person_id)
        .where(
            PersonIdentity.school_id == identity.school_id,
            PersonIdentity.sort_key == identity.sort_key,
            Person.birth_date == birth_date,
        )
    )
    for iin_index, source_id in session.execute(statement):
        if not ((iin_index and identity.iin_index) or (source_id and identity.source_id)):
            raise Conflict("person_known", field="surname")


def flush(session: Session) -> None:
    """Write; what a simultaneous request has taken meanwhile is a conflict like any other."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise Conflict("conflict") from error


def warnings_of(number: str | None, person: Person) -> tuple[str, ...]:
    """Where a number given just now and the record tell different things."""
    if number is None:
        return ()
    return find_disagreements(number, birth_date=person.birth_date, sex=person.sex)
