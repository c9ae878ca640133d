"""How outcomes go with months in the program: among those who took part, never an effect."""

from datetime import date

import pytest
from sqlalchemy import update

from models.accounts import RoleName
from models.enrollments import Enrollment
from tests.edu.outcomes.analyses.study import make_study


@pytest.fixture
def page(session, sign_in):
    """The page of a finding, in English."""

    def text(finding) -> str:
        session.commit()
        client = sign_in(RoleName.HEADQUARTERS_VIEWER)
        address = f"/outcomes/analyses/{finding.analysis_id}"
        answer = client.get(address, headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        return answer.text

    return text


def test_the_points_a_month_lie_inside_the_interval(session, run) -> None:
    dose = run(make_study(session, a_month=8.0)).report["dose"]
    low, high = dose["slope"]["interval"]
    assert low < 8 < high
    assert high - low < 8
    assert dose["caveats"][:2] == ["dose_chosen", "dose_survivors"]
    quarters = [step["at"] for step in dose["steps"]]
    assert quarters == sorted(quarters)
    assert dose["steps"][-1]["estimate"]["value"] > 15


def test_the_page_tells_it_as_no_effect_and_shows_a_picture(session, run, page, sign_in) -> None:
    finding = run(make_study(session, a_month=8.0))
    text = page(finding)
    assert "a month more went with" in text
    assert "This is not an effect of more time." in text
    assert "Nobody was assigned an amount" in text
    assert "Months in the program and points, among those who took part" in text
    client = sign_in(RoleName.HEADQUARTERS_VIEWER)
    assert client.get(f"/outcomes/analyses/{finding.analysis_id}/dose.csv").status_code == 200


def test_months_that_do_not_vary_are_said_to(study, run, page) -> None:
    finding = run(study)
    assert finding.report["dose"]["refused"]["code"] == "dose_alike"
    assert "Nearly everybody was in the program equally long, from 6.4 to 6.4 months" in page(
        finding
    )


def test_only_the_time_between_the_waves_counts(session, study, run) -> None:
    session.execute(update(Enrollment).values(enrolled_on=date(2025, 9, 1), ended_on=None))
    alike = run(study).report["dose"]["refused"]["parameters"]
    days = (date(2027, 5, 1) - date(2026, 9, 1)).days + 1
    assert alike == {
        "low": pytest.approx(days / 30.4, rel=0.005),
        "high": pytest.approx(days / 30.4, rel=0.005),
    }


def test_who_had_left_before_the_first_wave_has_no_months(session, study, run) -> None:
    early = {"applied_on": date(2026, 3, 1), "enrolled_on": date(2026, 3, 1)}
    session.execute(update(Enrollment).values(**early, ended_on=date(2026, 5, 1)))
    assert run(study).report["dose"]["refused"]["code"] == "too_few_persons"
