"""How Alembic reaches the database: by the owner's address, given by whoever calls."""

from alembic import context
from sqlalchemy import create_engine, pool

from models import Base


def include_object(thing, name, kind, reflected, compare_to):
    """Leave other owners' tables (the queue's) alone."""
    known = compare_to is not None or not reflected
    return known or kind != "table" or not name.startswith("procrastinate_")


def configure_and_run(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    configure_and_run(given)
else:
    url = context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        configure_and_run(connection)
    engine.dispose()
