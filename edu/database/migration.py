"""Bringing the database to the newest revision, one process at a time."""

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from edu.config import PROJECT
from edu.database.access import connect
from edu.database.grants import grant
from edu.database.urls import Urls
from models.errors import Refusal

MIGRATIONS = PROJECT / "migrations"
LOCK = 0x656475  # "edu"; any number serves, as long as all processes use the same
TABLE = "alembic_version"


def migrate(urls: Urls) -> bool:
    """Apply the migrations that are missing and the grants; True if there were any to apply."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = urls.owner
    scripts = ScriptDirectory.from_config(config)
    with connect(urls.owner) as lock:
        lock.autocommit = True
        lock.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        found = _revision(urls.owner)
        behind = found != scripts.get_current_head()
        if behind:
            _require_known(scripts, found)
            _upgrade(config)
        grant(urls)
    if _revision(urls.application) != scripts.get_current_head():
        raise Refusal("database_urls_differ")
    return behind


def _upgrade(config: Config) -> None:
    try:
        command.upgrade(config, "head")
    except Exception as error:
        if isinstance(getattr(error, "orig", error), psycopg.errors.InsufficientPrivilege):
            raise Refusal("database_owner_too_weak", reason=str(error).splitlines()[0]) from error
        raise


def _require_known(scripts: ScriptDirectory, found: str | None) -> None:
    """A revision we do not know was written by a newer edition: leave it alone."""
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise Refusal("database_newer", found=found)


def _revision(url: str) -> str | None:
    with connect(url) as connection:
        if connection.execute("SELECT to_regclass(%s)", [TABLE]).fetchone() == (None,):
            return None
        row = connection.execute(
            sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(TABLE))
        ).fetchone()
    return str(row[0]) if row else None
