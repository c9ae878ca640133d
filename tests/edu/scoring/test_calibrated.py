"""Calibrated runs: from responses to comparable scores on a registered scale."""

import numpy as np
import pytest
from sqlalchemy import select, text

from edu.scoring import queries, service
from edu.scoring.service import Asked, Method
from ml.errors import StatisticsError
from models.errors import Refusal
from models.scores import RunStatus, Score
from tests.edu.scoring.nation import HARDNESS, calibrated, sit_test

COMMON = ("q1", "q2", "q3", "q4", "q5", "n1", "n2", "n3")


def scores(session, run) -> np.ndarray:
    statement = select(Score.value).where(Score.run_id == run.id).order_by(Score.sitting_id)
    return np.array(session.scalars(statement).all(), dtype=float)


def drawn(session, run) -> np.ndarray:
    statement = select(Score.plausible_values).where(Score.run_id == run.id)
    return np.array(session.scalars(statement.order_by(Score.sitting_id)).all(), dtype=float)


def test_the_first_run_defines_the_scale_by_its_first_wave(session, scope, clean) -> None:
    tested = sit_test(session, gains=(0.0, 0.5))
    run = calibrated(session, scope)
    first, second = run.report["waves"]
    assert (first["mean"], first["sd"], first["mean_se"]) == pytest.approx((500, 100, 0))
    truth = 500 + 100 * (tested.abilities[1].mean() - tested.abilities[0].mean())
    assert abs(second["mean"] - truth) < 3 * second["mean_se"] + 5
    assert run.report["link"]["reference"] is None
    assert (run.scale.code, run.report["model"], run.scored_count) == (
        "digital_literacy",
        "2pl",
        1200,
    )


def test_scores_follow_the_true_abilities_and_tell_their_error(session, scope, clean) -> None:
    tested = sit_test(session, persons=1200)
    run = calibrated(session, scope)
    errors = session.scalars(
        select(Score.se).where(Score.run_id == run.id).order_by(Score.sitting_id)
    ).all()
    truth = 500 + 100 * tested.abilities[0]
    middle = np.abs(tested.abilities[0]) < 1
    z = (scores(session, run) - truth)[middle] / np.array(errors)[middle]
    assert abs(z.mean()) < 0.2
    assert 0.8 < z.std() < 1.2


def test_plausible_values_have_the_spread_of_the_abilities(session, scope, clean) -> None:
    tested = sit_test(session, persons=1200)
    values = drawn(session, calibrated(session, scope, n_draws=5))
    assert values.shape == (1200, 5)
    assert values.std(axis=0).mean() == pytest.approx(100 * tested.abilities[0].std(), rel=0.06)


def test_the_draws_know_the_groups_that_figures_are_broken_down_by(session, scope, clean) -> None:
    sit_test(session)
    known = calibrated(session, scope).report["conditioned_on"]
    assert {"language", "locality", "region", "sex"} <= set(known)


def test_the_same_seed_gives_the_same_bits(session, scope, clean) -> None:
    sit_test(session, gains=(0.0, 0.3))
    one, same, other = (calibrated(session, scope, seed=seed) for seed in (1, 1, 2))
    assert one.data_fingerprint == same.data_fingerprint
    assert one.report == same.report
    assert np.array_equal(drawn(session, one), drawn(session, same))
    assert np.array_equal(scores(session, one), scores(session, other))
    assert not np.array_equal(drawn(session, one), drawn(session, other))


def test_instruments_of_one_scale_are_calibrated_together(session, scope, clean) -> None:
    sit_test(session)
    sit_test(session, code="second", items=COMMON, seed=2)
    run = calibrated(session, scope, "test", "second")
    report = queries.item_report(session, scope, run_id=run.id)
    assert len(report) == 11
    assert {row.item.code: row.answered for row in report}["q1"] == 1200
    assert run.definition["instruments"] == ["test", "second"]


def test_booklets_are_compared_through_the_items_in_common(session, scope, clean) -> None:
    sit_test(session, persons=1200, booklets=True)
    run = calibrated(session, scope)
    report = queries.item_report(session, scope, run_id=run.id)
    found = np.array([(row.calibration["difficulty"] - 500) / 100 for row in report])
    errors = np.array([row.calibration["difficulty_se"] / 100 for row in report])
    assert (np.abs(found - HARDNESS) < 4 * errors + 0.15).all()
    assert [row.answered for row in report] == [600] * 2 + [1200] * 4 + [600] * 2


