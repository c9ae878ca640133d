"""The life of a scoring run."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from edu.accounts.scope import scope_of
from edu.scoring import queries, service
from ml.estimate import Estimate
from models.accounts import AuditEntry, RoleName
from models.assessments import NOT_PRESENTED, OMITTED, OmissionRule
from models.errors import Conflict, Forbidden, NotFound, Refusal
from models.places import School
from models.scores import RunStatus, Score
from tests.edu.scoring.conftest import answers
from tests.factories.accounts import make_user


def scored(session, scope, sat, **asked):
    run = service.start_run(
        session, scope, asked=service.Asked(instruments=[sat.instrument.code], **asked)
    )
    return service.run_scoring(session, scope, run_id=run.id)


def values(session, run) -> list[tuple[int, float | None, float | None]]:
    statement = select(Score.sitting_id, Score.value, Score.se).where(Score.run_id == run.id)
    return [tuple(row) for row in session.execute(statement.order_by(Score.sitting_id))]


def test_every_sitting_gets_its_score_with_the_school_where_it_was_sat(session, scope, sit) -> None:
    codes = answers(60, 6)
    codes[3] = OMITTED
    run = scored(session, scope, sit(codes))
    found = values(session, run)
    assert [value for _, value, _ in found[4:]] == (100 * codes[4:].mean(axis=1)).tolist()
    assert found[3][1:] == (None, None)
    assert (run.sitting_count, run.scored_count, run.status) == (60, 59, RunStatus.FINISHED)
    per_school = select(func.count()).select_from(Score).group_by(Score.school_id)
    assert session.scalars(per_school).all() == [10] * 6


def test_the_standard_error_is_the_error_of_measurement(session, scope, sit) -> None:
    run = scored(session, scope, sit(answers(60, 6)))
    sem = Estimate.from_dict(run.error_of_measurement)
    assert {se for *_, se in values(session, run)} == {sem.value}
    alpha = Estimate.from_dict(run.reliability)
    assert (alpha.name, alpha.n) == ("reliability", 60)


def test_items_are_kept_in_their_order_with_their_figures(session, scope, sit) -> None:
    codes = answers(60, 6)
    run = scored(session, scope, sit(codes))
    report = queries.item_report(session, scope, run_id=run.id)
    assert [row.item.code for row in report] == [f"q{number}" for number in range(1, 7)]
    assert [row.difficulty for row in report] == pytest.approx(codes.mean(axis=0).tolist())
    assert {row.answered for row in report} == {60}


def test_the_same_data_give_the_same_scores_and_fingerprint(session, scope, sit) -> None:
    sat = sit(answers(60, 6))
    first, second = scored(session, scope, sat), scored(session, scope, sat)
    assert first.data_fingerprint == second.data_fingerprint
    assert values(session, first) == values(session, second)
    assert first.reliability == second.reliability


def test_a_run_keeps_what_is_needed_to_make_it_again(session, scope, sit) -> None:
    run = scored(session, scope, sit(answers(40, 4)), seed=9)
    assert (run.method, run.method_version, run.seed) == ("classical", "1", 9)
    assert set(run.software) == {"edu", "numpy", "scipy"}
    assert len(run.data_fingerprint) == 64


def test_waves_are_scored_together_or_those_that_are_named(session, scope, sit) -> None:
    sat = sit(answers(40, 4), answers(40, 4, seed=2))
    assert scored(session, scope, sat).sitting_count == 80
    alone = scored(session, scope, sat, waves=["w1"])
    assert (alone.sitting_count, alone.wave_ids) == (40, [sat.waves[1].id])


def test_an_omission_counts_as_the_instrument_says(session, scope, sit) -> None:
    codes = answers(40, 4)
    codes[0] = [1, 1, 1, OMITTED]
    run = scored(session, scope, sit(codes, omission_rule=OmissionRule.LOWEST))
    assert values(session, run)[0][1] == 75


def test_an_item_of_a_test_is_worth_the_points_that_anybody_reached(session, scope, sit) -> None:
    """The instrument allows two points; all items but the last have one."""
    codes = answers(60, 4)
    codes[:, 3] *= 2
    codes[0] = [1, 1, 1, 2]
    run = scored(session, scope, sit(codes, high=2, omission_rule=OmissionRule.LOWEST))
    assert values(session, run)[0][1] == 100
    report = queries.item_report(session, scope, run_id=run.id)
    assert report[0].difficulty == pytest.approx(codes[:, 0].mean())
    assert report[3].difficulty == pytest.approx(codes[:, 3].mean() / 2)


def test_shares_of_points_of_different_forms_are_not_compared_without_a_word(
    session, scope, sit
) -> None:
    codes = answers(60, 4)
    assert "several_forms" not in scored(session, scope, sit(codes)).warnings
    codes[::2, 0] = NOT_PRESENTED
    assert "several_forms" in scored(session, scope, sit(codes)).warnings


def test_a_sample_is_scored_apart_from_the_registry(session, scope, sit_anonymously) -> None:
    sit_anonymously(answers(50, 5))
    run = service.start_run(session, scope, asked=service.Asked(sample="pilot"))
    service.run_scoring(session, scope, run_id=run.id)
    assert (run.sitting_count, run.sample.code) == (50, "pilot")
    assert session.scalars(select(Score.school_id).distinct()).all() == [None]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"instruments": ["nothing"]}, "unknown_instrument"),
        ({}, "unknown_instrument"),
        ({"sample": "nothing"}, "unknown_sample"),
        ({"sample": "pilot", "instruments": ["nothing"]}, "sample_of_other_instrument"),
        ({"sample": "pilot", "waves": ["w9"]}, "unknown_wave"),
    ],
)
def test_a_run_over_nothing_is_refused(session, scope, sit_anonymously, asked, code) -> None:
    sit_anonymously(answers(3, 3))
    with pytest.raises(Refusal) as refused:
        service.start_run(session, scope, asked=service.Asked(**asked))
    assert refused.value.code == code


def test_an_instrument_that_nobody_sat_is_refused(session, scope, sit_anonymously) -> None:
    sat = sit_anonymously(answers(3, 3))
    with pytest.raises(Refusal, match="no_responses"):
        service.start_run(session, scope, asked=service.Asked(instruments=[sat.instrument.code]))


def test_a_run_is_computed_once(session, scope, finished) -> None:
    with pytest.raises(Conflict, match="run_in_other_state"):
        service.run_scoring(session, scope, run_id=finished.id)
    assert session.scalar(select(func.count()).select_from(Score)) == 60


def test_three_persons_get_scores_and_no_figures(session, scope, sit) -> None:
    run = scored(session, scope, sit(answers(3, 4), schools=1))
    assert len(values(session, run)) == 3
    assert (run.reliability, run.error_of_measurement) == (None, None)
    assert run.warnings == ["too_few_persons", "too_few_complete"]
    report = queries.item_report(session, scope, run_id=run.id)
    assert {row.difficulty for row in report} == {None}


def manager(session, session_of):
    user = make_user(session, role=RoleName.PROGRAM_MANAGER)
    session.commit()
    own = session_of(user)
    return own, scope_of(own, user)


def asked_by(session, scope, finished) -> None:
    """Let the run have been asked for by this scope's user."""
    finished.created_by = scope.actor_id
    session.commit()


