"""Learning from a program's past, and advising on its present."""

import numpy as np
import pytest
from sqlalchemy import func, select

from edu.outcomes.risk import queries, service
from ml.errors import StatisticsError
from models.accounts import AuditEntry, RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Conflict, Forbidden, NotFound, Refusal
from models.people import Membership
from models.risk import RiskModel
from tests.edu.outcomes.risk.rounds import TODAY, Rounds, make_rounds
from tests.factories.accounts import make_user


@pytest.fixture
def rounds(session) -> Rounds:
    return make_rounds(session)


@pytest.fixture
def learned(session, scope, rounds) -> RiskModel:
    return learn(session, scope, rounds)


def learn(session, scope, rounds: Rounds) -> RiskModel:
    model = service.learn_risk(session, scope, program_id=rounds.program.id, today=TODAY)
    session.commit()
    return model


def advice(session, scope, rounds: Rounds, **options) -> queries.Advice:
    return queries.advice(session, scope, program_id=rounds.program.id, today=TODAY, **options)


def test_the_card_counts_who_left_of_those_who_completed_or_left(rounds, learned) -> None:
    kept = learned.card["left"]
    assert kept["n"] == 1490  # 1,488 in tens
    assert kept["value"] == pytest.approx(rounds.left[12:].mean(), abs=kept["se"] / 8)
    assert learned.card["moved"] == 10
    assert learned.card["without_end"] == 0


def test_what_made_people_leave_is_found_and_nothing_else(rounds, learned) -> None:
    by_name = {each["name"]: each for each in learned.card["influences"]}
    assert "sex" not in str(by_name.keys())
    late, left = rounds.late[12:], rounds.left[12:]
    difference = left[late].mean() - left[~late].mean()
    together = by_name["applied_early"]["estimate"], by_name["applied_shortly_before"]["estimate"]
    assert together[0]["value"] < 0 < together[1]["value"]
    assert difference > 0.15
    assert learned.card["advises"] is True
    assert set(learned.card["unused"]) >= {"waited", "teacher", "baseline", "grade"}


def test_the_advice_lists_those_under_way_with_the_late_first(
    session, scope, rounds, learned
) -> None:
    found = advice(session, scope, rounds, limit=200)
    assert found.count == len(found.page.items) == 60
    late = [
        one.enrollment.applied_on > rounds.running.starts_on.replace(day=15)
        for one in found.page.items
    ]
    assert all(late[:30])
    assert not any(late[30:])
    assert [one.high_at_start for one in found.page.items] == late
    assert all(one.low < one.probability < one.high for one in found.page.items)
    assert {one.reasons[0].name for one in found.page.items[:30]} <= {
        "applied_early", "applied_shortly_before",
    }  # fmt: skip
    assert all(one.reasons == () for one in found.page.items[30:])


def test_a_probability_counts_only_what_is_still_ahead(session, scope, rounds, learned) -> None:
    now = advice(session, scope, rounds).page.items[0]
    share = rounds.left[12:][rounds.late[12:]].mean()
    assert now.elapsed == pytest.approx(30 / 61)
    assert now.probability < share / 1.5
    assert now.probability > share / 4


def test_the_same_past_gives_the_same_model_and_no_second_row(
    session, scope, rounds, learned
) -> None:
    again = learn(session, scope, rounds)
    assert again.id == learned.id
    assert session.scalar(select(func.count()).select_from(RiskModel)) == 1


def test_a_changed_past_gives_a_new_model(session, scope, rounds, learned) -> None:
    one = session.scalars(
        select(Enrollment).where(Enrollment.status == EnrollmentStatus.COMPLETED).limit(1)
    ).one()
    one.status, one.reason = EnrollmentStatus.WITHDRAWN, "-"
    session.flush()
    again = learn(session, scope, rounds)
    assert again.id > learned.id
    assert again.data_fingerprint != learned.data_fingerprint


def test_a_failed_attempt_leaves_the_earlier_model_in_use(session, scope, rounds, learned) -> None:
    failure = {"code": "too_few_outcomes", "parameters": {"found": 1, "needed": 50}}
    service.note_failure(session, rounds.program.id, failure)
    assert queries.latest_attempt(session, program_id=rounds.program.id).failure == failure
    assert queries.card(session, scope, program_id=rounds.program.id).id == learned.id
    assert advice(session, scope, rounds).model.id == learned.id


