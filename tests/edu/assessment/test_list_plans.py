"""The list of a wave's sittings is read in its order, however many sittings there are."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from edu.accounts.scope import scope_of
from edu.assessment import queries
from models.accounts import RoleName
from tests.factories.accounts import make_user
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.places import make_district, make_school, region

SHOWN = 20
PERSONS = text("""
    INSERT INTO person (school_id, sex, birth_date)
    SELECT (CAST(:schools AS bigint[]))[1 + number % :count], 'male', DATE '2014-01-01'
    FROM generate_series(1, :persons) AS number
""")
SITTINGS = text("""
    INSERT INTO sitting (wave_id, person_id, school_id, responses)
    SELECT :wave, id, school_id, ARRAY[1, 0]::smallint[] FROM person
""")


@pytest.fixture
def schools(session):
    """Forty schools of one region with 20,000 sittings in each of two waves."""
    district = make_district(session, region=region(session))
    made = [make_school(session, district=district) for _ in range(40)]
    ids = [school.id for school in made]
    session.execute(PERSONS, {"schools": ids, "count": len(ids), "persons": 20_000})
    instrument = make_instrument(session, items=2)
    for code in ("baseline", "endline"):
        wave = make_wave(session, instrument=instrument, code=code)
        session.execute(SITTINGS, {"wave": wave.id})
    session.commit()
    return made


@pytest.fixture
def analyzed(schools, admin_url, database_urls):
    """The same, known to the planner."""
    import psycopg
    from sqlalchemy.engine import make_url

    from edu import database
    from tests.conftest import renamed

    url = renamed(admin_url, str(make_url(database_urls.owner).database))
    with psycopg.connect(database.conninfo(url), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE sitting")
    return schools


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def plan_of(own, own_scope, after) -> list[dict[str, Any]]:
    """How the database reads a page of the second wave."""
    statements: list[tuple[str, Any]] = []

    def record(_connection, _cursor, statement, parameters, _context, _many) -> None:
        statements.append((statement, parameters))

    engine = own.get_bind()
    event.listen(engine, "before_cursor_execute", record)
    try:
        queries.sittings_of_wave(own, own_scope, wave_id=2, after=after, limit=SHOWN)
    finally:
        event.remove(engine, "before_cursor_execute", record)
    statement, parameters = next(each for each in statements if "FROM sitting" in each[0])
    cursor = own.connection().connection.cursor()
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
    return list(nodes(cursor.fetchone()[0][0]["Plan"]))


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("role", [RoleName.SCHOOL_ADMINISTRATOR, RoleName.REGIONAL_COORDINATOR])
def test_a_page_reads_little_more_than_it_shows(session, session_of, analyzed, role, later) -> None:
    places = {"schools": analyzed[20:21]} if "school" in role else {"regions": [region(session)]}
    user = make_user(session, role=role, **places)
    session.commit()
    own = session_of(user)
    after = (analyzed[20].id, 21_000) if later else None
    plan = plan_of(own, scope_of(own, user), after)
    read = [
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in plan
        if node.get("Relation Name") == "sitting"
    ]
    assert sum(read) <= 3 * SHOWN
    assert not [node for node in plan if "Sort" in node["Node Type"]]
