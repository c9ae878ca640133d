"""Lists of people: whose, in which order, and how they are read."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of
from edu.registry.iin import MASK
from edu.registry.queries import list_people, person_card
from models.accounts import AuditEntry, RoleName
from models.errors import Forbidden, NotFound
from models.people import LearnerRole, PersonIdentity
from models.places import School
from tests.factories.accounts import make_user
from tests.factories.people import make_iin, make_membership, make_person, make_pupil, spelled
from tests.factories.places import make_class, make_district, make_school, region

R = RoleName


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, district=make_district(session, region=region(session)))


def scope_for(session: Session, role: RoleName, **places: object) -> Scope:
    return scope_of(session, make_user(session, role=role, **places))


def names(session: Session, scope: Scope, **wanted: object) -> list[str]:
    return [row.surname for row in list_people(session, scope, **wanted).items]


def test_people_stand_in_the_order_of_the_kazakh_alphabet(
    session: Session, scope: Scope, school: School
) -> None:
    for surname in ("Бек", "Уәли", "Ұлан", "Абай", "Әлі", "Яшин", "Ілияс"):
        make_pupil(session, school=school, surname=surname)
    expected = ["Абай", "Әлі", "Бек", "Уәли", "Ұлан", "Ілияс", "Яшин"]
    assert names(session, scope) == expected


def test_a_list_is_read_page_by_page_without_losing_or_repeating_anybody(
    session: Session, scope: Scope, school: School
) -> None:
    for number in range(7):
        make_pupil(session, school=school, surname="Ким" if number % 2 else f"Ә{spelled(number)}")
    seen: list[int] = []
    after = None
    while True:
        page = list_people(session, scope, after=after, limit=2)
        seen += [row.person_id for row in page.items]
        after = page.next_key
        if after is None:
            break
    keys = select(PersonIdentity.person_id).order_by(
        PersonIdentity.sort_key, PersonIdentity.person_id
    )
    assert seen == session.scalars(keys).all()


def test_the_list_is_narrowed_by_surname_class_role_and_school(
    session: Session, scope: Scope, school: School
) -> None:
    other = make_school(session, district=school.district)
    school_class = make_class(session, school=school)
    make_pupil(session, school=school, surname="Әлиев", school_class=school_class)
    make_pupil(session, school=other, surname="Әлімова")
    teacher = make_person(session, school=school, surname="Бек")
    make_membership(session, person=teacher, role=LearnerRole.TEACHER)
    assert names(session, scope, name="әл") == ["Әлиев", "Әлімова"]
    assert names(session, scope, name="Әлиев Ай") == ["Әлиев"]
    assert names(session, scope, class_id=school_class.id) == ["Әлиев"]
    assert names(session, scope, role=LearnerRole.TEACHER) == ["Бек"]
    assert names(session, scope, school_id=other.id) == ["Әлімова"]
    assert names(session, scope, role=LearnerRole.TEACHER, school_id=other.id) == []


def test_a_row_shows_the_latest_place_in_the_present_school(
    session: Session, scope: Scope, school: School
) -> None:
    person = make_person(session, school=school)
    make_membership(session, person=person, academic_year="2025-26")
    make_membership(session, person=person, school_class=make_class(session, school=school))
    make_person(session, school=school, surname="Яшин")
    first, second = list_people(session, scope).items
    assert (first.academic_year, first.class_name, first.role) == ("2026-27", "7 «Ә»", "pupil")
    assert (second.academic_year, second.class_name, second.role) == (None, None, None)
    assert first.school.name("ru") == school.name_ru


def test_each_role_sees_as_far_as_it_answers(session: Session, session_of, school: School) -> None:
    sibling = make_school(session, district=school.district)
    far = make_school(session, district=make_district(session, region=region(session, "75")))
    for place, surname in ((school, "Абай"), (sibling, "Бек"), (far, "Дала")):
        make_pupil(session, school=place, surname=surname)
    users = {
        "own": make_user(session, role=R.SCHOOL_ADMINISTRATOR, schools=[school]),
        "two": make_user(session, role=R.SCHOOL_ADMINISTRATOR, schools=[school, far]),
        "region": make_user(session, role=R.REGIONAL_COORDINATOR, regions=[region(session)]),
        "none": make_user(session, role=R.SCHOOL_ADMINISTRATOR),
    }
    session.commit()
    seen = {}
    for name, user in users.items():
        own = session_of(user)
        seen[name] = names(own, scope_of(own, user))
    assert seen == {
        "own": ["Абай"], "two": ["Абай", "Дала"], "region": ["Абай", "Бек"], "none": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "role", [R.PROGRAM_MANAGER, R.HEADQUARTERS_VIEWER, R.RESEARCHER, R.SYSTEM_ADMINISTRATOR]
)
def test_who_reads_figures_sees_no_names(session: Session, role: RoleName) -> None:
    with pytest.raises(Forbidden):
        list_people(session, scope_for(session, role))
    with pytest.raises(Forbidden):
        person_card(session, scope_for(session, role), 1)


def test_whoever_is_shown_is_named_in_the_audit(
    session: Session, scope: Scope, school: School
) -> None:
    shown = [make_pupil(session, school=school).id for _ in range(3)]
    session.commit()
    list_people(session, scope, limit=2)
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert set(entry.read) == {"person"}
    assert len(entry.read["person"]) == 2
    assert set(entry.read["person"]) < set(shown)


def test_a_card_tells_everything_but_the_number(session: Session, school: School) -> None:
    school_class = make_class(session, school=school)
    iin = make_iin()
    person = make_pupil(session, school=school, school_class=school_class, iin=iin, source_id="j")
    make_membership(session, person=person, academic_year="2025-26", ended_on=date(2026, 6, 1))
    office = scope_for(session, R.SCHOOL_ADMINISTRATOR, schools=[school])
    session.expire_all()
    card = person_card(session, office, person.id)
    assert card.iin_masked == MASK
    assert iin not in repr(card)
    assert [place.academic_year for place in card.memberships] == ["2026-27", "2025-26"]
    assert (card.memberships[0].class_name, card.memberships[0].grade) == ("7 «Ә»", 7)
    assert card.memberships[0].language == "kk"
    region_office = scope_for(session, R.REGIONAL_COORDINATOR, regions=[region(session)])
    assert person_card(session, region_office, person.id).iin_masked is None


def test_a_card_out_of_reach_is_not_found(session: Session, school: School) -> None:
    far = make_pupil(session, school=make_school(session, district=school.district))
    office = scope_for(session, R.SCHOOL_ADMINISTRATOR, schools=[school])
    for person_id in (far.id, 10**9, 0, -1, 2**63):
        with pytest.raises(NotFound):
            person_card(session, office, person_id)
