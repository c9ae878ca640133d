"""What an answer's JSON may not give away, and what its words may not claim."""

import re
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from sqlalchemy import select, text

from edu.outcomes.analyses import service
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.estimates.checks import tell_balance
from edu.outcomes.analyses.estimates.effects import without_share
from edu.outcomes.precision import decimals
from ml.errors import StatisticsError
from ml.estimate import Estimate
from models.accounts import RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Refusal
from models.outcomes import Analysis
from models.people import Person, Sex
from tests.edu.outcomes.analyses.study import make_study
from tests.factories.http import csrf_token

ROOT = Path(__file__).resolve().parents[4]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def manager(sign_in):
    return sign_in(RoleName.PROGRAM_MANAGER)


def page(client, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def counts_that_fit(difference: float, sizes: tuple[int, int]) -> int:
    """How many pairs of counts (of those who took part, of the others) give this difference."""
    took, others = (np.arange(size + 1) / size for size in sizes)
    p, q = np.meshgrid(took, others, indexing="ij")
    spread = np.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(spread > 0, (p - q) / spread, np.nan)
    return int((np.round(found, 2) == difference).sum())


def test_no_difference_in_the_json_tells_how_many_have_a_label(study, run) -> None:
    """An unrounded one had a single solution in whole people."""
    report = run(study).report
    sizes = report["arms"]["treated"]["n"], report["arms"]["comparison"]["n"]
    labels = [row for row in report["balance"] if ":" in row["column"]]
    assert labels
    for row in labels:
        assert counts_that_fit(row["before"], sizes) > 50


def test_a_label_of_few_people_is_not_told_at_all(session, run) -> None:
    study = make_study(session)
    boys = session.scalars(select(Person).where(Person.sex == Sex.MALE)).all()
    for boy in boys[40:]:
        boy.sex = Sex.FEMALE
    session.commit()
    finding = run(study)
    told = [row["column"] for row in finding.report["balance"]]
    assert not [name for name in told if name.startswith("sex")]
    assert [row["reason"] for one in finding.report["groups"] for row in one["suppressed"]]


def test_no_column_of_a_withheld_group_is_told(session, run) -> None:
    """Three regions of 5, 5 and 4 schools: one has too few, one more protects it."""
    report = run(make_study(session, schools=14, regions=("10", "75", "11"))).report
    withheld = {
        f"{one['grouping']}:{row['group']}" for one in report["groups"] for row in one["suppressed"]
    }
    assert len(withheld) == 2
    assert withheld.isdisjoint(row["column"] for row in report["balance"])


def test_people_are_counted_in_tens(session, run) -> None:
    finding = run(make_study(session, lost=0.01))
    flow = finding.report["flow"]
    counts = [
        flow["registered"],
        *(step["count"] for arm in ("treated", "comparison") for step in flow[arm]),
    ]
    report = finding.report
    counts += [
        flow["registered"],
        report["effect"]["estimate"]["n"],
        report["arms"]["treated"]["n"],
        finding.missing,
    ]
    assert not [count for count in counts if count % 10]


def attrition(finding) -> dict:
    return next(one for one in finding.checks if one["name"] == "attrition")["parameters"]


def test_a_share_of_people_lost_tells_no_number_of_them(session, run) -> None:
    finding = run(make_study(session, lost=0.01))
    flow = {step["name"]: step["count"] for step in finding.report["flow"]["treated"]}
    lost = attrition(finding)["treated"] * flow["baseline"]
    assert lost == pytest.approx(round(lost, -1), abs=0.2)


def test_two_answers_that_differ_by_one_person_do_not_tell_what_that_person_gained(
    session, run, study
) -> None:
    """Told to the last digit, the difference was this one's gain."""
    first = run(study).report["participants"]["estimate"]
    gone = session.scalars(
        select(Enrollment).where(Enrollment.person_id == study.people[int(np.argmax(study.took))])
    ).one()
    gone.status = EnrollmentStatus.WITHDRAWN
    session.flush()
    after = run(study, seed=2).report["participants"]["estimate"]
    assert first["n"] - after["n"] in (0, 10)
    steps = [one["value"] / 0.5 for one in (first, after)]
    assert steps == pytest.approx([round(one) for one in steps])
    assert (after["n"] or 0) * 0.5 > 100


def test_a_column_that_may_not_be_told_is_not_named_by_a_check_either() -> None:
    check = {"value": 0.1142, "parameters": {"column": "region:43", "before": 2.1578}}
    tell_balance(check, ["region:10", "baseline"], 0.05)
    assert check == {"value": 0.1, "parameters": {"column": "region:", "before": None}}
    told = {"value": 0.1142, "parameters": {"column": "region:10", "before": 0.3123}}
    tell_balance(told, ["region:10"], 0.05)
    assert told["parameters"] == {"column": "region:10", "before": 0.3}


def test_what_is_refused_tells_no_number_of_people(session, run) -> None:
    with pytest.raises(StatisticsError) as caught:
        run(make_study(session, share=1.0))
    assert caught.value.parameters == {}


def test_many_people_lost_are_told(session, run) -> None:
    finding = run(make_study(session, lost=0.08))
    assert attrition(finding)["treated"] == pytest.approx(0.08, abs=0.04)
    assert finding.report["effect"]["n_missing"] == finding.missing


def test_nothing_found_is_never_called_an_effect(session, manager, run) -> None:
    finding = run(make_study(session, effect=0.0))
    session.commit()
    shown = page(manager, f"/outcomes/analyses/{finding.analysis_id}")
    assert "This is an effect" not in shown
    assert "not an effect, because" not in shown
    assert "No effect can be shown. As all 8 checks passed, one of more than" in shown


def test_the_page_shows_both_groups_before_and_after(session, manager, study, run) -> None:
    finding = run(study)
    session.commit()
    shown = page(manager, f"/outcomes/analyses/{finding.analysis_id}")
    assert "How far apart both groups were, before and after weighting" in shown
    assert "the first score" in shown
    assert all(abs(row["after"]) < 0.1 for row in finding.report["balance"])


def test_a_placebo_is_told_with_its_interval(session, manager, study, run) -> None:
    finding = run(study)
    session.commit()
    shown = page(manager, f"/outcomes/analyses/{finding.analysis_id}")
    assert re.search(r"no difference can be told from chance: \S+ \(\S+ to \S+\)", shown)


def test_those_outside_of_both_groups_are_told(session, manager, run) -> None:
    finding = run(make_study(session, lost=0.2))
    session.commit()
    shown = page(manager, f"/outcomes/analyses/{finding.analysis_id}")
    assert "They are in neither group, and no check can see whether that was chance." in shown


def test_waves_in_the_wrong_order_are_refused(session, scope, study) -> None:
    asked = Definition(program=study.program.code, waves=("endline", "baseline"))
    with pytest.raises(Refusal) as refusal:
        service.define(session, scope, name="Lessons", definition=asked)
    assert refusal.value.code == "waves_reversed"


def test_a_long_list_has_pages(session, scope, manager, study) -> None:
    for number in range(52):
        asked = Definition(program=study.program.code, seed=number)
        service.define(session, scope, name=f"Lessons {number}", definition=asked)
    session.commit()
    first = page(manager, "/outcomes/analyses/")
    assert "Lessons 51" in first
    assert ">Lessons 0<" not in first
    following = re.search(r'href="([^"]+)">Earlier analyses', first)
    assert ">Lessons 0<" in page(manager, following[1].replace("&amp;", "&"))


def test_the_form_takes_codes_of_offerings(session, manager, study) -> None:
    fields = {
        "csrf_token": csrf_token(manager), "name": "One", "program": study.program.code,
        "scale": "digital_literacy", "first_wave": "baseline", "last_wave": "endline",
        "comparison": "nation", "estimand": "ATT",
    }  # fmt: skip
    wrong = manager.post(
        "/outcomes/analyses/new", data={**fields, "offerings": "none, other"}, headers=ENGLISH
    )
    assert wrong.status_code == 422
    assert "none, other" in wrong.text
    code = study.offering.code
    answer = manager.post("/outcomes/analyses/new", data={**fields, "offerings": f" {code}, "})
    assert answer.status_code == 302
    assert session.scalars(select(Analysis)).one().definition["offerings"] == [code]


def test_the_command_takes_all_that_a_definition_has(session, edu, study) -> None:
    told = edu(
        "estimate", "effect", "--program", study.program.code, "--offering", study.offering.code,
        "--group", "sex", "--estimand", "ATE", "--folds", "4", "--seed", "3",
    )  # fmt: skip
    assert told.exit_code == 0
    kept = session.scalars(select(Analysis)).one().definition
    assert kept["offerings"] == [study.offering.code]
    assert (kept["groups"], kept["estimand"], kept["folds"]) == (["sex"], "ATE", 4)


def test_answers_of_earlier_methods_are_taken_away(session, manager, study, run) -> None:
    """They held what small groups could be counted from; the analysis waits to be run again."""
    finding = run(study)
    finding.method_version = "3"
    session.flush()
    path = ROOT / "migrations" / "versions" / "0008_answers_of_earlier_methods.py"
    session.execute(text(run_path(str(path))["STRIP"]))
    session.commit()
    session.expire_all()
    assert finding.report is None
    address = f"/outcomes/analyses/{finding.analysis_id}"
    assert "This analysis has not been answered yet." in page(manager, address)
    assert "No answer yet." in page(manager, "/outcomes/analyses/")
    assert manager.get(f"/api/v1/analyses/{finding.analysis_id}/finding").status_code == 404
    assert manager.get(f"/api/v1/findings/{finding.id}").json["report"] is None


def test_each_group_is_told_with_its_own_figure_too(session, manager, study, run) -> None:
    finding = run(study)
    session.commit()
    shown = page(manager, f"/outcomes/analyses/{finding.analysis_id}")
    own = Estimate.from_dict(finding.report["groups"][0]["rows"][0]["estimate"])
    digits = decimals(own)
    assert f"{own.value:.{digits}f} ({own.interval[0]:.{digits}f}" in shown


def test_bounds_tell_no_fraction_of_a_point_where_few_are_lost(session, run) -> None:
    finding = run(make_study(session, lost=0.01, persons=900))
    given = attrition(finding)
    assert given["lower"] == round(given["lower"])
    assert given["upper"] == round(given["upper"])


def numbers(value, name: str = ""):
    """Every number of an answer with the name under which it stands; estimates by themselves."""
    if isinstance(value, dict):
        inner = {k: v for k, v in value.items() if not ({"value", "se"} <= value.keys())}
        for key, each in inner.items():
            yield from numbers(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from numbers(each, name)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield name, value


def digits_of(number: float) -> int:
    return len(f"{abs(number):.11e}".partition("e")[0].replace(".", "").rstrip("0"))


@pytest.mark.parametrize("options", [{}, {"apart": 5.0}, {"a_month": 2.0, "lost": 0.05}])
def test_no_number_of_an_answer_is_told_finer_than_the_rule(session, run, options) -> None:
    finding = run(make_study(session, **options))
    found = [*numbers(finding.report), *numbers(finding.checks)]
    assert len(found) > 60
    in_points = {"largest", "band", "lower", "upper", "estimate", "low", "high"}
    fine = [
        (name, number)
        for name, number in found
        if isinstance(number, float) and name not in in_points and digits_of(number) > 2
    ]
    # Steps of a balance and shares of tens have as many digits as their steps.
    assert {name for name, _ in fine} <= {"before", "after", "treated", "comparison", "value"}
    counts = {"count", "n", "n_missing", "registered"}
    assert not [one for one in found if one[0] in counts and one[1] % 10]


def test_the_effective_size_is_told_in_tens(study, run) -> None:
    """With the treated weighed alike it is their number."""
    check = next(one for one in run(study).checks if one["name"] == "effective_sample_size")
    assert check["value"] % 10 == 0


def test_no_variance_tells_how_far_one_person_is_from_the_others(study, run) -> None:
    report = run(study).report
    assert report["participants"].keys() == {"estimate"}
    assert "imputation_variance" not in report["effect"]


def test_what_stands_before_the_program_is_told_as_its_estimates_are(session, run) -> None:
    events = run(make_study(session, apart=5.0)).report["events"]
    assert "largest" not in events["pre_trend"]
    check = next(one for one in events["checks"] if one["name"] == "pre_trend")
    told = [abs(one["estimate"]["value"]) for one in events["times"] if one["time"] < 0]
    assert check["parameters"]["largest"] == pytest.approx(max(told))


def test_a_refusal_for_lack_of_overlap_tells_no_share() -> None:
    refused = without_share(StatisticsError("no_overlap", share=0.28125, least=0.5))
    assert refused.parameters == {"least": 0.5}
