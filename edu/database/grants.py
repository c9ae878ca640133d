"""What the application's role may touch: granted where it lacks, revoked where it is too much."""

from psycopg import sql

from edu.database.access import Connection, connect
from edu.database.urls import Urls, role

EVERYTHING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
READING = frozenset({"SELECT"})
# The audit only grows; which migrations ran is the owner's business.
PROTECTED = {"audit_entry": frozenset({"SELECT", "INSERT"}), "alembic_version": READING}

# Only what the owner's role made itself: a schema may hold extensions of others.
OWN = "{owner} = current_user::regrole AND n.nspname NOT LIKE 'pg\\_%%'"
TABLES = f"""
    SELECT n.nspname, c.relname, c.relkind IN ('v', 'm'),
      ARRAY(SELECT p FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) AS p
            WHERE has_table_privilege(%s, c.oid, p))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OWN.format(owner="c.relowner")} AND c.relkind IN ('r', 'p', 'f', 'v', 'm') ORDER BY c.oid
"""  # noqa: S608  (built of the constants above)
SCHEMAS = f"""
    SELECT DISTINCT quote_ident(n.nspname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OWN.format(owner="c.relowner")} AND NOT has_schema_privilege(%s, n.oid, 'USAGE')
"""  # noqa: S608
SEQUENCES = f"""
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OWN.format(owner="c.relowner")}
      AND CASE c.relkind WHEN 'S' THEN NOT has_sequence_privilege(%s, c.oid, 'USAGE') END
"""  # noqa: S608  (CASE: a table must not reach the function, and AND keeps no order)
ROUTINES = f"""
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE {OWN.format(owner="p.proowner")} AND NOT has_function_privilege(%s, p.oid, 'EXECUTE')
"""  # noqa: S608
LACKING = (
    ("USAGE ON SCHEMA", SCHEMAS),
    ("USAGE ON SEQUENCE", SEQUENCES),
    ("EXECUTE ON ROUTINE", ROUTINES),
)


def grant(urls: Urls) -> None:
    """Let the application's role use what the owner's made: no more, and nothing twice."""
    application = role(urls.application)
    with connect(urls.owner) as connection:
        for privilege, query in LACKING:
            for (name,) in connection.execute(query.encode(), [application]).fetchall():
                # The server quoted the name itself.
                _execute(connection, f"GRANT {privilege} {name} TO {{}}", application)
        for schema, name, is_view, held in connection.execute(
            TABLES.encode(), [application]
        ).fetchall():
            table = sql.Identifier(str(schema), str(name)).as_string(connection)
            wanted = READING if is_view else PROTECTED.get(str(name), EVERYTHING)
            lacking, surplus = wanted.difference(held), frozenset(held) - wanted
            if lacking:
                _execute(connection, f"GRANT {_listed(lacking)} ON {table} TO {{}}", application)
            if surplus:
                _execute(connection, f"REVOKE {_listed(surplus)} ON {table} FROM {{}}", application)


def _listed(privileges: frozenset[str]) -> str:
    return ", ".join(sorted(privileges))


def _execute(connection: Connection, statement: str, application: str) -> None:
    name = sql.Identifier(application).as_string(connection)
    connection.execute(statement.replace("{}", name).encode())
