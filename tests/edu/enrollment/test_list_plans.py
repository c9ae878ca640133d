"""Lists of enrollments are read in their order, however many enrollments there are."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from edu import database
from edu.accounts.scope import Scope, scope_of
from edu.enrollment import queries
from models.accounts import RoleName, User
from models.enrollments import EnrollmentStatus
from models.places import Region, School
from tests.conftest import renamed
from tests.factories.accounts import make_user
from tests.factories.places import make_district, make_school, region
from tests.factories.programs import make_offering

SHOWN = 20
PEOPLE = 20_000
SCHOOLS = 200
OF_A_SCHOOL = 3 * PEOPLE // SCHOOLS
PERSONS = text("""
    INSERT INTO person (school_id, sex, birth_date)
    SELECT (CAST(:schools AS bigint[]))[1 + number % :count], 'male', DATE '2014-01-01'
    FROM generate_series(1, :persons) AS number
""")
ENROLLMENTS = text("""
    INSERT INTO enrollment (person_id, offering_id, school_id, status, applied_on)
    SELECT person.id, offering.id, person.school_id,
           (ARRAY['applied', 'waitlisted', 'enrolled', 'completed', 'withdrawn'])[
             1 + (person.id + offering.id) % 5],
           DATE '2026-09-01' + CAST(person.id % 30 AS int)
    FROM person CROSS JOIN offering ORDER BY person.id, offering.id
""")


@pytest.fixture
def schools(session: Session, admin_url: str, database_urls: database.Urls) -> list[School]:
    """200 schools in two regions with 20,000 enrollments in each of three offerings."""
    districts = [make_district(session, region=region(session, code)) for code in ("10", "71")]
    made = [make_school(session, district=districts[number % 2]) for number in range(SCHOOLS)]
    ids = [school.id for school in made]
    session.execute(PERSONS, {"schools": ids, "count": len(ids), "persons": PEOPLE})
    for _ in range(3):
        make_offering(session)
    session.execute(ENROLLMENTS)
    session.commit()
    url = renamed(admin_url, str(make_url(database_urls.owner).database))
    with psycopg.connect(database.conninfo(url), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE enrollment")
    return made


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def rows_read(own: Session, read: Callable[[], object]) -> tuple[int, set[str]]:
    """How many enrollments the database looks at for a list, and through which indexes."""
    statements: list[tuple[str, Any]] = []

    def record(_connection, _cursor, statement, parameters, _context, _many) -> None:
        statements.append((statement, parameters))

    engine = own.get_bind()
    event.listen(engine, "before_cursor_execute", record)
    try:
        read()
    finally:
        event.remove(engine, "before_cursor_execute", record)
    statement, parameters = next(each for each in statements if "FROM enrollment" in each[0])
    cursor = own.connection().connection.cursor()
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
    plan = list(nodes(cursor.fetchone()[0][0]["Plan"]))
    looked_at = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in plan
        if node.get("Relation Name") == "enrollment"
    )
    names = {node["Index Name"] for node in plan if "enrollment" in node.get("Index Name", "")}
    return int(looked_at), names


@pytest.fixture
def office(
    session: Session, schools: list[School], session_of: Callable[[User], Session]
) -> tuple[Session, Scope]:
    """The office of one school."""
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=schools[:1])
    session.commit()
    own = session_of(user)
    return own, scope_of(own, user)


@pytest.fixture
def coordinator(
    session: Session, schools: list[School], session_of: Callable[[User], Session]
) -> tuple[Session, Scope]:
    """Whoever answers for a region of a hundred schools."""
    place: Region = region(session, "10")
    user = make_user(session, role=RoleName.REGIONAL_COORDINATOR, regions=[place])
    session.commit()
    own = session_of(user)
    return own, scope_of(own, user)


FILTERS: list[dict[str, Any]] = [
    {},
    {"after": (30_000,)},
    {"status": EnrollmentStatus.WAITLISTED},
    {"program_id": 2},
]


def test_a_school_reads_no_more_than_its_own_rows(office: tuple[Session, Scope]) -> None:
    own, scope = office
    for narrowed in [*FILTERS, {"offering_id": 3}]:
        looked_at, indexes = rows_read(
            own,
            lambda wanted=narrowed: queries.enrollments(own, scope, limit=SHOWN, **wanted),
        )
        assert indexes == {"ix_enrollment_school_id_id"}, narrowed
        assert looked_at <= OF_A_SCHOOL, narrowed


def test_a_region_reads_its_list_in_the_order_of_an_index(
    coordinator: tuple[Session, Scope],
) -> None:
    own, scope = coordinator
    for narrowed in FILTERS:
        looked_at, indexes = rows_read(
            own,
            lambda wanted=narrowed: queries.enrollments(own, scope, limit=SHOWN, **wanted),
        )
        assert indexes == {"pk_enrollment"}, narrowed
        assert looked_at <= 20 * SHOWN, narrowed


def test_one_persons_enrollments_are_found_by_the_person(office: tuple[Session, Scope]) -> None:
    own, scope = office
    looked_at, indexes = rows_read(
        own, lambda: queries.person_enrollments(own, scope, person_id=SCHOOLS)
    )
    assert (looked_at, indexes) == (3, {"ix_enrollment_person_id"})
