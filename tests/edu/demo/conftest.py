from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from edu import database, demo
from edu.config import Settings
from edu.demo.nation import Nation, invent
from models import Base, db
from tests.conftest import REFERENCE, renamed


@pytest.fixture(scope="session")
def small() -> Nation:
    """A nation as small as tests need, without its names."""
    return invent(600, 1)


@pytest.fixture(scope="session")
def usual() -> Nation:
    """The nation that `edu demo` makes."""
    return invent(20_000, 1)


@pytest.fixture(scope="session")
def superuser_url(admin_url: str, database_urls: database.Urls) -> str:
    """This test process's database, for whoever may empty it and see all of it."""
    return renamed(admin_url, str(make_url(database_urls.owner).database))


@pytest.fixture(scope="session")
def load_anew(app: Flask, settings: Settings, superuser_url: str) -> Callable[..., demo.Loaded]:
    """Empties the database and loads a nation: `load_anew(people=…, seed=…)`."""
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in REFERENCE]
    quoted = ", ".join(f'"{name}"' for name in [*names, "procrastinate_jobs"])

    def load(**options: int) -> demo.Loaded:
        with psycopg.connect(database.conninfo(superuser_url)) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
        with app.app_context(), Session(db.engine) as session:
            loaded = demo.load(session, settings, **options)
            session.commit()
        return loaded

    return load
