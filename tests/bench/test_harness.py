"""The benchmarks' own machinery: what is registered, run and written."""

import json

import pytest

from tests.bench import __main__ as bench
from tests.bench import harness
from tests.bench.harness import Measurement, benchmark


@pytest.fixture
def registered(monkeypatch, tmp_path):
    """A registry of two, and a place of its own for the results."""
    monkeypatch.setattr(harness, "BENCHMARKS", {})
    monkeypatch.setattr(bench, "BENCHMARKS", harness.BENCHMARKS)
    monkeypatch.setattr(bench, "load", lambda: None)
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "build" / "bench.json")
    benchmark("one")(lambda: Measurement("one", 3.0, "s", 2.0, "theirs"))
    benchmark("two")(lambda: [Measurement("two", 1.0, "s"), Measurement("again", 4.0, "MB", 0.0)])
    return bench.RESULTS


def test_all_are_run_and_written_with_their_ratio(registered, capsys):
    assert bench.main([]) == 0
    assert json.loads(registered.read_text()) == [
        {
            "name": "one",
            "value": 3.0,
            "unit": "s",
            "reference": 2.0,
            "reference_name": "theirs",
            "ratio": 1.5,
        },
        {
            "name": "two",
            "value": 1.0,
            "unit": "s",
            "reference": None,
            "reference_name": None,
            "ratio": None,
        },
        {
            "name": "again",
            "value": 4.0,
            "unit": "MB",
            "reference": 0.0,
            "reference_name": None,
            "ratio": None,
        },
    ]
    assert "theirs" in capsys.readouterr().out


def test_one_is_run_by_its_name(registered):
    assert bench.main(["two"]) == 0
    assert [each["name"] for each in json.loads(registered.read_text())] == ["two", "again"]


def test_an_unknown_name_is_refused_and_nothing_written(registered, capsys):
    assert bench.main(["three"]) == 2
    assert "one, two" in capsys.readouterr().err
    assert not registered.exists()


def test_two_benchmarks_cannot_share_a_name(registered):
    with pytest.raises(ValueError, match="one"):
        benchmark("one")(lambda: [])


def test_every_module_beside_it_registers_something():
    bench.load()
    assert "start" in harness.BENCHMARKS
