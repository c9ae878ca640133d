"""The own cohorts beside the series: what the page computes, and what it refuses."""

import re

import pytest

from edu.accounts.scope import system_scope
from edu.outcomes.pisa.cohorts import service
from edu.outcomes.pisa.cohorts.concordance_importer import import_concordance
from models.accounts import RoleName
from tests.edu.outcomes.pisa.cohorts.test_concordance import file_of
from tests.factories.pisa import make_cohorts

PAGE = "/outcomes/pisa/cohorts"
API = "/api/v1/pisa/projection/mathematics"
BOTH = {"coverage": "0.2", "discount": "0.5"}


@pytest.fixture
def manager(sign_in, known):
    return sign_in(RoleName.PROGRAM_MANAGER)


@pytest.fixture
def run(session):
    made = make_cohorts(session)
    session.commit()
    return made


@pytest.fixture
def linked(session, run):
    import_concordance(session, system_scope(), file_of())
    session.commit()


@pytest.fixture
def estimated(session, run, linked):
    service.estimate_cohorts(session, system_scope(), run_id=run.id)
    session.commit()


def ask(client, **given: str):
    """The status, and the section of the page, on one line."""
    answer = client.get(PAGE, query_string=given, headers={"Accept-Language": "en"})
    section = re.search(r'<section class="sheet" id="weighing">.*?</section>', answer.text, re.S)
    assert section is not None
    return answer.status_code, re.sub(r"\s+", " ", section.group()).replace("&#39;", "'")


def rows(section: str) -> list[list[str]]:
    body = section.partition("<tbody>")[2]
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body.split("</tr>")[:-1]]


def test_without_the_two_shares_there_is_a_form_and_no_table(manager, estimated) -> None:
    status, section = ask(manager)
    assert status == 200
    assert "Without the two shares they count for nothing" in section
    assert 'name="coverage"' in section
    assert "<table" not in section
    assert "field-error" not in section


def test_both_shares_given_the_page_says_what_the_api_says(manager, estimated) -> None:
    status, section = ask(manager, **BOTH)
    assert status == 200
    assert "no forecast of policy and no promise" in section
    forecasts = manager.get(API, query_string=BOTH).json["forecasts"]
    for row, one in zip(rows(section), forecasts, strict=True):
        series, cohorts = one["sources"]
        low, high = one["intervals"][-1]["interval"]
        assert [row[place] for place in (0, 1, 4, 5)] == [
            str(one["year"]),
            f"{one['value']:.0f} ({low:.0f} to {high:.0f})",
            f"{series['value']:.0f} ({series['se']:.0f})",
            f"{cohorts['value']:.0f} ({cohorts['se']:.0f})",
        ]
        assert float(row[2].rstrip("%")) == pytest.approx(100 * cohorts["weight"], abs=0.05)


def test_what_the_series_rests_on_is_said_to_be_unverified_once_it_counts(
    manager, estimated
) -> None:
    page = manager.get(PAGE, query_string=BOTH, headers={"Accept-Language": "en"}).text
    assert "not verified" in page.partition("<section")[0]
    without = manager.get(PAGE, headers={"Accept-Language": "en"}).text
    assert "not verified" not in without.partition("<section")[0]


@pytest.mark.parametrize("coverage", ["0", "0.05", "0,333", "1"])
def test_the_weights_add_up_to_all(manager, estimated, coverage) -> None:
    _, section = ask(manager, coverage=coverage, discount="0.7")
    weights = [[float(cell.rstrip("%")) for cell in row[2:4]] for row in rows(section)]
    assert [round(sum(pair), 9) for pair in weights] == [100, 100]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({**BOTH, "coverage": "1.2"}, 'id="coverage-error">Choose between 0 and 1.'),
        ({**BOTH, "discount": "half"}, 'id="discount-error">Write a number here.'),
        ({"coverage": "0.2"}, 'id="discount-error">Give both shares, or neither'),
        ({"coverage": "", "discount": "0.5"}, 'id="coverage-error">Give both shares, or neither'),
        ({**BOTH, "discount": "nan"}, 'id="discount-error">Write a number here.'),
    ],
)
def test_a_wrong_share_is_told_beside_its_field(manager, estimated, given, told) -> None:
    status, section = ask(manager, **given)
    assert status == 422
    assert told in section
    assert f'value="{given["coverage"]}"' in section
    assert "<table" not in section


def test_cohorts_not_linked_have_a_sentence_and_no_form(manager, run) -> None:
    status, section = ask(manager, **BOTH)
    assert status == 200
    assert "is not linked to PISA, so its cohorts say nothing about it" in section
    assert "<form" not in section


def test_without_scores_there_is_nothing_to_weigh(manager) -> None:
    status, section = ask(manager, **BOTH)
    assert status == 200
    assert "There are no published scores on the scale" in section


def test_cohorts_not_estimated_are_told_in_the_section(manager, linked) -> None:
    status, section = ask(manager, **BOTH)
    assert status == 422
    assert "The cohorts' change is not estimated yet. Estimate it first." in section
    assert 'name="coverage"' in section


def test_the_series_points_to_the_page(manager, estimated) -> None:
    page = manager.get("/outcomes/pisa/", headers={"Accept-Language": "en"}).text
    assert "on the page “Own cohorts”, which then shows both weights" in page
    assert "/outcomes/pisa/cohorts?domain=mathematics#weighing" in page
