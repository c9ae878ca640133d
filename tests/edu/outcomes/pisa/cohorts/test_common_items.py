"""Linking a scale to PISA by items in common: what is found, left out, refused and shown."""

import io
import re

import numpy as np
import pytest
from click.testing import CliRunner

from edu.accounts.scope import system_scope
from edu.cli import edu
from edu.intake import FileRefused, ImportCount, IncomingFile
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.cohorts import common_items, service
from edu.outcomes.pisa.cohorts.common_items import from_scale, link_by_items
from edu.outcomes.pisa.cohorts.concordance import read_on_pisa
from edu.outcomes.pisa.cohorts.signals import Weighing, cohort_signal
from edu.outcomes.pisa.published.items_importer import import_items
from edu.scoring.linking import Placed, Reference, standardizing
from ml.errors import StatisticsError
from ml.intervals import t_estimate
from ml.irt import ItemResponseModel, Link
from models.accounts import RoleName
from models.errors import Refusal
from models.pisa import Domain, LinkMethod, SurveyItem
from models.scores import Scale
from tests.factories.http import csrf, csrf_token
from tests.factories.pisa import make_cohorts

ENGLISH = {"Accept-Language": "en"}
HEADER = "domain,cycle,item,model,slope,difficulty,steps,source,status"
N_ITEMS = 12
# Where the people tested here stand on PISA's scale, in truth.
MEAN, SD = 450.0, 80.0
SLOPES = np.linspace(0.9, 1.6, N_ITEMS)
DIFFICULTIES = np.linspace(360, 560, N_ITEMS)


@pytest.fixture(scope="module")
def model():
    """The items as calibrated here: people are N(0, 1)."""
    random = np.random.default_rng(5)
    theta = (MEAN + SD * random.normal(size=5000) - 500) / 100
    chance = 1 / (1 + np.exp(-SLOPES * (theta[:, None] - (DIFFICULTIES - 500) / 100)))
    names = [f"M{number:02d}" for number in range(N_ITEMS)]
    answers = (random.random(chance.shape) < chance).astype(float)
    return ItemResponseModel(model="2pl").fit_named(answers, names)


@pytest.fixture
def run(session, model):
    placed = Placed(Scale(metric_mean=425, metric_sd=100), standardizing(model), None, ())
    told = {"link": placed.as_dict(), "items": list(model.item_names_)}
    made = make_cohorts(session, calibration=model.to_json(), report=told)
    session.commit()
    return made


def line(number: int, **changes: object) -> str:
    told = {
        "domain": "mathematics",
        "cycle": 2012,
        "item": f"M{number:02d}",
        "model": "2pl",
        "slope": f"{SLOPES[number]:.6f}",
        "difficulty": f"{DIFFICULTIES[number]:.6f}",
        "steps": "",
        "source": "OECD annex",
        "status": "verified",
    }
    return ",".join(map(str, {**told, **changes}.values()))


def items_file(*lines: str) -> IncomingFile:
    rows = lines or tuple(line(number) for number in range(N_ITEMS))
    return IncomingFile("items.csv", "\n".join([HEADER, *rows]).encode())


def bring(session, *lines: str) -> ImportCount:
    count = import_items(session, system_scope(), items_file(*lines))
    session.commit()
    return count


def linked(session):
    return link_by_items(session, system_scope(), domain=Domain.MATHEMATICS)


def test_the_link_finds_where_the_scale_lies_on_pisa(session, run) -> None:
    bring(session)
    found = linked(session)
    assert (found.method, found.run_id, found.cycle) == (LinkMethod.ITEMS, run.id, 2012)
    assert (len(found.anchors), found.df, found.verified) == (N_ITEMS, N_ITEMS - 1, True)
    # a mean of 425 on the own scale is the mean of those tested
    read = read_on_pisa(found, t_estimate("mean", 425.0, 0.01, df=500, n=500))
    assert read.interval[0] <= MEAN <= read.interval[1]
    assert 0 < read.se < 4
    assert found.slope == pytest.approx(SD / 100, abs=0.05)
    assert linked(session) is found


