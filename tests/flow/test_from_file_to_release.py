"""One way through the whole house: files in, an outcome on a page and an anonymized cohort out."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.assessment.importer import import_responses
from edu.assessment.service import NewInstrument, NewItem, create_instrument, open_wave
from edu.enrollment.importer import import_enrollments
from edu.intake import ImportCount, IncomingFile
from edu.outcomes.service import estimate_all_gains
from edu.programs.reference import load_initiatives
from edu.programs.service import change_initiative, create_offering, create_program
from edu.registry.people_importer import import_people
from edu.registry.schools_importer import import_schools
from edu.registry.vault import Vault
from edu.scoring.service import Asked, publish, run_scoring, start_run
from ml.disclosure import verify_k
from models.accounts import RoleName
from models.programs import Initiative, Program, Standing
from tests.factories.http import csrf_token
from tests.factories.jobs import do_jobs

SCHOOLS, PUPILS, ITEMS = 12, 30, 8
REGIONS = ("35", "55")
GRADES = (5, 6)
QUASI_IDENTIFIERS = ("sex", "birth", "place", "language", "grade", "locality")


def as_file(name: str, header: str, rows: Iterable[Sequence[object]]) -> IncomingFile:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return IncomingFile(name, text.getvalue().encode())


def schools_file() -> IncomingFile:
    header = "code,name_kk,name_ru,name_en,region,district,urban,type"
    rows = [
        (f"S{n}", f"№{n} мектеп", f"Школа №{n}", f"School {n}", REGIONS[n % 2],
         f"Аудан {n % 4}-{n % 2}", n % 2, "ordinary")
        for n in range(SCHOOLS)
    ]  # fmt: skip
    return as_file("schools.csv", header, rows)


def pupils() -> list[tuple[int, int]]:
    return [(school, number) for school in range(SCHOOLS) for number in range(PUPILS)]


def people_file() -> IncomingFile:
    header = (
        "school_code,academic_year,class,grade,language,surname,given_name,patronymic,"
        "birth_date,sex,role,iin,no_iin_reason,source_id"
    )
    rows = [
        (f"S{school}", "2026-27", f"{GRADES[number % 2]} «Ә»", GRADES[number % 2], "kk",
         "Әлиева" if number % 2 else "Сериков", "Аяна" if number % 2 else "Данияр", "",
         f"{2015 - number % 2}-0{1 + number % 9}-15", "female" if number % 2 else "male", "pupil",
         "", "not_issued", f"P{school}-{number}")
        for school, number in pupils()
    ]  # fmt: skip
    return as_file("people.csv", header, rows)


def enrollments_file() -> IncomingFile:
    rows = [(f"P{s}-{n}", "course-2026", "2026-09-10", "enrolled", "") for s, n in pupils()]
    return as_file("enrollments.csv", "source_id,offering,date,status,reason", rows)


def responses_file(wave: int) -> IncomingFile:
    chance = np.random.default_rng(wave)
    header = "pupil,school," + ",".join(f"q{n}" for n in range(ITEMS))
    shares = 0.45 + 0.2 * wave + 0.02 * np.arange(SCHOOLS)
    rows = [
        (f"P{s}-{n}", f"S{s}", *(chance.random(ITEMS) < shares[s]).astype(int).tolist())
        for s, n in pupils()
    ]
    return as_file(f"wave{wave}.csv", header, rows)


def mapping_file(wave: str) -> IncomingFile:
    mapping = {
        "instrument": "test", "wave": wave, "person": "pupil", "school": "school",
        "items": [f"q{n}" for n in range(ITEMS)], "range": [0, 1], "groups": {}, "sample": None,
    }  # fmt: skip
    return IncomingFile("mapping.json", json.dumps(mapping).encode())


@pytest.fixture
def vault(app: Flask) -> Vault:
    keys = app.extensions["edu-settings"].keys
    return Vault(keys.iin_encryption_key, keys.iin_index_key)


def found_program(session: Session, scope: Scope) -> Program:
    """A program of an open initiative, offered to the whole nation."""
    load_initiatives(session)
    initiative = session.scalars(select(Initiative).order_by(Initiative.id)).all()[-1]
    if initiative.standing is not Standing.OPEN:
        change_initiative(session, scope, initiative_id=initiative.id, standing=Standing.OPEN)
    program = create_program(
        session, scope, initiative_id=initiative.id, code="course",
        name_kk="Курс", name_ru="Курс", name_en="Course",
    )  # fmt: skip
    create_offering(
        session, scope, program_id=program.id, code="course-2026", academic_year="2026-27",
        starts_on=date(2026, 9, 1), ends_on=date(2027, 5, 25), standing=Standing.OPEN,
    )  # fmt: skip
    return program


def prepare_instrument(session: Session, scope: Scope) -> None:
    """An instrument of right-or-wrong items with two open waves."""
    items = [NewItem(f"q{n}") for n in range(ITEMS)]
    instrument = create_instrument(
        session, scope, new=NewInstrument("test", "Тест", "Тест", "Test", "literacy", 0, 1, items)
    )
    for code, month in (("before", 9), ("after", 11)):
        open_wave(
            session, scope, instrument_id=instrument.id, code=code,
            opens_on=date(2026, month, 1), closes_on=date(2026, month, 28),
        )  # fmt: skip


@pytest.fixture
def program(session: Session, scope: Scope, vault: Vault) -> Program:
    """The way from four files to findings."""
    import_schools(session, scope, schools_file())
    import_people(session, scope, people_file(), vault=vault)
    program = found_program(session, scope)
    import_enrollments(session, scope, enrollments_file(), vault=vault)
    prepare_instrument(session, scope)
    for number, wave in enumerate(("before", "after")):
        import_responses(
            session, scope, responses_file(number), mapping=mapping_file(wave), vault=vault
        )
    run = start_run(session, scope, asked=Asked(instruments=["test"]))
    run_scoring(session, scope, run_id=run.id)
    publish(session, scope, run_id=run.id)
    estimate_all_gains(session, scope, program_id=program.id)
    session.commit()
    return program


def test_the_same_files_again_change_nothing(session, scope, vault, program) -> None:
    again: list[ImportCount] = [
        import_schools(session, scope, schools_file()),
        import_people(session, scope, people_file(), vault=vault),
        import_enrollments(session, scope, enrollments_file(), vault=vault),
        import_responses(
            session, scope, responses_file(0), mapping=mapping_file("before"), vault=vault
        ),
    ]
    assert [(count.new, count.changed) for count in again] == [(0, 0)] * 4


def test_a_manager_reads_the_gain_with_its_interval(sign_in, program) -> None:
    page = sign_in(RoleName.PROGRAM_MANAGER).get(
        f"/programs/{program.id}", headers={"Accept-Language": "en"}
    )
    assert page.status_code == 200
    assert "people: 360, schools: 12" in page.text
    assert "This is a difference, not an effect" in page.text
    assert "Әлиева" not in page.text


def test_a_researcher_gets_a_safe_cohort_after_a_second_person_agrees(
    app: Flask, sign_in, session: Session, program: Program
) -> None:
    researcher, manager = sign_in(RoleName.RESEARCHER), sign_in(RoleName.PROGRAM_MANAGER)
    waves = researcher.get(f"/exports/new?program_id={program.id}").text
    assert 'name="wave_ids"' in waves
    asked = post(researcher, "/exports/new", program_id=program.id, wave_ids=[1, 2], purpose="Why")
    assert asked.status_code == 302
    page = asked.location
    assert post(manager, f"{page}/approve", note="Clear").status_code == 302
    do_jobs(app)
    listed = researcher.get("/api/v1/exports").json["items"][0]
    assert listed["status"] == "ready"
    names = {file["name"] for file in listed["files"]}
    table = next(name for name in names if name.endswith(".csv"))
    rows = list(csv.DictReader(io.StringIO(researcher.get(f"{page}/files/{table}").text)))
    quasi = {name: [row[name] for row in rows] for name in QUASI_IDENTIFIERS}
    assert len(rows) >= 0.95 * SCHOOLS * PUPILS
    assert verify_k(quasi) >= 10
    assert manager.get(f"{page}/files/{table}").status_code == 404


def post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={**fields, "csrf_token": csrf_token(client)})
