"""The nation in the database: loaded once for all tests of this module, none of which writes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from edu import demo
from edu.accounts.scope import scope_of, system_scope, use_scope
from edu.config import Settings
from edu.demo.instrument import Instrument
from edu.demo.instruments import DIGITAL_LITERACY, INSTRUMENTS
from edu.demo.nation import Nation
from edu.demo.sittings import sit
from edu.registry.iin import read_coded
from edu.registry.names import sort_key
from edu.registry.vault import Sealed, Vault
from models import assessments, db
from models.accounts import RoleName, User
from models.assessments import NOT_REACHED, OMITTED, Sitting, Wave, WaveStanding
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Conflict
from models.people import Membership, Person, PersonIdentity
from models.places import Region, School, SchoolClass
from models.programs import Initiative, Offering, Program, Standing

PEOPLE, SEED = 600, 1


@pytest.fixture(scope="module")
def nation(app: Flask, load_anew: Callable[..., demo.Loaded]) -> Flask:
    """The application on a database that holds an invented nation."""
    load_anew(people=PEOPLE, seed=SEED)
    return app


@pytest.fixture
def records(nation: Flask) -> Iterator[Session]:
    """A session that sees all of the nation."""
    with nation.app_context():
        engine = db.engine
    with Session(engine) as session:
        use_scope(session, system_scope())
        yield session


def count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def sittings_of(session: Session, one: Instrument) -> Sequence[Sitting]:
    """The sittings of a test, wave by wave as they were written."""
    of_it = select(Sitting).join(Wave).where(Wave.instrument.has(code=one.code))
    return session.scalars(of_it.order_by(Sitting.id)).all()


def test_everybody_and_every_region_is_there(records: Session) -> None:
    assert count(records, Person.id > 0) == PEOPLE
    assert count(records, PersonIdentity.person_id > 0) == PEOPLE
    regions = select(School.region_id).join(Person, Person.school_id == School.id).distinct()
    assert (
        len(records.scalars(regions).all()) == len(records.scalars(select(Region.id)).all()) == 20
    )


def test_seats_taken_are_those_of_the_enrollments(records: Session) -> None:
    taken = (
        select(func.count())
        .where(
            Enrollment.offering_id == Offering.id,
            Enrollment.status.in_([EnrollmentStatus.ENROLLED, EnrollmentStatus.COMPLETED]),
        )
        .correlate(Offering)
        .scalar_subquery()
    )
    assert count(records, Offering.seats_taken != taken) == 0
    assert count(records, Offering.seats_taken > 0) > 10


def test_the_service_itself_would_take_every_enrollment_where_it_is(records: Session) -> None:
    """Each history, lived again step by step, leads to the row as it was written."""
    found = records.scalars(select(Enrollment).options(selectinload(Enrollment.events))).all()
    assert {enrollment.status for enrollment in found} == set(EnrollmentStatus)
    for enrollment in found:
        first, *later = enrollment.events
        assert (first.previous, first.status) == (None, EnrollmentStatus.APPLIED)
        assert first.happened_on == enrollment.applied_on
        again = Enrollment(status=first.status, applied_on=first.happened_on)
        for event in later:
            assert event.previous is again.status
            again.step_to(event.status, event.happened_on, event.reason)
        for name in ("status", "reason", "waitlisted_on", "enrolled_on", "ended_on"):
            assert getattr(again, name) == getattr(enrollment, name)


def test_the_four_initiatives_have_programs_and_the_planned_one_no_enrollment(
    records: Session,
) -> None:
    initiatives = records.scalars(select(Initiative)).all()
    assert len(initiatives) == 4
    assert all(initiative.programs for initiative in initiatives)
    planned = (
        select(Enrollment.id).join(Offering).join(Program).join(Initiative)
        .where(Initiative.standing == Standing.PLANNED)
    )  # fmt: skip
    assert records.scalars(planned).all() == []


def test_numbers_can_be_read_back_and_found(records: Session, settings: Settings) -> None:
    vault = Vault(settings.keys.iin_encryption_key, settings.keys.iin_index_key)
    rows = records.scalars(select(PersonIdentity).where(PersonIdentity.iin_index.is_not(None)))
    for identity in rows:
        iin = vault.open(Sealed(identity.iin_index, identity.iin_cipher))
        assert vault.index_of(iin) == identity.iin_index
        assert read_coded(iin).birth_date > date(2026, 11, 23)


def test_names_can_be_sorted(records: Session) -> None:
    for identity in records.scalars(select(PersonIdentity)):
        parts = (identity.surname, identity.given_name, identity.patronymic)
        assert identity.sort_key == sort_key(*parts)


def test_a_pupils_class_is_in_the_school_and_year_of_the_membership(records: Session) -> None:
    wrong = (
        select(Membership.id).join(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(
            (SchoolClass.school_id != Membership.school_id)
            | (SchoolClass.academic_year != Membership.academic_year)
        )
    )  # fmt: skip
    assert records.scalars(wrong).all() == []
    assert count(records, Membership.class_id.is_not(None)) > PEOPLE


def test_both_waves_are_closed_and_were_sat_in_time(records: Session) -> None:
    waves = records.scalars(select(Wave).order_by(Wave.instrument_id, Wave.opens_on)).all()
    assert [wave.code for wave in waves] == ["baseline", "endline"] * len(INSTRUMENTS)
    for wave in waves:
        assert wave.standing is WaveStanding.CLOSED
        days = select(func.min(Sitting.sat_on), func.max(Sitting.sat_on))
        first, last = records.execute(days.where(Sitting.wave_id == wave.id)).one()
        assert wave.opens_on <= first <= last <= wave.closes_on


def test_some_do_not_come_to_the_endline_and_some_items_are_left_out(records: Session) -> None:
    sittings = sittings_of(records, DIGITAL_LITERACY)
    first, last = (
        {sitting.person_id for sitting in sittings if sitting.wave.code == code}
        for code in ("baseline", "endline")
    )
    assert 0.6 < len(first & last) / len(first) < 0.97
    given = {code for sitting in sittings for code in sitting.responses}
    assert given == {0, 1, OMITTED, NOT_REACHED}
    assert {len(sitting.responses) for sitting in sittings} == {30}


def test_the_service_knows_the_tests_and_their_items(records: Session) -> None:
    for one in INSTRUMENTS:
        known = records.scalars(select(assessments.Instrument).filter_by(code=one.code)).one()
        assert (known.scale, known.languages) == (one.scale, ["kk", "ru"])
        assert (known.range_low, known.range_high) == (0, one.items.points.max())
        assert tuple(item.code for item in known.items) == one.items.codes


def test_answers_are_written_as_they_were_given(records: Session, small: Nation) -> None:
    for one in INSTRUMENTS:
        waves = sit(small, one)
        given = [row for sat in waves for row in sat.responses.tolist()]
        written = sittings_of(records, one)
        assert [sitting.responses for sitting in written] == given
        languages = [language for sat in waves for language in sat.in_russian.tolist()]
        assert [sitting.language == "ru" for sitting in written] == languages


def test_everybody_of_the_demonstration_may_sign_in(nation: Flask, records: Session) -> None:
    from flask_security import verify_password

    with nation.app_context():
        for one in demo.sign_ins():
            user = records.scalars(select(User).where(User.email == one.email)).one()
            assert [role.name for role in user.roles] == [one.role.value]
            assert verify_password(one.password, user.password)
    roles = {one.role for one in demo.sign_ins()}
    assert roles == set(RoleName) - {RoleName.SYSTEM}
    assert all(len(one.password) >= 12 for one in demo.sign_ins())


def test_the_school_administrator_finds_pupils_and_an_open_offering(records: Session) -> None:
    email = next(one.email for one in demo.sign_ins() if one.role is RoleName.SCHOOL_ADMINISTRATOR)
    user = records.scalars(select(User).where(User.email == email)).one()
    scope = scope_of(records, user)
    assert len(scope.school_ids) == 1
    use_scope(records, scope)
    assert count(records, PersonIdentity.person_id > 0) >= 3
    offers = (Offering.school_id == scope.school_ids[0], Offering.standing == Standing.OPEN)
    assert count(records, *offers) == 1


def test_loading_twice_is_refused_and_writes_nothing(
    nation: Flask, records: Session, settings: Settings
) -> None:
    with nation.app_context(), Session(db.engine) as session:
        with pytest.raises(Conflict) as refused:
            demo.load(session, settings, people=PEOPLE, seed=2)
        session.rollback()
    assert refused.value.code == "demonstration_among_people"
    assert count(records, Person.id > 0) == PEOPLE


def test_the_database_remembers_of_what_the_nation_was_made(records: Session) -> None:
    assert demo.loaded_with(records) == (PEOPLE, SEED)
