"""`edu user`: people are added and listed; passwords are never arguments."""

import io
import json

import pytest
from sqlalchemy import create_engine, text

from edu import cli
from edu.database import running

EMAIL, PASSWORD = "aigul@school.example", "a long enough password"
ADD = ("user", "add", EMAIL, "--name", "Айгүл", "--role", "program_manager", "--json")


@pytest.fixture
def home(make_settings, monkeypatch):
    settings = make_settings()
    monkeypatch.setenv("EDU_HOME", str(settings.home))
    return settings


@pytest.fixture
def call(capsys, monkeypatch):
    """Call a command with a line on standard input; the status and the JSON object."""

    def call(*arguments, line=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(line + "\n"))
        with pytest.raises(SystemExit) as end:
            cli.main(arguments)
        return end.value.code, json.loads(capsys.readouterr().out)

    return call


def test_someone_is_added_listed_and_written_into_the_audit(home, call):
    expected = {"email": EMAIL, "name": "Айгүл", "role": "program_manager", "active": True}
    assert call(*ADD, line=PASSWORD) == (0, expected)
    assert call("user", "list", "--json") == (0, {"users": [expected]})
    status, said = call(*ADD, line=PASSWORD)
    assert (status, said["error"]["code"]) == (1, "user_known")
    with running(home) as database:
        engine = create_engine(database.urls.owner)
        with engine.connect() as connection:
            entries = connection.execute(text("SELECT actor, action FROM audit_entry")).all()
            kept = connection.execute(text('SELECT password FROM "user"')).scalar_one()
        engine.dispose()
    assert entries == [("system", "edu user add")]
    assert PASSWORD not in kept


def test_a_short_password_and_an_unknown_school_are_refused_and_nothing_kept(home, call):
    status, said = call(*ADD, line="short")
    assert (status, said["error"]["code"]) == (1, "password_too_short")
    status, said = call(*ADD, "--school", "absent", line=PASSWORD)
    assert (status, said["error"]["code"]) == (1, "unknown_school")
    assert "absent" in said["error"]["message"]
    assert call("user", "list", "--json") == (0, {"users": []})
