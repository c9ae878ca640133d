"""Mean scores of anonymous samples."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

from edu.outcomes import service
from models.accounts import RoleName
from models.assessments import Respondent, Sitting
from models.errors import Forbidden, NotFound, Refusal
from models.outcomes import Finding
from models.scores import RunStatus, Score, ScoringRun
from tests.edu.outcomes.conftest import cr2_mean
from tests.factories.accounts import make_user
from tests.factories.assessments import make_wave
from tests.factories.places import make_district, make_school, region
from tests.factories.scores import make_run, make_scored_sample, score_sample

CAREFUL = 'home "A" %'
READERS = [
    RoleName.SCHOOL_ADMINISTRATOR,
    RoleName.REGIONAL_COORDINATOR,
    RoleName.PROGRAM_MANAGER,
    RoleName.HEADQUARTERS_VIEWER,
    RoleName.RESEARCHER,
]


def estimate(session, scope, by=None, sample="sample"):
    return service.estimate_means(session, scope, sample=sample, by=by)


def by_group(finding) -> dict[str | None, dict]:
    return {one["group"]: one for one in finding.estimates}


def plain_rows(session) -> list[tuple[float, str, dict]]:
    statement = (
        select(Score.value, Respondent.school_code, Respondent.groups)
        .join(Sitting, Sitting.id == Score.sitting_id)
        .join(Respondent, Respondent.id == Sitting.respondent_id)
        .where(Score.value.is_not(None))
    )
    return [tuple(row) for row in session.execute(statement)]


@pytest.mark.parametrize(
    ("by", "groups"), [(None, set()), ("sex", {"female", "male"}), (CAREFUL, {"NA", "b"})]
)
def test_every_mean_equals_a_computation_apart(session, scope, by, groups) -> None:
    make_scored_sample(session, respondents=500)
    rows = plain_rows(session)
    finding = estimate(session, scope, by)
    found = by_group(finding)
    assert found.keys() == {None} | groups
    assert finding.missing == 500 - len(rows) == 38
    for group, one in found.items():
        mine = [row for row in rows if group in (None, row[2].get(by))]
        expected = cr2_mean([row[0] for row in mine], [row[1] for row in mine])
        assert (one["value"], one["se"], one["df"]) == pytest.approx(expected, rel=1e-9)
        assert (one["name"], one["n"], one["n_clusters"]) == ("mean", len(mine), 20)


def test_a_finding_holds_all_that_made_it(session, scope) -> None:
    make_scored_sample(session, respondents=500)
    finding = estimate(session, scope, "sex")
    assert finding.definition == {
        "kind": "means",
        "sample": "sample",
        "wave": "baseline",
        "by": "sex",
    }
    assert (finding.kind, finding.grouping, finding.program_id) == ("means", "sex", None)
    assert (finding.method, finding.method_version) == ("CR2", "2")
    assert finding.scoring_run_id == session.scalar(select(ScoringRun.id))


def test_the_same_data_give_the_same_finding_and_other_labels_another(session, scope) -> None:
    make_scored_sample(session, respondents=500)
    first = estimate(session, scope, "sex")
    assert estimate(session, scope, "sex") is first
    assert estimate(session, scope).data_fingerprint == first.data_fingerprint
    everybody = update(Respondent).where(Respondent.line == 2)
    session.execute(everybody.values(groups={"sex": "female", CAREFUL: "b"}))
    again = estimate(session, scope, "sex")
    assert again.id != first.id
    assert again.data_fingerprint != first.data_fingerprint
    before, after = by_group(first), by_group(again)
    assert after["male"]["n"] == before["male"]["n"] - 1
    assert after["female"]["n"] == before["female"]["n"] + 1
    assert after[None] == before[None]


def test_a_few_without_labels_are_left_out_with_and_without_a_breakdown(session, scope) -> None:
    make_scored_sample(session, respondents=800, unlabeled=9)
    everybody, by_sex = estimate(session, scope), estimate(session, scope, "sex")
    assert everybody.estimates[0] == by_sex.estimates[0]
    assert everybody.estimates[0]["n"] == sum(1 for row in plain_rows(session) if row[2])
    assert everybody.estimates[0]["n"] + everybody.missing == 800
    assert by_group(by_sex).keys() == {None, "female", "male"}


def test_the_last_wave_counts_alone(session, scope) -> None:
    """Otherwise a respondent would count twice."""
    sample = make_scored_sample(session, respondents=300)
    first, late = estimate(session, scope).estimates[0], date(2027, 9, 1)
    last = make_wave(
        session, instrument=sample.instrument, code="later", opens_on=late, closes_on=late
    )
    earlier = make_wave(
        session, instrument=sample.instrument, code="early", opens_on=date(2025, 9, 1)
    )
    run = score_sample(session, sample, [earlier, last])
    finding = estimate(session, scope)
    assert (finding.scoring_run_id, finding.definition["wave"]) == (run.id, "later")
    assert finding.estimates[0]["n"] == first["n"]
    assert finding.estimates[0]["value"] == pytest.approx(first["value"] + 10)


def test_samples_do_not_mix(session, scope) -> None:
    make_scored_sample(session, respondents=300)
    make_scored_sample(session, respondents=200, code="other")
    assert estimate(session, scope).estimates[0]["n"] == 300 - 300 // 13
    assert estimate(session, scope, sample="other").estimates[0]["n"] == 200 - 200 // 13


@pytest.mark.parametrize("role", READERS)
def test_whoever_may_read_figures_reads_the_same(session, session_of, scope, role) -> None:
    """Also a school, which may not read the respondents."""
    make_scored_sample(session, respondents=300)
    own_place = make_school(session, district=make_district(session, region=region(session)))
    user = make_user(session, role=role, schools=[own_place])
    session.commit()
    own = session_of(user)
    found = estimate(own, own.info["scope"], "sex")
    own.commit()
    assert estimate(session, scope, "sex").id == found.id
    assert service.groupings_of_sample(own, own.info["scope"], sample="sample") == [CAREFUL, "sex"]


def test_a_school_reads_no_respondent_afterwards(session, session_of) -> None:
    make_scored_sample(session, respondents=300)
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR)
    session.commit()
    own = session_of(user)
    scope = own.info["scope"]
    count = select(func.count()).select_from(Respondent)
    estimate(own, scope)
    assert own.scalar(count) == 0
    with pytest.raises(Refusal, match="unknown_group"):
        estimate(own, scope, by="nothing")
    assert (own.scalar(count), own.info["scope"]) == (0, scope)


def test_who_may_not_read_figures_is_refused(session, session_of) -> None:
    make_scored_sample(session, respondents=300)
    user = make_user(session, role=RoleName.SYSTEM_ADMINISTRATOR)
    session.commit()
    own = session_of(user)
    for verb in (service.estimate_means, service.groupings_of_sample):
        with pytest.raises(Forbidden):
            verb(own, own.info["scope"], sample="sample")
    assert session.scalar(select(func.count()).select_from(Finding)) == 0


@pytest.mark.parametrize("name", ["nothing", "", "a\x00b", "a/b", "\ud800"])
def test_an_unknown_sample_is_refused(session, scope, name) -> None:
    with pytest.raises(NotFound, match="unknown_sample"):
        estimate(session, scope, sample=name)


def test_an_unknown_group_is_refused_with_those_there_are(session, scope) -> None:
    make_scored_sample(session, respondents=300)
    with pytest.raises(Refusal) as refusal:
        estimate(session, scope, by="region")
    assert (refusal.value.code, refusal.value.parameters) == (
        "unknown_group",
        {"found": "region", "expected": [CAREFUL, "sex"]},
    )


def test_a_sample_without_groups_has_but_its_mean(session, scope) -> None:
    make_scored_sample(session, respondents=300, unlabeled=300)
    assert estimate(session, scope).estimates[0]["n"] == 300 - 300 // 13
    with pytest.raises(Refusal, match="sample_without_groups"):
        estimate(session, scope, by="sex")


def test_scores_must_be_published(session, scope) -> None:
    sample = make_scored_sample(session, respondents=300)
    session.execute(delete(ScoringRun))
    session.refresh(sample)
    run = make_run(session, sample.instrument, sample.instrument.waves)
    run.sample_id = sample.id
    session.flush()
    assert run.status is RunStatus.FINISHED
    with pytest.raises(Refusal, match="no_published_scores"):
        estimate(session, scope)