def test_booklets_without_a_common_item_are_refused_by_name(session, scope, clean) -> None:
    tested = sit_test(session)
    session.execute(
        text("UPDATE sitting SET responses = responses[1:4] || '{-3,-3,-3,-3}' WHERE id % 2 = 0")
    )
    session.execute(
        text(
            "UPDATE sitting SET responses = '{-3,-3,-3,-3}'::smallint[] || responses[5:8]"
            " WHERE id % 2 = 1"
        )
    )
    with pytest.raises(StatisticsError) as refused:
        calibrated(session, scope)
    assert refused.value.code == "disconnected_design"
    assert refused.value.parameters["item"] in [item.code for item in tested.instrument.items]


def test_an_item_everybody_answered_alike_is_left_out_by_name(session, scope, clean) -> None:
    sit_test(session)
    session.execute(text("UPDATE sitting SET responses[2] = 1"))
    run = calibrated(session, scope)
    assert run.report["left_out"] == {"q2": "constant_item"}
    report = {row.item.code: row for row in queries.item_report(session, scope, run_id=run.id)}
    assert report["q2"].calibration is None
    assert set(report["q2"].warnings) >= {"constant_item", "not_calibrated"}
    assert report["q1"].calibration is not None


def test_an_item_that_is_harder_in_one_language_is_found(session, scope, clean) -> None:
    shift = np.zeros(8)
    shift[4] = 1.1
    sit_test(session, persons=2400, russian=shift)
    run = calibrated(session, scope)
    report = {row.item.code: row for row in queries.item_report(session, scope, run_id=run.id)}
    flagged = {
        (code, one["group"], one["effect"] < 0)
        for code, row in report.items()
        for one in row.dif
        if one["grouping"] == "language" and one["ets"] != "A"
    }
    assert flagged == {("q5", "ru", True)}
    assert "dif_large" in report["q5"].warnings
    kept = report["q5"].calibration["observed_by"]
    middle = {
        version: min(shares, key=lambda one: abs(one["at"] - 500))["share"]
        for version, shares in kept.items()
    }
    assert middle["ru"] < middle["kk"] - 0.1


def test_groups_of_few_people_are_not_looked_at(session, scope, clean) -> None:
    sit_test(session, persons=120, schools=3)
    run = calibrated(session, scope)
    report = queries.item_report(session, scope, run_id=run.id)
    assert {len(row.dif) for row in report} == {0}
    assert {row.calibration for row in report} == {None} or run.reliability is None


def test_the_calibration_tells_how_it_settles(session, scope, clean) -> None:
    sit_test(session)
    told: list[tuple[str, object]] = []

    class Listener:
        def at(self, stage, done=0, total=0, point=None) -> None:
            told.append((stage, point))

    run = service.start_run(session, scope, asked=Asked(("test",), method=Method.IRT))
    service.run_scoring(session, scope, run_id=run.id, progress=Listener())
    points = [list(point) for stage, point in told if point]
    assert points == run.report["trace"]
    assert points[-1][1] <= np.log10(run.report["tolerance"])
    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages == ["reading", "calibrating", "linking", "drawing", "reporting", "writing"]


def test_a_run_that_is_canceled_leaves_nothing(session, scope, clean) -> None:
    sit_test(session)

    class Impatient:
        def at(self, stage, done=0, total=0, point=None) -> None:
            if done == 2:
                raise KeyboardInterrupt

    run = service.start_run(session, scope, asked=Asked(("test",), method=Method.IRT))
    session.commit()
    with pytest.raises(KeyboardInterrupt):
        service.run_scoring(session, scope, run_id=run.id, progress=Impatient())
    session.rollback()
    assert session.scalars(select(Score)).all() == []
    assert run.status is RunStatus.QUEUED


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"model": "4pl"}, "unknown_model"),
        ({"linking": "magic"}, "unknown_method"),
        ({"n_draws": 0}, "too_many_draws"),
        ({"seed": -1}, "invalid_seed"),
    ],
)
def test_choices_that_do_not_exist_are_refused(session, scope, clean, choices, code) -> None:
    sit_test(session, persons=20)
    with pytest.raises(Refusal) as refused:
        calibrated(session, scope, **choices)
    assert refused.value.code == code


def test_classical_scores_take_one_instrument(session, scope, clean) -> None:
    sit_test(session, persons=20)
    sit_test(session, persons=20, code="second", items=COMMON)
    with pytest.raises(Refusal, match="classical_takes_one_instrument"):
        service.start_run(session, scope, asked=Asked(("test", "second")))


def test_too_few_answers_are_refused(session, scope, clean) -> None:
    sit_test(session, persons=6, schools=2)
    with pytest.raises((StatisticsError, Refusal), match="too_few"):
        calibrated(session, scope)
