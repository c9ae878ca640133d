"""Homes of their own for embedded servers, and one server shared by the tests of access."""

import pytest

from edu.config import Settings
from edu.database import discard, migrate, running


def settings_in(home, **environ):
    return Settings.from_environ({"EDU_HOME": str(home), **environ})


@pytest.fixture
def make_settings(tmp_path):
    """Settings for homes under `tmp_path`; whatever runs there is stopped and deleted."""
    made = []

    def make(name="home"):
        made.append(settings_in(tmp_path / name))
        return made[-1]

    yield make
    for settings in made:
        discard(settings)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A migrated embedded database."""
    settings = settings_in(tmp_path_factory.mktemp("shared"))
    with running(settings) as database:
        migrate(database.urls)
        yield database
    discard(settings)
