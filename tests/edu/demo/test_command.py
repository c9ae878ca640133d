"""`edu demo` as it is called, on a home of its own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edu import cli, demo
from edu.config import Settings
from edu.database import discard

Edu = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def edu(tmp_path: Path, monkeypatch, capsys) -> Iterator[Edu]:
    """Calls the command line on an empty home: its exit status and its JSON object."""
    monkeypatch.setenv("EDU_HOME", str(tmp_path / "home"))

    def call(*arguments: str) -> tuple[int, dict[str, object]]:
        with pytest.raises(SystemExit) as end:
            cli.main([*arguments, "--json"])
        return end.value.code, json.loads(capsys.readouterr().out)

    yield call
    discard(Settings.from_environ())


@pytest.mark.slow
def test_the_nation_is_loaded_once_and_its_truth_is_told(edu: Edu) -> None:
    status, loaded = edu("demo", "--people", "600", "--seed", "5")
    assert status == 0
    assert (loaded["people"], loaded["seed"]) == (600, 5)
    addresses = {one["email"] for one in loaded["sign_ins"]}
    assert addresses == {one.email for one in demo.sign_ins()}

    status, again = edu("demo", "--people", "600", "--seed", "6")
    assert status == 1
    assert again["error"]["code"] == "demonstration_among_people"

    status, truth = edu("demo", "truth")
    assert status == 0
    assert truth == json.loads(json.dumps(demo.truth(seed=5, people=600)))
