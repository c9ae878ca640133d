"""`schools` files: districts and schools, found by name within the region and by code."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from edu.intake import (
    Column,
    ImportCount,
    IncomingFile,
    Row,
    Rows,
    load_into,
    parse_choice,
    parse_flag,
    parse_text,
    read_rows,
    record_batch,
)
from models.places import District, Region, School, SchoolType

NAMES = ("name_kk", "name_ru", "name_en")
COLUMNS = (
    Column("code", parse_text(64)),
    *(Column(name, parse_text(255), required=False) for name in NAMES),
    Column("region", parse_text(64)),
    Column("district", parse_text(255)),
    Column("urban", parse_flag),
    Column("type", parse_choice(SchoolType)),
)
TABLE = {
    "code": "text", "name_kk": "text", "name_ru": "text", "name_en": "text",
    "region_id": "bigint", "district_id": "bigint", "urban": "boolean", "type": "text",
}  # fmt: skip
FIELDS = ", ".join(TABLE)
# An empty cell keeps what is known; a new school takes a missing name from another language.
KEPT = ", ".join(f"coalesce(incoming.{name}, school.{name})" for name in TABLE)
CHANGE = text(
    f"""UPDATE school SET ({FIELDS}) = ROW({KEPT}) FROM incoming_school AS incoming
        WHERE school.code = incoming.code
          AND ({", ".join(f"school.{name}" for name in TABLE)}) IS DISTINCT FROM ({KEPT})
        RETURNING school.id"""  # noqa: S608  (built of the names above)
)
ADD = text(
    f"""INSERT INTO school ({FIELDS})
        SELECT code, coalesce(name_kk, name_ru, name_en), coalesce(name_ru, name_kk, name_en),
               coalesce(name_en, name_ru, name_kk), region_id, district_id, urban, type
        FROM incoming_school ON CONFLICT (code) DO NOTHING RETURNING id"""  # noqa: S608
)
LOCK = text("LOCK TABLE school, district IN SHARE ROW EXCLUSIVE MODE")

DistrictKey = tuple[int, str]


def import_schools(session: Session, scope: Scope, file: IncomingFile) -> ImportCount:
    """Bring in schools; the same file again changes nothing.

    Raises `FileRefused` with all that is wrong with the file, before anything is written.
    """
    scope.require(Permission.WRITE_SCHOOLS)
    rows = read_rows(file, COLUMNS)
    session.execute(LOCK)
    regions = dict(session.execute(select(Region.code, Region.id)).all())
    check_names(rows)
    check_codes(session, scope, rows)
    check_regions(scope, rows, regions)
    rows.problems.raise_if_any()
    districts, added = bring_districts(session, rows, regions)
    load_into(session, "incoming_school", TABLE, school_tuples(rows, regions, districts))
    changed = session.scalars(CHANGE).all()
    new = session.scalars(ADD).all()
    audit.note_changed(session, "school", [*new, *changed])
    schools = ImportCount(len(new), len(changed), len(rows) - len(new) - len(changed))
    count = schools + ImportCount(new=added, unchanged=len(districts) - added)
    record_batch(session, scope, kind="schools", file=file, count=count)
    return count


def check_names(rows: Rows) -> None:
    """A school needs a name in one language at least."""
    for row in rows:
        if all(name in row.values and not row[name] for name in NAMES):
            expected = _l("a name in one language at least")
            rows.problems.add(row.line, "name_kk", "value_missing", "", expected)


def check_codes(session: Session, scope: Scope, rows: Rows) -> None:
    """A code stands once in a file and belongs to no school out of reach."""
    foreign: set[str] = set()
    if scope.reach is not Reach.SYSTEM:
        elsewhere = School.region_id.not_in(scope.region_ids)
        foreign = set(session.scalars(select(School.code).where(elsewhere)))
    first_lines: dict[str, int] = {}
    for row in rows:
        code = row.get("code")
        if code is None:
            continue
        first = first_lines.setdefault(code, row.line)
        if first != row.line:
            expected = _l("line %(first)s is the first of this school", first=first)
            rows.problems.add(row.line, "code", "school_twice", code, expected)
        if code in foreign:
            expected = _l("a code of the own region")
            rows.problems.add(row.line, "code", "school_elsewhere", code, expected)


def check_regions(scope: Scope, rows: Rows, regions: Mapping[str, int]) -> None:
    """A region is known, and the caller's own."""
    reach = {
        code: id
        for code, id in regions.items()
        if scope.reach is Reach.SYSTEM or id in scope.region_ids
    }
    expected = ", ".join(sorted(reach))
    for row in rows:
        code = row.get("region")
        if code is None or code in reach:
            continue
        wrong = "region_elsewhere" if code in regions else "unknown_region"
        rows.problems.add(row.line, "region", wrong, code, expected)


def bring_districts(
    session: Session, rows: Rows, regions: Mapping[str, int]
) -> tuple[dict[DistrictKey, int], int]:
    """The ids of the districts the file names, and how many of them are new.

    A district is known by its name in any language; a new one bears the file's in all three.
    """
    named = {district_key(row, regions): str(row["district"]) for row in rows}
    known = known_districts(session, {region_id for region_id, _ in named})
    added = [
        District(region_id=key[0], name_kk=name, name_ru=name, name_en=name)
        for key, name in named.items()
        if key not in known
    ]
    session.add_all(added)
    session.flush()
    audit.note_changed(session, "district", [district.id for district in added])
    known |= {(district.region_id, district.name_ru.casefold()): district.id for district in added}
    return {key: known[key] for key in named}, len(added)


def district_key(row: Row, regions: Mapping[str, int]) -> DistrictKey:
    """By what a row names its district."""
    return regions[row["region"]], str(row["district"]).casefold()


def known_districts(session: Session, region_ids: set[int]) -> dict[DistrictKey, int]:
    """The districts of some regions, by each of their names."""
    found = session.scalars(
        select(District).where(District.region_id.in_(region_ids)).order_by(District.id)
    )
    known: dict[DistrictKey, int] = {}
    for district in found:
        for name in (district.name_ru, district.name_kk, district.name_en):
            known.setdefault((district.region_id, name.casefold()), district.id)
    return known


def school_tuples(
    rows: Rows, regions: Mapping[str, int], districts: Mapping[DistrictKey, int]
) -> Iterable[tuple[object, ...]]:
    """The rows as the table takes them."""
    for row in rows:
        yield (
            row["code"],
            *(row[name] for name in NAMES),
            regions[row["region"]],
            districts[district_key(row, regions)],
            row["urban"],
            row["type"].value,
        )
