"""A calibrated run and its items for people: curves, fairness, scales, and how to ask for one."""

import numpy as np
import pytest

from edu.accounts.scope import system_scope, use_scope
from edu.scoring import queries, service
from edu.scoring.service import Asked, Method
from ml.errors import StatisticsError
from models.accounts import RoleName
from models.scores import ScoringRun
from tests.edu.scoring.nation import calibrated, sit_test
from tests.factories.http import csrf_token

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def run(session, scope, clean) -> ScoringRun:
    """A published run in which item q5 is harder in Russian."""
    shift = np.zeros(8)
    shift[4] = 1.1
    sit_test(session, persons=1600, russian=shift, gains=(0.0, 0.2))
    asked = service.start_run(session, scope, asked=Asked(("test",), method=Method.IRT))
    service.run_scoring(session, scope, run_id=asked.id)
    service.publish(session, scope, run_id=asked.id)
    session.commit()
    return asked


def get(client, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def item_of(session, run, code: str) -> int:
    use_scope(session, system_scope())
    rows = queries.item_report(session, system_scope(), run_id=run.id)
    return next(row.item_id for row in rows if row.item.code == code)


def test_a_run_tells_what_to_look_at_before_its_scores_are_used(sign_in, run) -> None:
    page = get(sign_in(RoleName.PROGRAM_MANAGER), f"/scoring/{run.id}")
    assert "Some items are not equally hard in the language versions: q5." in page
    assert "This run defines the scale: later ones are linked to it." in page
    assert "How exact a score is" in page
    assert "How the calibration settled" in page
    assert page.count("/items/") == 8
    assert "by definition" in page


def test_what_could_not_be_looked_at_is_told(sign_in, session, scope, clean, monkeypatch) -> None:
    def refuse(*_arguments: object, **_known: object) -> None:
        raise StatisticsError("no_data", found=np.int64(0))

    monkeypatch.setattr("edu.scoring.diagnosis.local_dependence", refuse)
    sit_test(session)
    run = calibrated(session, scope)
    assert run.report["not_done"][0]["section"] == "dependent"
    page = get(sign_in(RoleName.PROGRAM_MANAGER), f"/scoring/{run.id}")
    assert "There is nobody with a value to estimate from." in page


def test_an_item_that_is_unfair_says_to_whom(sign_in, session, run) -> None:
    path = f"/scoring/{run.id}/items/{item_of(session, run, 'q5')}"
    page = get(sign_in(RoleName.RESEARCHER), path)
    assert "It is not fair to everybody" in page
    assert "A large difference: harder for “Russian”" in page
    assert "How often q5 is solved, by ability" in page
    assert "<svg" in page


def test_a_fair_item_says_so_and_leads_to_its_neighbors(sign_in, session, run) -> None:
    path = f"/scoring/{run.id}/items/{item_of(session, run, 'q1')}"
    page = get(sign_in(RoleName.RESEARCHER), path)
    assert "No sign that it is unfair" in page
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page


def test_every_observed_share_on_a_picture_has_its_interval_and_n(session, run) -> None:
    for row in queries.item_report(session, system_scope(), run_id=run.id):
        for shares in (row.calibration["observed"], *row.calibration["observed_by"].values()):
            assert shares
            assert all(one["low"] <= one["share"] <= one["high"] for one in shares)
            assert all(one["n"] >= 30 for one in shares)


@pytest.mark.parametrize(
    ("kind", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"\xef")]
)
def test_the_curve_can_be_taken_along(sign_in, session, run, kind, begins) -> None:
    client = sign_in(RoleName.RESEARCHER)
    path = f"/scoring/{run.id}/items/{item_of(session, run, 'q1')}"
    assert f"{path}/curve.{kind}" in get(client, path)
    answer = client.get(f"{path}/curve.{kind}")
    assert (answer.status_code, answer.data[: len(begins)]) == (200, begins)
    assert client.get(f"{path}/curve.exe").status_code == 404


