"""Gains of a program whose truth is known, held against a computation apart."""

from datetime import timedelta

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import delete, func, select, update

from edu.database.columns import in_full, whole_tables
from edu.outcomes import service
from edu.outcomes.frames import gain_rows
from edu.outcomes.groupings import Grouping
from edu.outcomes.precision import told
from ml.errors import StatisticsError
from ml.estimate import Estimate
from models.accounts import AuditEntry, RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Forbidden, NotFound, Refusal
from models.outcomes import Finding
from models.people import Membership, Person
from models.scores import RunStatus
from tests.edu.outcomes.conftest import cr2_mean
from tests.factories.accounts import make_user
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.enrollments import make_enrollment
from tests.factories.people import make_membership
from tests.factories.places import make_class
from tests.factories.programs import make_offering, make_program
from tests.factories.scores import make_run, make_scored_cohort, score_waves


def estimate(session, scope, cohort, by=None):
    return service.estimate_gains(session, scope, program_id=cohort.program.id, by=by)


def by_group(finding) -> dict[str | None, dict]:
    return {one["group"]: one for one in finding.estimates}


@pytest.mark.parametrize("by", [None, *Grouping])
def test_every_estimate_equals_a_computation_apart(session, scope, cohort, plain_rows, by) -> None:
    rows = plain_rows(cohort)
    labels = {
        None: np.full(600, None),
        Grouping.LOCALITY: np.where(rows["urban"], "urban", "rural"),
    }.get(by, rows.get(by.value if by else ""))
    scored = np.array([one is not None for one in rows["post"]])
    gain = (rows["post"][scored] - rows["pre"][scored]).astype(float)
    schools = rows["school"][scored]
    found = by_group(estimate(session, scope, cohort, by))
    groups = set() if by is None else set(labels.tolist())
    assert found.keys() == {None} | groups
    assert by is None or len(groups) == 2
    for group, one in found.items():
        mine = slice(None) if group is None else labels[scored] == group
        value, se, df = cr2_mean(gain[mine], schools[mine])
        margin = stats.t.ppf(0.975, df) * se
        apart = Estimate(
            name="gain",
            value=value,
            se=se,
            interval=(value - margin, value + margin),
            n=gain[mine].size,
            df=df,
            n_clusters=len(set(schools[mine].tolist())),
            group=group,
        )
        assert one == told(apart.as_dict(), people=apart.n)


def test_the_true_gains_lie_inside_their_intervals(session, scope, cohort) -> None:
    found = by_group(estimate(session, scope, cohort, Grouping.SEX))
    for sex, truth in (("male", 5.0), ("female", 6.0)):
        low, high = found[sex]["interval"]
        assert low < truth < high
        assert high - low < 1.5


def test_a_finding_holds_all_that_made_it(session, scope, cohort) -> None:
    finding = estimate(session, scope, cohort, Grouping.SEX)
    assert finding.definition == {
        "kind": "gain",
        "program": cohort.program.code,
        "instrument": cohort.instrument.code,
        "waves": ["baseline", "endline"],
        "by": "sex",
    }
    assert (finding.kind, finding.grouping, finding.scoring_run_id) == (
        "gain",
        "sex",
        cohort.run.id,
    )
    assert (finding.method, finding.method_version) == ("CR2", "2")
    assert len(finding.data_fingerprint) == 64
    assert finding.software.keys() == {"edu", "numpy", "scipy"}
    assert (finding.missing, finding.suppressed) == (50, [])
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.changed == {"finding": [finding.id]}


def test_asked_again_on_the_same_data_the_finding_answers_that_was_made(
    session, scope, cohort
) -> None:
    first = service.estimate_all_gains(session, scope, program_id=cohort.program.id)
    session.commit()
    again = service.estimate_all_gains(session, scope, program_id=cohort.program.id)
    assert [one.id for one in again] == [one.id for one in first]
    assert [one.grouping for one in first] == [None, "region", "sex", "language", "locality"]
    assert len({one.data_fingerprint for one in first}) == 1


def test_made_anew_from_the_same_data_the_numbers_are_the_same_to_the_bit(
    session, scope, cohort
) -> None:
    columns = (Finding.data_fingerprint, Finding.estimates, Finding.grouping)
    service.estimate_all_gains(session, scope, program_id=cohort.program.id)
    first = session.execute(select(*columns).order_by(Finding.id)).all()
    session.execute(delete(Finding))
    service.estimate_all_gains(session, scope, program_id=cohort.program.id)
    assert session.execute(select(*columns).order_by(Finding.id)).all() == first


def test_other_data_give_another_fingerprint_and_leave_the_old_finding(
    session, scope, cohort
) -> None:
    old = estimate(session, scope, cohort)
    left = session.scalars(select(Enrollment).order_by(Enrollment.id).limit(30)).all()
    for one in left:
        one.status = EnrollmentStatus.WITHDRAWN
    new = estimate(session, scope, cohort)
    assert new.id != old.id
    assert new.data_fingerprint != old.data_fingerprint
    assert old.estimates[0]["n"] - new.estimates[0]["n"] in (20, 30)


