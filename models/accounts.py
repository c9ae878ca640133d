"""Who may enter, for which schools, and what was done."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    false,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, identity_key, utc_now
from models.places import Region, School


class RoleName(StrEnum):
    """The roles of the service. Nobody signs in as SYSTEM: commands and jobs act as it."""

    SCHOOL_ADMINISTRATOR = "school_administrator"
    REGIONAL_COORDINATOR = "regional_coordinator"
    PROGRAM_MANAGER = "program_manager"
    HEADQUARTERS_VIEWER = "headquarters_viewer"
    RESEARCHER = "researcher"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SYSTEM = "system"


user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A role as the sign-in library knows it; what it may do stands in the code."""

    __tablename__ = "role"

    id: Mapped[identity_key]
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(Base, UserMixin):
    """Someone who signs in."""

    __tablename__ = "user"

    id: Mapped[identity_key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(8))
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # list is invariant
        secondary=user_role, lazy="selectin"
    )
    assignments: Mapped[list["Assignment"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )


class Assignment(Base):
    """A school or a region a user answers for."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("(school_id IS NULL) <> (region_id IS NULL)", name="one_place"),
    )

    id: Mapped[identity_key]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id))
    region_id: Mapped[int | None] = mapped_column(ForeignKey(Region.id))


class AuditEntry(Base):
    """One request or batch: who did what. Written once, never changed.

    `changed` and `read` map a kind of record to the ids touched.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_actor_id_id", "actor_id", "id"),)

    id: Mapped[identity_key]
    happened_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    changed: Mapped[dict[str, Any]]
    read: Mapped[dict[str, Any]]
    request_id: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]]


class JobProgress(Base):
    """How far a background job is, readable by the user who asked for it.

    `record_id` is the record the job works on; its kind follows from the job's `name`. `trace`:
    [x, value] pairs of what the job came through. `cancel_asked`: the job is to end itself.
    """

    __tablename__ = "job_progress"

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(String(64))
    done: Mapped[int]
    total: Mapped[int]
    failure: Mapped[dict[str, Any] | None]
    cancel_asked: Mapped[bool] = mapped_column(default=False, server_default=false())
    trace: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    updated_at: Mapped[datetime] = mapped_column(
        default=utc_now, server_default=func.now(), onupdate=utc_now
    )
