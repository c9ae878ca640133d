"""The second lock: the database shows nobody more than the scope of the transaction."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from edu.accounts.scope import Reach, Scope, use_scope
from models import Base, db
from models.accounts import RoleName
from models.people import Person, PersonIdentity, Sex
from tests.factories.places import make_district, make_school, region

PERSONAL = {"person", "person_identity", "membership", "enrollment", "enrollment_event",
            "sitting", "score", "respondent"}  # fmt: skip


def scope_with(reach: Reach, *school_ids: int) -> Scope:
    return Scope(
        actor_id=1, actor="test", role=RoleName.RESEARCHER, reach=reach, school_ids=school_ids
    )


@pytest.fixture
def two_schools(session: Session) -> tuple[int, int]:
    """One person in each of two schools."""
    district = make_district(session, region=region(session))
    schools = [make_school(session, district=district) for _ in range(2)]
    for number, school in enumerate(schools):
        person = Person(school_id=school.id, sex=Sex.FEMALE, birth_date=date_of(number))
        session.add(person)
        session.flush()
        session.add(
            PersonIdentity(
                person_id=person.id,
                school_id=school.id,
                surname="А",
                given_name="Б",
                sort_key="а",
                no_iin_reason="not_issued",
            )
        )
    session.commit()
    return schools[0].id, schools[1].id


def date_of(number: int):
    from datetime import date

    return date(2014, 1, 1 + number)


def counts(app, scope: Scope | None) -> tuple[int, int]:
    with app.app_context(), Session(db.engine) as own:
        if scope:
            use_scope(own, scope)
        return (
            own.scalar(select(func.count()).select_from(Person)),
            own.scalar(select(func.count()).select_from(PersonIdentity)),
        )


def test_a_transaction_without_a_scope_sees_nobody(app, two_schools) -> None:
    assert counts(app, None) == (0, 0)


def test_a_school_sees_its_own_people_only(app, two_schools) -> None:
    assert counts(app, scope_with(Reach.SCHOOLS, two_schools[0])) == (1, 1)


def test_the_nation_sees_records_but_no_names(app, two_schools) -> None:
    assert counts(app, scope_with(Reach.NATION)) == (2, 0)


def test_the_system_sees_everybody(app, two_schools) -> None:
    assert counts(app, scope_with(Reach.SYSTEM)) == (2, 2)


def test_a_school_cannot_write_into_another(app, two_schools) -> None:
    with app.app_context(), Session(db.engine) as own:
        use_scope(own, scope_with(Reach.SCHOOLS, two_schools[0]))
        own.add(Person(school_id=two_schools[1], sex=Sex.MALE, birth_date=date_of(3)))
        with pytest.raises(ProgrammingError, match="row-level security"):
            own.flush()


def test_the_nation_cannot_write(app, two_schools) -> None:
    with app.app_context(), Session(db.engine) as own:
        use_scope(own, scope_with(Reach.NATION))
        changed = own.execute(text("UPDATE person SET sex = 'male'"))
        assert changed.rowcount == 0


def test_the_scope_ends_with_its_transaction(app, two_schools) -> None:
    with app.app_context(), Session(db.engine) as own:
        use_scope(own, scope_with(Reach.SYSTEM))
        own.execute(text("SELECT 1"))
        del own.info["scope"]
        own.commit()
        assert own.scalar(select(func.count()).select_from(Person)) == 0


def test_every_table_with_a_school_and_a_person_is_protected(session: Session) -> None:
    protected = set(session.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")))
    assert protected == PERSONAL
    personal = {
        table.name
        for table in Base.metadata.sorted_tables
        if "person_id" in table.columns and "school_id" in table.columns
    }
    assert personal <= protected


def test_the_application_owns_no_table(session: Session) -> None:
    owners = set(
        session.scalars(text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'"))
    )
    assert session.scalar(text("SELECT current_user")) not in owners
    assert not session.scalar(
        text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
    )
