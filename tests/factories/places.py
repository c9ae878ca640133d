from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.places import District, Region, School, SchoolClass, SchoolType

numbers = count(1)


def region(session: Session, code: str = "10") -> Region:
    """One of the reference regions."""
    return session.scalars(select(Region).where(Region.code == code)).one()


def make_district(session: Session, *, region: Region) -> District:
    number = next(numbers)
    district = District(
        region_id=region.id,
        name_kk=f"{number}-аудан",
        name_ru=f"Район {number}",
        name_en=f"District {number}",
    )
    session.add(district)
    session.flush()
    return district


def make_school(
    session: Session,
    *,
    district: District,
    code: str | None = None,
    urban: bool = True,
    type: SchoolType = SchoolType.ORDINARY,
) -> School:
    number = next(numbers)
    school = School(
        code=code or f"S{number:05d}",
        name_kk=f"№{number} мектеп",
        name_ru=f"Школа №{number}",
        name_en=f"School No. {number}",
        region_id=district.region_id,
        district_id=district.id,
        urban=urban,
        type=type,
    )
    session.add(school)
    session.flush()
    return school


def make_class(
    session: Session, *, school: School, grade: int = 7, letter: str = "Ә", language: str = "kk"
) -> SchoolClass:
    school_class = SchoolClass(
        school_id=school.id,
        academic_year="2026-27",
        grade=grade,
        name=f"{grade} «{letter}»",
        language_code=language,
    )
    session.add(school_class)
    session.flush()
    return school_class
