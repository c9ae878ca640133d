"""Instruments, waves and single sittings."""

from datetime import date

import pytest
from sqlalchemy import select

from edu.accounts.scope import scope_of
from edu.assessment import queries, service
from edu.assessment.service import NewInstrument, NewItem
from models.accounts import RoleName
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED, Sitting, WaveStanding
from models.errors import Conflict, Forbidden, NotFound, Refusal
from tests.factories.accounts import make_user
from tests.factories.assessments import make_instrument, make_sitting, make_wave
from tests.factories.people import make_person
from tests.factories.places import make_district, make_school, region


def described(**changes: object) -> NewInstrument:
    given = {
        "code": "dl",
        "name_kk": "Цифрлық сауаттылық",
        "name_ru": "Цифровая грамотность",
        "name_en": "Digital literacy",
        "scale": "digital_literacy",
        "range_low": 0,
        "range_high": 2,
        "items": [NewItem("b", "safety"), NewItem("a", "content")],
        "languages": ["kk", "ru"],
    }
    return NewInstrument(**(given | changes))


@pytest.fixture
def school(session):
    return make_school(session, district=make_district(session, region=region(session)))


@pytest.fixture
def person(session, school):
    return make_person(session, school=school)


@pytest.fixture
def wave(session):
    return make_wave(session, instrument=make_instrument(session, items=3, low=1, high=4))


def record(session, scope, person, wave, responses=(1, 2, 4), **more):
    return service.record_sitting(
        session, scope, person_id=person.id, wave_id=wave.id, responses=responses, **more
    )


def test_items_keep_the_order_in_which_they_were_given(session, scope) -> None:
    made = service.create_instrument(session, scope, new=described())
    session.expire_all()
    assert [(item.position, item.code) for item in made.items] == [(1, "b"), (2, "a")]


def test_a_code_is_given_to_one_instrument_only(session, scope) -> None:
    service.create_instrument(session, scope, new=described())
    with pytest.raises(Conflict, match="instrument_known"):
        service.create_instrument(session, scope, new=described())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": []}, "instrument_without_items"),
        ({"items": [NewItem("a"), NewItem("a")]}, "item_twice"),
        ({"range_low": 2, "range_high": 2}, "range_without_room"),
        ({"range_low": -1, "range_high": 2}, "range_without_room"),
        ({"languages": ["xx"]}, "unknown_language"),
    ],
)
def test_an_instrument_that_cannot_be_is_refused(session, scope, changes, code) -> None:
    with pytest.raises(Refusal, match=code):
        service.create_instrument(session, scope, new=described(**changes))


def test_a_school_makes_no_instruments(session, session_of, school) -> None:
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    session.commit()
    own = session_of(user)
    with pytest.raises(Forbidden):
        service.create_instrument(own, scope_of(own, user), new=described())


def test_a_wave_belongs_to_its_instrument_once(session, scope) -> None:
    instrument = make_instrument(session)
    dates = {"opens_on": date(2026, 9, 1), "closes_on": date(2026, 9, 30)}
    opened = service.open_wave(
        session, scope, instrument_id=instrument.id, code="baseline", **dates
    )
    assert opened.standing is WaveStanding.OPEN
    with pytest.raises(Conflict, match="wave_known"):
        service.open_wave(session, scope, instrument_id=instrument.id, code="baseline", **dates)


def test_a_wave_does_not_close_before_it_opens(session, scope) -> None:
    instrument = make_instrument(session)
    with pytest.raises(Refusal, match="wave_ends_before_it_begins"):
        service.open_wave(
            session,
            scope,
            instrument_id=instrument.id,
            code="w",
            opens_on=date(2026, 9, 2),
            closes_on=date(2026, 9, 1),
        )


def test_a_sitting_is_kept_with_the_school_where_it_was_sat(session, scope, person, wave) -> None:
    made = record(
        session, scope, person, wave, [OMITTED, NOT_REACHED, NOT_PRESENTED], language="ru"
    )
    assert (made.school_id, made.responses) == (person.school_id, [-1, -2, -3])