def test_whoever_takes_part_twice_counts_once(session, scope, cohort) -> None:
    old = estimate(session, scope, cohort)
    offering = make_offering(session, program=cohort.program)
    for person in session.scalars(select(Person).limit(5)).all():
        make_enrollment(
            session, person=person, offering=offering, status=EnrollmentStatus.COMPLETED
        )
    assert estimate(session, scope, cohort).id == old.id


def test_who_is_waiting_or_has_left_does_not_count(session, scope, cohort) -> None:
    ids = session.scalars(select(Enrollment.id).order_by(Enrollment.id).limit(40)).all()
    for number, status in enumerate(("applied", "waitlisted", "withdrawn", "transferred")):
        mine = Enrollment.id.in_(ids[number * 10 : number * 10 + 10])
        session.execute(update(Enrollment).where(mine).values(status=status))
    found = estimate(session, scope, cohort)
    assert found.estimates[0]["n"] + found.missing == 560


def test_who_enrolled_after_the_last_wave_does_not_count_yet(session, scope, cohort) -> None:
    before = estimate(session, scope, cohort).estimates[0]["n"]
    ids = session.scalars(select(Enrollment.id).order_by(Enrollment.id).limit(40)).all()
    day_after = cohort.waves[1].closes_on + timedelta(days=1)
    mine = update(Enrollment).where(Enrollment.id.in_(ids))
    session.execute(mine.values(enrolled_on=day_after))
    found = estimate(session, scope, cohort)
    assert found.estimates[0]["n"] < before
    assert found.estimates[0]["n"] + found.missing == 560


def test_a_group_in_too_few_schools_is_withheld_and_cannot_be_worked_out(session, scope) -> None:
    """Two regions: four schools in one, so the other, too, would tell about them."""
    cohort = make_scored_cohort(session, persons=400, schools=9)
    found = estimate(session, scope, cohort, Grouping.REGION)
    assert [one["group"] for one in found.estimates] == [None]
    assert found.suppressed == [
        {"group": "10", "reason": "protects_another"},
        {"group": "75", "reason": "too_few_clusters"},
    ]


def test_too_few_people_are_refused(session, scope) -> None:
    few = make_scored_cohort(session, persons=30, schools=6)
    with pytest.raises(StatisticsError, match="too_few_persons"):
        estimate(session, scope, few)
    with pytest.raises(StatisticsError, match="too_few_persons"):
        service.estimate_all_gains(session, scope, program_id=few.program.id)


def test_scores_are_needed_and_published(session, scope, cohort) -> None:
    session.execute(delete(type(cohort.run)))
    with pytest.raises(Refusal, match="no_published_scores"):
        estimate(session, scope, cohort)
    score_waves(session, cohort.instrument, cohort.waves, published=False)
    with pytest.raises(Refusal, match="no_published_scores"):
        estimate(session, scope, cohort)


def test_one_wave_makes_no_gain(session, scope, cohort) -> None:
    session.execute(delete(type(cohort.run)))
    score_waves(session, cohort.instrument, cohort.waves[:1])
    with pytest.raises(Refusal, match="one_wave_only"):
        estimate(session, scope, cohort)


def test_an_absent_program_and_one_without_people_are_refused(session, scope, cohort) -> None:
    for absent in (10**9, 2**63, 0, -1):
        with pytest.raises(NotFound):
            service.estimate_gains(session, scope, program_id=absent)
    empty = make_program(session)
    for by in (None, *Grouping):
        with pytest.raises(StatisticsError, match="no_data"):
            service.estimate_gains(session, scope, program_id=empty.id, by=by)


def test_a_newer_run_of_one_wave_does_not_hide_the_older_of_two(session, scope, cohort) -> None:
    score_waves(session, cohort.instrument, cohort.waves[1:])
    assert estimate(session, scope, cohort).scoring_run_id == cohort.run.id


def test_a_newer_run_of_both_waves_is_taken_once_it_is_published(session, scope, cohort) -> None:
    newer = score_waves(session, cohort.instrument, cohort.waves, gain=2.0, published=False)
    assert estimate(session, scope, cohort).scoring_run_id == cohort.run.id
    newer.status = RunStatus.PUBLISHED
    session.flush()
    found = estimate(session, scope, cohort)
    assert found.scoring_run_id == newer.id
    assert found.estimates[0]["value"] == pytest.approx(2.0, abs=0.5)


def test_a_newer_run_of_an_instrument_that_others_sat_is_not_taken(session, scope, cohort) -> None:
    other = make_instrument(session)
    run = make_run(session, other, [make_wave(session, instrument=other, code=c) for c in "ab"])
    run.status = RunStatus.PUBLISHED
    session.flush()
    assert estimate(session, scope, cohort).scoring_run_id == cohort.run.id


