import threading

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from edu.accounts.scope import scope_of, system_scope, use_scope
from edu.export import queries, service
from models.accounts import AuditEntry, JobProgress, RoleName
from models.errors import Conflict, Forbidden, NotFound, Refusal
from models.releases import ExportRequest, ReleaseStatus
from tests.factories.accounts import make_user
from tests.factories.programs import make_program
from tests.factories.releases import make_cohort, make_request

PURPOSE = "How gains differ by language of instruction"


@pytest.fixture
def small(session):
    """A program with a few participants."""
    made = make_cohort(session, persons=40)
    session.commit()
    return made


@pytest.fixture
def asked(session, small, researcher) -> ExportRequest:
    request = make_request(session, program=small.program, waves=small.waves, by=researcher)
    session.commit()
    return request


def test_a_researcher_asks_for_a_cohort(session_of, session, small, researcher):
    own = session_of(researcher)
    wave_ids = [wave.id for wave in reversed(small.waves)]

    request = service.request_export(
        own, own.info["scope"], program_id=small.program.id, wave_ids=wave_ids, purpose=PURPOSE
    )
    own.commit()

    assert request.status is ReleaseStatus.REQUESTED
    assert request.wave_ids == sorted(wave_ids)
    assert request.requested_by == researcher.id
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.changed == {"export_request": [request.id]}


def test_a_wave_without_published_scores_is_refused(session_of, session, small, researcher):
    own = session_of(researcher)
    unknown = max(wave.id for wave in small.waves) + 1

    with pytest.raises(Refusal) as refused:
        service.request_export(
            own, own.info["scope"], program_id=small.program.id, wave_ids=[unknown], purpose=PURPOSE
        )

    assert refused.value.code == "wave_without_scores"
    assert refused.value.parameters["field"] == "wave_ids"


def test_waves_nobody_of_the_program_has_sat_are_not_offered(
    session_of, session, small, researcher
):
    other = make_program(session)
    session.commit()
    own = session_of(researcher)

    assert queries.waves_to_choose(own, own.info["scope"], program_id=other.id) == []
    assert len(queries.waves_to_choose(own, own.info["scope"], program_id=small.program.id)) == 2


def test_an_unknown_program_is_refused(session_of, small, researcher):
    own = session_of(researcher)

    with pytest.raises(Refusal, match="unknown_program"):
        service.request_export(
            own, own.info["scope"], program_id=10**9, wave_ids=[1], purpose=PURPOSE
        )


@pytest.mark.parametrize(
    "role", sorted(set(RoleName) - {RoleName.RESEARCHER, RoleName.SYSTEM}, key=str)
)
def test_nobody_but_a_researcher_asks(session_of, session, small, role):
    own = session_of(make_user(session, role=role))
    session.commit()

    with pytest.raises(Forbidden):
        service.request_export(
            own, own.info["scope"], program_id=small.program.id, wave_ids=[1], purpose=PURPOSE
        )


def test_an_approval_queues_the_build_in_its_own_transaction(session, asked, manager):
    service.approve(session, scope_of(session, manager), request_id=asked.id, note="Clear")
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
    session.rollback()

    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert session.scalars(select(JobProgress)).all() == []
    assert session.get_one(ExportRequest, asked.id).status is ReleaseStatus.REQUESTED


def test_an_approval_names_who_decided_and_lets_the_researcher_follow(
    session, asked, manager, researcher
):
    request = service.approve(
        session, scope_of(session, manager), request_id=asked.id, note="Clear"
    )
    session.commit()

    assert (request.status, request.decided_by) == (ReleaseStatus.APPROVED, manager.id)
    assert request.decision_note == "Clear"
    assert session.get_one(JobProgress, request.job_id).user_id == researcher.id


def test_a_rejection_queues_nothing(session, asked, manager):
    request = service.reject(session, scope_of(session, manager), request_id=asked.id, note="No")
    session.commit()

    assert (request.status, request.job_id) == (ReleaseStatus.REJECTED, None)
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


