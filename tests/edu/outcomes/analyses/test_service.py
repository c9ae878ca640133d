"""An analysis is defined once, saved, and answers the same on the same data."""

import json

import pytest
from sqlalchemy import delete, select, update

from edu.outcomes.analyses import service
from edu.outcomes.analyses.definition import Definition, Pool
from edu.outcomes.groupings import Grouping
from ml.errors import StatisticsError
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import NotFound, Refusal
from models.outcomes import Finding
from models.people import Person
from tests.edu.outcomes.analyses.study import make_study
from tests.factories.assessments import make_wave


def estimate(finding: Finding) -> dict:
    return finding.estimates[0]


def failed(finding: Finding) -> set[str]:
    return {check["name"] for check in finding.checks if not check["passed"]}


def test_the_true_effect_lies_inside_the_interval_and_is_called_one(study, run) -> None:
    finding = run(study)
    low, high = estimate(finding)["interval"]
    assert low < 20 < high
    assert high - low < 20
    assert failed(finding) == set()
    assert finding.report["effect"]["is_causal"]


def test_a_finding_holds_all_that_made_it(study, run) -> None:
    finding = run(study, seed=7)
    assert (finding.kind, finding.seed, finding.method_version) == ("effect", 7, "5")
    assert Definition.from_dict(finding.definition).seed == 7
    assert len(finding.data_fingerprint) == 64
    assert finding.software.keys() == {"edu", "numpy", "scipy", "scikit-learn"}
    assert len(finding.checks) == 8


def test_a_rerun_on_the_same_data_gives_the_same_bits(session, scope, study, defined) -> None:
    first, again = (
        service.run_analysis(session, scope, analysis_id=defined(study).id) for _ in range(2)
    )
    assert first.id != again.id
    for name in ("estimates", "checks", "report", "data_fingerprint"):
        assert json.dumps(getattr(first, name)) == json.dumps(getattr(again, name))
    once_more = service.run_analysis(session, scope, analysis_id=first.analysis_id)
    assert once_more.id == first.id


def test_new_data_make_a_new_finding(session, scope, study, run) -> None:
    first = run(study)
    session.execute(delete(Person).where(Person.id == study.people[0]))
    again = service.run_analysis(session, scope, analysis_id=first.analysis_id)
    assert again.id != first.id
    assert again.data_fingerprint != first.data_fingerprint


def test_a_definition_survives_json() -> None:
    asked = Definition(
        program="p", offerings=("a",), groups=(Grouping.SEX,), comparison=Pool.NATION
    )
    assert Definition.from_dict(json.loads(json.dumps(asked.as_dict()))) == asked


def test_a_definition_of_a_later_version_is_refused() -> None:
    with pytest.raises(Refusal, match="unknown_definition"):
        Definition.from_dict({"version": 2, "program": "p"})


def test_groups_that_started_ahead_are_a_difference_not_an_effect(session, run) -> None:
    finding = run(make_study(session, drift=30.0))
    assert "placebo" in failed(finding)
    assert not finding.report["effect"]["is_causal"]


def test_more_loss_on_one_side_is_told(session, run) -> None:
    finding = run(make_study(session, lost=0.3))
    assert "attrition" in failed(finding)


def test_what_the_records_tell_is_made_equal(session, run) -> None:
    finding = run(make_study(session, unlike=0.5))
    balance = {row["column"]: row for row in finding.report["balance"]}
    sex = next(row for name, row in balance.items() if name.startswith("sex:"))
    assert abs(sex["before"]) > 0.3
    assert abs(sex["after"]) < 0.1


def test_the_flow_counts_every_loss(session, run) -> None:
    study = make_study(session, lost=0.15)
    flow = run(study).report["flow"]
    took = int(study.took.sum())
    steps = {step["name"]: step["count"] for step in flow["treated"]}
    assert flow["registered"] == 900
    assert steps["enrolled"] == steps["stayed"] == steps["baseline"] == took
    assert steps["endline"] == steps["analysed"] < took
    assert {step["name"]: step["count"] for step in flow["comparison"]}["analysed"] == 900 - took


def test_those_who_gave_up_are_on_neither_side(session, run) -> None:
    study = make_study(session, lost=0.15)
    some = select(Enrollment.id).order_by(Enrollment.id).limit(40)
    session.execute(
        update(Enrollment)
        .where(Enrollment.id.in_(some))
        .values(status=EnrollmentStatus.WITHDRAWN, reason="moved")
    )
    flow = run(study).report["flow"]
    took = int(study.took.sum())
    assert [step["count"] for step in flow["treated"]][:2] == [took, took - 40]
    assert flow["comparison"][0]["count"] == 900 - took


def test_groups_are_named_in_advance_and_corrected(study, run) -> None:
    groups = {one["grouping"]: one for one in run(study, groups=(Grouping.SEX,)).report["groups"]}
    assert groups.keys() == {"sex"}
    rows = groups["sex"]["rows"]
    assert {row["estimate"]["group"] for row in rows} == {"female", "male"}
    assert all(row["holm"] >= row["p_value"] for row in rows)
    assert sum(row["estimate"]["n"] for row in rows) == pytest.approx(
        run(study).estimates[0]["n"], abs=10
    )


def refused(session, study, run, **options) -> str:
    with pytest.raises((StatisticsError, Refusal)) as caught:
        run(study, **options)
    return caught.value.code


def test_everybody_enrolled_is_refused(session, run) -> None:
    assert refused(session, make_study(session, share=1.0), run) == "all_enrolled"


def test_nobody_enrolled_is_refused(session, run) -> None:
    assert refused(session, make_study(session, share=0.0), run) == "nobody_enrolled"


def test_no_comparison_group_is_refused(session, study, run) -> None:
    assert refused(session, study, run, comparison=Pool.OTHER_SCHOOLS) == "no_comparison_group"


def test_one_school_is_refused(session, run) -> None:
    assert refused(session, make_study(session, schools=1), run) == "one_cluster"


def test_few_schools_are_refused(session, run) -> None:
    assert refused(session, make_study(session, schools=4), run) == "too_few_clusters"


def test_a_constant_outcome_is_refused(session, run) -> None:
    assert refused(session, make_study(session, constant=True), run) == "constant_outcome"


def test_waves_on_unlinked_scales_are_refused(session, study, run) -> None:
    make_wave(session, instrument=study.run.instrument, code="another")
    with pytest.raises(Refusal, match="waves_not_linked"):
        run(study, waves=("baseline", "another"))


def test_no_overlap_is_refused(session, run) -> None:
    made = make_study(session, unlike=1.0)
    assert refused(session, made, run) == "no_overlap"


def test_an_unknown_program_or_offering_is_refused(session, scope, study, run) -> None:
    with pytest.raises(Refusal, match="unknown_offerings"):
        run(study, offerings=("none",))
    with pytest.raises(NotFound, match="unknown_program"):
        service.define(session, scope, name="x", definition=Definition(program="none"))
