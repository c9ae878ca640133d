"""The database handle, the naming of constraints, and the column types all tables share."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Enum, Identity, MetaData, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

identity_key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
small = Annotated[int, mapped_column(SmallInteger)]
short_text = Annotated[str, mapped_column(String(64))]
name_text = Annotated[str, mapped_column(String(255))]


class Base(DeclarativeBase):
    """Every table; annotations decide the column types."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  read once by SQLAlchemy
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


class Named:
    """A thing with a name in each language of the service."""

    name_kk: Mapped[name_text]
    name_ru: Mapped[name_text]
    name_en: Mapped[name_text]

    def name(self, language: str) -> str:
        """The name in `language` (kk, ru or en)."""
        return str(getattr(self, f"name_{language}"))


def choice(kind: type[StrEnum], constraint: str | None = None) -> Enum:
    """A text column that holds the values of `kind`, checked by the database.

    Name the `constraint` where a table has two columns of one kind.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        name=constraint or kind.__name__.lower(),
    )


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def utc_today() -> date:
    """The present day, in UTC."""
    return utc_now().date()