def test_a_response_outside_the_range_is_refused_with_its_item(
    session, scope, person, wave
) -> None:
    with pytest.raises(Refusal) as refused:
        record(session, scope, person, wave, [1, 5, 4])
    assert refused.value.code == "response_out_of_range"
    assert refused.value.parameters["item"] == "q2"
    assert refused.value.parameters["found"] == 5
    assert session.scalars(select(Sitting)).all() == []


def test_another_number_of_responses_is_refused(session, scope, person, wave) -> None:
    with pytest.raises(Refusal) as refused:
        record(session, scope, person, wave, [1, 2])
    assert refused.value.code == "wrong_response_count"
    assert refused.value.parameters == {"found": 2, "expected": 3}


def test_a_closed_wave_takes_no_sitting_until_it_is_reopened(session, scope, person, wave) -> None:
    service.close_wave(session, scope, wave_id=wave.id)
    with pytest.raises(Conflict, match="wave_closed"):
        record(session, scope, person, wave)
    service.reopen_wave(session, scope, wave_id=wave.id)
    assert record(session, scope, person, wave).id


def test_nobody_sits_a_wave_twice(session, scope, person, wave) -> None:
    record(session, scope, person, wave)
    with pytest.raises(Conflict, match="already_sat"):
        record(session, scope, person, wave)
    assert len(session.scalars(select(Sitting)).all()) == 1


def test_a_language_the_instrument_is_not_written_in_is_refused(
    session, scope, person, wave
) -> None:
    with pytest.raises(Refusal, match="language_not_offered"):
        record(session, scope, person, wave, language="en")


def test_a_day_outside_the_wave_is_refused(session, scope, person, wave) -> None:
    with pytest.raises(Refusal, match="sat_outside_wave"):
        record(session, scope, person, wave, sat_on=date(2026, 10, 1))


def test_a_person_of_another_school_answers_as_an_absent_one(
    session, session_of, school, person, wave
) -> None:
    other = make_school(session, district=make_district(session, region=region(session)))
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[other])
    session.commit()
    own = session_of(user)
    own_scope = scope_of(own, user)
    for person_id in (person.id, 10**9, 2**70):
        with pytest.raises(NotFound, match="not_found"):
            service.record_sitting(
                own, own_scope, person_id=person_id, wave_id=wave.id, responses=[1, 1, 1]
            )


def test_a_person_who_sat_in_another_school_has_sat(session, session_of, person, wave) -> None:
    make_sitting(session, wave=wave, person=person, responses=[1, 1, 1])
    new_school = make_school(session, district=make_district(session, region=region(session)))
    person.school_id = new_school.id
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[new_school])
    session.commit()
    own = session_of(user)
    with pytest.raises(Conflict, match="already_sat"):
        record(own, scope_of(own, user), person, wave, [1, 1, 1])


def test_a_wave_lists_the_sittings_of_own_schools_page_by_page(
    session, session_of, school, wave
) -> None:
    foreign = make_school(session, district=make_district(session, region=region(session)))
    for place in (school, foreign, school, school):
        make_sitting(
            session, wave=wave, person=make_person(session, school=place), responses=[1, 1, 1]
        )
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    session.commit()
    own = session_of(user)
    first = queries.sittings_of_wave(own, scope_of(own, user), wave_id=wave.id, after=None, limit=2)
    rest = queries.sittings_of_wave(
        own, scope_of(own, user), wave_id=wave.id, after=first.next_key, limit=2
    )
    listed = [sitting.school_id for sitting in [*first.items, *rest.items]]
    assert listed == [school.id] * 3
    assert rest.next_key is None


def test_waves_count_their_sittings_within_the_scope(session, scope, person, wave) -> None:
    later = make_wave(session, instrument=wave.instrument, code="endline")
    make_sitting(session, wave=wave, person=person, responses=[1, 1, 1])
    counts = queries.wave_counts(session, scope, instrument_id=wave.instrument_id)
    assert {count.wave.id: count.sittings for count in counts} == {wave.id: 1, later.id: 0}


def test_a_person_shows_their_sittings(session, scope, person, wave) -> None:
    made = make_sitting(session, wave=wave, person=person, responses=[1, 2, 3])
    found = queries.sittings_of_person(session, scope, person_id=person.id)
    assert found == [made]
