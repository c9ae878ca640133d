"""A command answers in words or in one JSON object, and refuses in the same form."""

import json

import click
import pytest
from click.testing import CliRunner

from edu.cli.output import Answer, answers
from ml.errors import StatisticsError
from models.errors import Refusal


def call(function, *arguments):
    return CliRunner().invoke(click.command()(answers(function)), arguments)


def test_a_person_reads_words():
    result = call(lambda: Answer({"new": 3}, "3 new records."))
    assert (result.stdout, result.exit_code) == ("3 new records.\n", 0)


def test_a_program_reads_exactly_one_json_object():
    def chatty():
        print("on the way")
        click.echo("still on the way")
        return Answer({"new": 3, "name": "Әлихан"}, "3 new records.")

    result = call(chatty, "--json")
    assert json.loads(result.stdout) == {"new": 3, "name": "Әлихан"}
    assert "Әлихан" in result.stdout
    assert "on the way" in result.stderr


def test_an_answer_that_is_not_good_ends_with_status_1():
    assert call(lambda: Answer({"errors": [1]}, ok=False), "--json").exit_code == 1


@pytest.mark.parametrize("kind", [Refusal, StatisticsError])
def test_a_refusal_is_one_sentence_or_one_json_object(kind):
    def refuse():
        raise kind("port_taken", port="8000", free="8001")

    words = call(refuse)
    assert words.exit_code == 1
    assert words.stdout == ""
    assert words.stderr == (
        "edu: Port 8000 is taken by another program. Choose another one: make run PORT=8001.\n"
    )
    found = json.loads(call(refuse, "--json").stdout)
    assert found["error"]["code"] == "port_taken"
    assert found["error"]["parameters"] == {"port": "8000", "free": "8001"}
    assert "8001" in found["error"]["message"]


def test_the_sentence_is_in_the_language_of_the_shell(monkeypatch):
    from edu.cli.language import language

    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert language() == "ru"
    assert language({"LANG": "ru_RU.UTF-8", "LC_ALL": "kk_KZ.UTF-8"}) == "kk"
    assert language({"LANG": "C.UTF-8"}) == "en"
    assert language({}) == "en"


def test_a_disk_that_fills_up_is_told_in_one_sentence():
    def fill():
        raise OSError(28, "No space left on device", "/full/file")

    result = call(fill)
    assert result.exit_code == 1
    assert "/full/file" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_of_ours_still_answers_in_json():
    def fail():
        raise ZeroDivisionError

    result = call(fail, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "internal"
    assert "ZeroDivisionError" in result.stderr
