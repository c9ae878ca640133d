"""Reading people, as far as the caller's schools reach. Whoever is shown is named in the audit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, select, true
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.selectable import LateralFromClause

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.registry.iin import MASK
from edu.registry.names import key_range
from edu.registry.places import PlaceName, place_name
from models.errors import NotFound
from models.keyset import LARGEST_KEY, Page, read_page
from models.people import LearnerRole, Membership, NoIinReason, Person, PersonIdentity, Sex
from models.places import School, SchoolClass

PAGE = 50
IDENTITY = PersonIdentity


@dataclass(frozen=True)
class PersonRow:
    """Somebody in a list, with the latest place in a school; None where there never was one."""

    person_id: int
    surname: str
    given_name: str
    patronymic: str | None
    sex: Sex
    birth_date: date
    school_id: int
    school: PlaceName
    role: LearnerRole | None
    academic_year: str | None
    class_name: str | None

    @property
    def full_name(self) -> str:
        """Surname, given name, patronymic if any."""
        return full_name(self.surname, self.given_name, self.patronymic)


@dataclass(frozen=True)
class SchoolPlace:
    """A person's place in a school during an academic year."""

    membership_id: int
    school_id: int
    school: PlaceName
    academic_year: str
    role: LearnerRole
    class_id: int | None
    class_name: str | None
    grade: int | None
    language: str | None
    ended_on: date | None


@dataclass(frozen=True)
class PersonCard:
    """All that the registry says of a person; the number itself only as `iin_masked`.

    `iin_masked` is None where there is no number, or where the caller may not know of it.
    """

    person_id: int
    school_id: int
    school: PlaceName
    surname: str
    given_name: str
    patronymic: str | None
    sex: Sex
    birth_date: date
    iin_masked: str | None
    no_iin_reason: NoIinReason | None
    source_id: str | None
    memberships: tuple[SchoolPlace, ...]

    @property
    def full_name(self) -> str:
        """Surname, given name, patronymic if any."""
        return full_name(self.surname, self.given_name, self.patronymic)


def full_name(surname: str, given_name: str, patronymic: str | None) -> str:
    """The names in the order of the country."""
    return " ".join(part for part in (surname, given_name, patronymic) if part)


def list_people(
    session: Session,
    scope: Scope,
    *,
    school_id: int | None = None,
    class_id: int | None = None,
    role: LearnerRole | None = None,
    name: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = PAGE,
) -> Page[PersonRow]:
    """People in Kazakh alphabetical order; `name` is how the surname begins.

    A class, a role or a school narrows the list; `after` is the key (sort_key, person_id).
    """
    scope.require(Permission.READ_RECORDS)
    latest = latest_place()
    statement = people_statement(latest).where(in_reach(scope, IDENTITY.school_id))
    if school_id is not None:
        statement = statement.where(IDENTITY.school_id == school_id)
    if class_id is not None:
        statement = statement.where(is_in_class(class_id))
    if role is not None:  # of the row at hand: looking for all who have it would lose the order
        statement = statement.where(latest.c.role == role)
    if name:
        low, high = key_range(name)
        statement = statement.where(IDENTITY.sort_key >= low, IDENTITY.sort_key < high)
    keys = (IDENTITY.sort_key, IDENTITY.person_id)
    page = read_page(session, statement, keys, after=after, limit=limit)
    rows = [person_row(found) for found in page.items]
    audit.note_read(session, "person", [row.person_id for row in rows])
    return Page(rows, page.next_key)


def people_statement(latest: LateralFromClause) -> Select[Any]:
    """People with their school and their latest place in one."""
    columns: list[Any] = [
        IDENTITY.person_id, IDENTITY.surname, IDENTITY.given_name, IDENTITY.patronymic,
        Person.sex, Person.birth_date, IDENTITY.school_id,
        School.name_kk, School.name_ru, School.name_en,
        latest.c.role, latest.c.academic_year, latest.c.name,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == IDENTITY.person_id)
        .join(School, School.id == IDENTITY.school_id)
        .outerjoin(latest, true())
    )


