from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.programs import service
from models.accounts import AuditEntry, RoleName
from models.errors import Conflict, Forbidden, NotFound, Refusal
from models.people import LearnerRole
from models.places import Region, School
from models.programs import Offering, Standing
from tests.factories.accounts import make_user
from tests.factories.places import region
from tests.factories.programs import make_initiative, make_offering, make_program

DAYS = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 5, 25)}
NAMES = {"name_kk": "Күн", "name_ru": "День", "name_en": "Day"}


def offer(session: Session, scope: Scope, **changes: object) -> Offering:
    asked = {"code": "day-1", "academic_year": "2026-27", **DAYS, **changes}
    if "program_id" not in asked:
        asked["program_id"] = make_program(session).id
    return service.create_offering(session, scope, **asked)


def test_a_program_is_added_to_an_initiative_and_audited(session: Session, scope: Scope) -> None:
    initiative = make_initiative(session)
    program = service.create_program(
        session, scope, initiative_id=initiative.id, code="day", **NAMES
    )
    session.commit()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert program.initiative is initiative
    assert entry.changed == {"program": [program.id]}


def test_a_program_may_be_prepared_for_a_planned_initiative(session: Session, scope: Scope) -> None:
    planned = make_initiative(session, standing=Standing.PLANNED)
    program = service.create_program(session, scope, initiative_id=planned.id, code="day", **NAMES)
    assert program.id


def test_a_code_names_one_program_only(session: Session, scope: Scope) -> None:
    known = make_program(session)
    with pytest.raises(Conflict, match="program_code_taken"):
        service.create_program(
            session, scope, initiative_id=known.initiative_id, code=known.code, **NAMES
        )


def test_a_program_needs_an_initiative_that_exists(session: Session, scope: Scope) -> None:
    with pytest.raises(Refusal, match="unknown_initiative"):
        service.create_program(session, scope, initiative_id=1, code="day", **NAMES)


def test_an_offering_at_a_school_belongs_to_the_schools_region(
    session: Session, scope: Scope, school: School
) -> None:
    offering = offer(session, scope, school=school.code)
    assert (offering.school_id, offering.region_id) == (school.id, school.region_id)


def test_an_offering_without_a_place_is_for_the_nation(session: Session, scope: Scope) -> None:
    offering = offer(session, scope)
    assert (offering.school_id, offering.region_id) == (None, None)
    assert offering.standing is Standing.PLANNED
    assert offering.roles == ["pupil"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": date(2026, 8, 31)}, "dates_reversed"),
        ({"roles": []}, "roles_missing"),
        ({"min_grade": 9, "max_grade": 5}, "grades_reversed"),
        ({"roles": [LearnerRole.TEACHER], "min_grade": 5}, "grades_without_pupils"),
        ({"region": "99"}, "unknown_region"),
        ({"school": "nowhere"}, "unknown_school"),
        ({"program_id": 12345}, "unknown_program"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    session: Session, scope: Scope, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        offer(session, scope, **changes)


def test_a_school_must_lie_in_the_region_that_is_named(
    session: Session, scope: Scope, school: School
) -> None:
    with pytest.raises(Refusal, match="school_outside_region"):
        offer(session, scope, school=school.code, region="71")


def test_a_code_names_one_offering_only(session: Session, scope: Scope) -> None:
    offer(session, scope)
    with pytest.raises(Conflict, match="offering_code_taken"):
        offer(session, scope)


def test_an_offering_of_a_planned_initiative_may_be_planned_but_not_opened(
    session: Session, scope: Scope
) -> None:
    program = make_program(session, initiative=make_initiative(session, standing=Standing.PLANNED))
    offering = offer(session, scope, program_id=program.id)
    with pytest.raises(Conflict, match="initiative_planned"):
        service.change_offering(session, scope, offering_id=offering.id, standing=Standing.OPEN)
    with pytest.raises(Conflict, match="initiative_planned"):
        offer(session, scope, code="day-2", program_id=program.id, standing=Standing.OPEN)


def test_once_the_initiative_is_opened_its_offerings_can_be(session: Session, scope: Scope) -> None:
    initiative = make_initiative(session, standing=Standing.PLANNED)
    offering = offer(session, scope, program_id=make_program(session, initiative=initiative).id)
    service.change_initiative(session, scope, initiative_id=initiative.id, standing=Standing.OPEN)
    changed = service.change_offering(
        session, scope, offering_id=offering.id, standing=Standing.OPEN
    )
    assert changed.standing is Standing.OPEN


def test_an_initiative_with_open_offerings_cannot_be_planned_again(
    session: Session, scope: Scope
) -> None:
    offering = make_offering(session)
    with pytest.raises(Conflict, match="initiative_in_use"):
        service.change_initiative(
            session,
            scope,
            initiative_id=offering.program.initiative_id,
            standing=Standing.PLANNED,
        )


def test_only_what_is_named_changes(session: Session, scope: Scope) -> None:
    offering = make_offering(session, capacity=30, grades=(4, 4))
    service.change_offering(session, scope, offering_id=offering.id, capacity=40)
    assert (offering.capacity, offering.min_grade, offering.roles) == (40, 4, ["pupil"])
    service.change_offering(session, scope, offering_id=offering.id, capacity=None)
    assert offering.capacity is None


def test_places_cannot_fall_below_those_taken(session: Session, scope: Scope) -> None:
    offering = make_offering(session, capacity=30)
    offering.seats_taken = 12
    session.flush()
    with pytest.raises(Conflict, match="capacity_below_taken"):
        service.change_offering(session, scope, offering_id=offering.id, capacity=11)
    assert (
        service.change_offering(session, scope, offering_id=offering.id, capacity=12).capacity == 12
    )


def test_an_absent_offering_cannot_be_changed(session: Session, scope: Scope) -> None:
    for offering_id in (1, 0, 2**63, 10**30):
        with pytest.raises(NotFound):
            service.change_offering(session, scope, offering_id=offering_id, capacity=1)


def coordinator_of(session: Session, place: Region) -> Scope:
    from edu.accounts.scope import scope_of

    return scope_of(
        session, make_user(session, role=RoleName.REGIONAL_COORDINATOR, regions=[place])
    )


def test_a_coordinator_offers_in_their_own_region(
    session: Session, school: School, abai: Region
) -> None:
    own = coordinator_of(session, abai)
    assert offer(session, own, school=school.code).school_id == school.id
    offering = offer(session, own, code="day-2", region=abai.code)
    assert service.change_offering(session, own, offering_id=offering.id, capacity=9).capacity == 9


def test_a_coordinator_offers_nowhere_else(session: Session, school: School) -> None:
    foreign = coordinator_of(session, region(session, "71"))
    with pytest.raises(Forbidden, match="offering_outside_region"):
        offer(session, foreign, school=school.code)
    with pytest.raises(Forbidden, match="offering_outside_region"):
        offer(session, foreign)
    offering = make_offering(session, school=school)
    with pytest.raises(Forbidden, match="offering_outside_region"):
        service.change_offering(session, foreign, offering_id=offering.id, capacity=5)


def test_a_coordinator_adds_no_programs(session: Session, abai: Region) -> None:
    own = coordinator_of(session, abai)
    with pytest.raises(Forbidden):
        service.create_program(
            session, own, initiative_id=make_initiative(session).id, code="x", **NAMES
        )
