"""A scale is defined once; later runs are linked to it, and change nothing told before."""

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from edu.scoring import queries, service
from ml.errors import StatisticsError
from models.errors import Conflict
from models.scores import RunStatus, Score
from tests.edu.scoring.nation import HARDNESS, calibrated, sit_test

COMMON = ("q1", "q2", "q3", "q4", "q5", "n1", "n2", "n3")


def scores(session, run) -> np.ndarray:
    statement = select(Score.value).where(Score.run_id == run.id).order_by(Score.sitting_id)
    return np.array(session.scalars(statement).all(), dtype=float)


def test_a_later_run_is_linked_by_the_items_in_common(session, scope, clean) -> None:
    sit_test(session, persons=1500)
    defining = calibrated(session, scope, publish=True)
    sit_test(session, persons=1500, code="later", items=COMMON, seed=2, gains=(0.6,))
    run = calibrated(session, scope, "later")
    link = run.report["link"]
    assert (link["reference"], link["method"]) == (defining.id, "stocking-lord")
    assert set(link["anchors"]) == {"q1", "q2", "q3", "q4", "q5"}
    assert link["error"] > 0
    (wave,) = run.report["waves"]
    assert wave["mean_se"] > link["error"]
    assert abs(wave["mean"] - 560) < 3 * wave["mean_se"]


def test_an_item_that_has_changed_is_named_and_not_used_for_the_link(session, scope, clean) -> None:
    sit_test(session, persons=2000)
    calibrated(session, scope, publish=True)
    harder = HARDNESS + np.array([0, 0, 1.2, 0, 0, 0, 0, 0])
    names = tuple(f"q{number}" for number in range(1, 9))
    sit_test(session, persons=2000, code="later", items=names, seed=2, hardness=harder)
    run = calibrated(session, scope, "later")
    assert run.report["link"]["dropped"] == ["q3"]
    assert abs(run.report["waves"][0]["mean"] - 500) < 3 * run.report["waves"][0]["mean_se"]
    report = {row.item.code: row for row in queries.item_report(session, scope, run_id=run.id)}
    assert "drifting" in report["q3"].warnings
    assert "drifting" not in report["q4"].warnings


def test_waves_link_over_one_another(session, scope, clean) -> None:
    """The third test shares items with the second only; its error holds both links."""
    sit_test(session, persons=1500)
    calibrated(session, scope, publish=True)
    sit_test(session, persons=1500, code="second", items=COMMON, seed=2)
    second = calibrated(session, scope, "second", publish=True)
    others = ("n1", "n2", "n3", "m1", "m2", "m3", "m4", "m5")
    mixed = HARDNESS[[5, 6, 7, 0, 1, 2, 3, 4]]
    sit_test(session, persons=1500, code="third", items=others, hardness=mixed, seed=3)
    third = calibrated(session, scope, "third")
    assert third.report["link"]["reference"] == second.id
    assert third.report["link"]["error"] > second.report["link"]["error"]


def test_without_common_items_there_is_no_link(session, scope, clean) -> None:
    sit_test(session)
    calibrated(session, scope, publish=True)
    sit_test(session, code="later", items=tuple(f"z{number}" for number in range(8)), seed=2)
    with pytest.raises(StatisticsError, match="too_few_anchors"):
        calibrated(session, scope, "later")


def test_a_published_scale_never_changes_what_was_told_on_it(session, scope, clean) -> None:
    sit_test(session)
    first = calibrated(session, scope, publish=True)
    before = (scores(session, first), first.report)
    calibrated(session, scope, publish=True, seed=9)
    assert np.array_equal(scores(session, first), before[0])
    session.refresh(first)
    assert first.report == before[1]
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("UPDATE scale SET metric_mean = 0"))


def test_one_run_defines_a_scale(session, scope, clean) -> None:
    sit_test(session)
    one, other = calibrated(session, scope), calibrated(session, scope)
    service.publish(session, scope, run_id=one.id)
    with pytest.raises(Conflict, match="scale_defined_meanwhile"):
        service.publish(session, scope, run_id=other.id)
    assert calibrated(session, scope, publish=True).status is RunStatus.PUBLISHED


def test_a_run_by_another_model_than_the_scales_says_so(session, scope, clean) -> None:
    sit_test(session, persons=1200)
    calibrated(session, scope, publish=True)
    run = calibrated(session, scope, model="rasch")
    assert (run.report["model"], run.report["link"]["reference_model"]) == ("rasch", "2pl")
