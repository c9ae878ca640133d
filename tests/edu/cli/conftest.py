"""Homes of their own for commands; whatever runs there is stopped and deleted."""

import pytest

from edu.config import Settings
from edu.database import discard


@pytest.fixture
def make_settings(tmp_path):
    made = []

    def make(name="home"):
        made.append(Settings.from_environ({"EDU_HOME": str(tmp_path / name)}))
        return made[-1]

    yield make
    for settings in made:
        discard(settings)
