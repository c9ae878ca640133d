"""Districts, schools and classes as their tables hold them."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.demo.arrays import Integers
from edu.demo.classes import YEARS, Classes
from edu.demo.geography import DISTRICTS, LANDS, LANGUAGES
from edu.demo.places import Districts, Schools
from edu.demo.writing import reserve_ids, write
from models.places import District, Region, School, SchoolClass, SchoolType

# What a kind of school is called in each language, before its number.
TITLES = {
    SchoolType.ORDINARY: ("жалпы білім беретін мектеп", "Общеобразовательная школа", "School"),
    SchoolType.SMALL: ("негізгі орта мектеп", "Основная средняя школа", "Village School"),
    SchoolType.GYMNASIUM: ("мектеп-гимназия", "Школа-гимназия", "Gymnasium"),
    SchoolType.LYCEUM: ("мектеп-лицей", "Школа-лицей", "Lyceum"),
    SchoolType.COLLEGE: ("көпсалалы колледж", "Многопрофильный колледж", "College"),
    SchoolType.UNIVERSITY: ("инновациялық университет", "Инновационный университет", "University"),
}


@dataclass(frozen=True)
class Places:
    """Ids of the regions in the order of LANDS, and of the invented schools."""

    regions: Integers
    schools: Integers


def write_places(session: Session, districts: Districts, schools: Schools) -> Places:
    """Write districts and schools."""
    known = {region.code: region.id for region in session.scalars(select(Region))}
    regions = np.array([known[land.code] for land in LANDS])
    names = [DISTRICTS[place] for place in districts.name.tolist()]
    district_ids = np.array(reserve_ids(session, District, len(names)))
    write(
        session,
        District,
        {
            "id": district_ids.tolist(),
            "region_id": regions[districts.region].tolist(),
            "name_kk": [f"{kazakh} ауданы" for kazakh, _, _ in names],
            "name_ru": [f"{russian} район" for _, russian, _ in names],
            "name_en": [f"{latin} District" for _, _, latin in names],
        },
    )
    places = Places(regions, np.array(reserve_ids(session, School, len(schools.region))))
    write_schools(session, schools, places, district_ids)
    return places


def write_schools(
    session: Session, schools: Schools, places: Places, district_ids: Integers
) -> None:
    """Write schools, each named after its kind and number."""
    titles = [TITLES[SchoolType(kind)] for kind in schools.type.tolist()]
    numbered = list(zip(schools.number.tolist(), titles, strict=True))
    write(
        session,
        School,
        {
            "id": places.schools.tolist(),
            "code": schools.codes,
            "name_kk": [f"№{number} {kazakh}" for number, (kazakh, _, _) in numbered],
            "name_ru": [f"{russian} № {number}" for number, (_, russian, _) in numbered],
            "name_en": [f"{english} No. {number}" for number, (_, _, english) in numbered],
            "region_id": places.regions[schools.region].tolist(),
            "district_id": district_ids[schools.district].tolist(),
            "urban": schools.urban.tolist(),
            "type": schools.type.tolist(),
        },
    )


def write_classes(session: Session, classes: Classes, places: Places) -> Integers:
    """Write the classes of both years; their ids."""
    ids = reserve_ids(session, SchoolClass, len(classes.school))
    write(
        session,
        SchoolClass,
        {
            "id": ids,
            "school_id": places.schools[classes.school].tolist(),
            "academic_year": [YEARS[year] for year in classes.year.tolist()],
            "grade": classes.grade.tolist(),
            "name": classes.names,
            "language_code": [LANGUAGES[place] for place in classes.language.tolist()],
        },
    )
    return np.array(ids)
