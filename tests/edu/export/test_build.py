"""From an approved request to files that may leave the house."""

import csv
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pycanon import anonymity
from sqlalchemy import select

from edu.accounts.scope import scope_of, use_scope
from edu.export import build, policy, service, storage
from edu.export.table import recode
from edu.jobs import FAILED, FINISHED
from models.accounts import AuditEntry, JobProgress
from models.people import PersonIdentity
from models.places import School
from models.releases import ExportRequest, ReleaseFile, ReleaseStatus
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.jobs import do_jobs
from tests.factories.releases import (
    FIRST_PERSON,
    GIVEN_NAME,
    IIN_PREFIX,
    SURNAME,
    make_cohort,
    make_request,
)

QUASI = ["sex", "birth", "place", "language", "grade", "locality"]
FILES = ["codebook.html", "codebook.json", "cohort.csv", "cohort.parquet", "risk.json"]


@pytest.fixture
def approved(session, cohort, researcher, manager) -> ExportRequest:
    """An approved request whose job is still queued."""
    request = make_request(session, program=cohort.program, waves=cohort.waves, by=researcher)
    service.approve(session, scope_of(session, manager), request_id=request.id, note="Clear")
    session.commit()
    return request


@pytest.fixture
def ready(cohort, researcher, release, folder_of):
    """A finished release and its folder."""
    request = release(cohort, by=researcher)
    assert request.refusal is None
    assert request.status is ReleaseStatus.READY
    return request, folder_of(request)


def read(folder: Path) -> list[dict[str, str]]:
    with (folder / "cohort.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def leftovers(folder: Path) -> list[Path]:
    paths = folder.parent.iterdir()
    return [path for path in paths if path.name.strip(".").split("-")[0] == folder.name]


def test_a_release_has_its_files_and_says_what_they_are(session, ready):
    request, folder = ready

    assert sorted(path.name for path in folder.iterdir()) == FILES
    for file in session.scalars(select(ReleaseFile)):
        path = folder / file.name
        assert file.size == path.stat().st_size
        assert file.sha256 == storage.fingerprint(path)
    assert session.get_one(JobProgress, request.job_id).stage == FINISHED


def test_an_independent_reader_finds_the_same_k(ready):
    request, folder = ready
    table = pd.read_csv(folder / "cohort.csv", dtype=str, keep_default_na=False)

    found = anonymity.k_anonymity(table, QUASI)

    assert found == request.risk["k"]
    assert found >= policy.K


def test_hardly_anybody_is_left_out_and_nobody_is_starred(cohort, ready):
    request, folder = ready
    rows = read(folder)

    assert len(rows) >= (1 - policy.MAX_SHARE_DROPPED) * cohort.persons
    assert request.risk["rows"] == len(rows)
    assert request.risk["share_dropped"] == pytest.approx(1 - len(rows) / cohort.persons)
    for name, level in request.risk["levels"].items():
        starred = {row[name] == "*" for row in rows}
        assert len(starred) == 1, f"{name} at level {level} is told for some only"


def test_the_risk_falls(ready):
    request, folder = ready
    before, after = request.risk["before"], request.risk["after"]

    assert after["max_risk"] <= 1 / policy.K < before["max_risk"]
    assert after["mean_risk"] < before["mean_risk"]
    assert json.loads((folder / "risk.json").read_text(encoding="utf-8")) == request.risk


def test_no_file_holds_a_name_a_number_or_an_id(session, ready):
    _, folder = ready
    person_ids = [str(FIRST_PERSON + n).encode() for n in range(0, 3000, 7)]
    schools = session.scalars(select(School)).all()
    secrets = [SURNAME.encode(), GIVEN_NAME.encode(), IIN_PREFIX.encode(), b"source-"]
    secrets += [one.code.encode() for one in schools] + [one.name_kk.encode() for one in schools]

    for path in folder.iterdir():
        content = path.read_bytes()
        assert not any(secret in content for secret in secrets), path.name
        assert not any(person_id in content for person_id in person_ids), path.name
        assert not re.search(rb"\b20[01]\d-[01]\d-[0-3]\d\b", content) or path.suffix != ".csv"


def test_the_build_could_not_have_read_a_name(session, ready):
    assert session.scalars(select(PersonIdentity.surname)).first() is not None

    use_scope(session, build.FIGURES_ONLY)

    assert session.scalars(select(PersonIdentity.surname)).all() == []


def test_pseudonyms_differ_between_two_releases_of_the_same_cohort(
    cohort, researcher, release, folder_of
):
    first = {row["person"] for row in read(folder_of(release(cohort, by=researcher)))}
    second = {row["person"] for row in read(folder_of(release(cohort, by=researcher)))}

    assert len(first) == len(second)
    assert first.isdisjoint(second)
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in first)


def test_rows_stand_in_the_order_of_their_pseudonyms(ready):
    names = [row["person"] for row in read(ready[1])]

    assert names == sorted(names)


