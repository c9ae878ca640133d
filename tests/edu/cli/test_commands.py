"""`edu`: its commands, and what it says to those it does not know."""

import json
import subprocess
import sys

import click
import pytest

from edu import cli


def main(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    return end.value.code, capsys.readouterr()


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_explains_itself_and_takes_json(name):
    command = cli.edu.get_command(click.Context(cli.edu), name)
    assert command.help
    options = [option for parameter in subcommands(command) for option in parameter]
    assert all("--json" in flags for flags in options)


def subcommands(command):
    """The flags of a command, or of each command of a group."""
    each = command.commands.values() if isinstance(command, click.Group) else [command]
    return [[[flag for parameter in one.params for flag in parameter.opts]] for one in each]


def test_an_unknown_command_is_refused(capsys):
    status, said = main(capsys, "unknown")
    assert status == 2
    assert "unknown" in said.err
    assert said.out == ""


def test_an_unknown_option_is_refused_in_json_too(capsys):
    status, said = main(capsys, "migrate", "--wrong", "--json")
    assert status == 2
    error = json.loads(said.out)["error"]
    assert error["code"] == "usage"
    assert "--wrong" in error["message"]


def test_help_needs_none_of_what_takes_seconds():
    code = (
        "import sys, edu.cli; sys.exit(bool({'flask', 'sqlalchemy', 'models'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_migrate_starts_the_database_brings_it_up_to_date_and_stops_it(
    capsys, monkeypatch, make_settings
):
    from edu.database import place
    from edu.database.server import Server

    settings = make_settings()
    monkeypatch.setenv("EDU_HOME", str(settings.home))
    assert json.loads(main(capsys, "migrate", "--json")[1].out) == {"changed": True}
    assert json.loads(main(capsys, "migrate", "--json")[1].out) == {"changed": False}
    assert Server.at(place.of(settings)).pid() is None


def test_half_of_a_database_address_is_refused_in_one_sentence(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("EDU_HOME", str(tmp_path))
    monkeypatch.setenv("EDU_DATABASE_URL", "postgresql://somebody@host/base")
    status, said = main(capsys, "migrate")
    assert status == 1
    assert said.err.startswith("edu: EDU_DATABASE_URL is set but EDU_DATABASE_OWNER_URL is not.")
    assert said.err.count("\n") == 1