def test_pages_of_the_list_follow_each_other_without_gaps(session, scope, rounds, learned) -> None:
    whole = [one.enrollment.id for one in advice(session, scope, rounds, limit=200).page.items]
    seen, after = [], None
    while True:
        page = advice(session, scope, rounds, limit=25, after=after).page
        seen += [one.enrollment.id for one in page.items]
        after = page.next_key
        if after is None:
            break
    assert seen == whole


def test_a_school_sees_its_own_people_only_with_the_same_numbers(
    session, session_of, scope, rounds, learned
) -> None:
    whole = {one.enrollment.id: one for one in advice(session, scope, rounds, limit=200).page.items}
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[rounds.schools[3]])
    session.commit()
    own = session_of(user)
    found = advice(own, own.info["scope"], rounds).page.items
    assert {one.enrollment.school_id for one in found} == {rounds.schools[3].id}
    assert len(found) == 2
    for one in found:
        assert one.probability == whole[one.enrollment.id].probability
        assert one.reasons == whole[one.enrollment.id].reasons


def test_whoever_was_shown_is_named_in_the_audit(
    session, session_of, scope, rounds, learned
) -> None:
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[rounds.schools[3]])
    session.commit()
    own = session_of(user)
    shown = {one.enrollment.person_id for one in advice(own, own.info["scope"], rounds).page.items}
    own.commit()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert set(entry.read["person"]) == shown


@pytest.mark.parametrize("role", [RoleName.PROGRAM_MANAGER, RoleName.RESEARCHER])
def test_who_may_not_read_records_gets_no_list(session, session_of, rounds, learned, role) -> None:
    user = make_user(session, role=role)
    session.commit()
    own = session_of(user)
    with pytest.raises(Forbidden):
        advice(own, own.info["scope"], rounds)


def test_sex_language_and_place_change_nobodys_probability(session, scope, rounds, learned) -> None:
    found = advice(session, scope, rounds, limit=200).page.items
    alike = [one for one in found if one.high_at_start]
    assert len({one.probability for one in alike}) == 1
    assert len({one.enrollment.person.sex for one in alike}) >= 1
    assert not {"sex", "language", "locality", "region"} & set(learned.fitted["names"])


def test_a_past_without_an_end_is_refused(session, scope) -> None:
    rounds = make_rounds(session)
    rounds.over.ends_on = TODAY.replace(year=2027)
    session.commit()
    with pytest.raises(Refusal) as refusal:
        learn(session, scope, rounds)
    assert refusal.value.code == "nothing_ended"


def test_a_past_with_too_few_who_left_is_refused(session, scope) -> None:
    rounds = make_rounds(session, base=-5.0, odds=0.0)
    with pytest.raises(StatisticsError) as refusal:
        learn(session, scope, rounds)
    assert refusal.value.code == "too_few_outcomes"


def test_where_nothing_can_be_told_no_list_is_given(session, scope) -> None:
    rounds = make_rounds(session, odds=0.0, base=-1.5)
    model = learn(session, scope, rounds)
    assert model.card["advises"] is False
    with pytest.raises(Conflict) as refusal:
        advice(session, scope, rounds)
    assert refusal.value.code == "advice_withheld"


def test_before_anything_was_learned_there_is_no_list(session, scope, rounds) -> None:
    with pytest.raises(Conflict) as refusal:
        advice(session, scope, rounds)
    assert refusal.value.code == "no_risk_model"
    with pytest.raises(NotFound):
        queries.card(session, scope, program_id=rounds.program.id)


def test_people_without_a_recorded_end_teach_nothing_and_are_counted(session, scope) -> None:
    rounds = make_rounds(session, without_end=40)
    card = learn(session, scope, rounds).card
    assert card["without_end"] == 40
    assert card["left"]["n"] == 1450  # 1,448 in tens


def test_few_people_are_not_counted_in_public(session, scope) -> None:
    card = learn(session, scope, make_rounds(session, moved=4)).card
    assert card["moved"] is None


def test_a_person_without_a_class_is_advised_on_all_the_same(
    session, scope, rounds, learned
) -> None:
    key = session.scalars(
        select(Enrollment.person_id).where(Enrollment.offering_id == rounds.running.id).limit(1)
    ).one()
    for membership in session.scalars(select(Membership).where(Membership.person_id == key)):
        session.delete(membership)
    session.flush()
    found = [
        one for one in advice(session, scope, rounds, limit=200).page.items
        if one.enrollment.person_id == key
    ]  # fmt: skip
    assert np.isfinite(found[0].probability)
