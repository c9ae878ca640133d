"""Several waves: changes beside those who never took part, and whether they moved alike before."""

import re

import pytest

from models.accounts import RoleName
from tests.edu.outcomes.analyses.study import make_study


@pytest.fixture
def page(session, sign_in):
    """The page of a finding, in English."""

    def text(finding) -> str:
        session.commit()
        client = sign_in(RoleName.HEADQUARTERS_VIEWER)
        address = f"/outcomes/analyses/{finding.analysis_id}"
        assert client.get(f"{address}/events.svg").status_code in (200, 404)
        answer = client.get(address, headers={"Accept-Language": "en"})
        return re.sub(r"\s+", " ", answer.text)

    return text


def test_two_waves_have_no_such_section(study, run, page) -> None:
    finding = run(study)
    assert finding.report["events"] is None
    assert "From wave to wave" not in page(finding)


def test_four_waves_tell_the_change_and_that_both_moved_alike_before(session, run, page) -> None:
    finding = run(make_study(session, apart=0.0))
    events = finding.report["events"]
    assert events["waves"] == ["before", "between", "baseline", "endline"]
    low, high = events["effect"]["interval"]
    assert low < 20 < high
    assert [each["time"] for each in events["times"]] == [-2, -1, 0]
    assert events["pre_trend"]["p_value"] > 0.05
    text = page(finding)
    assert "those who took part moved up by" in text
    assert "Before the program the groups moved alike, as far as can be seen." in text
    assert "start of the program" in text


def test_groups_that_moved_apart_before_are_said_to_have(session, run, page) -> None:
    finding = run(make_study(session, apart=15.0))
    assert finding.report["events"]["pre_trend"]["p_value"] < 0.05
    assert "Before the program the groups already moved apart" in page(finding)
