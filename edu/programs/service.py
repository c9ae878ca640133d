"""Creating programs, and the offerings through which people take part in them."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from models.base import Base, utc_today
from models.errors import Conflict, Forbidden, NotFound, Refusal
from models.keyset import LARGEST_KEY, read_one
from models.people import LearnerRole
from models.places import Region, School
from models.programs import Initiative, Offering, Program, Standing
from models.waitlist import fill_seats


class OfferingTerms(TypedDict, total=False):
    """What may be changed about an offering."""

    starts_on: date
    ends_on: date
    capacity: int | None
    roles: Sequence[LearnerRole]
    min_grade: int | None
    max_grade: int | None
    standing: Standing


def change_initiative(
    session: Session, scope: Scope, *, initiative_id: int, standing: Standing
) -> Initiative:
    """Open, close or plan an initiative; a planned one accepts no enrollment."""
    scope.require(Permission.WRITE_PROGRAMS)
    initiative = read_one(session, Initiative, initiative_id)
    if standing is Standing.PLANNED and has_open_offerings(session, initiative):
        raise Conflict("initiative_in_use", field="standing", found=initiative.code)
    initiative.standing = standing
    session.flush()
    audit.note_changed(session, "initiative", [initiative.id])
    return initiative


def create_program(
    session: Session,
    scope: Scope,
    *,
    initiative_id: int,
    code: str,
    name_kk: str,
    name_ru: str,
    name_en: str,
) -> Program:
    """Add a program to an initiative; also to a planned one, which offers nothing yet."""
    scope.require(Permission.WRITE_PROGRAMS)
    if session.get(Initiative, initiative_id) is None:
        raise Refusal("unknown_initiative", field="initiative_id", found=initiative_id)
    program = Program(
        initiative_id=initiative_id, code=code, name_kk=name_kk, name_ru=name_ru, name_en=name_en
    )
    add(session, program, Conflict("program_code_taken", field="code", found=code))
    audit.note_changed(session, "program", [program.id])
    return program


def create_offering(
    session: Session,
    scope: Scope,
    *,
    program_id: int,
    code: str,
    academic_year: str,
    starts_on: date,
    ends_on: date,
    region: str | None = None,
    school: str | None = None,
    capacity: int | None = None,
    roles: Sequence[LearnerRole] = (LearnerRole.PUPIL,),
    min_grade: int | None = None,
    max_grade: int | None = None,
    standing: Standing = Standing.PLANNED,
) -> Offering:
    """Offer a program at a school (its code), in a region (its KATO prefix), else in the nation."""
    scope.require(Permission.WRITE_OFFERINGS)
    program = session.get(Program, program_id)
    if program is None:
        raise Refusal("unknown_program", field="program_id", found=program_id)
    region_id, school_id = find_place(session, region, school)
    require_place(scope, region_id)
    offering = Offering(
        program_id=program.id,
        code=code,
        region_id=region_id,
        school_id=school_id,
        academic_year=academic_year,
        seats_taken=0,
    )
    terms = OfferingTerms(
        starts_on=starts_on,
        ends_on=ends_on,
        capacity=capacity,
        roles=roles,
        min_grade=min_grade,
        max_grade=max_grade,
        standing=standing,
    )
    set_terms(offering, program.initiative, terms)
    add(session, offering, Conflict("offering_code_taken", field="code", found=code))
    audit.note_changed(session, "offering", [offering.id])
    return offering


def change_offering(
    session: Session,
    scope: Scope,
    *,
    offering_id: int,
    on: date | None = None,
    **terms: Unpack[OfferingTerms],
) -> Offering:
    """Change an offering's terms; seats that become free go to the waitlist, as of `on` (today).

    Who is enrolled already stays so, whatever the new rules of eligibility say.
    """
    scope.require(Permission.WRITE_OFFERINGS)
    offering = lock_offering(session, offering_id)
    require_place(scope, offering.region_id)
    set_terms(offering, offering.program.initiative, terms)
    session.flush()
    audit.note_changed(session, "offering", [offering.id])
    promoted = fill_seats(session, offering.id, on=on or utc_today(), actor_id=scope.actor_id)
    if promoted:
        audit.note_changed(session, "enrollment", promoted)
    session.refresh(offering)
    return offering


def lock_offering(session: Session, offering_id: int) -> Offering:
    """The offering as it now stands, its seats kept from everybody else until the end."""
    if not 0 < offering_id <= LARGEST_KEY:
        raise NotFound("not_found")
    whole = joinedload(Offering.program, innerjoin=True)
    statement = (
        select(Offering)
        .where(Offering.id == offering_id)
        .options(whole.joinedload(Program.initiative, innerjoin=True))
        .with_for_update(key_share=True, of=Offering)
        .execution_options(populate_existing=True)
    )
    locked = session.scalar(statement)
    if locked is None:
        raise NotFound("not_found")
    return locked


def set_terms(offering: Offering, initiative: Initiative, terms: OfferingTerms) -> None:
    """Give the offering its terms, if together with those it has they make sense."""
    known = {name: getattr(offering, name) for name in OfferingTerms.__annotations__}
    wanted = OfferingTerms(**{**known, **terms})  # type: ignore[typeddict-item]
    if wanted["ends_on"] < wanted["starts_on"]:
        raise Refusal("dates_reversed", field="ends_on")
    check_eligibility(wanted)
    if wanted["capacity"] is not None and wanted["capacity"] < offering.seats_taken:
        raise Conflict("capacity_below_taken", field="capacity", found=wanted["capacity"])
    if wanted["standing"] is Standing.OPEN:
        require_open(initiative)
    for name, value in wanted.items():
        setattr(offering, name, value)
    offering.roles = [LearnerRole(role).value for role in wanted["roles"]]


def check_eligibility(wanted: OfferingTerms) -> None:
    """Somebody is eligible; grades belong to pupils, and run upwards."""
    if not wanted["roles"]:
        raise Refusal("roles_missing", field="roles")
    low, high = wanted["min_grade"], wanted["max_grade"]
    if LearnerRole.PUPIL not in wanted["roles"] and (low, high) != (None, None):
        raise Refusal("grades_without_pupils", field="min_grade")
    if low is not None and high is not None and low > high:
        raise Refusal("grades_reversed", field="max_grade")


def require_open(initiative: Initiative) -> None:
    """Refuse what a planned initiative cannot have."""
    if initiative.standing is Standing.PLANNED:
        raise Conflict("initiative_planned", found=initiative.code)


def has_open_offerings(session: Session, initiative: Initiative) -> bool:
    """Whether people can enroll in the initiative now."""
    offerings = select(Offering.id).join(Program).where(Program.initiative_id == initiative.id)
    return session.scalar(offerings.where(Offering.standing == Standing.OPEN).limit(1)) is not None


def find_place(
    session: Session, region: str | None, school: str | None
) -> tuple[int | None, int | None]:
    """The ids of region and school; a school brings its own region."""
    region_id = session.scalar(select(Region.id).where(Region.code == region)) if region else None
    if region and region_id is None:
        raise Refusal("unknown_region", field="region", found=region)
    if not school:
        return region_id, None
    found = session.scalar(select(School).where(School.code == school))
    if found is None:
        raise Refusal("unknown_school", field="school", found=school)
    if region_id not in (None, found.region_id):
        raise Refusal("school_outside_region", field="school", found=school, expected=region)
    return found.region_id, found.id


def require_place(scope: Scope, region_id: int | None) -> None:
    """Whoever is not in charge of all programs offers them in their own regions only."""
    if not scope.may(Permission.WRITE_PROGRAMS) and region_id not in scope.region_ids:
        raise Forbidden("offering_outside_region")


def add(session: Session, thing: Base, taken: Conflict) -> None:
    """Write a new row; its code may have been taken, even this very moment."""
    try:
        with session.begin_nested():
            session.add(thing)
    except IntegrityError as error:
        raise taken from error