def latest_place() -> LateralFromClause:
    """The last place of each person in the present school."""
    return (
        select(Membership.role, Membership.academic_year, SchoolClass.name)
        .outerjoin(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(
            Membership.person_id == IDENTITY.person_id, Membership.school_id == IDENTITY.school_id
        )
        .order_by(Membership.academic_year.desc(), Membership.id.desc())
        .limit(1)
        .lateral("latest")
    )


def person_row(found: Any) -> PersonRow:
    """A row of `people_statement`."""
    own, names, place = found[:7], found[7:10], found[10:]
    parts: list[Any] = [*own, PlaceName(*names), *place]
    return PersonRow(*parts)


def is_in_class(class_id: int) -> ColumnElement[bool]:
    """Whether the person belongs to the class."""
    return (
        exists()
        .where(Membership.person_id == IDENTITY.person_id)
        .where(Membership.school_id == IDENTITY.school_id)
        .where(Membership.class_id == class_id, Membership.ended_on.is_(None))
    )


def in_reach(scope: Scope, school_id: Any) -> ColumnElement[bool]:
    """Whether a column names a school whose records the caller may see."""
    if scope.reach is Reach.SYSTEM:
        return true()
    if scope.reach is not Reach.SCHOOLS or not scope.school_ids:
        return false()
    if len(scope.school_ids) == 1:  # so that the index of school and name gives the order
        return school_id == scope.school_ids[0]  # type: ignore[no-any-return]
    return school_id.in_(scope.school_ids)  # type: ignore[no-any-return]


def person_card(
    session: Session, scope: Scope, person_id: int, *, locked: bool = False
) -> PersonCard:
    """One person; NotFound out of reach. `locked` keeps others from changing them meanwhile."""
    scope.require(Permission.READ_RECORDS)
    person = reachable_person(session, scope, person_id, locked=locked)
    identity = person.identity
    sees_number = scope.may(Permission.UNMASK_IIN)
    audit.note_read(session, "person", [person_id])
    return PersonCard(
        person_id=person.id,
        school_id=person.school_id,
        school=place_name(person.school),
        surname=identity.surname,
        given_name=identity.given_name,
        patronymic=identity.patronymic,
        sex=person.sex,
        birth_date=person.birth_date,
        iin_masked=MASK if identity.iin_index and sees_number else None,
        no_iin_reason=identity.no_iin_reason,
        source_id=identity.source_id,
        memberships=tuple(school_place(place) for place in newest_first(person.memberships)),
    )


def reachable_person(
    session: Session, scope: Scope, person_id: int, *, locked: bool = False
) -> Person:
    """The person with identity, school and memberships; NotFound out of reach."""
    if not 0 < person_id <= LARGEST_KEY:
        raise NotFound("not_found")
    statement = (
        select(Person)
        .where(Person.id == person_id, in_reach(scope, Person.school_id))
        .options(
            selectinload(Person.identity),
            selectinload(Person.school),
            selectinload(Person.memberships).options(
                selectinload(Membership.school), selectinload(Membership.school_class)
            ),
        )
        .execution_options(populate_existing=True)
    )
    found = session.scalar(statement.with_for_update(of=Person) if locked else statement)
    if found is None or found.identity is None:
        raise NotFound("not_found")
    return found


def newest_first(places: list[Membership]) -> list[Membership]:
    """Places by academic year, the latest first."""
    return sorted(places, key=lambda place: (place.academic_year, place.id), reverse=True)


def school_place(place: Membership) -> SchoolPlace:
    """A membership as it is shown."""
    school_class = place.school_class
    return SchoolPlace(
        membership_id=place.id,
        school_id=place.school_id,
        school=place_name(place.school),
        academic_year=place.academic_year,
        role=place.role,
        class_id=place.class_id,
        class_name=school_class.name if school_class else None,
        grade=school_class.grade if school_class else None,
        language=school_class.language_code if school_class else None,
        ended_on=place.ended_on,
    )