def test_scores_are_those_published_and_missing_ones_are_empty(cohort, ready):
    rows = read(ready[1])
    names = [name for name in rows[0] if name.startswith("score_")]

    assert [name.rsplit("_", 1)[1] for name in names] == ["before", "after"]
    sat = [row for row in rows if row[names[0]]]
    assert {round(float(row[names[1]]) - float(row[names[0]]), 6) for row in sat} == {5.0}
    assert 0.85 < len(sat) / len(rows) < 0.95


def test_parquet_holds_the_same_with_types_and_roles(ready):
    _, folder = ready
    table = pq.read_table(folder / "cohort.parquet")
    rows = read(folder)

    assert table.column_names == list(rows[0])
    assert table.column("person").to_pylist() == [row["person"] for row in rows]
    assert {table.schema.field(name).metadata[b"role"] for name in QUASI} == {b"quasi_identifier"}
    scores = [name for name in table.column_names if name.startswith("score_")]
    assert {table.schema.field(name).metadata[b"role"] for name in scores} == {b"sensitive"}
    assert {str(table.schema.field(name).type) for name in scores} == {"double"}


def test_the_codebook_explains_every_column_and_value_in_three_languages(ready):
    _, folder = ready
    book = json.loads((folder / "codebook.json").read_text(encoding="utf-8"))
    rows = read(folder)

    assert [column["name"] for column in book["columns"]] == list(rows[0])
    for column in book["columns"]:
        assert set(column["label"]) == {"kk", "ru", "en"}
        assert column["role"] in ("plain", "sensitive", "quasi_identifier")
        known = {value["value"] for value in column.get("values", ())}
        if known:
            assert known == {row[column["name"]] for row in rows}
    place = next(column for column in book["columns"] if column["name"] == "place")
    assert all(value["label"]["ru"] for value in place["values"])
    page = (folder / "codebook.html").read_text(encoding="utf-8")
    assert all(f'lang="{code}"' in page for code in ("kk", "ru", "en"))


def test_the_trail_names_whose_records_were_read(session, cohort, ready):
    request, _ = ready
    built = AuditEntry.action == "job build_release"
    entry = session.scalars(select(AuditEntry).where(built)).one()

    assert entry.role == "system"
    assert len(entry.read["person"]) == cohort.persons
    assert entry.changed == {"export_request": [request.id]}


@pytest.mark.parametrize("size", [(29, 12), (400, 4)], ids=["persons", "schools"])
def test_a_small_program_is_refused_with_the_reason(session, researcher, release, folder_of, size):
    persons, schools = size
    small = make_cohort(session, persons=persons, schools=schools)

    request = release(small, by=researcher)

    assert request.status is ReleaseStatus.REFUSED
    assert request.refusal == {
        "code": "cohort_too_small",
        "parameters": {"persons": policy.MIN_PERSONS, "schools": policy.MIN_SCHOOLS},
    }
    assert request.files == []
    assert leftovers(folder_of(request)) == []
    assert session.get_one(JobProgress, request.job_id).stage == FAILED


def test_a_cohort_that_cannot_be_made_alike_is_refused(
    cohort, researcher, release, folder_of, monkeypatch
):
    monkeypatch.setattr(policy, "K", cohort.persons + 1)

    request = release(cohort, by=researcher)

    assert request.status is ReleaseStatus.REFUSED
    assert request.refusal["code"] == "k_not_reached"
    assert leftovers(folder_of(request)) == []


def test_a_file_that_fails_the_last_look_is_destroyed(
    cohort, researcher, release, folder_of, monkeypatch
):
    def careless(found):
        recoded = recode(found)
        recoded.labels["birth"][0] = "1899"
        return recoded

    monkeypatch.setattr(build, "recode", careless)

    request = release(cohort, by=researcher)

    assert request.status is ReleaseStatus.REFUSED
    assert request.refusal == {"code": "release_check_failed", "parameters": {"check": "k"}}
    assert request.files == []
    assert leftovers(folder_of(request)) == []


def test_a_build_cut_off_at_its_end_is_made_again_and_ready_once(app, session, approved, folder_of):
    folder = folder_of(approved)
    folder.mkdir(parents=True)
    (folder / "cohort.csv").write_text("what a killed worker had moved here, and never committed")
    (folder.parent / f".{approved.id}-draft").mkdir()

    do_jobs(app)
    session.refresh(approved)

    assert approved.status is ReleaseStatus.READY
    assert [path.name for path in leftovers(folder)] == [str(approved.id)]
    assert len(session.scalars(select(ReleaseFile)).all()) == len(FILES)


def test_a_fault_of_ours_is_told_apart_from_a_refusal(session, approved):
    failure = {"code": "internal", "parameters": {}}

    service.note_failure(session, request_id=approved.id, failure=failure)

    assert session.get_one(ExportRequest, approved.id).status is ReleaseStatus.FAILED


def test_a_wave_without_scores_by_then_is_refused(app, session, approved, folder_of):
    wave = make_wave(session, instrument=make_instrument(session))
    approved.wave_ids = [*approved.wave_ids, wave.id]
    session.commit()

    do_jobs(app)
    session.refresh(approved)

    assert approved.refusal["code"] == "wave_without_scores"
    assert leftovers(folder_of(approved)) == []
