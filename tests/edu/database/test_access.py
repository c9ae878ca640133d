"""Two roles: one owns the tables, the other may use them and no more; on any server."""

import os
import shutil

import psycopg
import pytest
from psycopg import sql

from edu.config import Settings
from edu.database import Urls, access, binaries, conninfo, discard, grant, migrate, place, running
from edu.database import urls as urls_of
from edu.database.migration import MIGRATIONS
from edu.database.server import SUPERUSER, Server
from edu.database.urls import embedded, socket_url
from models.errors import Refusal

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def rows(url, statement, *parameters):
    with psycopg.connect(conninfo(url)) as connection:
        cursor = connection.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def held(database, table):
    return {
        privilege
        for privilege in PRIVILEGES
        if rows(
            database.urls.owner,
            "SELECT has_table_privilege('edu_app', %s, %s)",
            table,
            privilege,
        )
        == [(True,)]
    }


def superuser_of(settings):
    return socket_url(place.of(settings), SUPERUSER, "postgres")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A server reached by addresses alone, with roles and a database of other names."""
    settings = Settings.from_environ({"EDU_HOME": str(tmp_path_factory.mktemp("foreign"))})
    with running(settings):
        superuser = superuser_of(settings)
        with psycopg.connect(conninfo(superuser), autocommit=True) as connection:
            connection.execute("CREATE ROLE ministry LOGIN")
            connection.execute("CREATE ROLE service LOGIN")
            connection.execute("CREATE ROLE favorite LOGIN IN ROLE ministry")
            connection.execute("CREATE ROLE blind LOGIN BYPASSRLS")
            connection.execute('CREATE DATABASE "the nation" OWNER ministry')
        yield lambda role: socket_url(place.of(settings), role, "the%20nation")
    discard(settings)


def settings_for(home, application, owner):
    return Settings.from_environ(
        {
            "EDU_HOME": str(home),
            "EDU_DATABASE_URL": application,
            "EDU_DATABASE_OWNER_URL": owner,
        }
    )


def test_the_application_owns_nothing_and_has_no_power(database):
    assert rows(
        database.urls.application,
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname = current_user",
    ) == [(False, False, False, False)]
    assert rows(
        database.urls.application,
        "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole",
    ) == [(0,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(database.urls.application, "CREATE TABLE mine (x int)")


def test_the_application_may_use_tables_sequences_and_the_queue(database):
    assert held(database, "person") == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert held(database, "procrastinate_jobs") == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert rows(
        database.urls.application,
        "SELECT bool_and(has_sequence_privilege(current_user, oid, 'USAGE'))"
        " FROM pg_class WHERE relkind = 'S'",
    ) == [(True,)]


def test_the_audit_can_only_grow(database):
    assert held(database, "audit_entry") == {"SELECT", "INSERT"}


def test_a_privilege_given_by_mistake_is_taken_back(database):
    rows(database.urls.owner, "GRANT ALL ON audit_entry TO edu_app")
    grant(database.urls)
    assert held(database, "audit_entry") & {"UPDATE", "DELETE", "TRUNCATE"} == set()


def test_granting_again_changes_nothing(database):
    version = "SELECT sum(xmin::text::bigint) FROM pg_class WHERE relname = 'person'"
    before = rows(database.urls.owner, version)
    grant(database.urls)
    assert rows(database.urls.owner, version) == before


def test_a_table_and_a_function_made_later_are_granted_by_the_next_migration(database):
    rows(database.urls.owner, "CREATE TABLE later (id int GENERATED ALWAYS AS IDENTITY)")
    rows(
        database.urls.owner,
        "CREATE FUNCTION later_on() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "REVOKE EXECUTE ON FUNCTION later_on FROM PUBLIC",
    )
    assert not migrate(database.urls)
    assert held(database, "later") == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert rows(database.urls.application, "SELECT later_on()") == [(1,)]


def test_any_server_serves_that_is_reached_by_two_addresses(tmp_path, foreign):
    settings = settings_for(tmp_path, foreign("service"), foreign("ministry"))
    with running(settings) as database:
        assert not database.started
        assert database.folder is None
        assert migrate(database.urls)
        assert not migrate(database.urls)
        assert rows(database.urls.application, "SELECT current_user, count(*) FROM person") == [
            ("service", 0)
        ]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            rows(database.urls.application, "DELETE FROM audit_entry")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("role", ["ministry", "favorite", "blind", "postgres"])
def test_a_role_that_could_pass_by_the_row_policies_is_refused(tmp_path, foreign, role):
    with (
        pytest.raises(Refusal) as refusal,
        running(settings_for(tmp_path, foreign(role), foreign("ministry"))),
    ):
        pass
    assert refusal.value.code == "database_role_too_strong"


def test_a_server_that_is_too_old_is_refused(tmp_path, foreign, monkeypatch):
    monkeypatch.setattr(access, "OLDEST", 990000)
    with (
        pytest.raises(Refusal) as refusal,
        running(settings_for(tmp_path, foreign("service"), foreign("ministry"))),
    ):
        pass
    assert refusal.value.code == "database_too_old"
    assert refusal.value.parameters["oldest"] == 99


def test_a_server_that_does_not_answer_is_refused_without_telling_the_password(tmp_path):
    url = "postgresql://service:secret-word@127.0.0.1:1/base"
    with pytest.raises(Refusal) as refusal, running(settings_for(tmp_path, url, url)):
        pass
    assert refusal.value.code == "database_unreachable"
    assert "secret-word" not in str(refusal.value)


def test_two_addresses_of_different_databases_are_refused(tmp_path, foreign, database):
    elsewhere = foreign("service").replace("the%20nation", "postgres")
    with (
        running(settings_for(tmp_path, elsewhere, foreign("ministry"))) as found,
        pytest.raises(Refusal) as refusal,
    ):
        migrate(found.urls)
    assert refusal.value.code == "database_urls_differ"


def test_an_owner_who_may_not_create_tables_is_refused(tmp_path, foreign):
    elsewhere = foreign("ministry").replace("the%20nation", "postgres")
    with pytest.raises(Refusal) as refusal:
        migrate(Urls(foreign("service"), elsewhere))
    assert refusal.value.code == "database_owner_too_weak"


def test_a_database_of_a_newer_edition_is_left_alone(database):
    rows(database.urls.owner, "UPDATE alembic_version SET version_num = 'tomorrow'")
    try:
        with pytest.raises(Refusal) as refusal:
            migrate(database.urls)
    finally:
        head = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))[-1][:4]
        rows(database.urls.owner, "UPDATE alembic_version SET version_num = %s", head)
    assert refusal.value.code == "database_newer"


@pytest.mark.parametrize("url", ["mysql://root@host/base", "nonsense", "sqlite:///file"])
def test_an_address_of_something_else_is_refused(tmp_path, url):
    with pytest.raises(Refusal) as refusal:
        urls_of(settings_for(tmp_path, url, url))
    assert refusal.value.code == "database_url_malformed"


def test_an_address_keeps_its_password_and_options_for_every_driver(tmp_path):
    url = "postgres://app:p%40ss%20word@db.example:6432/edu?sslmode=require"
    found = urls_of(settings_for(tmp_path, url, url)).application
    assert found.startswith("postgresql+psycopg://app:p%40ss")
    parts = psycopg.conninfo.conninfo_to_dict(conninfo(found))
    assert parts["password"] == "p@ss word"
    assert (parts["host"], parts["port"], parts["sslmode"]) == ("db.example", "6432", "require")


@pytest.mark.parametrize("major", [15, 16, 17])
def test_the_same_on_an_older_server_of_the_system(tmp_path, major):
    try:
        found = binaries.find(major)
    except Refusal:
        pytest.skip(f"PostgreSQL {major} is not at hand")
    settings = Settings.from_environ({"EDU_HOME": str(tmp_path / "home")})
    settings.folder("postgresql")
    here = place.of(settings)
    if os.geteuid() == 0:
        place.SYSTEM_PLACE.mkdir(parents=True, exist_ok=True)
        found = binaries.copied(found, place.SYSTEM_PLACE)
    here.make(here.folder)
    server = Server(here, found)
    try:
        server.start()
        access.create_roles(socket_url(here, SUPERUSER, "postgres"))
        urls = embedded(here)
        assert migrate(urls)
        assert rows(urls.application, "SELECT lower('ӘІҢ'), count(*) FROM person") == [("әің", 0)]
    finally:
        server.stop()
        shutil.rmtree(here.folder)


def test_roles_are_created_once(database):
    superuser = database.urls.owner.replace("edu_owner", SUPERUSER)
    access.create_roles(superuser)
    names = sql.SQL("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'edu%'")
    assert rows(superuser, names) == [(2,)]