def test_an_item_that_has_drifted_is_named_and_left_out(session, run) -> None:
    bring(session, *(line(n) for n in range(11)), line(11, difficulty=DIFFICULTIES[11] + 120))
    found = linked(session)
    assert "M11" not in found.anchors
    assert [one["item"] for one in found.drifts if one["drifting"]] == ["M11"]
    drift = next(one for one in found.drifts if one["item"] == "M11")
    assert drift["difference"] == pytest.approx(-120, abs=15)
    assert found.slope == pytest.approx(SD / 100, abs=0.05)


def test_two_common_items_link_nothing(session, run) -> None:
    bring(session, line(0), line(1), line(2, item="X99"))
    with pytest.raises(StatisticsError, match="too_few_anchors") as refusal:
        linked(session)
    assert refusal.value.parameters == {"found": 2, "least": 3}
    assert queries.concordances(session, system_scope()) == []


def test_an_item_of_other_categories_is_refused_by_name(session, run) -> None:
    bring(session, *(line(n) for n in range(4)), line(4, model="gpcm", steps="-20 20"))
    with pytest.raises(StatisticsError, match="anchor_mismatch") as refusal:
        linked(session)
    assert refusal.value.parameters["item"] == "M04"


def test_a_run_without_items_cannot_be_linked(session) -> None:
    with pytest.raises(Refusal, match="no_scores_on_scale"):
        linked(session)
    make_cohorts(session)
    with pytest.raises(Refusal, match="run_not_calibrated"):
        linked(session)


def test_one_unverified_item_makes_the_link_unverified(session, run) -> None:
    bring(session, *(line(n) for n in range(11)), line(11, status="unverified", source="notes"))
    found = linked(session)
    assert not found.verified
    assert found.source == "OECD annex; notes"


def test_the_error_of_the_line_is_that_of_both_links() -> None:
    scale = Scale(metric_mean=425.0, metric_sd=90.0)
    own_cov, cov = np.diag([0.02, 0.03]) ** 2, np.array([[9e-4, 2e-4], [2e-4, 16e-4]])
    own = Link("stocking-lord", 1.1, 0.2, 0.02, 0.03, own_cov, ())
    link = Link("stocking-lord", 0.8, -0.5, 0.03, 0.04, cov, ())

    def line_at(vector):
        big, shift, a, b = vector
        there = Link("", big, shift, 0, 0, np.zeros((2, 2)), ())
        here = Reference(1, None, Link("", a, b, 0, 0, np.zeros((2, 2)), ()))
        return np.array(from_scale(there, here, scale)[:2])

    at = np.array([0.8, -0.5, 1.1, 0.2])
    steps = 1e-6 * np.eye(4)
    derivative = np.column_stack([(line_at(at + h) - line_at(at - h)) / 2e-6 for h in steps])
    together = np.zeros((4, 4))
    together[:2, :2], together[2:, 2:] = cov, own_cov
    *_, found = from_scale(link, Reference(1, None, own), scale)
    assert found == pytest.approx(derivative @ together @ derivative.T, rel=1e-5)


def test_thresholds_of_partial_credit_lie_around_the_difficulty() -> None:
    item = SurveyItem(item="P1", slope=0.7, difficulty=500.0, steps=[-40.0, 40.0])
    reference = common_items.as_reference([item])
    assert reference.items_.intercept[0] == pytest.approx([0.28, 0.0])


