"""What a count of seats gives away, and to whom."""

import pytest
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.programs import queries
from edu.programs.seats import Precision, rounded_seats, total_seats
from models.accounts import RoleName
from models.places import Region, School
from models.programs import Offering
from tests.factories.accounts import make_user
from tests.factories.places import make_district, make_school, region
from tests.factories.programs import make_offering, make_program


@pytest.mark.parametrize("taken", range(1, 10))
def test_a_count_below_ten_is_hidden(taken: int) -> None:
    assert rounded_seats(taken, 30).taken is None
    assert total_seats(taken, 30).taken is None


@pytest.mark.parametrize(("taken", "shown"), [(0, 0), (10, 10), (14, 10), (15, 20), (30, 30)])
def test_a_single_offering_is_shown_in_tens(taken: int, shown: int) -> None:
    seats = rounded_seats(taken, 30)
    assert (seats.taken, seats.precision) == (shown, Precision.ROUNDED)


def test_the_share_of_the_bar_never_passes_the_whole() -> None:
    assert rounded_seats(28, 28).share == 1.0
    assert total_seats(5, 10).share is None
    assert total_seats(50, None).share is None


def taken(session: Session, offering: Offering, count: int) -> Offering:
    offering.seats_taken = count
    session.flush()
    return offering


def reader(session: Session, role: RoleName, **places: object) -> Scope:
    return scope_of(session, make_user(session, role=role, **places))


def shown(session: Session, scope: Scope, offering: Offering) -> int | None:
    return queries.offering(session, scope, offering_id=offering.id).seats.taken


def test_a_school_knows_the_seats_its_people_may_take(
    session: Session, school: School, abai: Region
) -> None:
    own = reader(session, RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    for place in ({"school": school}, {"region": abai}, {}):
        offering = taken(session, make_offering(session, capacity=30, **place), 3)
        assert shown(session, own, offering) == 3


def test_a_school_knows_others_seats_as_published(session: Session, school: School) -> None:
    own = reader(session, RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    sibling = make_school(session, district=make_district(session, region=region(session, "10")))
    for place in ({"school": sibling}, {"region": region(session, "71")}):
        offering = taken(session, make_offering(session, capacity=30, **place), 3)
        assert shown(session, own, offering) is None


@pytest.mark.parametrize(
    "role", [RoleName.PROGRAM_MANAGER, RoleName.HEADQUARTERS_VIEWER, RoleName.RESEARCHER]
)
def test_readers_of_figures_know_no_small_count(
    session: Session, school: School, role: RoleName
) -> None:
    offering = taken(session, make_offering(session, capacity=30, school=school), 3)
    assert shown(session, reader(session, role), offering) is None
    assert shown(session, reader(session, role), taken(session, offering, 27)) == 30


def test_a_program_tells_its_seats_unless_they_are_few(session: Session) -> None:
    manager = reader(session, RoleName.PROGRAM_MANAGER)
    program = make_program(session)
    taken(session, make_offering(session, program=program, capacity=30), 9)
    assert queries.program_lines(session, manager)[program.id].seats.taken is None
    taken(session, make_offering(session, program=program, capacity=30), 8)
    line = queries.program_lines(session, manager)[program.id]
    assert (line.offerings, line.seats.taken, line.seats.capacity) == (2, 17, 60)


def test_one_offering_without_limit_makes_the_program_unlimited(session: Session) -> None:
    program = make_program(session)
    make_offering(session, program=program, capacity=30)
    make_offering(session, program=program)
    manager = reader(session, RoleName.PROGRAM_MANAGER)
    assert queries.program_lines(session, manager)[program.id].seats.capacity is None
