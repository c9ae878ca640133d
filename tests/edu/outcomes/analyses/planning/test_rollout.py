"""Before a rollout: what it can show, on a page, by the API and on the command line."""

import json
from statistics import NormalDist

import pytest

from edu.outcomes.analyses.planning.rollout import planned
from models.accounts import RoleName

PAGE = "/outcomes/analyses/plan"
API = "/api/v1/analyses/plan"
ENGLISH = {"Accept-Language": "en"}
PILOT = {"schools": 500, "pupils": 40, "icc": 0.2, "pupil_attrition": 0.1}


@pytest.fixture
def viewer(sign_in):
    return sign_in(RoleName.HEADQUARTERS_VIEWER)


def test_the_pilot_schools_find_what_the_formula_says() -> None:
    # Bloom (2007), with the normal distribution: 498 degrees of freedom hardly differ from it.
    error = ((0.2 + 0.8 / 36) / (0.25 * 500)) ** 0.5
    normal = NormalDist()
    expected = (normal.inv_cdf(0.975) + normal.inv_cdf(0.8)) * error
    found = planned(power=0.8, effect=expected, **PILOT)
    assert found.detectable.effect == pytest.approx(expected, rel=0.005)
    assert found.asked.power == pytest.approx(0.8, abs=0.005)
    assert found.needed == pytest.approx(500, abs=4)


def test_the_curve_rises_with_the_effect_and_with_the_schools() -> None:
    curves = planned(power=0.8, **PILOT).curve
    assert list(curves) == [500, 250, 1000]
    for pairs in curves.values():
        powers = [power for _, power in pairs]
        assert powers == sorted(powers)
        assert powers[0] == pytest.approx(0.05)
    whole, half, double = ([power for _, power in pairs] for pairs in curves.values())
    assert all(a < b < c for a, b, c in zip(half[1:], whole[1:], double[1:], strict=True))


def test_few_schools_have_no_half() -> None:
    assert list(planned(power=0.8, **PILOT | {"schools": 4}).curve) == [4, 8]


def test_the_page_shows_the_pilot_and_takes_numbers_with_a_comma(viewer) -> None:
    text = viewer.get(PAGE, headers=ENGLISH).text
    assert "An effect of 0.118 standard deviations or more is found with a chance" in text
    assert "that is 11.8 points of a scale" in text
    assert "The chance to find an effect, by its size" in text
    assert 'name="schools" type="text" value="500"' in text
    asked = viewer.get(PAGE, query_string={"icc": "0,1", "effect": "0.2"}, headers=ENGLISH)
    assert asked.status_code == 200
    assert "An effect of 0.200 standard deviations is found with" in asked.text
    assert 'value="0,1"' in asked.text


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"icc": "1.5"}, "Choose between 0 and 0.99."),
        ({"schools": "many"}, "Write a whole number here."),
        ({"pupils": "nan"}, "Write a number here."),
        ({"power": "1"}, "Choose between 0.1 and 0.99."),
        (
            {"schools": "4", "school_attrition": "0.9"},
            'id="school_attrition-error">Where a share of 0.9 of 4 schools is lost by the end,',
        ),
        (
            {"schools": "10", "treated_share": "0.01"},
            'id="treated_share-error">A share of 0.01 of 10 schools leaves fewer than 2 whole',
        ),
        (
            {"schools": "4", "attrition": "0.99"},
            'id="attrition-error">Where a share of 0.99 of 40 pupils in each school is lost',
        ),
        ({"effect": "0.001", "icc": "0.9", "power": "0.99"}, "No rollout is large enough"),
    ],
)
def test_what_cannot_be_planned_is_said_where_it_is_wrong(viewer, wrong, text: str) -> None:
    answer = viewer.get(PAGE, query_string=wrong, headers=ENGLISH)
    assert answer.status_code == 422
    assert text in answer.text
    assert viewer.get(API, query_string=wrong).status_code == 422


def test_the_picture_can_be_taken_along(viewer) -> None:
    for kind in ("svg", "png", "csv", "json"):
        answer = viewer.get(f"{PAGE}/power.{kind}?schools=100&effect=")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert viewer.get(f"{PAGE}/power.svg?schools=x").status_code == 404
    assert viewer.get(f"{PAGE}/power.exe").status_code == 404


def test_api_and_command_agree(viewer, edu) -> None:
    asked = {"schools": 500, "pupils": 40, "icc": 0.2, "attrition": 0.1, "effect": 0.1}
    options = [part for name, value in asked.items() for part in (f"--{name}", str(value))]
    told = edu("estimate", "plan", *options, "--json")
    assert told.exit_code == 0
    assert json.loads(told.output) == viewer.get(API, query_string=asked).json
    assert "0.118 standard deviations" in edu("estimate", "plan", *options).output


def test_the_command_names_every_wrong_number(edu) -> None:
    told = edu("estimate", "plan", "--icc", "2", "--power", "0", "--json")
    assert told.exit_code == 1
    error = json.loads(told.output)["error"]
    assert error["code"] == "invalid_plan"
    assert "icc: Choose between 0 and 0.99." in error["message"]
    assert "power: Choose between 0.1 and 0.99." in error["message"]


def test_the_command_says_what_is_at_fault_and_how_to_mend_it(edu) -> None:
    few = edu("estimate", "plan", "--schools", "10", "--treated-share", "0.01", "--json")
    assert few.exit_code == 1
    assert json.loads(few.output)["error"]["code"] == "too_few_schools_in_arm"
    assert "Plan more schools, or a share nearer to one half." in few.output
    lost = edu("estimate", "plan", "--schools", "4", "--attrition", "0.99", "--json")
    assert json.loads(lost.output)["error"]["code"] == "too_few_pupils_left"
    assert "or a smaller loss of pupils." in lost.output


def test_half_of_the_schools_is_no_curve_where_an_arm_would_be_too_small() -> None:
    few = PILOT | {"schools": 30, "treated_share": 0.1}
    assert list(planned(power=0.8, **few).curve) == [30, 60]


def test_unknown_arguments_of_the_api_are_refused(viewer) -> None:
    assert viewer.get(API, query_string={"color": "blue"}).status_code == 422
