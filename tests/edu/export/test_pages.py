import pytest
from sqlalchemy import select

from edu.export import storage
from models.accounts import AuditEntry, RoleName
from models.releases import ExportRequest, ReleaseFile, ReleaseStatus
from tests.factories.http import csrf_token
from tests.factories.jobs import do_jobs
from tests.factories.releases import make_cohort, make_request

NOT_FOR = sorted(set(RoleName) - {RoleName.RESEARCHER, RoleName.PROGRAM_MANAGER, RoleName.SYSTEM})


@pytest.fixture
def reader(clients):
    return clients(RoleName.RESEARCHER)


@pytest.fixture
def decider(clients):
    return clients(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def small(session):
    made = make_cohort(session, persons=60)
    session.commit()
    return made


@pytest.fixture
def asked(session, small, reader):
    request = make_request(session, program=small.program, waves=small.waves, by=reader.user)
    session.commit()
    return request


def post(client, path, **fields):
    return client.post(path, data={"csrf_token": csrf_token(client), **fields})


@pytest.mark.parametrize("path", ["/exports/", "/exports/new"])
@pytest.mark.parametrize("role", NOT_FOR)
def test_exports_are_for_researchers_and_those_who_decide(clients, path, role):
    assert clients(role).get(path).status_code == 403


def test_an_empty_list_offers_the_first_step(reader):
    page = reader.get("/exports/").text

    assert "No requests yet" in page
    assert 'href="/exports/new"' in page


def test_the_builder_offers_the_waves_of_the_chosen_program(reader, small):
    page = reader.get(f"/exports/new?program_id={small.program.id}").text

    assert f"At present these are {small.persons} persons." in page
    for wave in small.waves:
        assert f'value="{wave.id}"' in page
    assert "month → year → two years → not told" in page


@pytest.mark.parametrize("given", ["", "x", "-1", "²", "9" * 30])
def test_the_builder_bears_any_program_in_its_address(reader, given):
    assert reader.get("/exports/new", query_string={"program_id": given}).status_code == 200


def test_a_request_is_made_by_form(session, reader, small):
    answer = post(
        reader,
        "/exports/new",
        program_id=small.program.id,
        wave_ids=[wave.id for wave in small.waves],
        purpose="How gains differ\r\nby language",
    )

    request = session.scalars(select(ExportRequest)).one()
    assert answer.location == f"/exports/{request.id}"
    assert request.purpose == "How gains differ by language"
    assert "A second person must decide" in reader.get(answer.location).text


def test_a_form_without_waves_or_purpose_says_so_and_keeps_what_was_typed(session, reader, small):
    answer = post(reader, "/exports/new", program_id=small.program.id, purpose="Gains")

    assert answer.status_code == 422
    assert "Gains" in answer.text
    print(answer.text[1500:])
    assert "This field is required." in answer.text
    assert session.scalars(select(ExportRequest)).all() == []


def test_a_form_without_its_token_is_refused(reader, small):
    answer = reader.post("/exports/new", data={"program_id": small.program.id})

    assert answer.status_code == 400


def test_the_second_person_sees_purpose_and_size_and_approves(app, session, decider, asked):
    page = decider.get(f"/exports/{asked.id}").text
    assert asked.purpose in page
    assert ">60<" in page

    answer = post(decider, f"/exports/{asked.id}/approve", note="A clear question")

    assert answer.status_code == 302
    session.refresh(asked)
    assert (asked.status, asked.decision_note) == (ReleaseStatus.APPROVED, "A clear question")
    waiting = decider.get(f"/exports/{asked.id}")
    assert '<progress class="bar ' in waiting.text
    assert waiting.headers["Refresh"] == "2"
    do_jobs(app)
    session.refresh(asked)
    assert asked.status is ReleaseStatus.READY


def test_a_decision_needs_a_note(session, decider, asked):
    answer = post(decider, f"/exports/{asked.id}/approve", note=" ")

    assert answer.status_code == 422
    session.refresh(asked)
    assert asked.status is ReleaseStatus.REQUESTED


def test_a_rejection_is_told_with_its_note(session, reader, decider, asked):
    post(decider, f"/exports/{asked.id}/reject", note="Ask for less")

    page = reader.get(f"/exports/{asked.id}").text
    assert "The request was rejected." in page
    assert "Ask for less" in page


def test_a_second_decision_is_refused_in_words(decider, asked):
    post(decider, f"/exports/{asked.id}/reject", note="No")

    answer = post(decider, f"/exports/{asked.id}/approve", note="Yes")

    assert answer.status_code == 422
    assert "Somebody has decided on this request already." in answer.text


def test_the_researcher_gets_no_form_to_decide(reader, asked):
    assert "Your decision" not in reader.get(f"/exports/{asked.id}").text
    assert post(reader, f"/exports/{asked.id}/approve", note="Yes").status_code == 403


def test_a_ready_release_tells_its_risk_levels_and_files(session, reader, release, small):
    request = release(small, by=reader.user)

    page = reader.get(f"/exports/{request.id}").text

    assert "persons are ready for research" in page
    assert "Smallest group of persons alike" in page
    for file in session.scalars(select(ReleaseFile)):
        assert f'href="/exports/{request.id}/files/{file.name}"' in page
        assert file.sha256 in page


def test_the_requester_downloads_what_was_written_and_it_is_noted(session, reader, release, small):
    request = release(small, by=reader.user)
    stored = next(file for file in request.files if file.name == "cohort.csv")

    answer = reader.get(f"/exports/{request.id}/files/cohort.csv")

    assert answer.status_code == 200
    assert len(answer.data) == stored.size
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    entries = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == reader.user.id))
    assert [entry.read for entry in entries] == [{"release_file": [stored.id]}]


@pytest.mark.parametrize("role", [RoleName.RESEARCHER, RoleName.PROGRAM_MANAGER])
def test_a_download_by_somebody_else_answers_as_absent(clients, reader, release, small, role):
    request = release(small, by=reader.user)
    other = clients(role)

    assert other.get(f"/exports/{request.id}/files/cohort.csv").status_code == 404
    assert other.get(f"/api/v1/exports/{request.id}/files/cohort.csv").status_code == 404


@pytest.mark.parametrize("name", ["other.csv", "..%2Fkeys.json", "%00", "cohort.csv%0a"])
def test_only_the_files_of_the_release_can_be_had(reader, release, small, name):
    request = release(small, by=reader.user)

    assert reader.get(f"/exports/{request.id}/files/{name}").status_code == 404


def test_a_file_lost_from_the_disk_is_absent_not_a_fault(app, reader, release, small):
    request = release(small, by=reader.user)
    with app.app_context():
        storage.remove(request.id)

    assert reader.get(f"/exports/{request.id}/files/cohort.csv").status_code == 404


def test_a_refused_release_says_why(reader, session, release):
    tiny = make_cohort(session, persons=20)

    request = release(tiny, by=reader.user)

    page = reader.get(f"/exports/{request.id}").text
    assert "too small to be released safely" in page
    assert "no safe release could be made" in page


def test_hostile_text_is_shown_and_not_run(session, reader, asked):
    asked.purpose = "<script>alert(1)</script>"
    session.commit()

    assert "<script>alert(1)" not in reader.get(f"/exports/{asked.id}").text
    assert "<script>alert(1)" not in reader.get("/exports/").text
