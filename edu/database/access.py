"""The two roles, and the connections made in their names."""

from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from edu.database.urls import APPLICATION, DATABASE, OWNER, Urls, conninfo, role
from models.errors import Refusal

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

OLDEST = 150000


def create_roles(superuser: str) -> None:
    """Give a new embedded server its two roles and its database; harmless when repeated."""
    with psycopg.connect(conninfo(superuser), autocommit=True) as connection:
        for name in (OWNER, APPLICATION):
            if not _exists(connection, "pg_roles", "rolname", name):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(
                        sql.Identifier(name)
                    )
                )
        if not _exists(connection, "pg_database", "datname", DATABASE):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )


def check(urls: Urls) -> None:
    """Refuse a server that is too old, and an application role that could pass the row policies."""
    owner = role(urls.owner)
    with connect(urls.application) as connection:
        found = connection.info.server_version
        if found < OLDEST:
            raise Refusal(
                "database_too_old", found=f"{found // 10000}.{found % 100}", oldest=OLDEST // 10000
            )
        row = connection.execute(
            "SELECT rolbypassrls OR pg_has_role(rolname, %s::name, 'USAGE') FROM pg_roles"
            " WHERE rolname = current_user",
            [owner],
        ).fetchone()
    if row is None or row[0]:
        raise Refusal("database_role_too_strong", role=role(urls.application), owner=owner)


def connect(url: str) -> Connection:
    """A connection of its own, with a refusal that names what stands in the way."""
    try:
        return psycopg.connect(conninfo(url), connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise Refusal("database_unreachable", role=role(url), reason=reason) from error


def _exists(connection: Connection, catalog: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(catalog), sql.Identifier(column)
    )
    return connection.execute(query, [name]).fetchone() is not None