@pytest.mark.parametrize("item", [0, 10**9])
def test_an_item_of_another_run_is_absent(sign_in, run, item) -> None:
    answer = sign_in(RoleName.RESEARCHER).get(f"/scoring/{run.id}/items/{item}")
    assert answer.status_code == 404


def test_schools_see_items_of_published_runs_only(sign_in, session, scope, run) -> None:
    other = service.start_run(session, scope, asked=Asked(("test",), method=Method.IRT))
    service.run_scoring(session, scope, run_id=other.id)
    session.commit()
    school = sign_in(RoleName.SCHOOL_ADMINISTRATOR)
    item = item_of(session, run, "q1")
    assert school.get(f"/scoring/{run.id}/items/{item}").status_code == 200
    assert school.get(f"/scoring/{other.id}/items/{item}").status_code == 404


def test_the_registry_says_what_a_point_means_and_where_it_is_from(sign_in, run) -> None:
    page = get(sign_in(RoleName.RESEARCHER), "/scoring/scales")
    assert "Mathematics, PISA-like scale" in page
    assert "420.07" in page
    assert "not linked to PISA" in page


def test_a_calibrated_run_is_asked_for_by_a_form(sign_in, session, run) -> None:
    manager = sign_in(RoleName.PROGRAM_MANAGER)
    page = get(manager, "/scoring/new")
    assert 'value="irt" checked' in page
    fields = {"instruments": "test", "waves": "w0", "method": "irt", "model": "rasch"}
    answer = manager.post("/scoring/new", data=fields | {"csrf_token": csrf_token(manager)})
    assert answer.status_code == 302
    newest = session.query(ScoringRun).order_by(ScoringRun.id.desc()).first()
    assert newest.definition["model"] == "rasch"
    assert (newest.method, len(newest.wave_ids)) == ("irt", 1)


def test_what_is_refused_is_told_on_the_form(sign_in, session, run) -> None:
    manager = sign_in(RoleName.PROGRAM_MANAGER)
    fields = {"instruments": "test", "method": "irt", "waves": "w9"}
    answer = manager.post(
        "/scoring/new", data=fields | {"csrf_token": csrf_token(manager)}, headers=ENGLISH
    )
    assert answer.status_code == 422
    assert "w9" in answer.text


def test_programs_read_the_whole_report(sign_in, run) -> None:
    client = sign_in(RoleName.RESEARCHER)
    told = client.get(f"/api/v1/scoring-runs/{run.id}").json
    assert (told["scale"], told["method"]) == ("digital_literacy", "irt")
    assert told["report"]["link"]["reference"] is None
    items = client.get(f"/api/v1/scoring-runs/{run.id}/items").json
    assert len(items) == 8
    assert {"discrimination", "discrimination_se", "infit", "curve"} <= set(items[0]["calibration"])
    assert [one["ets"] for one in items[4]["dif"] if one["grouping"] == "language"] == ["C"]


def test_programs_read_and_register_scales(sign_in, run) -> None:
    client = sign_in(RoleName.PROGRAM_MANAGER)
    assert {scale["code"] for scale in client.get("/api/v1/scales").json} >= {"mathematics"}
    new = {
        "code": "mathematics", "version": "2", "name_kk": "м", "name_ru": "м", "name_en": "m",
        "metric_mean": 500, "metric_sd": 100, "source": "panel of 2026",
        "levels": [{"code": "1", "lower_bound": 400, "source": "panel of 2026"}],
    }  # fmt: skip
    headers = {"X-CSRFToken": csrf_token(client)}
    assert client.post("/api/v1/scales", json=new, headers=headers).status_code == 201
    assert client.post("/api/v1/scales", json=new, headers=headers).status_code == 409
    assert client.get("/api/v1/scales/mathematics").json["version"] == "2"
    assert client.get("/api/v1/scales/nothing").status_code == 404
