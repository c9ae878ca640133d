"""Reading places: regions, districts, schools, classes. None of them is personal data."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, selectinload

from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from models.base import Named
from models.errors import NotFound
from models.keyset import LARGEST_KEY, Page, read_page
from models.places import District, LanguageOfInstruction, Region, School, SchoolClass

PAGE = 50
SCHOOL_ONLY = "mixed"  # a school may be mixed; a class is taught in one language


@dataclass(frozen=True)
class PlaceName:
    """A place's name in each language."""

    name_kk: str
    name_ru: str
    name_en: str

    def name(self, language: str) -> str:
        """The name in `language` (kk, ru or en)."""
        return str(getattr(self, f"name_{language}"))


def place_name(place: Named) -> PlaceName:
    """The name of a region, district or school."""
    return PlaceName(place.name_kk, place.name_ru, place.name_en)


def list_regions(session: Session, scope: Scope) -> list[Region]:
    """All regions, by code."""
    return list(session.scalars(select(Region).order_by(Region.code)))


def list_districts(
    session: Session,
    scope: Scope,
    *,
    region_id: int | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = PAGE,
) -> Page[District]:
    """The districts, of one region if given."""
    statement = select(District)
    if region_id is not None:
        statement = statement.where(District.region_id == region_id)
    return read_page(session, statement, (District.id,), after=after, limit=limit)


def list_schools(
    session: Session,
    scope: Scope,
    *,
    region_id: int | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = PAGE,
) -> Page[School]:
    """The schools within the caller's reach, of one region if given."""
    statement = select(School).where(reachable(scope))
    if region_id is not None:
        statement = statement.where(School.region_id == region_id)
    return read_page(session, statement, (School.id,), after=after, limit=limit)


def show_school(session: Session, scope: Scope, *, school_id: int) -> School:
    """One school; NotFound out of reach."""
    if not 0 < school_id <= LARGEST_KEY:
        raise NotFound("not_found")
    statement = select(School).where(School.id == school_id, reachable(scope))
    school = session.scalar(
        statement.options(selectinload(School.region), selectinload(School.district))
    )
    if school is None:
        raise NotFound("not_found")
    return school


def reachable(scope: Scope) -> ColumnElement[bool]:
    """Whoever answers for schools sees those; whoever sees figures or users sees all."""
    return School.id.in_(scope.school_ids) if scope.reach is Reach.SCHOOLS else true()


def list_classes(
    session: Session,
    scope: Scope,
    *,
    school_id: int | None = None,
    academic_year: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = PAGE,
) -> Page[SchoolClass]:
    """The classes of the schools within the caller's reach, by grade and name."""
    scope.require(Permission.READ_RECORDS)
    statement = select(SchoolClass)
    if scope.reach is not Reach.SYSTEM:
        statement = statement.where(SchoolClass.school_id.in_(scope.school_ids))
    if school_id is not None:
        statement = statement.where(SchoolClass.school_id == school_id)
    if academic_year is not None:
        statement = statement.where(SchoolClass.academic_year == academic_year)
    return read_page(session, statement, (SchoolClass.id,), after=after, limit=limit)


def latest_classes(session: Session, scope: Scope) -> list[SchoolClass]:
    """The classes of the latest academic year of the caller's schools, to choose from."""
    own = SchoolClass.school_id.in_(scope.school_ids)
    latest = select(SchoolClass.academic_year).where(own)
    latest = latest.order_by(SchoolClass.academic_year.desc()).limit(1)
    return list(
        session.scalars(
            select(SchoolClass)
            .where(own, SchoolClass.academic_year == latest.scalar_subquery())
            .order_by(SchoolClass.school_id, SchoolClass.grade, SchoolClass.name)
        )
    )


def class_languages(session: Session) -> list[str]:
    """The languages in which a class may be taught."""
    code = LanguageOfInstruction.code
    return list(session.scalars(select(code).where(code != SCHOOL_ONLY).order_by(code)))
