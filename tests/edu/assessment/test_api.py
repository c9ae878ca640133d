"""The JSON contract of instruments, waves, sittings and files of responses."""

import io
import json

import pytest

from models.accounts import RoleName
from models.assessments import WaveStanding
from tests.factories.assessments import make_instrument, make_sitting, make_wave
from tests.factories.http import csrf
from tests.factories.people import make_person
from tests.factories.places import make_district, make_school, region

API = "/api/v1"
INSTRUMENT = {
    "code": "dl-2026",
    "name_kk": "Цифрлық сауаттылық",
    "name_ru": "Цифровая грамотность",
    "name_en": "Digital literacy",
    "scale": "digital_literacy",
    "languages": ["kk", "ru"],
    "range_low": 0,
    "range_high": 1,
    "omission_rule": "lowest",
    "items": [{"code": "q2", "domain": "safety"}, {"code": "q1"}],
}


@pytest.fixture
def school(session):
    return make_school(session, district=make_district(session, region=region(session)), code="A")


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def office(sign_in, school):
    return sign_in(RoleName.SCHOOL_ADMINISTRATOR, schools=[school])


@pytest.fixture
def wave(session):
    made = make_wave(session, instrument=make_instrument(session, code="test", items=2))
    session.commit()
    return made


@pytest.fixture
def pupil(session, school):
    person = make_person(session, school=school, source_id="p1")
    session.commit()
    return person


def post(client, path: str, body: object):
    return client.post(API + path, json=body, headers=csrf(client))


def sitting_of(person, wave, **changes: object) -> dict[str, object]:
    return {"person_id": person.id, "wave_id": wave.id, "responses": [1, -1]} | changes


def test_a_program_manager_creates_an_instrument_and_opens_a_wave(manager) -> None:
    made = post(manager, "/instruments", INSTRUMENT)
    assert made.status_code == 201
    assert [item["code"] for item in made.json["items"]] == ["q2", "q1"]
    assert manager.get(f"{API}/instruments/{made.json['id']}").json == made.json
    body = {"code": "w1", "opens_on": "2026-09-01", "closes_on": "2026-09-30"}
    opened = post(manager, "/waves", body | {"instrument_id": made.json["id"]})
    assert (opened.status_code, opened.json["standing"]) == (201, "open")


def test_instruments_are_listed_page_by_page(manager, session) -> None:
    for code in ("b", "a", "c"):
        make_instrument(session, code=code)
    session.commit()
    first = manager.get(f"{API}/instruments?limit=2").json
    second = manager.get(f"{API}/instruments?limit=2&cursor={first['next']}").json
    assert [one["code"] for one in first["items"] + second["items"]] == ["a", "b", "c"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"items": []}, 422),
        ({"items": [{"code": "a"}, {"code": "a"}]}, 422),
        ({"range_low": 1}, 422),
        ({"range_low": "0"}, 422),
        ({"range_high": 10**9}, 422),
        ({"languages": ["klingon"]}, 422),
        ({"code": "a b"}, 422),
        ({"omission_rule": "never"}, 422),
        ({"surprise": 1}, 422),
    ],
)
def test_an_instrument_that_cannot_be_is_refused(manager, changes, status) -> None:
    assert post(manager, "/instruments", INSTRUMENT | changes).status_code == status


def test_an_instrument_that_is_known_is_a_conflict(manager) -> None:
    post(manager, "/instruments", INSTRUMENT)
    answer = post(manager, "/instruments", INSTRUMENT)
    assert (answer.status_code, answer.json["code"]) == (409, "instrument_known")


def test_a_wave_is_closed_only_by_who_has_seen_its_present_state(manager, wave, session) -> None:
    session.commit()
    path = f"{API}/waves/{wave.id}"
    headers = csrf(manager)
    change = {"standing": "closed"}
    assert manager.patch(path, json=change, headers=headers).status_code == 428
    headers["If-Match"] = manager.get(path).headers["ETag"]
    assert manager.patch(path, json=change, headers=headers).json["standing"] == "closed"
    assert manager.patch(path, json=change, headers=headers).status_code == 412
    session.refresh(wave)
    assert wave.standing is WaveStanding.CLOSED


def test_waves_may_be_listed_by_instrument(manager, wave, session) -> None:
    make_wave(session, instrument=make_instrument(session), code="other")
    session.commit()
    found = manager.get(f"{API}/waves?instrument_id={wave.instrument_id}").json["items"]
    assert [one["id"] for one in found] == [wave.id]