def test_a_second_person_publishes(session, session_of, finished) -> None:
    own, own_scope = manager(session, session_of)
    run = service.publish(own, own_scope, run_id=finished.id)
    own.commit()
    assert (run.status, run.decided_by) == (RunStatus.PUBLISHED, own_scope.actor_id)
    assert queries.latest_published(own, own_scope, instrument=run.instrument.code) is run
    assert queries.latest_published(own, own_scope, instrument="other") is None


def test_nobody_publishes_a_run_they_asked_for(session, session_of, finished) -> None:
    own, own_scope = manager(session, session_of)
    asked_by(session, own_scope, finished)
    with pytest.raises(Forbidden, match="own_run"):
        service.publish(own, own_scope, run_id=finished.id)
    assert service.discard(own, own_scope, run_id=finished.id).status is RunStatus.DISCARDED


def test_the_system_publishes_what_it_computed(session, scope, finished) -> None:
    assert service.publish(session, scope, run_id=finished.id).status is RunStatus.PUBLISHED


@pytest.mark.parametrize("role", [RoleName.RESEARCHER, RoleName.SCHOOL_ADMINISTRATOR])
def test_only_those_who_may_decide(session, session_of, finished, role) -> None:
    user = make_user(session, role=role)
    session.commit()
    own = session_of(user)
    with pytest.raises(Forbidden):
        service.publish(own, scope_of(own, user), run_id=finished.id)


