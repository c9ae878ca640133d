"""Schools come from files; districts come with them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.intake import FileRefused, ImportCount, IncomingFile
from edu.registry.schools_importer import import_schools
from models.accounts import AuditEntry, RoleName
from models.errors import Forbidden
from models.intake import ImportBatch
from models.places import District, School, SchoolType
from tests.factories.accounts import make_user
from tests.factories.people import schools_file
from tests.factories.places import make_district, make_school, region

LINES = (
    "A1,№1 мектеп,Школа №1,School No. 1,10,Абай ауданы,1,ordinary",
    'A2,,"Школа ""Болашақ"", лицей",,10,абай ауданы,0,lyceum',
    "B1,№3 мектеп,Школа №3,School No. 3,75,Алатау ауданы,1,gymnasium",
)


def refused(session: Session, scope: Scope, file: IncomingFile) -> list[tuple]:
    with pytest.raises(FileRefused) as caught:
        import_schools(session, scope, file)
    return [
        (error["line"], error["column"], error["code"], error["found"])
        for error in caught.value.errors
    ]


def test_schools_and_their_districts_are_made(session: Session, scope: Scope) -> None:
    count = import_schools(session, scope, schools_file(*LINES))
    assert count == ImportCount(new=5)
    first = session.scalars(select(School).where(School.code == "A1")).one()
    assert (first.name_kk, first.name_ru, first.name_en) == (
        "№1 мектеп",
        "Школа №1",
        "School No. 1",
    )
    assert (first.region.code, first.urban, first.type) == ("10", True, SchoolType.ORDINARY)
    second = session.scalars(select(School).where(School.code == "A2")).one()
    assert second.district is first.district
    assert second.name_kk == second.name_en == 'Школа "Болашақ", лицей'


def test_the_same_file_again_changes_nothing(session: Session, scope: Scope) -> None:
    import_schools(session, scope, schools_file(*LINES))
    session.commit()
    assert import_schools(session, scope, schools_file(*LINES)) == ImportCount(unchanged=5)


def test_a_changed_line_changes_its_school_only(session: Session, scope: Scope) -> None:
    import_schools(session, scope, schools_file(*LINES))
    changed = LINES[0].replace("ordinary", "small").replace("School No. 1", "")
    count = import_schools(session, scope, schools_file(changed, *LINES[1:]))
    assert count == ImportCount(changed=1, unchanged=4)
    school = session.scalars(select(School).where(School.code == "A1")).one()
    assert school.type is SchoolType.SMALL
    assert school.name_en == "School No. 1", "an empty cell does not erase what is known"


def test_a_district_is_known_by_its_name_in_any_language(session: Session, scope: Scope) -> None:
    known = make_district(session, region=region(session))
    line = f"A1,a,a,a,10,{known.name_kk.upper()},1,ordinary"
    assert import_schools(session, scope, schools_file(line)) == ImportCount(new=1, unchanged=1)
    assert session.scalars(select(District)).all() == [known]


def test_districts_of_one_name_in_two_regions_are_two(session: Session, scope: Scope) -> None:
    lines = ("A1,a,a,a,10,Абай,1,ordinary", "B1,b,b,b,11,Абай,1,ordinary")
    assert import_schools(session, scope, schools_file(*lines)).new == 4


def test_all_errors_are_told_at_once_and_nothing_is_written(session: Session, scope: Scope) -> None:
    lines = (
        "A1,a,a,a,99,Абай,1,ordinary",
        ",,,,10,,yes,school",
        "A1,a,a,a,10,Абай,1,ordinary",
    )
    assert refused(session, scope, schools_file(*lines)) == [
        (2, "region", "unknown_region", "99"),
        (3, "code", "value_missing", ""),
        (3, "district", "value_missing", ""),
        (3, "urban", "unreadable_value", "yes"),
        (3, "type", "unknown_choice", "school"),
        (3, "name_kk", "value_missing", ""),
        (4, "code", "school_twice", "A1"),
    ]
    session.commit()
    assert session.scalars(select(School)).all() == []
    assert session.scalars(select(District)).all() == []
    assert session.scalars(select(ImportBatch)).all() == []


@pytest.mark.parametrize("column", range(6))
def test_signs_that_cannot_be_kept_are_refused_in_every_column(
    session: Session, scope: Scope, column: int
) -> None:
    cells = LINES[0].split(",")
    cells[column] += "\x00"
    names = ["code", "name_kk", "name_ru", "name_en", "region", "district"]
    found = refused(session, scope, schools_file(",".join(cells)))
    assert found[0][:3] == (2, names[column], "unstorable_text")


def test_what_was_brought_in_is_audited_and_kept_as_a_batch(session: Session, scope: Scope) -> None:
    import_schools(session, scope, schools_file(*LINES))
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert sorted(entry.changed) == ["district", "import_batch", "school"]
    assert sorted(entry.changed["school"]) == sorted(session.scalars(select(School.id)))
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.kind, batch.new, batch.file_name) == ("schools", 5, "schools.csv")


def test_a_coordinator_brings_schools_of_the_own_region_only(session: Session) -> None:
    far = make_school(session, district=make_district(session, region=region(session, "75")))
    own = make_school(session, district=make_district(session, region=region(session)))
    user = make_user(session, role=RoleName.REGIONAL_COORDINATOR, regions=[region(session)])
    scope = scope_of(session, user)
    file = schools_file(
        f"{far.code},a,a,a,10,Абай,1,ordinary",
        "N1,a,a,a,75,Абай,1,ordinary",
        f"{own.code},a,a,a,10,Абай,1,ordinary",
    )
    assert refused(session, scope, file) == [
        (2, "code", "school_elsewhere", far.code),
        (3, "region", "region_elsewhere", "75"),
    ]
    good = schools_file(f"{own.code},a,a,a,10,Абай,1,ordinary", "N2,n,n,n,10,Абай,0,small")
    assert import_schools(session, scope, good) == ImportCount(new=2, changed=1)


def test_a_school_administrator_brings_no_schools(session: Session) -> None:
    school = make_school(session, district=make_district(session, region=region(session)))
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    with pytest.raises(Forbidden):
        import_schools(session, scope_of(session, user), schools_file(*LINES))
