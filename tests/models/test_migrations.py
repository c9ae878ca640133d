"""The migrations make exactly the tables of the models."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from models import Base


def test_the_newest_migration_equals_the_models(database_urls) -> None:
    engine = create_engine(database_urls.owner)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda thing, name, kind, reflected, other: (
                    not (name or "").startswith(("procrastinate_", "alembic_"))
                ),
            },
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert [entry for entry in differences if "procrastinate" not in str(entry)] == []


def test_constraint_names_follow_the_convention() -> None:
    names = [
        constraint.name
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if constraint.columns.keys()
    ]
    assert all(str(name).startswith(("pk_", "fk_", "uq_", "ck_")) for name in names)
