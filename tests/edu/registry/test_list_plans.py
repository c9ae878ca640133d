"""How the list of people is read: by an index, in its order, and no more of it than is shown."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.database import conninfo
from edu.registry.names import sort_key
from edu.registry.queries import list_people
from models import db
from models.accounts import RoleName, User
from models.people import LearnerRole, Person, PersonIdentity
from models.places import School
from tests.factories.accounts import make_user
from tests.factories.people import spelled
from tests.factories.places import make_district, make_school, region

R = RoleName
SHOWN = 50
READ = 60  # a page, one row more, and little else
PLACES = text(
    """INSERT INTO membership (person_id, school_id, academic_year, role)
       SELECT id, school_id, '2026-27', CASE WHEN id % 5 = 0 THEN 'teacher' ELSE 'pupil' END
       FROM person ON CONFLICT DO NOTHING"""
)
Plan = list[dict[str, Any]]


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, district=make_district(session, region=region(session)))


@pytest.fixture
def analyze(app: Flask, admin_url: str) -> Callable[[], None]:
    """Let the planner know the tables; only their owner may."""
    with app.app_context():
        name = db.engine.url.database
    url = make_url(admin_url).set(database=name).render_as_string(hide_password=False)

    def run() -> None:
        with psycopg.connect(conninfo(url), autocommit=True) as connection:
            connection.execute("ANALYZE")

    return run


@pytest.fixture
def plan_of(session_of: Callable[[User], Session]) -> Callable[..., Plan]:
    """How the database reads the list for a user."""

    def read(user: User, **wanted: object) -> Plan:
        own = session_of(user)
        return plan_in(own, scope_of(own, user), **wanted)

    return read


@contextmanager
def recorded(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The statements that go to the database meanwhile."""
    statements: list[tuple[str, Any]] = []

    def record(_connection, _cursor, statement, parameters, _context, _many) -> None:
        statements.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def plan_in(session: Session, scope: Scope, **wanted: object) -> Plan:
    with recorded(session) as statements:
        list_people(session, scope, limit=SHOWN, **wanted)
    statement, parameters = next(each for each in statements if "LATERAL" in each[0])
    cursor = session.connection().connection.cursor()
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
    found = cursor.fetchone()[0]
    return list(nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


def rows_of(node: dict[str, Any]) -> float:
    removed = node.get("Rows Removed by Filter", 0)
    return (node["Actual Rows"] + removed) * node["Actual Loops"]


def sorted_rows(plan: Plan) -> float:
    """The most rows that are put in order rather than read in it."""
    return max((rows_of(node) for node in plan if "Sort" in node["Node Type"]), default=0)


def read_rows(plan: Plan) -> float:
    return sum(rows_of(node) for node in plan if node.get("Relation Name") == "person_identity")


def fill(session: Session, schools: list[School], count: int, first: int = 0) -> None:
    """People of many schools, their names and schools in no order."""
    numbers = range(first, first + count)
    homes = [schools[number % len(schools)].id for number in numbers]
    born = date(2014, 1, 1)
    people = [{"school_id": home, "sex": "male", "birth_date": born} for home in homes]
    person = Person.__table__
    adding = person.insert().returning(person.c.id, sort_by_parameter_order=True)
    ids = session.scalars(adding, people).all()
    surnames = [spelled(number * 7919 % 100_003 + 1) for number in numbers]
    identities = [
        {
            "person_id": id, "school_id": home, "surname": surname, "given_name": "Айша",
            "sort_key": sort_key(surname, "Айша", None), "no_iin_reason": "not_issued",
        }
        for id, home, surname in zip(ids, homes, surnames, strict=True)
    ]  # fmt: skip
    session.execute(PersonIdentity.__table__.insert(), identities)
    session.execute(PLACES)
    session.commit()


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"name": "аб"},
        {"role": LearnerRole.PUPIL},
        {"after": (sort_key("к", "", None), 1)},
    ],
    ids=["all", "by name", "by role", "further on"],
)
def test_the_list_of_a_school_reads_its_index_and_only_what_it_shows(
    session: Session, school: School, analyze, plan_of, wanted: dict[str, Any]
) -> None:
    schools = [school, *(make_school(session, district=school.district) for _ in range(9))]
    user = make_user(session, role=R.SCHOOL_ADMINISTRATOR, schools=[school])
    fill(session, schools, 5000)
    analyze()
    plan = plan_of(user, **wanted)
    assert "ix_person_identity_school_sort" in {node.get("Index Name") for node in plan}
    assert not [node for node in plan if node["Node Type"] == "Seq Scan" and rows_of(node) > READ]
    assert sorted_rows(plan) <= READ
    assert read_rows(plan) <= READ * 1.5


def test_the_list_of_a_region_does_not_grow_with_the_table(
    session: Session, school: School, analyze, plan_of
) -> None:
    far_district = make_district(session, region=region(session, "75"))
    near = [school, *(make_school(session, district=school.district) for _ in range(9))]
    far = [make_school(session, district=far_district) for _ in range(10)]
    user = make_user(session, role=R.REGIONAL_COORDINATOR, regions=[region(session)])
    read = []
    for first in (0, 5000):
        fill(session, near + far, 5000, first)
        analyze()
        plan = plan_of(user)
        assert "ix_person_identity_sort" in {node.get("Index Name") for node in plan}
        assert sorted_rows(plan) <= READ
        read.append(read_rows(plan))
    assert read[1] <= read[0] * 1.2