@pytest.mark.parametrize("decision", [service.publish, service.discard])
def test_a_decided_run_is_never_decided_again(session, scope, finished, decision) -> None:
    service.publish(session, scope, run_id=finished.id)
    with pytest.raises(Conflict, match="run_in_other_state"):
        decision(session, scope, run_id=finished.id)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE scoring_run SET status = 'discarded'",
        "UPDATE scoring_run SET reliability = NULL",
        "UPDATE score SET value = 0",
        "UPDATE item_statistic SET difficulty = 0",
    ],
)
def test_the_database_refuses_to_change_what_is_published(session, scope, finished, change) -> None:
    service.publish(session, scope, run_id=finished.id)
    session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text(change))


def test_only_the_system_computes(session, session_of, sit) -> None:
    sat = sit(answers(40, 4))
    own, own_scope = manager(session, session_of)
    run = service.start_run(own, own_scope, asked=service.Asked(instruments=[sat.instrument.code]))
    with pytest.raises(Forbidden):
        service.run_scoring(own, own_scope, run_id=run.id)


def test_schools_see_published_runs_only(session, session_of, scope, finished) -> None:
    user = make_user(
        session,
        role=RoleName.SCHOOL_ADMINISTRATOR,
        schools=[session.scalars(select(School)).first()],
    )
    session.commit()
    own = session_of(user)
    own_scope = scope_of(own, user)
    with pytest.raises(NotFound):
        queries.run(own, own_scope, run_id=finished.id)
    assert queries.runs(own, own_scope, after=None, limit=5).items == []
    service.publish(session, scope, run_id=finished.id)
    session.commit()
    own.rollback()
    assert len(queries.item_report(own, own_scope, run_id=finished.id)) == 6


def test_a_person_shows_the_newest_published_score_of_each_sitting(session, scope, sit) -> None:
    sat = sit(answers(40, 4), answers(40, 4, seed=2))
    person_id = session.scalar(text("SELECT min(id) FROM person"))
    runs = [scored(session, scope, sat) for _ in range(3)]
    for run in runs[:2]:
        service.publish(session, scope, run_id=run.id)
    found = queries.scores_of_person(session, scope, person_id=person_id)
    assert [one.run.id for one in found] == [runs[1].id] * 2
    assert [one.score.value for one in found] == [
        100 * sat.codes[0][0].mean(),
        100 * sat.codes[1][0].mean(),
    ]


def test_a_failure_is_kept_with_the_run(session, scope, sit) -> None:
    run = service.start_run(
        session, scope, asked=service.Asked(instruments=[sit(answers(3, 3)).instrument.code])
    )
    service.note_failure(session, run_id=run.id, failure={"code": "no_data", "parameters": {}})
    assert (run.status, run.failure["code"]) == (RunStatus.FAILED, "no_data")


def test_runs_stand_in_the_audit_with_the_decision(session, scope, finished) -> None:
    service.publish(session, scope, run_id=finished.id)
    session.commit()
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last.changed == {"scoring_run": [finished.id]}
    assert last.detail == {"decision": "published"}
