"""Result sets as Arrow columns: nothing is lost or invented on the way."""

import pyarrow as pa
import pytest
from sqlalchemy import bindparam, column, literal, select, values
from sqlalchemy import types as t

from edu.database.columns import read_columns
from models.accounts import RoleName
from models.people import Person
from tests.factories.accounts import make_user
from tests.factories.people import make_person
from tests.factories.places import make_district, make_school, region

TEXTS = ["Ә", "", "NA", "null", "nan", "#N/A", 'quoted "word"', "a,b;c", "two\nlines", "\\.", " "]
LABELED = pa.schema([("id", pa.int64()), ("label", pa.string())])


def rows_of(*labels):
    """A statement that selects labels in their order."""
    table = values(column("id", t.BigInteger), column("label", t.String), name="given")
    given = table.data(list(enumerate(labels)))
    return select(given.c.id, given.c.label).order_by(given.c.id)


def test_every_text_comes_back_as_it_is(session) -> None:
    found = read_columns(session, rows_of(*TEXTS, None), LABELED).table
    assert found.column("label").to_pylist() == [*TEXTS, None]
    assert found.column("id").to_pylist() == list(range(len(TEXTS) + 1))


@pytest.mark.parametrize("wanted", ["50%", "%(a)s", "it's", "back\\slash", "a:b", '"'])
def test_a_value_in_a_condition_is_a_value(session, wanted) -> None:
    statement = select(literal(1, t.BigInteger), literal(wanted)).where(
        literal(wanted) == bindparam("also", wanted)
    )
    assert read_columns(session, statement, LABELED).table.column("label").to_pylist() == [wanted]


def test_numbers_come_back_to_the_bit(session) -> None:
    numbers = [0.1, 1 / 3, 1e-300, 123456789.123456789, None]
    table = values(column("id", t.BigInteger), column("x", t.Double), name="given")
    given = table.data(list(enumerate(numbers)))
    schema = pa.schema([("id", pa.int64()), ("x", pa.float64())])
    statement = select(given.c.id, given.c.x).order_by(given.c.id)
    found = read_columns(session, statement, schema).table.column("x").to_pylist()
    assert found == numbers


def test_no_rows_are_columns_of_nothing(session) -> None:
    found = read_columns(session, rows_of("a").where(literal(1) == 2), LABELED).table
    assert (found.num_rows, found.schema) == (0, LABELED)


def test_the_fingerprint_is_that_of_the_rows(session) -> None:
    one, same = (read_columns(session, rows_of("a", "b"), LABELED).fingerprint for _ in range(2))
    assert one == same
    others = (rows_of("a"), rows_of("b", "a"), rows_of("a", None), rows_of("a", ""))
    prints = {read_columns(session, other, LABELED).fingerprint for other in others}
    assert len(prints | {one}) == 5


def test_it_sees_what_the_transaction_wrote_and_only_what_its_scope_may(
    session, session_of
) -> None:
    schools = [
        make_school(session, district=make_district(session, region=region(session)))
        for _ in range(2)
    ]
    office = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=schools[:1])
    session.commit()
    people = [make_person(session, school=school) for school in schools]
    session.add(Person(school_id=schools[0].id, sex="male", birth_date=people[0].birth_date))
    statement = select(Person.id, Person.sex).order_by(Person.id)
    assert read_columns(session, statement, LABELED).table.num_rows == 3
    session.commit()
    assert read_columns(session_of(office), statement, LABELED).table.num_rows == 2
