"""Calibrated runs: from responses to comparable scores on a registered scale."""

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from edu.scoring import queries, scales, service
from edu.scoring.service import Asked, Method
from ml.errors import StatisticsError
from models.errors import Conflict, NotFound, Refusal
from models.scores import RunStatus, Score
from tests.edu.scoring.nation import HARDNESS, sit_test

COMMON = ("q1", "q2", "q3", "q4", "q5", "n1", "n2", "n3")


def calibrated(session, scope, *codes: str, publish: bool = False, **choices):
    asked = Asked(instruments=codes or ("test",), method=Method.IRT, **choices)
    run = service.start_run(session, scope, asked=asked)
    service.run_scoring(session, scope, run_id=run.id)
    if publish:
        service.publish(session, scope, run_id=run.id)
    session.commit()
    return run


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


def test_a_scale_that_nobody_registered_is_refused_with_those_there_are(
    session, scope, clean
) -> None:
    tested = sit_test(session, persons=20)
    tested.instrument.scale = "happiness"
    with pytest.raises(Refusal) as refused:
        calibrated(session, scope)
    assert refused.value.code == "unknown_scale"
    assert "mathematics" in refused.value.parameters["expected"]


def test_too_few_answers_are_refused(session, scope, clean) -> None:
    sit_test(session, persons=6, schools=2)
    with pytest.raises((StatisticsError, Refusal), match="too_few"):
        calibrated(session, scope)


def test_a_registered_scale_has_its_levels(session, scope, clean) -> None:
    scales.load_scales(session)
    found = scales.scale(session, scope, code="mathematics")
    bounds = {level.code: level.lower_bound for level in found.levels}
    assert bounds["2"] == 420.07
    assert [level.position for level in found.levels] == list(range(1, 9))
    with pytest.raises(NotFound):
        scales.scale(session, scope, code="happiness")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"metric_sd": 0.0}, "scale_without_spread"),
        ({"levels": [("1", 500.0), ("2", 400.0)]}, "levels_out_of_order"),
        ({"levels": [("1", 400.0), ("1", 500.0)]}, "level_twice"),
        ({"version": "1"}, "scale_known"),
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(session, scope, clean, changes, code) -> None:
    scales.load_scales(session)
    fields = {
        "code": "mathematics", "version": "2", "name_kk": "м", "name_ru": "м", "name_en": "m",
        "metric_mean": 500.0, "metric_sd": 100.0, "source": "own",
    } | changes  # fmt: skip
    levels = [scales.NewLevel(name, bound, "own") for name, bound in fields.pop("levels", [])]
    with pytest.raises((Refusal, Conflict)) as refused:
        scales.register_scale(session, scope, new=scales.NewScale(**fields, levels=levels))
    assert refused.value.code == code


def test_a_new_version_is_what_later_runs_are_told_on(session, scope, clean) -> None:
    sit_test(session)
    old = calibrated(session, scope, publish=True)
    new = scales.NewScale("digital_literacy", "2", "а", "б", "c", 50.0, 10.0, "own")
    scales.register_scale(session, scope, new=new)
    run = calibrated(session, scope)
    assert (run.scale.version, run.report["waves"][0]["mean"]) == ("2", pytest.approx(50))
    assert old.scale.version == "1"
