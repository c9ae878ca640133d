"""The registry of scales."""

import pytest

from edu.scoring import scales
from models.errors import Conflict, NotFound, Refusal
from tests.edu.scoring.nation import calibrated, sit_test


def test_a_scale_that_nobody_registered_is_refused_with_those_there_are(
    session, scope, clean
) -> None:
    tested = sit_test(session, persons=20)
    tested.instrument.scale = "happiness"
    with pytest.raises(Refusal) as refused:
        calibrated(session, scope)
    assert refused.value.code == "unknown_scale"
    assert "mathematics" in refused.value.parameters["expected"]


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