def test_the_same_file_changes_nothing_and_a_newer_one_replaces(session) -> None:
    assert bring(session) == ImportCount(new=N_ITEMS)
    assert bring(session) == ImportCount(unchanged=N_ITEMS)
    assert bring(session, line(0, difficulty=400), line(1)) == ImportCount(changed=1, unchanged=1)


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"slope": "-1"}, "slope", "out_of_range"),
        ({"model": "4pl"}, "model", "unknown_choice"),
        ({"steps": "20"}, "steps", "unreadable_value"),
        ({"steps": "-20 20"}, "steps", "steps_without_partial_credit"),
        ({"difficulty": "hard"}, "difficulty", "unreadable_value"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_its_place(session, changes, column, code) -> None:
    with pytest.raises(FileRefused) as refused:
        bring(session, line(0), line(1, **changes))
    (error,) = refused.value.errors
    assert (error["line"], error["column"]) == (3, column)
    assert error["code"] == code


def test_an_item_told_twice_is_refused(session) -> None:
    with pytest.raises(FileRefused) as refused:
        bring(session, line(0), line(0))
    assert refused.value.errors[0]["code"] == "figure_twice"


def test_cohorts_enter_a_projection_through_common_items(session, run) -> None:
    bring(session)
    linked(session)
    service.estimate_cohorts(session, system_scope(), run_id=run.id)
    weighing = Weighing(0.05, 0.5)
    signal = cohort_signal(session, system_scope(), domain=Domain.MATHEMATICS, weighing=weighing)
    assert signal.change == pytest.approx(0.8 * 20, abs=4)
    assert signal.link_error > 0


def test_the_page_links_shows_drift_and_reads_cohorts_on_pisa(sign_in, known, session, run) -> None:
    client = sign_in(RoleName.PROGRAM_MANAGER)
    assert "Link by common items" not in client.get("/outcomes/pisa/cohorts").text
    token = csrf_token(client)
    file = (io.BytesIO(items_file().content), "items.csv")
    form = {"csrf_token": token, "file": file}
    sources = client.post("/outcomes/pisa/sources/items", data=form, headers=ENGLISH).text
    assert "items.csv: 12 new" in sources
    assert "Items of PISA that tests may share" in sources
    service.estimate_cohorts(session, system_scope(), run_id=run.id)
    session.commit()
    assert "12 items of the newest run are in common" in page_of(client)
    answer = client.post("/outcomes/pisa/cohorts/mathematics/link", data={"csrf_token": token})
    assert answer.location.endswith("/outcomes/pisa/cohorts?domain=mathematics#link")
    page = page_of(client)
    assert "by 12 items in common with PISA (OECD annex)" in page
    assert "Items in common with PISA" in page
    assert "on the scale of PISA, link error included" in page
    assert re.search(r"The link error is [0-9.]+ points of PISA where the own scale has \d+", page)
    assert "not linked to PISA" not in page


def page_of(client) -> str:
    text = client.get("/outcomes/pisa/cohorts?domain=mathematics", headers=ENGLISH).text
    return re.sub(r"\s+", " ", text)


def test_the_api_links_and_lists(sign_in, known, session, run) -> None:
    client = sign_in(RoleName.PROGRAM_MANAGER)
    api = "/api/v1/pisa"
    content = {"file": (io.BytesIO(items_file().content), "items.csv")}
    assert client.post(f"{api}/items", data=content, headers=csrf(client)).json["new"] == 12
    assert client.get(f"{api}/items").json[0]["item"] == "M00"
    told = client.post(f"{api}/concordances/mathematics", headers=csrf(client)).json
    assert (told["method"], len(told["anchors"]), told["correlation"]) == ("items", 12, None)
    assert client.get(f"{api}/cohorts/mathematics").json["concordance"]["run_id"] == run.id
    refused = client.post(f"{api}/concordances/science", headers=csrf(client))
    assert refused.status_code == 422


def test_who_only_reads_links_nothing(sign_in, known, session, run) -> None:
    client = sign_in(RoleName.RESEARCHER)
    answer = client.post("/api/v1/pisa/concordances/mathematics", headers=csrf(client))
    assert answer.status_code == 403


@pytest.fixture
def on_test_database(monkeypatch, settings, database_urls):
    monkeypatch.setenv("EDU_HOME", str(settings.home))
    monkeypatch.setenv("EDU_DATABASE_URL", database_urls.application)
    monkeypatch.setenv("EDU_DATABASE_OWNER_URL", database_urls.owner)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


@pytest.mark.usefixtures("run", "on_test_database")
def test_the_command_says_what_was_left_out(tmp_path) -> None:
    path = tmp_path / "items.csv"
    harder = line(11, difficulty=DIFFICULTIES[11] + 120)
    path.write_bytes(items_file(*(line(n) for n in range(11)), harder).content)
    assert CliRunner().invoke(edu, ["import", "pisa-items", str(path)]).exit_code == 0
    said = CliRunner().invoke(edu, ["pisa", "link", "--domain", "mathematics"])
    assert said.exit_code == 0
    assert said.output.startswith("pisa = 0.")
    assert "left out: M11 (-" in said.output
    refused = CliRunner().invoke(edu, ["pisa", "link", "--domain", "reading"])
    assert refused.exit_code == 1
