"""How many take part, as far as whoever asks may know."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of, use_scope
from edu.enrollment.counts import By, CountTable, program_counts
from models.accounts import RoleName
from models.enrollments import EnrollmentStatus
from models.errors import Forbidden, NotFound, Refusal
from models.places import School
from models.programs import Offering
from tests.edu.enrollment.conftest import Places
from tests.factories.accounts import make_user
from tests.factories.enrollments import make_enrollment
from tests.factories.people import make_person
from tests.factories.programs import make_offering

S = EnrollmentStatus
Acting = Callable[..., Scope]


@pytest.fixture
def acting(session: Session) -> Acting:
    def act(role: RoleName, **answering_for: object) -> Scope:
        scope = scope_of(session, make_user(session, role=role, **answering_for))
        session.commit()
        use_scope(session, scope)
        return scope

    return act


@pytest.fixture
def offering(session: Session) -> Offering:
    return make_offering(session)


def fill(session: Session, offering: Offering, school: School, **counts: int) -> None:
    for status, count in counts.items():
        for _ in range(count):
            person = make_person(session, school=school)
            make_enrollment(session, person=person, offering=offering, status=S(status))


def cells(table: CountTable, status: EnrollmentStatus) -> dict[str, int | None]:
    return {row.code: row.counts[status] for row in table.rows}


def test_the_system_sees_every_count_with_its_totals(
    session: Session, scope: Scope, offering: Offering, places: Places
) -> None:
    fill(session, offering, places.own, enrolled=2, withdrawn=1)
    fill(session, offering, places.foreign, enrolled=1)
    table = program_counts(session, scope, program_id=offering.program_id)
    assert cells(table, S.ENROLLED) == {"10": 2, "71": 1}
    assert (table.counts[S.ENROLLED], table.counts[S.WITHDRAWN], table.total) == (3, 1, 4)
    assert not table.suppressed


def test_other_programs_do_not_count(
    session: Session, scope: Scope, offering: Offering, places: Places
) -> None:
    fill(session, make_offering(session), places.own, enrolled=2)
    assert program_counts(session, scope, program_id=offering.program_id).total == 0


def test_a_school_sees_exactly_its_own(
    session: Session, acting: Acting, offering: Offering, places: Places
) -> None:
    fill(session, offering, places.own, enrolled=3)
    fill(session, offering, places.sibling, enrolled=2)
    program_id = offering.program_id
    own = acting(RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])
    table = program_counts(session, own, program_id=program_id, by=By.SCHOOL)
    assert cells(table, S.ENROLLED) == {places.own.code: 3}
    assert table.total == 3


@pytest.mark.parametrize(
    "role", [RoleName.PROGRAM_MANAGER, RoleName.HEADQUARTERS_VIEWER, RoleName.RESEARCHER]
)
def test_figure_readers_see_no_small_count_and_cannot_subtract_one(
    session: Session, acting: Acting, offering: Offering, places: Places, role: RoleName
) -> None:
    fill(session, offering, places.own, enrolled=14, withdrawn=3)
    fill(session, offering, places.foreign, enrolled=12, withdrawn=11)
    table = program_counts(session, acting(role), program_id=offering.program_id)
    assert cells(table, S.WITHDRAWN) == {"10": None, "71": None}
    assert table.counts[S.WITHDRAWN] == 14
    assert cells(table, S.ENROLLED) == {"10": None, "71": None}
    assert table.total == 40


def test_a_region_and_its_schools_hide_the_same_totals(
    session: Session, acting: Acting, offering: Offering, places: Places
) -> None:
    fill(session, offering, places.own, enrolled=14, withdrawn=2)
    fill(session, offering, places.sibling, enrolled=11, withdrawn=1)
    fill(session, offering, places.foreign, enrolled=12, withdrawn=11)
    program_id = offering.program_id
    manager = acting(RoleName.PROGRAM_MANAGER)
    regions = program_counts(session, manager, program_id=program_id)
    schools = program_counts(session, manager, program_id=program_id, by=By.SCHOOL, region="10")
    assert dict(schools.counts) == dict(regions.rows[0].counts)
    assert schools.total == regions.rows[0].total
    assert set(cells(schools, S.WITHDRAWN).values()) == {None}


def test_figure_readers_look_at_schools_one_region_at_a_time(
    session: Session, acting: Acting, offering: Offering
) -> None:
    program_id = offering.program_id
    manager = acting(RoleName.PROGRAM_MANAGER)
    with pytest.raises(Refusal, match="region_needed"):
        program_counts(session, manager, program_id=program_id, by=By.SCHOOL)
    empty = program_counts(session, manager, program_id=program_id, by=By.SCHOOL, region="10")
    assert (empty.rows, empty.total) == ([], 0)


def test_counts_are_of_a_program_that_exists(session: Session, acting: Acting) -> None:
    manager = acting(RoleName.PROGRAM_MANAGER)
    for program_id in (0, 5, 2**63):
        with pytest.raises(NotFound):
            program_counts(session, manager, program_id=program_id)


def test_operators_read_no_figures(session: Session, acting: Acting, offering: Offering) -> None:
    program_id = offering.program_id
    with pytest.raises(Forbidden):
        program_counts(session, acting(RoleName.SYSTEM_ADMINISTRATOR), program_id=program_id)