def test_two_programs_with_instruments_of_their_own(session, scope, cohort) -> None:
    second = make_scored_cohort(session, persons=200, gain=9.0)
    assert estimate(session, scope, cohort).scoring_run_id == cohort.run.id
    found = estimate(session, scope, second)
    assert found.scoring_run_id == second.run.id
    assert found.estimates[0]["value"] == pytest.approx(9.0, abs=0.6)


def join_class(session, persons: int, year: str, language: str) -> None:
    """Let the first persons be in a class of their own in another year."""
    for person in session.scalars(select(Person).order_by(Person.id).limit(persons)).all():
        school_class = make_class(
            session, school=person.school, letter=f"{person.id}-{year}", language=language
        )
        school_class.academic_year = year
        make_membership(session, person=person, school_class=school_class)


def test_the_class_at_the_time_counts_not_a_later_or_earlier_one(session, scope, cohort) -> None:
    before = by_group(estimate(session, scope, cohort, Grouping.LANGUAGE))
    for year in ("2027-28", "2025-26"):
        join_class(session, 60, year, "uz")
    assert by_group(estimate(session, scope, cohort, Grouping.LANGUAGE)) == before


def test_without_a_class_at_the_time_the_nearest_counts_the_earlier_first(
    session, scope, cohort
) -> None:
    leave_class(session, 60)
    for year, language in (("2028-29", "en"), ("2027-28", "uz")):
        join_class(session, 60, year, language)
    later = by_group(estimate(session, scope, cohort, Grouping.LANGUAGE))
    assert later.keys() == {None, "kk", "ru", "uz"}
    for year, language in (("2024-25", "en"), ("2025-26", "tg")):
        join_class(session, 60, year, language)
    earlier = by_group(estimate(session, scope, cohort, Grouping.LANGUAGE))
    assert earlier.keys() == {None, "kk", "ru", "tg"}


def leave_class(session, persons: int) -> None:
    """Let the first persons have no class, hence no known language."""
    ids = session.scalars(select(Person.id).order_by(Person.id).limit(persons)).all()
    session.execute(update(Membership).where(Membership.person_id.in_(ids)).values(class_id=None))


def test_a_few_without_a_group_are_left_out_of_every_figure(session, scope, cohort) -> None:
    """Otherwise the difference of two totals would tell about them."""
    leave_class(session, 7)
    found = service.estimate_all_gains(session, scope, program_id=cohort.program.id)
    totals = [one.estimates[0] for one in found]
    assert len(found) == 5
    assert all(total == totals[0] for total in totals)
    assert totals[0]["group"] is None
    assert (totals[0]["n"], found[0].missing) == (540, 60)  # 539 and 54 + 7, in tens
    assert by_group(found[3]).keys() == {None, "kk", "ru"}


def test_many_without_a_group_are_a_group_of_their_own(session, scope, cohort) -> None:
    leave_class(session, 100)
    found = by_group(estimate(session, scope, cohort, Grouping.LANGUAGE))
    assert found.keys() == {None, "kk", "ru", "unknown"}
    known = sum(one["n"] for group, one in found.items() if group)
    assert found[None]["n"] == pytest.approx(known, abs=15)


def test_a_grouping_that_nobody_has_is_passed_over(session, scope, cohort) -> None:
    leave_class(session, 600)
    found = service.estimate_all_gains(session, scope, program_id=cohort.program.id)
    assert [one.grouping for one in found] == [None, "region", "sex", "locality"]
    assert found[0].estimates[0]["n"] == 550
    with pytest.raises(StatisticsError, match="no_group_known"):
        estimate(session, scope, cohort, Grouping.LANGUAGE)


@pytest.mark.parametrize("role", [role for role in RoleName if role is not RoleName.SYSTEM])
def test_only_a_program_manager_estimates(session, session_of, cohort, role) -> None:
    user = make_user(session, role=role)
    session.commit()
    own = session_of(user)
    scope = own.info["scope"]
    if role is RoleName.PROGRAM_MANAGER:
        assert estimate(own, scope, cohort).estimates[0]["n"] == 550
        return
    for verb in (service.estimate_gains, service.estimate_all_gains, service.queue_gains):
        with pytest.raises(Forbidden):
            verb(own, scope, program_id=cohort.program.id)
    assert session.scalar(select(func.count()).select_from(Finding)) == 0


def test_fresh_tables_are_joined_as_wholes(session, scope, cohort) -> None:
    """Without statistics PostgreSQL would join person by person: hours for a nation."""
    measured = service.measure(session, cohort.program.id).on
    with whole_tables(session):
        query = in_full(session, gain_rows(cohort.program.id, measured))
        plan = session.connection().exec_driver_sql(f"EXPLAIN {query}").scalars().all()
    assert not [line for line in plan if "Nested Loop" in line or "SubPlan" in line]
    assert session.scalar(select(func.current_setting("enable_nestloop"))) == "on"
