"""People. Names and identifiers stand apart from the record, so that figures never touch them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, choice, identity_key, name_text, utc_now
from models.places import School, SchoolClass


class Sex(StrEnum):
    """As recorded by the school."""

    FEMALE = "female"
    MALE = "male"


class LearnerRole(StrEnum):
    """What a person is in a school."""

    PUPIL = "pupil"
    STUDENT = "student"
    TEACHER = "teacher"
    OTHER = "other"


class NoIinReason(StrEnum):
    """Why a person has no individual identification number yet."""

    NOT_ISSUED = "not_issued"
    FOREIGN_CITIZEN = "foreign_citizen"
    STATELESS = "stateless"
    DOCUMENTS_PENDING = "documents_pending"
    EXTERNAL_SOURCE = "external_source"


class Person(Base):
    """A participant without a name; `school_id` is the present school."""

    __tablename__ = "person"

    id: Mapped[identity_key]
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id), index=True)
    sex: Mapped[Sex] = mapped_column(choice(Sex))
    birth_date: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        default=utc_now, server_default=func.now(), onupdate=utc_now
    )
    school: Mapped[School] = relationship()
    identity: Mapped["PersonIdentity"] = relationship(back_populates="person")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")


class PersonIdentity(Base):
    """Who the person is. `sort_key` orders by the Kazakh alphabet, whatever the database's own.

    `iin_cipher` is the encrypted number, `iin_index` its keyed blind index.
    `source_id` is the identifier in the school's own journal.
    """

    __tablename__ = "person_identity"
    __table_args__ = (
        CheckConstraint("(iin_index IS NULL) = (iin_cipher IS NULL)", name="iin_complete"),
        CheckConstraint("(iin_index IS NULL) <> (no_iin_reason IS NULL)", name="iin_or_reason"),
        UniqueConstraint("school_id", "source_id"),
        Index("ix_person_identity_school_sort", "school_id", "sort_key", "person_id"),
        Index("ix_person_identity_sort", "sort_key", "person_id"),
        Index("ix_person_identity_source_id", "source_id"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id))
    surname: Mapped[name_text]
    given_name: Mapped[name_text]
    patronymic: Mapped[name_text | None]
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    iin_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    iin_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    no_iin_reason: Mapped[NoIinReason | None] = mapped_column(choice(NoIinReason))
    source_id: Mapped[str | None] = mapped_column(String(128))
    person: Mapped[Person] = relationship(back_populates="identity")

    @property
    def full_name(self) -> str:
        """Surname, given name, patronymic if any."""
        parts = (self.surname, self.given_name, self.patronymic)
        return " ".join(part for part in parts if part)


class Membership(Base):
    """A person's place in a school during one academic year."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "school_id", "academic_year", "role"),
        Index("ix_membership_school_year", "school_id", "academic_year"),
    )

    id: Mapped[identity_key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id))
    academic_year: Mapped[str] = mapped_column(String(7))
    role: Mapped[LearnerRole] = mapped_column(choice(LearnerRole))
    class_id: Mapped[int | None] = mapped_column(ForeignKey(SchoolClass.id), index=True)
    ended_on: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="memberships")
    school: Mapped[School] = relationship()
    school_class: Mapped[SchoolClass | None] = relationship()
