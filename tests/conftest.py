"""A real PostgreSQL for all tests: one server, one database for each test process."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from edu import database
from edu.accounts.scope import Scope, scope_of, system_scope, use_scope
from edu.app import create_app
from edu.config import Settings
from edu.database import place
from edu.database.server import SUPERUSER
from edu.database.urls import socket_url
from edu.registry.reference import load_reference
from models import Base, db
from models.accounts import RoleName, User
from tests.factories.accounts import make_user
from tests.factories.browsing import browser, browser_path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
MANY_ROWS = 200
QUEUE = [f"procrastinate_{name}" for name in ("events", "periodic_defers", "jobs", "workers")]
RESTART = """
SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences
WHERE last_value IS NOT NULL AND sequencename !~ '^(region|language|direction|role)_'
"""
REFERENCE = {"region", "language_of_instruction", "direction", "role", "alembic_version"}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that others published; absent on most machines."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are not on this machine (../shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "home"
    return Settings(
        home=home, database_url=None, database_owner_url=None, key_file=home / "keys" / "keys.json"
    )


@pytest.fixture(scope="session")
def admin_url(settings: Settings) -> Iterator[str]:
    """The server's superuser, for making and emptying test databases."""
    with database.running(settings):
        url = socket_url(place.of(settings), SUPERUSER, "postgres")
        with psycopg.connect(database.conninfo(url), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url
    database.discard(settings)


@pytest.fixture(scope="session")
def database_urls(admin_url: str, settings: Settings, worker_id: str) -> database.Urls:
    """This test process's own migrated database."""
    name = f"test_{worker_id}"
    with psycopg.connect(database.conninfo(admin_url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" OWNER edu_owner')
    urls = database.urls(settings)
    own = database.Urls(renamed(urls.application, name), renamed(urls.owner, name))
    database.migrate(own)
    database.grant(own)
    return own


def renamed(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def app(settings: Settings, database_urls: database.Urls, worker_id: str) -> Flask:
    """The application; its files lie apart from those of other test processes, as its rows do."""
    app = create_app(settings, database_urls.application)
    app.extensions["edu-settings"] = replace(settings, home=settings.home / worker_id)
    app.testing = True
    with app.app_context(), Session(db.engine) as session:
        load_reference(session)
        session.commit()
    return app


@pytest.fixture
def clean(app: Flask, admin_url: str, database_urls: database.Urls) -> None:
    """An empty database for each test."""
    empty(admin_url, database_urls)


@pytest.fixture(scope="module")
def emptied(app: Flask, admin_url: str, database_urls: database.Urls) -> None:
    """An empty database for all tests of a module that share what they put there."""
    empty(admin_url, database_urls)


def empty(admin_url: str, database_urls: database.Urls) -> None:
    """Empty every table that is not reference data, and count from 1 again.

    A few rows are deleted, which is quicker than new files for every table; many are truncated.
    """
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in REFERENCE]
    names += QUEUE
    url = renamed(admin_url, str(make_url(database_urls.owner).database))
    with psycopg.connect(database.conninfo(url)) as connection:
        connection.execute("SET session_replication_role = replica")
        counts = connection.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', count(*) FROM (SELECT FROM \"{name}\" LIMIT {MANY_ROWS}) AS few"
                for name in names
            )
        ).fetchall()
        if any(count == MANY_ROWS for _, count in counts):
            quoted = ", ".join(f'"{name}"' for name in names)
            connection.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
        for name in (name for name, count in counts if 0 < count < MANY_ROWS):
            connection.execute(f'DELETE FROM "{name}"')
        connection.execute(RESTART)


@pytest.fixture
def session(app: Flask, clean: None) -> Iterator[Session]:
    """A session that acts as the system, on an empty database."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        use_scope(session, system_scope())
        yield session


@pytest.fixture
def scope() -> Scope:
    return system_scope()


@pytest.fixture
def session_of(app: Flask, clean: None) -> Iterator[Callable[[User], Session]]:
    """Sessions that act as a given user, under that user's row-level security."""
    opened: list[Session] = []

    def open_session(user: User) -> Session:
        with app.app_context():
            own = Session(db.engine)
        use_scope(own, scope_of(own, user))
        opened.append(own)
        return own

    yield open_session
    for own in opened:
        own.close()


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """A client signed in as a new user of a role: `sign_in(role, schools=[…], regions=[…])`."""

    def signed_in(role: RoleName, **places: object) -> FlaskClient:
        user = make_user(session, role=role, **places)
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=user.fs_uniquifier, _fresh=True, fs_cc="set", identity=None)
        client.user = user
        return client

    return signed_in


@pytest.fixture
def client(app: Flask, clean: None) -> FlaskClient:
    """A client nobody has signed in with."""
    return app.test_client()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser, where there is one."""
    if browser_path() is None:
        pytest.skip("Chromium is not installed: make test installs it where it may")
    with browser() as opened:
        yield opened
