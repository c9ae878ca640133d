"""Where learning happens: regions, districts, schools and their classes. No personal data."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Named, choice, identity_key, name_text, short_text, small


class SchoolType(StrEnum):
    """Kinds of education organization."""

    ORDINARY = "ordinary"
    SMALL = "small"
    GYMNASIUM = "gymnasium"
    LYCEUM = "lyceum"
    COLLEGE = "college"
    UNIVERSITY = "university"
    OTHER = "other"


class Region(Named, Base):
    """One of the 20 regions; `code` is its two-digit KATO prefix."""

    __tablename__ = "region"

    id: Mapped[identity_key]
    code: Mapped[str] = mapped_column(String(2), unique=True)
    iso_code: Mapped[str] = mapped_column(String(5), unique=True)
    kind: Mapped[short_text]
    source: Mapped[str]
    status: Mapped[short_text]


class District(Named, Base):
    """A district of a region; created by the first file that names it."""

    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("region_id", "name_ru"),)

    id: Mapped[identity_key]
    region_id: Mapped[int] = mapped_column(ForeignKey(Region.id), index=True)
    region: Mapped[Region] = relationship()


class School(Named, Base):
    """An education organization, known by the code its own registry gives it."""

    __tablename__ = "school"
    __table_args__ = (Index("ix_school_region_id_id", "region_id", "id"),)

    id: Mapped[identity_key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    region_id: Mapped[int] = mapped_column(ForeignKey(Region.id))
    district_id: Mapped[int] = mapped_column(ForeignKey(District.id), index=True)
    urban: Mapped[bool]
    type: Mapped[SchoolType] = mapped_column(choice(SchoolType))
    region: Mapped[Region] = relationship()
    district: Mapped[District] = relationship()


class LanguageOfInstruction(Named, Base):
    """A language in which a class is taught."""

    __tablename__ = "language_of_instruction"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    note: Mapped[str]


class SchoolClass(Base):
    """A class of one academic year; the language of instruction is its, not the school's."""

    __tablename__ = "school_class"
    __table_args__ = (
        UniqueConstraint("school_id", "academic_year", "name"),
        CheckConstraint("grade BETWEEN 0 AND 12", name="grade"),
        CheckConstraint(r"academic_year ~ '^\d{4}-\d{2}$'", name="academic_year"),
    )

    id: Mapped[identity_key]
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id))
    academic_year: Mapped[str] = mapped_column(String(7))
    grade: Mapped[small]
    name: Mapped[name_text]
    language_code: Mapped[str] = mapped_column(ForeignKey(LanguageOfInstruction.code))
    school: Mapped[School] = relationship()
