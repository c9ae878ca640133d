"""What is managed: the project, its initiatives, their programs and the offerings of these."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Named, choice, identity_key
from models.people import LearnerRole
from models.places import Region, School


class Standing(StrEnum):
    """Whether something accepts enrollments."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Direction(Named, Base):
    """A direction of the national strategy under one version of its scheme."""

    __tablename__ = "direction"
    __table_args__ = (UniqueConstraint("scheme", "code"),)

    id: Mapped[identity_key]
    scheme: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str]
    status: Mapped[str]


class Project(Named, Base):
    """A national icebreaker project, filed under one direction.

    `status` says how far its names and facts are confirmed; so it does for an initiative.
    """

    __tablename__ = "project"

    id: Mapped[identity_key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    direction_id: Mapped[int | None] = mapped_column(ForeignKey(Direction.id))
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="own", server_default="own")
    initiatives: Mapped[list["Initiative"]] = relationship(order_by="Initiative.id")


class Initiative(Named, Base):
    """One of the project's initiatives; a planned one accepts no enrollment."""

    __tablename__ = "initiative"

    id: Mapped[identity_key]
    project_id: Mapped[int] = mapped_column(ForeignKey(Project.id))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="own", server_default="own")
    programs: Mapped[list["Program"]] = relationship(
        order_by="Program.id", back_populates="initiative"
    )


class Program(Named, Base):
    """A program people take part in."""

    __tablename__ = "program"

    id: Mapped[identity_key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey(Initiative.id))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    initiative: Mapped[Initiative] = relationship(back_populates="programs")
    offerings: Mapped[list["Offering"]] = relationship(back_populates="program")


class Offering(Base):
    """A program at a place and time, with seats and rules of eligibility.

    No `school_id`: the whole region; no `region_id` either: the nation. `seats_taken` is kept by
    the database as enrollments change and can never exceed `capacity`.
    """

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="seats"),
        CheckConstraint("min_grade <= max_grade", name="grades"),
    )

    id: Mapped[identity_key]
    program_id: Mapped[int] = mapped_column(ForeignKey(Program.id), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    region_id: Mapped[int | None] = mapped_column(ForeignKey(Region.id))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id), index=True)
    academic_year: Mapped[str] = mapped_column(String(7))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0, server_default="0")
    roles: Mapped[list[str]] = mapped_column(
        ARRAY(String(32)), default=lambda: [LearnerRole.PUPIL.value]
    )
    min_grade: Mapped[int | None] = mapped_column(SmallInteger)
    max_grade: Mapped[int | None] = mapped_column(SmallInteger)
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    program: Mapped[Program] = relationship(back_populates="offerings")
    school: Mapped[School | None] = relationship()
    region: Mapped[Region | None] = relationship()