@pytest.mark.parametrize("verb", [service.approve, service.reject])
def test_a_decision_is_final(session, asked, manager, verb):
    scope = scope_of(session, manager)
    service.reject(session, scope, request_id=asked.id, note="No")
    session.commit()

    with pytest.raises(Conflict, match="export_decided"):
        verb(session, scope, request_id=asked.id, note="Again")


@pytest.mark.parametrize(
    "role", sorted(set(RoleName) - {RoleName.PROGRAM_MANAGER, RoleName.SYSTEM}, key=str)
)
def test_nobody_but_a_program_manager_decides(session, asked, role):
    scope = scope_of(session, make_user(session, role=role))

    with pytest.raises(Forbidden):
        service.approve(session, scope, request_id=asked.id, note="Clear")


def test_the_command_line_is_no_second_person(session, asked):
    with pytest.raises(Forbidden):
        service.approve(session, system_scope(), request_id=asked.id, note="Clear")


def test_nobody_approves_their_own_request(session, small, manager):
    own = make_request(session, program=small.program, waves=small.waves, by=manager)

    with pytest.raises(Forbidden, match="own_request"):
        service.approve(session, scope_of(session, manager), request_id=own.id, note="Clear")


def test_the_database_refuses_an_own_approval_as_well(session, asked, researcher):
    with pytest.raises(IntegrityError, match="second_person"):
        session.execute(update(ExportRequest).values(decided_by=researcher.id))


def test_of_two_approvals_at_the_same_time_one_is_refused(app, session, asked, manager):
    first = scope_of(session, manager)
    second = scope_of(session, make_user(session, role=RoleName.PROGRAM_MANAGER))
    session.commit()
    outcomes = []
    together = threading.Barrier(2)

    engine, request_id = session.get_bind(), asked.id

    def approve(scope):
        with Session(engine) as own:
            use_scope(own, scope)
            together.wait()
            try:
                service.approve(own, scope, request_id=request_id, note="Clear")
                own.commit()
                outcomes.append("approved")
            except Conflict as conflict:
                outcomes.append(conflict.code)

    threads = [threading.Thread(target=approve, args=(scope,)) for scope in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved", "export_decided"]
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


def test_another_researchers_request_answers_as_an_absent_one(session, asked):
    other = make_user(session, role=RoleName.RESEARCHER)
    scope = scope_of(session, other)

    with pytest.raises(NotFound):
        queries.export(session, scope, request_id=asked.id)
    with pytest.raises(NotFound):
        queries.export(session, scope, request_id=2**63)
    assert queries.exports(session, scope, after=None, limit=10).items == []


def test_a_manager_reads_all_requests_and_how_many_wait(session, asked, manager):
    scope = scope_of(session, manager)

    assert [one.id for one in queries.exports(session, scope, after=None, limit=10).items] == [
        asked.id
    ]
    assert queries.waiting(session, scope) == 1
    service.reject(session, scope, request_id=asked.id, note="No")
    assert queries.waiting(session, scope) == 0


def test_the_list_continues_after_its_last_request(session, small, researcher):
    for _ in range(3):
        make_request(session, program=small.program, waves=small.waves, by=researcher)
    scope = scope_of(session, researcher)

    first = queries.exports(session, scope, after=None, limit=2)
    rest = queries.exports(session, scope, after=first.next_key, limit=2)

    ids = [one.id for one in [*first.items, *rest.items]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    assert rest.next_key is None


@pytest.mark.parametrize(("persons", "told"), [(9, None), (10, 10)])
def test_a_number_of_persons_below_ten_is_not_told(session, researcher, manager, persons, told):
    made = make_cohort(session, persons=persons, schools=2)
    asked = make_request(session, program=made.program, waves=made.waves, by=researcher)

    assert queries.persons(session, scope_of(session, manager), request_id=asked.id) == told