def test_a_school_records_a_sitting_of_its_own_pupil(office, session, school, wave) -> None:
    person = make_person(session, school=school)
    session.commit()
    made = post(office, "/sittings", sitting_of(person, wave, language="kk", sat_on="2026-09-02"))
    assert (made.status_code, made.json["school_id"]) == (201, school.id)
    assert office.get(f"{API}/sittings/{made.json['id']}").json == made.json
    listed = office.get(f"{API}/sittings?wave_id={wave.id}").json
    assert listed["items"] == [made.json]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"responses": [1, 2]}, (422, "response_out_of_range")),
        ({"responses": [1]}, (422, "wrong_response_count")),
        ({"responses": [1, 10**6]}, (422, "invalid_fields")),
        ({"responses": [1, "0"]}, (422, "invalid_fields")),
        ({"responses": None}, (422, "invalid_fields")),
        ({"language": "xx"}, (422, "language_not_offered")),
        ({"sat_on": "2025-01-01"}, (422, "sat_outside_wave")),
        ({"person_id": 10**12}, (404, "not_found")),
        ({"wave_id": 10**12}, (404, "not_found")),
        ({"person_id": 2**63}, (422, "invalid_fields")),
    ],
)
def test_a_sitting_that_cannot_be_is_refused(office, pupil, wave, changes, refusal) -> None:
    answer = post(office, "/sittings", sitting_of(pupil, wave, **changes))
    assert (answer.status_code, answer.json["code"]) == refusal


def test_a_closed_wave_and_a_second_sitting_are_conflicts(office, session, school, wave) -> None:
    person = make_person(session, school=school)
    session.commit()
    assert post(office, "/sittings", sitting_of(person, wave)).status_code == 201
    answer = post(office, "/sittings", sitting_of(person, wave))
    assert (answer.status_code, answer.json["code"]) == (409, "already_sat")
    wave.standing = WaveStanding.CLOSED
    session.commit()
    answer = post(office, "/sittings", sitting_of(person, wave))
    assert (answer.status_code, answer.json["code"]) == (409, "wave_closed")


def test_another_schools_pupil_and_sitting_answer_as_absent(office, session, wave) -> None:
    foreign = make_school(session, district=make_district(session, region=region(session)))
    person = make_person(session, school=foreign)
    sitting = make_sitting(session, wave=wave, person=person, responses=[1, 1])
    other = make_person(session, school=foreign)
    session.commit()
    absent = office.get(f"{API}/sittings/{10**12}")
    seen = office.get(f"{API}/sittings/{sitting.id}")
    assert (seen.status_code, seen.data) == (404, absent.data)
    assert post(office, "/sittings", sitting_of(other, wave)).status_code == 404
    assert office.get(f"{API}/sittings?wave_id={wave.id}").json["items"] == []


@pytest.mark.parametrize("path", ["/instruments/", "/waves/", "/sittings/"])
def test_an_impossible_id_is_absent(office, path) -> None:
    assert office.get(f"{API}{path}{2**63}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (RoleName.PROGRAM_MANAGER, 403),
        (RoleName.HEADQUARTERS_VIEWER, 403),
        (RoleName.RESEARCHER, 403),
        (RoleName.SYSTEM_ADMINISTRATOR, 403),
    ],
)
def test_only_schools_and_regions_read_sittings(sign_in, session, wave, role, status) -> None:
    client = sign_in(role)
    assert client.get(f"{API}/sittings?wave_id={wave.id}").status_code == status


def test_a_region_reads_sittings_but_records_none(sign_in, session, school, wave) -> None:
    person = make_person(session, school=school)
    make_sitting(session, wave=wave, person=person, responses=[1, 1])
    client = sign_in(RoleName.REGIONAL_COORDINATOR, regions=[region(session)])
    assert len(client.get(f"{API}/sittings?wave_id={wave.id}").json["items"]) == 1
    assert post(client, "/sittings", sitting_of(person, wave)).status_code == 403


def bring(client, text: str, mapping: object):
    files = {
        "file": (io.BytesIO(text.encode()), "answers.csv"),
        "mapping": (io.BytesIO(json.dumps(mapping).encode()), "mapping.json"),
    }
    return client.post(f"{API}/imports/responses", data=files, headers=csrf(client))


MAPPING = {
    "instrument": "test",
    "wave": "baseline",
    "person": "pupil",
    "school": "school",
    "items": ["q1", "q2"],
    "range": [0, 1],
}


def test_a_school_brings_a_file_of_responses(office, session, school, wave) -> None:
    make_person(session, school=school, source_id="p1")
    session.commit()
    answer = bring(office, "school,pupil,q1,q2\nA,p1,1,\n", MAPPING)
    assert answer.status_code == 200
    assert answer.json == {"new": 1, "changed": 0, "unchanged": 0, "conflicts": 0}


def test_a_bad_file_is_refused_with_every_cell_and_a_mend(office, session, school, wave) -> None:
    make_person(session, school=school, source_id="p1")
    session.commit()
    answer = bring(office, "school,pupil,q1,q2\nA,p1,7,1\nB,p1,1,1\n", MAPPING)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    places = [(one["line"], one["column"], one["code"]) for one in answer.json["errors"]]
    assert places == [(2, "q1", "response_out_of_range"), (3, "school", "unknown_school")]
    assert all(one["message"] for one in answer.json["errors"])


def test_a_sample_is_not_for_schools_to_bring(office, wave) -> None:
    mapping = MAPPING | {"person": None, "sample": "s"}
    assert bring(office, "school,q1,q2\nA,1,1\n", mapping).status_code == 403


def test_both_files_are_needed(office) -> None:
    answer = office.post(f"{API}/imports/responses", data={}, headers=csrf(office))
    assert answer.status_code == 422
